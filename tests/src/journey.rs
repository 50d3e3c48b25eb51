//! Journeys as a patient makes them: through the pages, by labels and buttons, with the mails that come.

use std::time::Duration;

use http::StatusCode;

use crate::client::{Client, NoAnswer};
use crate::installation::{CLINIC, Installation};
use crate::mailbox::{Mailbox, RESET_SUBJECT};
use crate::page::{Page, Submission};
use crate::patient::Patient;

/// Somebody at a browser of their own, who reads the mails that come.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Visitor {
    /// The browser.
    pub client: Client,
    /// Where the mails come.
    pub mailbox: Mailbox,
    base: String,
    /// The `Message-ID`s of the mails that had come before the last code was asked for.
    seen: Vec<String>,
}

impl Visitor {
    /// A new browser, for the server of `installation`, whose mail goes to its outbox.
    #[must_use]
    pub fn at(installation: &Installation) -> Self {
        Self::new(Client::new(), installation.mailbox(), installation.url(""))
    }

    /// Somebody at this browser, for the portal at `base`.
    #[must_use]
    pub fn new(client: Client, mailbox: Mailbox, base: String) -> Self {
        Self { client, mailbox, base, seen: Vec::new() }
    }

    /// The same, with mails that arrive elsewhere.
    #[must_use]
    pub fn reading(self, mailbox: Mailbox) -> Self {
        Self { mailbox, ..self }
    }

    /// The same person at another browser.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        Self { client: self.client.anew(), ..self.clone() }
    }

    /// Opens a path of the server.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn open(&mut self, path: &str) -> Result<Page, NoAnswer> {
        self.client.open(format!("{}{path}", self.base)).await
    }

    /// Opens the clinic's front page.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn front(&mut self) -> Result<Page, NoAnswer> {
        self.open(&format!("/{CLINIC}")).await
    }

    /// Registers, with MitID, at the clinic where that works at once. Ends at the start page.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn register(&mut self, patient: &Patient) -> Result<Page, NoAnswer> {
        let front = self.front().await?;
        let form = self.client.open(link(&front, "Opret ny bruger")).await?;
        let departure = self.client.submit(registration(&form, patient)).await?;
        self.pass_mitid(&departure, patient).await
    }

    /// Logs in with MitID from the front page.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn log_in_with_mitid(&mut self, patient: &Patient) -> Result<Page, NoAnswer> {
        let front = self.front().await?;
        let departure = self.client.submit(front.form(MITID).press(MITID)).await?;
        self.pass_mitid(&departure, patient).await
    }

    /// From the page that leaves for MitID, through MitID as `patient`, back to the portal.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn pass_mitid(&mut self, departure: &Page, patient: &Patient) -> Result<Page, NoAnswer> {
        let provider = self.client.open(link(departure, "Fortsæt til MitID")).await?;
        self.client.submit(identify(&provider, patient)).await
    }

    /// Types CPR number and password on the front page. Ends at the code page, or at the front page again.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn submit_password(&mut self, cpr: &str, password: &str) -> Result<Page, NoAnswer> {
        self.seen = self.mailbox.ids();
        let front = self.front().await?;
        let form = front.form("Log ind").fill("CPR-nummer", cpr).fill("Adgangskode", password);
        self.client.submit(form.press("Log ind")).await
    }

    /// Types the code that was mailed for this code page.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn submit_mailed_code(&mut self, page: &Page, patient: &Patient) -> Result<Page, NoAnswer> {
        let mut page = page.clone();
        for _ in 0..MOST_WAITS {
            if let Some(reference) = reference(&page) {
                let code = self.mailbox.code(&patient.email, &reference, &self.seen).await;
                return self.client.submit(page.form("Log ind").fill("Sikkerhedskode", &code).press("Log ind")).await;
            }
            // The last code is so young that none may be sent yet.
            tokio::time::sleep(PAUSE).await;
            self.seen = self.mailbox.ids();
            page = self.client.submit(page.form("Send en ny kode").press("Send en ny kode")).await?;
        }
        panic!("no code was sent: {}", page.words())
    }

    /// Logs in with CPR number, password and a code.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn log_in_with_code(&mut self, patient: &Patient) -> Result<Page, NoAnswer> {
        for _ in 0..MOST_WAITS {
            let page = self.submit_password(patient.cpr, &patient.password).await?;
            if page.status != StatusCode::TOO_MANY_REQUESTS {
                return self.submit_mailed_code(&page, patient).await;
            }
            // A code that another browser asked for is too young to be replaced.
            tokio::time::sleep(PAUSE).await;
        }
        panic!("no code may be asked for, for too long")
    }

    /// Asks for a reset link.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn ask_for_link(&mut self, cpr: &str, email: &str) -> Result<Page, NoAnswer> {
        let front = self.front().await?;
        let page = self.client.open(link(&front, "Glemt adgangskode?")).await?;
        let form = page.form("Nulstil adgangskode").fill("CPR-nummer", cpr).fill("E-mail", email);
        self.client.submit(form.press("Nulstil adgangskode")).await
    }

    /// Asks for a reset link, follows it, and chooses `password`.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn recover(&mut self, patient: &Patient, password: &str) -> Result<Page, NoAnswer> {
        let seen = self.mailbox.of(&patient.email, RESET_SUBJECT);
        self.ask_for_link(patient.cpr, &patient.email).await?;
        let link = self.mailbox.next(&patient.email, RESET_SUBJECT, &seen).await.link();
        let page = self.client.open(&link).await?;
        let form = page.form("Gem adgangskode").fill("Adgangskode", password).fill("Bekræft adgangskode", password);
        self.client.submit(form.press("Gem adgangskode")).await
    }

    /// Logs out, also at MitID when the portal leads there.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn log_out(&mut self, page: &Page) -> Result<Page, NoAnswer> {
        let page = self.client.submit(page.form("Log ud").press("Log ud")).await?;
        let Some(provider) = page.link("Afslut MitID-session") else { return Ok(page) };
        let page = self.client.open(provider).await?;
        // The foreign provider asks first.
        match page.forms().into_iter().find(|form| form.has_button("Log ud")) {
            Some(form) => self.client.submit(form.press("Log ud")).await,
            None => Ok(page),
        }
    }

    /// The clinic's start page, if this browser is logged in.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn start(&mut self) -> Result<Page, NoAnswer> {
        self.open(&format!("/{CLINIC}/start")).await
    }

    /// The value of the session cookie, if there is one.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.client.jar.value(SESSION_COOKIE)
    }
}

