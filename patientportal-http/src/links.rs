//! The public addresses of the portal's pages: the only place that builds them. The router reads the same words.

mod cursor;
mod own_form;
mod session;
mod staff;

use patientportal_core::clinic::FunctionKind;
use patientportal_core::ids::ClinicId;

use crate::assets;

pub(crate) use cursor::{read_cursor, with_cursor};
pub use own_form::OwnForm;
pub(crate) use staff::{account_of_word, account_word, staff_words};

/// Builds addresses under the prefix that the portal is mounted at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Links {
    prefix: String,
}

/// Path words, as patients see them.
pub(crate) mod words {
    pub(crate) const REGISTER: &str = "opret";
    pub(crate) const REGISTER_CHILD: &str = "opret-barn";
    pub(crate) const KNOWN_CHILD: &str = "barn-findes";
    pub(crate) const CHILD_DONE: &str = "barn";
    pub(crate) const LOG_IN: &str = "log-ind";
    pub(crate) const MITID: &str = "mitid";
    pub(crate) const CODE: &str = "sikkerhedskode";
    pub(crate) const NEW_CODE: &str = "ny-kode";
    pub(crate) const FORGOT: &str = "glemt-adgangskode";
    pub(crate) const JOIN: &str = "registrer";
    pub(crate) const WITHDRAW: &str = "traek-tilbage";
    pub(crate) const CONTACT: &str = "kontaktoplysninger";
    pub(crate) const EMAIL_PROOF: &str = "ny-email";
    pub(crate) const NEW_EMAIL_CODE: &str = "ny-kode-til-email";
    pub(crate) const TERMS: &str = "vilkaar";
    pub(crate) const HELP: &str = "hjaelp";
    pub(crate) const START: &str = "start";
    pub(crate) const RETURN: &str = "retur";
    pub(crate) const PASSWORD_CHANGED: &str = "adgangskode-aendret";
    pub(crate) const RESET: &str = "nulstil";
    pub(crate) const ACTIVATE: &str = "aktiver";
    pub(crate) const NEW_ACTIVATION: &str = "nyt-aktiveringslink";
    pub(crate) const ACTIVATED: &str = "aktiveret";
    pub(crate) const CONFIRM_IDENTITY: &str = "bekraeft-identitet";
    pub(crate) const CHOOSE_PASSWORD: &str = "vaelg-adgangskode";
    pub(crate) const RENEW: &str = "overtag";
    pub(crate) const NEW_RENEWAL_CODE: &str = "ny-kode-til-overtagelse";
    pub(crate) const CHANGED_NUMBER: &str = "nyt-cpr-nummer";
    pub(crate) const OWN_PAGE: &str = "din-side";
    pub(crate) const END_SESSION: &str = "log-ud-andetsteds";
    pub(crate) const PROVE_AGAIN: &str = "log-ind-igen";
    pub(crate) const HISTORY: &str = "historik";
    pub(crate) const STAY: &str = "bliv";
    pub(crate) const SESSION_OVER: &str = "tiden-gik";
    pub(crate) const LATE_FORM: &str = "gemt";
    pub(crate) const TO_CLINIC: &str = "til";
    pub(crate) const LOG_OUT: &str = "log-ud";
    pub(crate) const LOGGED_OUT: &str = "logget-ud";
    pub(crate) const COOKIES: &str = "cookies";
    pub(crate) const LANGUAGE: &str = "sprog";
    pub(crate) const ASSETS: &str = "assets";
    /// The query and form name of the function that a visitor came for.
    pub(crate) const FUNCTION: &str = "funktion";
    /// The query and form name of a flow.
    pub(crate) const FLOW: &str = "flow";
    /// The form name of the clinic that one logs out at.
    pub(crate) const CLINIC: &str = "klinik";
    /// The form name of proving anew by password and code.
    pub(crate) const BY_CODE: &str = "med-kode";
    /// The form name of what becomes of a form that came too late.
    pub(crate) const CHOICE: &str = "valg";
    pub(crate) const SHOW: &str = "vis";
    pub(crate) const FORGET: &str = "slet";
    /// The query name of the place where a further page of a list begins.
    pub(crate) const AFTER: &str = "fra";
    /// The query name of something that happened, to be said on the page.
    pub(crate) const NEWS: &str = "besked";
}

impl Links {
    /// Links under `prefix`: empty, or `/patient` say, without a slash at its end.
    #[must_use]
    pub fn under(prefix: &str) -> Self {
        Self { prefix: prefix.trim_end_matches('/').to_owned() }
    }

