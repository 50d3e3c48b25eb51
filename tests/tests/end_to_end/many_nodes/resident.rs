//! A person who lives with the portal: one journey after the other, as drawn, each looked at as a patient looks at it.

use std::time::Duration;

use patientportal_tests::journey::{SESSION_COOKIE, is_logged_in, reference};
use patientportal_tests::mail::Mail;
use patientportal_tests::mailbox::RESET_SUBJECT;
use patientportal_tests::{Cluster, Page, Patience, Patient, Told, Visitor};

use super::dice::Dice;

/// What somebody comes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Errand {
    Register,
    LogInWithMitId,
    LogInWithCode,
    MistypeTheCode,
    Recover,
    LogOut,
    LookIn,
    Join,
}

/// A person, and what became of their journeys.
pub(crate) struct Resident {
    pub(crate) told: Told,
    pub(crate) patience: Patience,
    /// Code logins that ended with a session.
    pub(crate) codes_accepted: usize,
    /// Journeys by MitID that had to be begun again, since the node that took the return was gone.
    pub(crate) begun_again: usize,
    /// How often they were held up for tries that a killed node had counted and could not take back (I5).
    pub(crate) held_up: usize,
    /// Passwords whose change was never confirmed, but held.
    pub(crate) silent_changes: usize,
    browser: Visitor,
    joined: usize,
    passwords: usize,
    dice: Dice,
    /// The troubles until the last login, which ends all waits.
    troubles_by_then: u64,
}

impl Resident {
    pub(crate) fn new(cluster: &Cluster, number: u8, patient: Patient, dice: Dice) -> Self {
        let patience = Patience::of(PATIENCE);
        let browser = cluster.visitor(number, cluster.mailbox().waiting(WAIT_FOR_MAIL), Some(&patience));
        Self {
            told: Told::nothing(patient),
            patience,
            codes_accepted: 0,
            begun_again: 0,
            held_up: 0,
            troubles_by_then: 0,
            silent_changes: 0,
            browser,
            joined: 0,
            passwords: 0,
            dice,
        }
    }

    /// The next errand: an account first, then an address that is proved, then whatever is drawn.
    pub(crate) fn next_errand(&mut self) -> Errand {
        if !self.told.has_account {
            return Errand::Register;
        }
        if self.codes_accepted == 0 {
            return Errand::LogInWithCode;
        }
        match self.dice.below(100) {
            0..4 => Errand::Register,
            4..22 => Errand::LogInWithMitId,
            22..42 => Errand::LogInWithCode,
            42..52 => Errand::MistypeTheCode,
            52..60 => Errand::Recover,
            60..72 => Errand::LogOut,
            72..78 => Errand::Join,
            _ => Errand::LookIn,
        }
    }

    pub(crate) async fn go(&mut self, errand: Errand) {
        match errand {
            Errand::Register | Errand::LogInWithMitId => drop(self.come_in_by_mitid(errand).await),
            Errand::LogInWithCode => self.come_in_by_code(0).await,
            Errand::MistypeTheCode => {
                let wrong = 1 + self.dice.below(2);
                self.come_in_by_code(wrong).await;
            }
            Errand::Recover => self.recover().await,
            Errand::LogOut => self.log_out().await,
            Errand::LookIn => self.told.check_sessions().await,
            Errand::Join => self.join().await,
        }
        // More browsers than these nobody has.
        while self.told.sessions.len() > MOST_SESSIONS {
            self.log_out().await;
        }
    }

    async fn come_in_by_mitid(&mut self, errand: Errand) -> Visitor {
        for _ in 0..MOST_BEGINNINGS {
            let mut browser = self.browser.elsewhere();
            let before = self.patience.troubles();
            let page = match errand {
                Errand::Register => browser.register(&self.told.patient).await,
                _ => browser.log_in_with_mitid(&self.told.patient).await,
            };
            let page = page.unwrap();
            if is_logged_in(&page, &self.told.patient) {
                self.logged_in(&page, &browser);
                return browser;
            }
            assert_ne!(
                self.patience.troubles(),
                before,
                "{errand:?}: {} ({}): {}",
                page.url,
                page.status,
                page.words()
            );
            self.begun_again += 1;
        }
        panic!("{errand:?} was begun {MOST_BEGINNINGS} times in vain");
    }

