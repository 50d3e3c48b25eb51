//! The addresses of the staff's pages (S2).

use patientportal_core::ids::AccountId;

use super::Links;

/// Path words, as staff see them.
pub(crate) mod staff_words {
    /// What all of them stand below.
    pub(crate) const STAFF: &str = "personale";
    pub(crate) const SIGN_IN: &str = "log-ind";
    pub(crate) const RETURN: &str = "retur";
    pub(crate) const CHOOSE: &str = "vaelg-klinik";
    pub(crate) const SIGN_OUT: &str = "log-ud";
    pub(crate) const SIGNED_OUT: &str = "logget-ud";
    pub(crate) const APPROVE: &str = "godkend";
    pub(crate) const REFUSE: &str = "afvis";
    pub(crate) const UNDO: &str = "fortryd";
    pub(crate) const FIND: &str = "find";
    pub(crate) const MEMBERS: &str = "brugere";
    pub(crate) const NEW_USER: &str = "opret";
    pub(crate) const TRAIL: &str = "log";
    pub(crate) const PERSON: &str = "person";
    pub(crate) const MAILS: &str = "mails";
    /// The query name of whom a notice is about.
    pub(crate) const WHOM: &str = "person";
    /// The query name of the state that members are in.
    pub(crate) const STATE: &str = "tilstand";
    /// Where the list begins on its page.
    pub(crate) const LIST: &str = "liste";
}

use staff_words as words;

impl Links {
    /// Where staff sign in, and whoever is signed in goes on.
    #[must_use]
    pub fn staff(&self) -> String {
        self.at(&[words::STAFF])
    }

    /// Where a sign-in begins (POST).
    #[must_use]
    pub fn staff_sign_in(&self) -> String {
        self.at(&[words::STAFF, words::SIGN_IN])
    }

    /// Where the staff's provider sends the browser back to.
    #[must_use]
    pub fn staff_return(&self) -> String {
        self.at(&[words::STAFF, words::RETURN])
    }

    /// Where a clinic to act for is chosen.
    #[must_use]
    pub fn staff_choose(&self) -> String {
        self.at(&[words::STAFF, words::CHOOSE])
    }

    /// Where staff sign out (POST).
    #[must_use]
    pub fn staff_sign_out(&self) -> String {
        self.at(&[words::STAFF, words::SIGN_OUT])
    }

    /// The page after signing out.
    #[must_use]
    pub fn staff_signed_out(&self) -> String {
        self.at(&[words::STAFF, words::SIGNED_OUT])
    }

    /// The requests that wait for a clinic.
    #[must_use]
    pub fn work_list(&self, clinic: &str) -> String {
        self.at(&[words::STAFF, clinic])
    }

    /// Where a request is approved (POST).
    #[must_use]
    pub fn approve(&self, clinic: &str) -> String {
        self.at(&[words::STAFF, clinic, words::APPROVE])
    }

    /// Where a request is refused (POST).
    #[must_use]
    pub fn refuse(&self, clinic: &str) -> String {
        self.at(&[words::STAFF, clinic, words::REFUSE])
    }

    /// Where a decision is undone (POST).
    #[must_use]
    pub fn undo(&self, clinic: &str) -> String {
        self.at(&[words::STAFF, clinic, words::UNDO])
    }

    /// Where a person is found by number.
    #[must_use]
    pub fn find_person(&self, clinic: &str) -> String {
        self.at(&[words::STAFF, clinic, words::FIND])
    }

    /// A clinic's users.
    #[must_use]
    pub fn members(&self, clinic: &str) -> String {
        self.at(&[words::STAFF, clinic, words::MEMBERS])
    }

    /// The form that creates a user.
    #[must_use]
    pub fn new_user(&self, clinic: &str) -> String {
        self.at(&[words::STAFF, clinic, words::NEW_USER])
    }

    /// All that happened at a clinic.
    #[must_use]
    pub fn clinic_trail(&self, clinic: &str) -> String {
        self.at(&[words::STAFF, clinic, words::TRAIL])
    }

    /// One person.
    #[must_use]
    pub fn person(&self, clinic: &str, account: AccountId) -> String {
        self.at(&[words::STAFF, clinic, words::PERSON, &account_word(account)])
    }

    /// The mails to a person.
    #[must_use]
    pub fn persons_mails(&self, clinic: &str, account: AccountId) -> String {
        self.act(clinic, account, words::MAILS)
    }

    /// What happened to a person.
    #[must_use]
    pub fn persons_trail(&self, clinic: &str, account: AccountId) -> String {
        self.act(clinic, account, words::TRAIL)
    }

    /// Where something is done with a person.
    pub(crate) fn act(&self, clinic: &str, account: AccountId, word: &str) -> String {
        self.at(&[words::STAFF, clinic, words::PERSON, &account_word(account), word])
    }
}

/// An account in addresses: its random id, which tells nothing of whose it is.
pub(crate) fn account_word(account: AccountId) -> String {
    format!("{:016x}", account.0)
}

/// Reads what [`account_word`] wrote, and nothing else.
pub(crate) fn account_of_word(word: &str) -> Option<AccountId> {
    let account = AccountId(u64::from_str_radix(word, 16).ok()?);
    // Stores keep 63 bits.
    (account_word(account) == word && account.0 >> 63 == 0).then_some(account)
}