    /// What the portal is mounted at; empty at the root of its host.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The root page.
    #[must_use]
    pub fn root(&self) -> String {
        self.at(&[""])
    }

    /// A clinic's front page.
    #[must_use]
    pub fn front(&self, clinic: &str) -> String {
        self.at(&[clinic])
    }

    /// The entry of a function; the function itself for who is logged in.
    #[must_use]
    pub fn function(&self, clinic: &str, function: FunctionKind) -> String {
        self.at(&[clinic, function_word(function)])
    }

    /// The front page, or the entry of the function that the visitor came for.
    #[must_use]
    pub fn entry(&self, clinic: &str, function: Option<FunctionKind>) -> String {
        function.map_or_else(|| self.front(clinic), |function| self.function(clinic, function))
    }

    /// The form to register oneself.
    #[must_use]
    pub fn register(&self, clinic: &str, function: Option<FunctionKind>) -> String {
        with_function(self.at(&[clinic, words::REGISTER]), function)
    }

    /// The form to register a child.
    #[must_use]
    pub fn register_child(&self, clinic: &str, function: Option<FunctionKind>) -> String {
        with_function(self.at(&[clinic, words::REGISTER_CHILD]), function)
    }

    /// Where a guardian chooses what becomes of a child's account that there is (R6).
    #[must_use]
    pub fn known_child(&self, clinic: &str) -> String {
        self.at(&[clinic, words::KNOWN_CHILD])
    }

    /// The page that says what came of a guardian's word.
    #[must_use]
    pub fn child_done(&self, clinic: &str) -> String {
        self.at(&[clinic, words::CHILD_DONE])
    }

    /// Where CPR number and password are posted.
    #[must_use]
    pub fn log_in(&self, clinic: &str) -> String {
        self.at(&[clinic, words::LOG_IN])
    }

    /// Where a journey to MitID begins (POST).
    #[must_use]
    pub fn mitid(&self, clinic: &str) -> String {
        self.at(&[clinic, words::MITID])
    }

    /// The code page of a login.
    #[must_use]
    pub fn code(&self, clinic: &str) -> String {
        self.at(&[clinic, words::CODE])
    }

    /// Where a new code is asked for (POST).
    #[must_use]
    pub fn new_code(&self, clinic: &str) -> String {
        self.at(&[clinic, words::NEW_CODE])
    }

    /// The form for a forgotten password.
    #[must_use]
    pub fn forgot(&self, clinic: &str, function: Option<FunctionKind>) -> String {
        with_function(self.at(&[clinic, words::FORGOT]), function)
    }

    /// The clinic's front page under an address that does not tell its slug, as mails have it (M2).
    #[must_use]
    pub fn to_clinic(&self, clinic: ClinicId) -> String {
        self.at(&[words::TO_CLINIC, &clinic.to_text()])
    }

    /// The step that asks how the user is reached.
    #[must_use]
    pub fn contact(&self, clinic: &str) -> String {
        self.at(&[clinic, words::CONTACT])
    }

    /// The page where a new e-mail address is proved.
    #[must_use]
    pub fn email_proof(&self, clinic: &str) -> String {
        self.at(&[clinic, words::EMAIL_PROOF])
    }

    /// Where a new code to a new address is asked for (POST).
    #[must_use]
    pub fn new_email_code(&self, clinic: &str) -> String {
        self.at(&[clinic, words::NEW_EMAIL_CODE])
    }

    /// The guide: a clinic's, or the general one.
    #[must_use]
    pub fn help(&self, clinic: Option<&str>) -> String {
        match clinic {
            Some(clinic) => self.at(&[clinic, words::HELP]),
            None => self.at(&[words::HELP]),
        }
    }

    /// The operator's terms, to read.
    #[must_use]
    pub fn terms(&self) -> String {
        self.at(&[words::TERMS])
    }

    /// The page on cookies and privacy.
    #[must_use]
    pub fn cookies(&self) -> String {
        self.at(&[words::COOKIES])
    }

    /// Where a language is chosen (POST).
    #[must_use]
    pub fn language(&self) -> String {
        self.at(&[words::LANGUAGE])
    }

    /// Where the identity provider sends the browser back to.
    #[must_use]
    pub fn mitid_return(&self) -> String {
        self.at(&[words::MITID, words::RETURN])
    }

    /// The page that chooses a new password, once its token has moved into a cookie.
    #[must_use]
    pub fn reset(&self) -> String {
        self.at(&[words::RESET])
    }

