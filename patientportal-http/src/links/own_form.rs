//! The patient's own page and its forms, each under an address of its own (A7).

use super::{Links, words};

/// A form of the patient's own page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OwnForm {
    /// Another e-mail address.
    Email,
    /// Another mobile number.
    Mobile,
    /// Another password.
    Password,
    /// Leaving the clinic.
    Leave,
    /// All data held.
    Data,
    /// Closing the account.
    Close,
}

impl OwnForm {
    const ALL: [Self; 6] = [Self::Email, Self::Mobile, Self::Password, Self::Leave, Self::Data, Self::Close];

    /// Whether it asks for a login a moment ago.
    pub(crate) fn is_sensitive(self) -> bool {
        matches!(self, Self::Email | Self::Password | Self::Data | Self::Close)
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Email => "ret-email",
            Self::Mobile => "ret-mobil",
            Self::Password => "skift-adgangskode",
            Self::Leave => "afslut",
            Self::Data => "hent-oplysninger",
            Self::Close => "luk-bruger",
        }
    }
}

impl Links {
    /// The patient's own page.
    #[must_use]
    pub fn own_page(&self, clinic: &str) -> String {
        self.at(&[clinic, words::OWN_PAGE])
    }

    /// A form of the patient's own page.
    #[must_use]
    pub fn own_form(&self, clinic: &str, form: OwnForm) -> String {
        self.at(&[clinic, form.word()])
    }

    /// Where one of the user's sessions is ended (POST).
    #[must_use]
    pub fn end_session(&self, clinic: &str) -> String {
        self.at(&[clinic, words::END_SESSION])
    }

    /// Where whoever is logged in proves anew with MitID who they are (POST).
    #[must_use]
    pub fn prove_again(&self, clinic: &str) -> String {
        self.at(&[clinic, words::PROVE_AGAIN])
    }

    /// The account's history.
    #[must_use]
    pub fn history(&self, clinic: &str) -> String {
        self.at(&[clinic, words::HISTORY])
    }
}