    fn logged_in(&mut self, page: &Page, browser: &Visitor) {
        self.told.logged_in(page, browser);
        self.troubles_by_then = self.patience.troubles();
    }

    /// A password is not even looked at: the wait must have a reason. Every try is counted before it is checked, and
    /// one whose node dies meanwhile stays counted (I5).
    fn is_held_up(&mut self, page: &Page) {
        let since = self.patience.troubles() - self.troubles_by_then;
        assert!(since >= FREE_FAILURES - 1, "held up after {since} troubles: {} {}", page.url, page.words());
        self.held_up += 1;
    }

    /// With so many wrong codes before the right one.
    async fn come_in_by_code(&mut self, wrong: u64) {
        let mut browser = self.browser.elsewhere();
        let patient = self.told.patient.clone();
        let seen = browser.mailbox.ids();
        let mut page = self.code_page(&mut browser).await;
        let code = browser.mailbox.code(&patient.email, self.told.codes.last().unwrap(), &seen).await;
        for nth in 1..=wrong {
            let digits = (code.parse::<u64>().unwrap() + nth) % 1_000_000;
            page = type_code(&mut browser, &page, &format!("{digits:06}")).await;
            assert!(page.status == 422 && !page.says("Logget ind som"), "a wrong code: {}", page.words());
        }
        // A node may go away under it; whoever then sends it once more comes in all the same.
        let page = type_code(&mut browser, &page, &code).await;
        assert!(is_logged_in(&page, &patient), "{}'s own code: {} ({})", patient.email, page.words(), page.url);
        self.logged_in(&page, &browser);
        self.codes_accepted += 1;
    }

    /// The code page after the right password, once a code is on its way.
    async fn code_page(&mut self, browser: &mut Visitor) -> Page {
        let patient = self.told.patient.clone();
        for wait in 0..MOST_WAITS {
            let page = browser.submit_password(patient.cpr, &patient.password).await.unwrap();
            if page.status == 200 && reference(&page).is_some() {
                self.told.code_promised(&page);
                return page;
            }
            // One may be asked for in a moment: the last is too young.
            assert!(page.status == 200 || page.status == 429, "{} ({}): {}", page.url, page.status, page.words());
            if wait == A_MOMENT {
                self.is_held_up(&page);
            }
            tokio::time::sleep(SPACING).await;
        }
        panic!("no code for {} in {MOST_WAITS} tries", patient.email);
    }

    async fn recover(&mut self) {
        self.passwords += 1;
        let patient = self.told.patient.clone();
        let password = format!("Kanariefugl-{}-{}", self.passwords + 10, patient.id.len());
        let mut browser = self.browser.elsewhere();
        let seen = browser.mailbox.of(&patient.email, RESET_SUBJECT);
        browser.ask_for_link(patient.cpr, &patient.email).await.unwrap();
        let mut tried: Vec<Mail> = seen;
        for _ in 0..MOST_BEGINNINGS {
            // Who had to ask twice gets two links, and only the later holds.
            let mail = browser.mailbox.next(&patient.email, RESET_SUBJECT, &tried).await;
            let before = self.patience.troubles();
            let page = browser.client.open(mail.link()).await.unwrap();
            tried.push(mail);
            let Some(form) = page.forms().into_iter().find(|form| form.has_button("Gem adgangskode")) else { continue };
            let form = form.fill("Adgangskode", &password).fill("Bekræft adgangskode", &password);
            let page = browser.client.submit(form.press("Gem adgangskode")).await.unwrap();
            if page.says("Adgangskoden er ændret") {
                return self.password_changed(&password).await;
            }
            assert!(page.says("Linket gælder ikke længere"), "{} ({}): {}", page.url, page.status, page.words());
            if self.patience.troubles() > before && self.opens(&password).await {
                self.silent_changes += 1;
                self.told.patient.password = password;
                self.told.sessions.clear();
                return;
            }
        }
        panic!("{} could not recover in {MOST_BEGINNINGS} tries", patient.email);
    }

    /// The new password was confirmed: no earlier session is open any longer.
    async fn password_changed(&mut self, password: &str) {
        let ended = self.told.sessions.last().cloned();
        self.told.password_changed(password);
        if let Some(mut ended) = ended {
            let page = ended.start().await.unwrap();
            assert!(!page.says("Logget ind som"), "F1: a new password ends all sessions");
        }
    }

