//! The ports: what the portal needs from outside and adapters provide. All are object-safe; [`Store`](crate::store::Store)
//! has a file of its own.

mod staff_identity;

use std::time::Duration;

use async_trait::async_trait;
use minicbor::{Decode, Encode};

use crate::account::{Contact, Custody};
use crate::fault::Fault;
use crate::ids::ClinicId;
use crate::language::Language;
use crate::moment::Timestamp;
use crate::value::{Cpr, Email, Password};

pub use staff_identity::{NoStaffIdentityProvider, StaffIdentityProvider, VouchedStaff};

/// Hashes passwords and verifies them, on threads that do not hold up anybody else.
#[async_trait]
pub trait Hasher: Send + Sync {
    /// Whether `password` belongs to `hash`. With no hash the same work is done and the answer is no (L5).
    async fn verify(&self, password: Password, hash: Option<PasswordHash>, lane: Lane) -> Result<Verdict, HashError>;

    /// A hash of `password` under the current parameters.
    async fn hash(&self, password: Password, lane: Lane) -> Result<PasswordHash, HashError>;
}

/// A password hash in PHC form. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

/// Which queue a hash waits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Somebody who logs in is waiting.
    Login,
    /// Work that anybody can cause without proof; it may not crowd out logins.
    Low,
}

/// What came of verifying a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the password was right.
    pub right: bool,
    /// Whether the hash was made under weaker parameters than today's, so that it should be made anew.
    pub outdated: bool,
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HashError {
    /// The queue is longer than anybody would wait.
    #[error("too many passwords are waiting to be hashed")]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
    /// The hasher failed.
    #[error("the hasher failed")]
    Fault(#[from] Fault),
}

/// Delivers one mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands `message` over to the mail system; `Ok` means that it has taken responsibility.
    async fn send(&self, message: &Message) -> Result<(), MailFailure>;
}

/// One mail, ready to go. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its `Message-ID` without angle brackets: a second delivery of the same mail has the same.
    pub id: String,
    /// The recipient.
    pub to: Email,
    /// A neutral subject (M2).
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The language of both parts.
    pub language: Language,
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailFailure {
    /// It may be taken later. The text is for the log and holds no address.
    #[error("mail not taken for now: {0}")]
    Temporary(String),
    /// It will never be taken.
    #[error("mail refused: {0}")]
    Permanent(String),
}

/// MitID behind a broker, or anything else that vouches for a person's CPR number.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Where to send the browser, and what must be remembered until it returns.
    async fn begin(&self, request: &IdentityRequest) -> Result<Departure, IdentityFailure>;

    /// Judges the browser's return: who is vouched for.
    async fn complete(&self, callback: &IdentityCallback<'_>) -> Result<VouchedIdentity, IdentityFailure>;

    /// The address that ends the provider's own session, if it has one (L9). `session` is
    /// [`VouchedIdentity::session`]. The browser comes back to the portal.
    async fn end_session(&self, session: Option<&[u8]>) -> Option<String>;

    /// Whether this provider only compares a CPR number that the person typed: then a login asks for it first.
    fn compares_typed_cpr(&self) -> bool {
        false
    }

    /// Whether it could be reached when last tried. Pages say so when not (L1).
    fn available(&self) -> bool;
}

/// A journey to the identity provider.
#[non_exhaustive]
pub struct IdentityRequest {
    /// The `state` that comes back with the browser.
    pub state: String,
    /// The language of the provider's pages.
    pub language: Language,
    /// When the journey begins: a proof from before is not fresh.
    pub now: Timestamp,
}

impl IdentityRequest {
    /// A request that begins `now`.
    #[must_use]
    pub fn new(state: String, language: Language, now: Timestamp) -> Self {
        Self { state, language, now }
    }
}

/// Where the browser goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Departure {
    /// The provider's address, with everything in it.
    pub url: String,
    /// What the adapter needs again at the return (nonce, verifier). The portal keeps it sealed.
    pub remember: Vec<u8>,
}

/// The browser's return from the identity provider.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct IdentityCallback<'a> {
    /// The query's names and values, decoded, in order.
    pub query: &'a [(String, String)],
    /// [`Departure::remember`].
    pub remembered: &'a [u8],
    /// The number the person typed, for providers that only compare.
    pub typed_cpr: Option<&'a Cpr>,
    /// The time now.
    pub now: Timestamp,
}

impl<'a> IdentityCallback<'a> {
    /// A return at `now`.
    #[must_use]
    pub fn new(
        query: &'a [(String, String)],
        remembered: &'a [u8],
        typed_cpr: Option<&'a Cpr>,
        now: Timestamp,
    ) -> Self {
        Self { query, remembered, typed_cpr, now }
    }
}

