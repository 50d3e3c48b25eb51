//! The account: one person, one row. Its hot half, [`Access`], is read at every request and holds nothing secret.

mod membership;
mod record;

pub use membership::{Membership, MembershipState, Rights};
pub use record::AccountRecord;
pub(crate) use record::{decode, encode};

use minicbor::{Decode, Encode};

use crate::ids::{AccountId, ClinicId, CprIndex, Epoch};
use crate::language::Language;
use crate::moment::Timestamp;
use crate::ports::PasswordHash;
use crate::sealing::SealedPerson;
use crate::value::{Cpr, Email, Mobile, Name};

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

/// Who the owner is. Only ever stored sealed (I7); `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The CPR number.
    pub cpr: Cpr,
    /// The first name, as typed.
    pub first_name: Name,
    /// The last name, as typed.
    pub last_name: Name,
    /// The e-mail address.
    pub email: Email,
    /// The mobile number, if given.
    pub mobile: Option<Mobile>,
    /// The name that MitID gave, for staff to see beside the typed one (R1).
    pub vouched_name: Option<String>,
    /// The identity provider's id of the person (A11).
    pub provider_subject: Option<String>,
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

impl Person {
    /// First and last name as one.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name.as_str(), self.last_name.as_str())
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(•••)")
    }
}
