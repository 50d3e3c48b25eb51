//! The audit trail: who did what to which account, written in the commit of the deed, each entry under a MAC, and sealed
//! in batches within a second.

mod batch;
pub(crate) mod check;
mod flaw;
pub(crate) mod tree;

pub use batch::{AuditBatch, BatchRecord, KnownRoot, SealedBatch};
pub use flaw::AuditFlaw;
pub use tree::{TreeHash, entry_leaf, head_leaf, is_under};

use minicbor::{Decode, Encode};

use crate::ids::{AccountId, ClinicId, KeyId, StaffId};
use crate::moment::Timestamp;

/// One line of the audit trail, as stores keep it. Holds no person data and no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// 63 random bits.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// Whose account, if one is known.
    pub account: Option<AccountId>,
    /// At which clinic, if at one.
    pub clinic: Option<ClinicId>,
    /// Who did what: [`AuditRecord`], encoded.
    pub record: Vec<u8>,
    /// A MAC over all of the above under a key that is not in the store (I9).
    pub mac: [u8; 16],
}

/// Who did what.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct AuditRecord {
    /// Who.
    #[n(0)]
    pub actor: Actor,
    /// What.
    #[n(1)]
    pub event: AuditEvent,
    /// The key of the entry's MAC.
    #[n(2)]
    pub key: KeyId,
    /// Which member of staff, where one did it (S3).
    #[n(3)]
    pub staff: Option<StaffId>,
    /// How staff made sure who it is, where they had to (S4).
    #[n(4)]
    pub check: Option<IdentityCheck>,
    /// Which mail, where it is about one (S1).
    #[n(5)]
    pub mail: Option<MailTopic>,
}

/// Which mail (M1): what staff may know of it. Its words and its address are told to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum MailTopic {
    /// A security code (L3).
    #[n(0)]
    SecurityCode,
    /// A link to choose a new password (F1).
    #[n(1)]
    ResetLink,
    /// An activation link (R7).
    #[n(2)]
    ActivationLink,
    /// A code to a new address (K1, A7).
    #[n(3)]
    EmailProof,
    /// A request was received, approved, refused, withdrawn, or lapsed (R4).
    #[n(4)]
    Request,
    /// The account was created, activated by MitID, or closed.
    #[n(5)]
    Account,
    /// Password or e-mail address was changed, or somebody tried to register a child that has an account (R6).
    #[n(6)]
    Security,
    /// A clinic linked, suspended, reopened, ended, or changed a membership (S1).
    #[n(7)]
    Membership,
    /// Coming of age (L7).
    #[n(8)]
    ComingOfAge,
    /// A clinic renewed the account, moved it to another number, or ended an exemption (S4, A11, R7).
    #[n(9)]
    Renewal,
    /// How many requests wait, to the clinic itself (S5).
    #[n(10)]
    OpenRequests,
}