/// A person that the provider vouches for. The adapter has checked signature, freshness and that it is a private person.
#[derive(Clone, PartialEq, Eq)]
pub struct VouchedIdentity {
    /// The number: given by the provider, or the typed one that it confirmed.
    pub cpr: Cpr,
    /// The provider's own stable id of the person.
    pub subject: String,
    /// The name the provider gives, for staff to see beside the typed one.
    pub name: Option<String>,
    /// How sure the provider is.
    pub assurance: Assurance,
    /// When the person authenticated.
    pub authenticated_at: Timestamp,
    /// What [`IdentityProvider::end_session`] needs (an ID token). Kept sealed beside the session.
    pub session: Option<Vec<u8>>,
}

/// A level of assurance as NSIS defines them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Assurance {
    /// Lav.
    #[n(0)]
    Low,
    /// Betydelig.
    #[n(1)]
    Substantial,
    /// Høj.
    #[n(2)]
    High,
}

/// Why nobody was vouched for (L1). Each has its own text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityFailure {
    /// The person broke off. An outcome, not an error.
    #[error("broken off by the person")]
    Aborted,
    /// The person has no CPR number.
    #[error("the identity has no CPR number")]
    NoCpr,
    /// The typed CPR number is not the person's (providers that only compare).
    #[error("the typed CPR number is not the identity's")]
    OtherPerson,
    /// A business or test identity.
    #[error("not a private person's identity")]
    NotPrivate,
    /// Below the demanded level.
    #[error("the assurance level is too low")]
    AssuranceTooLow,
    /// An authentication from before the journey began.
    #[error("the authentication is not fresh")]
    NotFresh,
    /// The return could not be believed: wrong state, signature, issuer, nonce. The code is for the log.
    #[error("the provider's answer was refused: {0}")]
    Refused(&'static str),
    /// The provider cannot be reached.
    #[error("the provider cannot be reached")]
    Unavailable(#[source] Fault),
}

/// Knows who holds custody of a child (R3). Ask it only about numbers that somebody has proved or typed for a purpose.
#[async_trait]
pub trait CustodyRegistry: Send + Sync {
    /// Whether `adult` holds custody of `child`. A fault counts as [`Custody::Unknown`].
    async fn custody(&self, child: &Cpr, adult: &Cpr) -> Result<Custody, Fault>;
}

/// A clinic's own system: what it holds of its patients (K1).
#[async_trait]
pub trait ClinicSystem: Send + Sync {
    /// Whether this clinic has a system at all. Asked once, when the portal is made; of a clinic without one nothing is
    /// asked or told.
    fn serves(&self, clinic: ClinicId) -> bool {
        let _ = clinic;
        true
    }

    /// What it holds of a person; `None` when it knows nobody of this number, or nothing at all. A fault means that it
    /// is asked another time; it never holds up a login. It answers or gives up within a few seconds.
    async fn patient(&self, clinic: ClinicId, cpr: &Cpr) -> Result<Option<ClinicPatient>, Fault>;

    /// Takes over how a patient is reached. Called again after a fault.
    async fn update(&self, clinic: ClinicId, cpr: &Cpr, contact: &Contact) -> Result<(), Fault>;

    /// Is told that a patient's access at the clinic is over (A7). Called again after a fault.
    async fn left(&self, clinic: ClinicId, cpr: &Cpr) -> Result<(), Fault>;
}

/// What a clinic's own system holds of a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClinicPatient {
    /// How the patient is reached.
    pub contact: Contact,
    /// Whether the person is the clinic's own patient, if it says so (S1).
    pub own_patient: Option<bool>,
}

impl ClinicPatient {
    /// A patient that is reached so.
    #[must_use]
    pub fn new(contact: Contact, own_patient: Option<bool>) -> Self {
        Self { contact, own_patient }
    }
}

/// No register of custody: nobody can tell.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to it")]
pub struct NoCustodyRegistry;

#[async_trait]
impl CustodyRegistry for NoCustodyRegistry {
    async fn custody(&self, _: &Cpr, _: &Cpr) -> Result<Custody, Fault> {
        Ok(Custody::Unknown)
    }
}

/// No clinic has a system that tells anything.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to it")]
pub struct NoClinicSystem;

#[async_trait]
impl ClinicSystem for NoClinicSystem {
    fn serves(&self, _: ClinicId) -> bool {
        false
    }

    async fn patient(&self, _: ClinicId, _: &Cpr) -> Result<Option<ClinicPatient>, Fault> {
        Ok(None)
    }

    async fn update(&self, _: ClinicId, _: &Cpr, _: &Contact) -> Result<(), Fault> {
        Ok(())
    }

    async fn left(&self, _: ClinicId, _: &Cpr) -> Result<(), Fault> {
        Ok(())
    }
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Gives random bytes that nobody can foresee.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// When the system has no randomness to give; nothing may go on without.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault>;
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(•••)")
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("id", &self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Departure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Departure(•••)")
    }
}

impl std::fmt::Debug for IdentityRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityRequest(•••)")
    }
}

impl std::fmt::Debug for VouchedIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VouchedIdentity").field("assurance", &self.assurance).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for IdentityCallback<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityCallback(•••)")
    }
}
