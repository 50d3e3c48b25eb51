//! The forms of the patient's own page, each under an address of its own (A7).

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

    pub(super) fn word(self) -> &'static str {
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