/// How staff made sure who somebody is (S4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum IdentityCheck {
    /// The person showed a passport, a driving licence or another card with a picture.
    #[n(0)]
    PhotoId,
    /// The person came in, and staff have known them for long.
    #[n(1)]
    KnownToStaff,
    /// Whoever answers for the child showed such a card.
    #[n(2)]
    GuardianPhotoId,
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Actor {
    /// Somebody who has proved nothing.
    #[n(0)]
    Visitor,
    /// The account's owner.
    #[n(1)]
    Patient,
    /// The portal itself.
    #[n(2)]
    Portal,
    /// A member of a clinic's staff.
    #[n(3)]
    Staff,
    /// Who answers for a child (A8).
    #[n(4)]
    Guardian,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum AuditEvent {
    /// An account was created with MitID (R4).
    #[n(0)]
    AccountCreated,
    /// A session was opened with MitID (L1).
    #[n(1)]
    LoggedInWithMitId,
    /// The password was right and a code was asked for (L3).
    #[n(2)]
    PasswordAccepted,
    /// The password was wrong, or there is no such account (L5).
    #[n(3)]
    PasswordRefused,
    /// A session was opened with password and code (L3).
    #[n(4)]
    LoggedInWithCode,
    /// A wrong code was typed (L3).
    #[n(5)]
    CodeRefused,
    /// A code was sent again (L3).
    #[n(6)]
    CodeSentAgain,
    /// MitID vouched for nobody who may come in (L1).
    #[n(7)]
    IdentityRefused,
    /// A session was ended by its owner (L9).
    #[n(8)]
    LoggedOut,
    /// A reset link was asked for (F1).
    #[n(9)]
    ResetAsked,
    /// A reset link was mailed (F1).
    #[n(10)]
    ResetMailed,
    /// The password was changed by a reset link (F1).
    #[n(11)]
    PasswordReset,
    /// A membership became active without staff (J1).
    #[n(12)]
    Joined,
    /// New terms were accepted (L8).
    #[n(13)]
    TermsAccepted,
    /// Registration met an account that exists (R6).
    #[n(14)]
    RegistrationMetAccount,
    /// The password's hash was made anew under stronger parameters.
    #[n(15)]
    PasswordRehashed,
    /// A clinic did not decide a request in time (R4).
    #[n(16)]
    RequestLapsed,
    /// A clinic was asked for access (R4, R8).
    #[n(20)]
    RequestMade,
    /// A request was taken back (R4).
    #[n(21)]
    RequestWithdrawn,
    /// Staff approved a request (S1).
    #[n(22)]
    RequestApproved,
    /// Staff refused a request (S1).
    #[n(23)]
    RequestRefused,
    /// Staff closed a membership for now (S1).
    #[n(24)]
    MembershipSuspended,
    /// Staff reopened a membership or a refused request (S1).
    #[n(25)]
    MembershipReopened,
    /// Staff changed what a member may do (S1).
    #[n(26)]
    RightsChanged,
    /// A membership was ended (S1, A7).
    #[n(27)]
    MembershipEnded,
    /// Staff saw who it is, in a list of their clinic's (S3).
    #[n(28)]
    ListedToStaff,
    /// Staff saw the page of one person (S3).
    #[n(29)]
    ShownToStaff,
    /// Staff looked a number up and found its owner (S3).
    #[n(30)]
    FoundByStaff,
    /// Staff looked a number up that nobody has who is or was at their clinic (S3).
    #[n(31)]
    SearchedByStaff,
    /// Staff saw which mails went to a person (S3).
    #[n(32)]
    MailsShownToStaff,
    /// Staff read the audit trail: of one person at their clinic, or of all (S3).
    #[n(33)]
    TrailRead,
    /// An administrator changed the clinic's settings (S3).
    #[n(34)]
    SettingsChanged,
    /// An administrator changed the keys of the clinic's own programs (S3).
    #[n(35)]
    ApiKeysChanged,
    /// A mail server took a mail (S1).
    #[n(140)]
    MailDelivered,
    /// A mail was given up (S1, M3).
    #[n(141)]
    MailGivenUp,
    /// A guardian confirmed a child's registration, and the account was created (R3).
    #[n(40)]
    ChildCreated,
    /// The register of custody says that whoever confirmed does not hold it (R3).
    #[n(41)]
    CustodyRefused,
    /// A child's registration met an account that exists (R6).
    #[n(42)]
    ChildMetAccount,
    /// A guardian chose a new e-mail address and password for a child's account (R6).
    #[n(43)]
    RenewedByGuardian,
    /// A child's account ended with the last request of a child that no clinic had let in (R4).
    #[n(44)]
    AccountErased,
    /// Another guardian answers for a child from now on (A8, R6).
    #[n(45)]
    GuardianAdded,
    /// The owner confirmed how to be reached, where a clinic's system held something else (K1).
    #[n(60)]
    ContactConfirmed,
    /// A code went to a new e-mail address (K1, A7).
    #[n(61)]
    EmailCodeSent,
    /// The e-mail address was changed, by a code sent to the new one (K1, A7).
    #[n(62)]
    EmailChanged,
    /// The mobile number was changed by its owner (A7).
    #[n(63)]
    MobileChanged,
    /// Account and guardians were told that its owner comes of age in three weeks (L7).
    #[n(80)]
    ToldOfAge,
    /// Somebody who has come of age took the account over; the guardians ended (L7).
    #[n(81)]
    CameOfAge,
    /// A reset link was asked for by or for somebody who has come of age, and advice was mailed instead (L7).
    #[n(82)]
    OfAgeAdvised,
    /// Staff renewed the account (S4).
    #[n(83)]
    RenewedByClinic,
    /// MitID vouched for the owner under another number, and they were asked whether it has changed (A11).
    #[n(84)]
    NumberAsked,
    /// The account moved to its owner's new number (A11).
    #[n(85)]
    NumberChanged,
    /// Staff created a user (R7).
    #[n(100)]
    UserCreated,
    /// Staff gave a person who had an account access at their clinic (R7).
    #[n(101)]
    UserLinked,
    /// An activation link was mailed (R7, A10).
    #[n(102)]
    ActivationMailed,
    /// A wrong number was typed at an activation link (R7).
    #[n(103)]
    ActivationRefused,
    /// An account was activated by its link (R7).
    #[n(104)]
    Activated,
    /// An account was activated by its owner's MitID (A10).
    #[n(105)]
    ActivatedWithMitId,
    /// An account that nobody came for in time was removed (A10).
    #[n(106)]
    UnactivatedRemoved,
    /// MitID confirmed whose account it is that a clinic created (R7).
    #[n(107)]
    IdentityConfirmed,
    /// Another person's MitID was used where the owner's was asked for (P2).
    #[n(108)]
    OtherPersonsMitId,
    /// Staff recorded that a person cannot use MitID (R7).
    #[n(109)]
    ExemptionRecorded,
    /// Staff took that back (R7).
    #[n(110)]
    ExemptionWithdrawn,
    /// The owner used MitID, which ended the exemption (R7).
    #[n(111)]
    ExemptionEnded,
    /// A password was chosen where there was none (A10).
    #[n(112)]
    PasswordChosen,
    /// The owner ended a session (A7).
    #[n(120)]
    SessionEnded,
    /// The owner set a new password (A7, F2).
    #[n(121)]
    PasswordChanged,
    /// The owner fetched all data held on them (A7).
    #[n(122)]
    DataFetched,
    /// The owner closed the account (A7).
    #[n(123)]
    AccountClosed,
    /// Somebody of a clinic's staff signed in at the portal's own pages, or chose the clinic to act for (S2).
    #[n(160)]
    StaffSignedIn,
    /// They signed out.
    #[n(161)]
    StaffSignedOut,
    /// Somebody was not signed in as staff.
    #[n(162)]
    StaffSignInRefused,
}