    /// Whether the account knows this password.
    async fn opens(&mut self, password: &str) -> bool {
        let mut browser = self.browser.elsewhere();
        for wait in 0..MOST_WAITS {
            let page = browser.submit_password(self.told.patient.cpr, password).await.unwrap();
            if page.status != 429 {
                return page.status == 200;
            }
            if wait == A_MOMENT {
                self.is_held_up(&page);
            }
            tokio::time::sleep(SPACING).await;
        }
        panic!("no answer to a password in {MOST_WAITS} tries");
    }

    async fn log_out(&mut self) {
        if self.told.sessions.is_empty() {
            return;
        }
        let mut browser = self.told.sessions.remove(0);
        let page = browser.start().await.unwrap();
        assert!(is_logged_in(&page, &self.told.patient), "a session is lost: {} {}", page.url, page.words());
        let (cookie, before) = (browser.session().unwrap().to_owned(), self.patience.troubles());
        let answer = browser.log_out(&page).await.unwrap();
        let is_told = answer.says("Du er logget ud") || self.patience.troubles() > before;
        assert!(is_told, "{} ({}): {}", answer.url, answer.status, answer.words());
        let mut thief = browser.elsewhere();
        thief.client.jar.plant(&page.url, SESSION_COOKIE, &cookie);
        let page = thief.start().await.unwrap();
        assert!(!page.says("Logget ind som"), "L9: what is logged out stays out");
    }

    /// `Registrer` at the next clinic, by the link of a function there.
    async fn join(&mut self) {
        if self.joined == CLINICS_TO_JOIN {
            return self.told.check_sessions().await;
        }
        let clinic = clinic_to_join(self.joined);
        let mut browser = match self.told.sessions.last() {
            Some(browser) => browser.clone(),
            None => self.come_in_by_mitid(Errand::LogInWithMitId).await,
        };
        let page = browser.open(&format!("/{clinic}/tidsbestilling")).await.unwrap();
        let page = browser.client.submit(page.form("Registrer").press("Registrer")).await.unwrap();
        assert!(page.url.path() == format!("/{clinic}/tidsbestilling"), "{}: {}", page.url, page.words());
        assert!(is_logged_in(&page, &self.told.patient), "{}", page.words());
        self.joined += 1;
    }

    /// What was joined stays joined; the account opens; every session and every mail is there.
    pub(crate) async fn check(&mut self) {
        self.told.check_sessions().await;
        self.come_in_by_code(0).await;
        let mut browser = self.told.sessions.last().unwrap().clone();
        for joined in 0..self.joined {
            let clinic = clinic_to_join(joined);
            let page = browser.open(&format!("/{clinic}/tidsbestilling")).await.unwrap();
            let is_member =
                is_logged_in(&page, &self.told.patient) && page.says("Bestil tid") && !page.says("Bliv bruger");
            assert!(is_member, "a membership is lost: {} {}", page.url, page.words());
        }
    }
}

async fn type_code(browser: &mut Visitor, page: &Page, code: &str) -> Page {
    browser.client.submit(page.form("Log ind").fill("Sikkerhedskode", code).press("Log ind")).await.unwrap()
}

/// The tables of the clinics that can be joined.
pub(crate) fn clinics_to_join() -> String {
    let table = |number| {
        format!(
            "\n[[clinic]]\nslug = \"{}\"\nname = \"Lægerne {number}\"\nphone = \"70 10 20 40\"\n\
             registration = \"automatic\"\n[[clinic.function]]\nkind = \"booking\"\ntitle = \"Bestil tid\"\n",
            clinic_to_join(number)
        )
    };
    (0..CLINICS_TO_JOIN).map(table).collect()
}

fn clinic_to_join(number: usize) -> String {
    format!("laegerne-{number}")
}

/// How long somebody goes on reloading one page.
const PATIENCE: Duration = Duration::from_secs(60);
/// A mail whose node was killed comes when its lease is over.
const WAIT_FOR_MAIL: Duration = Duration::from_secs(90);
const SPACING: Duration = Duration::from_millis(300);
/// Longer than the first wait after five failures.
const MOST_WAITS: usize = 200;
/// Waits that the spacing of two codes explains.
const A_MOMENT: usize = 15;
const FREE_FAILURES: u64 = 5;
const MOST_BEGINNINGS: usize = 8;
const MOST_SESSIONS: usize = 5;
const CLINICS_TO_JOIN: usize = 12;