    /// The page of an activation link, once its token has moved into a cookie.
    #[must_use]
    pub fn activate(&self) -> String {
        self.at(&[words::ACTIVATE])
    }

    /// Where another activation link is asked for (POST).
    #[must_use]
    pub fn new_activation(&self) -> String {
        self.at(&[words::NEW_ACTIVATION])
    }

    /// The page that says that a user is activated.
    #[must_use]
    pub fn activated(&self, clinic: &str) -> String {
        self.at(&[clinic, words::ACTIVATED])
    }

    /// The step that confirms with MitID who the user is.
    #[must_use]
    pub fn confirm_identity(&self, clinic: &str) -> String {
        self.at(&[clinic, words::CONFIRM_IDENTITY])
    }

    /// The step of somebody who has come of age.
    #[must_use]
    pub fn renew(&self, clinic: &str) -> String {
        self.at(&[clinic, words::RENEW])
    }

    /// Where somebody who has come of age asks for a new code to the new address (POST).
    #[must_use]
    pub fn new_renewal_code(&self, clinic: &str) -> String {
        self.at(&[clinic, words::NEW_RENEWAL_CODE])
    }

    /// The question whether a CPR number has changed.
    #[must_use]
    pub fn changed_number(&self, clinic: &str) -> String {
        self.at(&[clinic, words::CHANGED_NUMBER])
    }

    /// The step that chooses a password where there is none.
    #[must_use]
    pub fn choose_password(&self, clinic: &str) -> String {
        self.at(&[clinic, words::CHOOSE_PASSWORD])
    }

    /// The page that says that a new password holds.
    #[must_use]
    pub fn password_changed(&self, clinic: &str) -> String {
        self.at(&[clinic, words::PASSWORD_CHANGED])
    }

    /// The stylesheet, under a name that changes with its content.
    #[must_use]
    pub fn stylesheet(&self) -> String {
        self.at(&[words::ASSETS, assets::stylesheet().name()])
    }

    /// The script.
    #[must_use]
    pub fn script(&self) -> String {
        self.at(&[words::ASSETS, assets::script().name()])
    }

    /// The stylesheet of the staff's pages.
    #[must_use]
    pub fn staff_stylesheet(&self) -> String {
        self.at(&[words::ASSETS, assets::staff_stylesheet().name()])
    }

    /// The script of the staff's pages.
    #[must_use]
    pub fn staff_script(&self) -> String {
        self.at(&[words::ASSETS, assets::staff_script().name()])
    }

    /// The icon.
    #[must_use]
    pub fn icon(&self) -> String {
        self.at(&[words::ASSETS, assets::icon().name()])
    }

    fn at(&self, segments: &[&str]) -> String {
        format!("{}/{}", self.prefix, segments.join("/"))
    }
}

/// A function's word in addresses.
#[must_use]
pub fn function_word(function: FunctionKind) -> &'static str {
    match function {
        FunctionKind::Booking => "tidsbestilling",
        FunctionKind::EConsultation => "e-konsultation",
        FunctionKind::PrescriptionRenewal => "receptfornyelse",
    }
}

/// The function of a word in addresses.
#[must_use]
pub fn function_of_word(word: &str) -> Option<FunctionKind> {
    FunctionKind::ALL.into_iter().find(|kind| function_word(*kind) == word)
}

/// Whether a clinic may not have this slug, because the portal's own pages stand there.
#[must_use]
pub fn is_reserved_slug(slug: &str) -> bool {
    RESERVED.contains(&slug)
}

/// `address` with the function that a visitor came for.
pub(crate) fn with_function(address: String, function: Option<FunctionKind>) -> String {
    match function {
        Some(function) => format!("{address}?{}={}", words::FUNCTION, function_word(function)),
        None => address,
    }
}

const RESERVED: &[&str] = &[
    words::MITID,
    words::RESET,
    words::TO_CLINIC,
    words::LOG_OUT,
    words::LOGGED_OUT,
    words::STAY,
    words::SESSION_OVER,
    words::HELP,
    words::TERMS,
    words::COOKIES,
    words::LANGUAGE,
    words::ASSETS,
    words::ACTIVATE,
    words::NEW_ACTIVATION,
    staff_words::STAFF,
    // What stands where a clinic's slug would, below the staff's word.
    staff_words::SIGN_IN,
    staff_words::RETURN,
    staff_words::CHOOSE,
    // Kept free for pages to come.
    "konto",
    "api",
];
