//! What a flow waits for, by name: for tools and tests that must not see what was typed.

use crate::fault::Fault;
use crate::sealing::KeyRing;
use crate::store::FlowRecord;

use super::{Flow, FlowState};

/// What a flow waits for, without a word of what it holds. Where a browser is back from MitID without having been let in,
/// the journey is over and the form is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "who lists the flows must notice a new one")]
pub enum FlowKind {
    /// A registration, for MitID (R1).
    RegistrationAwaitingMitId,
    /// A registration whose journey is over (R5).
    RegistrationJourneyOver,
    /// A vouched person without an account, for the form (L2).
    RegistrationAwaitingForm,
    /// A login, or a proof by who is logged in, for MitID (L1, R7).
    LoginAwaitingMitId,
    /// A login whose journey is over.
    LoginJourneyOver,
    /// A right password, for its code (L3).
    LoginAwaitingCode,
    /// A code was accepted, and its browser may not have heard of it (L3).
    CodeAccepted,
    /// A reset link, for the new password (F1).
    RecoveryAwaitingPassword,
    /// A child's registration, for a guardian's MitID (R3).
    ChildAwaitingGuardian,
    /// A child's registration whose journey is over (R5).
    ChildJourneyOver,
    /// A child that has an account, for a guardian's choice (R6).
    ChildAwaitingChoice,
    /// An activation link, for number and password (R7).
    ActivationAwaitingPassword,
    /// A new e-mail address, for its code (K1, A7).
    EmailAwaitingCode,
    /// Somebody who has come of age and has chosen, for the code (L7).
    RenewalAwaitingCode,
    /// A person known under another number, for the word that it has changed (A11).
    NumberAwaitingConsent,
    /// A form that came when its session was over, for its owner to log in again (L10).
    FormAwaitingOwner,
    /// Used.
    Finished,
}

impl FlowKind {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::RegistrationAwaitingMitId,
        Self::RegistrationJourneyOver,
        Self::RegistrationAwaitingForm,
        Self::LoginAwaitingMitId,
        Self::LoginJourneyOver,
        Self::LoginAwaitingCode,
        Self::CodeAccepted,
        Self::RecoveryAwaitingPassword,
        Self::ChildAwaitingGuardian,
        Self::ChildJourneyOver,
        Self::ChildAwaitingChoice,
        Self::ActivationAwaitingPassword,
        Self::EmailAwaitingCode,
        Self::RenewalAwaitingCode,
        Self::NumberAwaitingConsent,
        Self::FormAwaitingOwner,
        Self::Finished,
    ];
}

impl FlowRecord {
    /// What the flow waits for.
    ///
    /// # Errors
    /// When the key ring does not open it.
    pub fn kind(&self, ring: &KeyRing) -> Result<FlowKind, Fault> {
        Flow::from_record(self, ring).map(|flow| flow.state.kind())
    }
}

impl FlowState {
    fn kind(&self) -> FlowKind {
        match self {
            Self::RegistrationAwaitingMitId(state) if state.journey.is_none() => FlowKind::RegistrationJourneyOver,
            Self::RegistrationAwaitingMitId(_) => FlowKind::RegistrationAwaitingMitId,
            Self::RegistrationAwaitingForm(_) => FlowKind::RegistrationAwaitingForm,
            Self::LoginAwaitingMitId(state) if state.journey.is_none() => FlowKind::LoginJourneyOver,
            Self::LoginAwaitingMitId(_) => FlowKind::LoginAwaitingMitId,
            Self::LoginAwaitingCode(_) => FlowKind::LoginAwaitingCode,
            Self::CodeAccepted(_) => FlowKind::CodeAccepted,
            Self::RecoveryAwaitingPassword(_) => FlowKind::RecoveryAwaitingPassword,
            Self::ChildAwaitingGuardian(state) if state.journey.is_none() => FlowKind::ChildJourneyOver,
            Self::ChildAwaitingGuardian(_) => FlowKind::ChildAwaitingGuardian,
            Self::ChildAwaitingChoice(_) => FlowKind::ChildAwaitingChoice,
            Self::ActivationAwaitingPassword(_) => FlowKind::ActivationAwaitingPassword,
            Self::EmailAwaitingCode(_) => FlowKind::EmailAwaitingCode,
            Self::RenewalAwaitingCode(_) => FlowKind::RenewalAwaitingCode,
            Self::NumberAwaitingConsent(_) => FlowKind::NumberAwaitingConsent,
            Self::FormAwaitingOwner(_) => FlowKind::FormAwaitingOwner,
            Self::Finished => FlowKind::Finished,
        }
    }
}
