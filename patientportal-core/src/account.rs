//! The account: one person, one row. Its hot half, [`Access`], is read at every request and holds nothing secret.

pub(crate) mod approval;
pub(crate) mod changed_number;
pub(crate) mod child;
pub(crate) mod clinic_made;
pub(crate) mod coming_of_age;
pub(crate) mod contact;
pub(crate) mod former;
pub(crate) mod identity;
mod membership;
pub(crate) mod own_page;
mod person;
pub(crate) mod reach;
mod record;
pub(crate) mod renewed_by_clinic;
pub(crate) mod requests_told;
pub(crate) mod rewrapped;
pub(crate) mod staff_view;

pub use former::FormerAccount;
pub use membership::{Illegal, Membership, MembershipCommand, MembershipState, RefusalReason, Rights};
pub use person::{Contact, Custody, Guardian, HeardContact, Person, SealedPerson};
pub use record::AccountRecord;

use minicbor::{Decode, Encode};

use crate::ids::{AccountId, ClinicId, CprIndex, Epoch, StaffId};
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
    /// How far the owner's identity is confirmed (R7).
    #[n(3)]
    #[cbor(default)]
    pub identity: IdentityStanding,
    /// Whether guardians answer for it: the owner was under 15 when last heard of (A8, L7).
    #[n(4)]
    #[cbor(default)]
    pub ward: bool,
    /// Whether no password was chosen yet, or one must be chosen anew (A10, L7).
    #[n(5)]
    #[cbor(default)]
    pub password_missing: bool,
}

/// How far an account's owner is known to be who the account says (R7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum IdentityStanding {
    /// MitID, or a guardian's MitID, has confirmed it.
    #[default]
    #[n(0)]
    Confirmed,
    /// A clinic created the account: MitID must confirm at the first login.
    #[n(1)]
    Unconfirmed,
    /// A clinic has recorded that this person cannot use MitID.
    #[n(2)]
    Exempt,
}

/// That a person cannot use MitID, as a clinic has recorded it (R7).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Exemption {
    /// Which clinic.
    #[n(0)]
    pub clinic: ClinicId,
    /// Who of its staff.
    #[n(1)]
    pub staff: StaffId,
    /// When.
    #[n(2)]
    pub at: Timestamp,
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
    /// Why the owner need not use MitID, if so (R7).
    #[n(7)]
    pub exemption: Option<Exemption>,
    /// When the account must have been activated; `None` once it was, or never needed to be (A10).
    #[n(8)]
    pub activate_by: Option<Timestamp>,
    /// Whether no clinic has let this child in yet: until one has, the account opens nowhere (R4).
    #[n(9)]
    #[cbor(default)]
    pub awaits_first_approval: bool,
    /// What is claimed besides and opens nothing: the identity provider's id of the owner, and numbers that the owner had
    /// before (A11).
    #[n(10)]
    #[cbor(default)]
    pub also_claimed: Vec<CprIndex>,
    /// The account that was closed under the same number before, if one was; in an erased account, what it remembers of the
    /// last one (A7, S1).
    #[n(11)]
    #[cbor(default)]
    pub former: Option<FormerAccount>,
    /// Whether a clinic has renewed an account that was in use, and MitID has not vouched for its owner since: the password
    /// may be of whoever read that link (S4, R7).
    #[n(12)]
    #[cbor(default)]
    pub renewed_by_clinic: bool,
}

impl Account {
    /// Ends every session, link and half-finished login.
    pub fn end_everything_open(&mut self) {
        self.access.epoch = Epoch(self.access.epoch.0.wrapping_add(1));
    }

    /// Whether its owner has this number now: one that they had before is found too, and opens nothing (A11).
    pub(crate) fn is_under(&self, number: &[CprIndex]) -> bool {
        self.details.cpr_index.iter().any(|index| number.contains(index))
    }

    /// Everything that it claims.
    pub(crate) fn claims(&self) -> impl Iterator<Item = CprIndex> {
        self.details.cpr_index.iter().chain(&self.details.also_claimed).copied()
    }

    /// Whether its owner, or whoever answers for them, has ever taken it into use: then it is not removed for want of an
    /// activation, also when a clinic has renewed it (A10, S4).
    pub(crate) fn was_in_use(&self) -> bool {
        !self.access.terms.is_empty()
    }

    /// The owner logs in at the clinic, which is no stranger to them then. Answers whether that changes anything (S4).
    pub(crate) fn seen_at(&mut self, clinic: ClinicId) -> bool {
        self.access.membership_mut(clinic).is_some_and(|here| std::mem::take(&mut here.linked_unseen))
    }

    /// Whether it was erased: there is nobody left whose account it is.
    pub(crate) fn is_erased(&self) -> bool {
        self.details.cpr_index.is_empty()
    }

    /// The password that opens a login: none where the account opens nowhere yet (R4, L5).
    pub(crate) fn login_password(&self) -> Option<&PasswordHash> {
        self.details.password.as_ref().filter(|_| !self.details.awaits_first_approval)
    }

    /// Whether it has been taken into use. One that has not lacks a password, and opens nowhere but by its owner's MitID
    /// (A10).
    #[must_use]
    pub fn is_activated(&self) -> bool {
        self.details.activate_by.is_none()
    }

    /// Drops all that is held on the person, and everything open: what is left is an id for the audit trail. Its numbers
    /// are to be given back in the same commit.
    pub(crate) fn erase(&mut self) {
        self.end_everything_open();
        self.access.memberships.clear();
        self.details.person = SealedPerson::erased();
        self.details.cpr_index.clear();
        self.details.also_claimed.clear();
        self.details.former = None;
        self.details.password = None;
        self.details.exemption = None;
        self.details.activate_by = None;
        self.details.email_proved = false;
    }
}

impl Access {
    /// What a new account with these memberships begins with.
    #[must_use]
    pub fn new(terms: impl Into<String>, memberships: Vec<Membership>) -> Self {
        Self {
            epoch: Epoch(0),
            terms: terms.into(),
            memberships,
            identity: IdentityStanding::default(),
            ward: false,
            password_missing: false,
        }
    }

    /// The membership at a clinic, in whatever state.
    #[must_use]
    pub fn membership(&self, clinic: ClinicId) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.clinic == clinic)
    }

    pub(crate) fn membership_mut(&mut self, clinic: ClinicId) -> Option<&mut Membership> {
        self.memberships.iter_mut().find(|membership| membership.clinic == clinic)
    }
}
