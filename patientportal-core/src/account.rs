//! The account: one person, one row. Its hot half, [`Access`], is read at every request and holds nothing secret.

mod membership;
mod person;
mod record;

pub use membership::{Membership, MembershipState, Rights};
pub use person::{Person, SealedPerson};
pub use record::AccountRecord;

use minicbor::{Decode, Encode};

use crate::ids::{AccountId, ClinicId, CprIndex, Epoch};
use crate::language::Language;
use crate::moment::Timestamp;
use crate::ports::PasswordHash;

/// A person's account for all clinics (A1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What every request needs to know.
    pub access: Access,
    /// Everything else.
    pub details: Details,
}

/// What every request needs to know of an account: read with the session, holds nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Access {
    /// Sessions, links and half-finished logins of another epoch are dead.
    #[n(0)]
    pub epoch: Epoch,
    /// The version of the terms that the owner accepted (A6).
    #[n(1)]
    pub terms: String,
    /// Where the owner is or was a patient here.
    #[n(2)]
    pub memberships: Vec<Membership>,
}

/// What only logins and changes need to know of an account.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Details {
    /// The sealed person data.
    #[n(0)]
    pub person: SealedPerson,
    /// The indexes under which the CPR number is claimed.
    #[n(1)]
    pub cpr_index: Vec<CprIndex>,
    /// The password's hash.
    #[n(2)]
    pub password: Option<PasswordHash>,
    /// The language of mails.
    #[n(3)]
    pub language: Language,
    /// Whether the e-mail address was proved by a code sent to it (F1).
    #[n(4)]
    pub email_proved: bool,
    /// When the terms were accepted.
    #[n(5)]
    pub terms_accepted: Timestamp,
    /// When the account was created.
    #[n(6)]
    pub created: Timestamp,
}

impl Account {
    /// Ends every session, link and half-finished login.
    pub fn end_everything_open(&mut self) {
        self.access.epoch = Epoch(self.access.epoch.0.wrapping_add(1));
    }
}

impl Access {
    /// The membership at a clinic, in whatever state.
    #[must_use]
    pub fn membership(&self, clinic: ClinicId) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.clinic == clinic)
    }
}