/// The registration form, filled in and sent off.
#[must_use]
pub fn registration(page: &Page, patient: &Patient) -> Submission {
    let Patient { cpr, first_name, last_name, email, mobile, password, .. } = patient;
    page.form("Opret bruger")
        .fill("CPR-nummer", cpr)
        .fill("Fornavn", first_name)
        .fill("Efternavn", last_name)
        .fill("E-mail", email)
        .fill("Bekræft e-mail", email)
        .fill("Mobil", mobile)
        .fill("Adgangskode", password)
        .fill("Bekræft adgangskode", password)
        .press("Opret bruger")
}

/// The two letters that code page and mail share, if a code was sent.
#[must_use]
pub fn reference(page: &Page) -> Option<String> {
    let form = page.forms().into_iter().find(|form| form.labels().contains(&"Sikkerhedskode"));
    let form = form.unwrap_or_else(|| panic!("no code page: {} ({}): {}", page.url, page.status, page.words()));
    form.value("kending").filter(|letters| !letters.is_empty()).map(str::to_owned)
}

/// Whether the page shows that `patient` is logged in.
#[must_use]
pub fn is_logged_in(page: &Page, patient: &Patient) -> bool {
    page.status.is_success() && page.says(&format!("Logget ind som {}", patient.full_name()))
}

/// What a provider's page wants to know: a press on a person, or a CPR number.
fn identify(provider: &Page, patient: &Patient) -> Submission {
    let forms = provider.forms();
    let typed = forms.iter().find(|form| form.labels().contains(&"CPR-nummer"));
    match (typed, forms.first()) {
        (Some(form), _) => form.clone().fill("CPR-nummer", patient.cpr).press_value("action", "login"),
        (None, Some(form)) => form.press_value("person", patient.id),
        (None, None) => panic!("not MitID: {} ({}): {}", provider.url, provider.status, provider.words()),
    }
}

fn link(page: &Page, label: &str) -> url::Url {
    page.link(label).unwrap_or_else(|| panic!("no link {label:?} on {} ({}): {}", page.url, page.status, page.words()))
}

const MOST_WAITS: usize = 20;
const PAUSE: Duration = Duration::from_millis(300);
const MITID: &str = "Log ind med MitID";
/// The name of the session cookie.
pub const SESSION_COOKIE: &str = "__Host-pp-session";
