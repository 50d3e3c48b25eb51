//! The gate between login and functions, and the one policy question (L8, P1, P2): pure functions, asked about everything.

use patientportal_core::account::{Access, IdentityStanding, Membership, MembershipState};
use patientportal_core::clinic::{Clinic, ClinicMessage, Function, FunctionKind, MitIdDemand, RegistrationMode};
use patientportal_core::ids::{AccountId, Epoch, SecretHash, SessionNo};
use patientportal_core::moment::Timestamp;
use patientportal_core::policy::{Deed, Denial, Policy, may, outstanding_step};
use patientportal_core::session::{Proof, Session};

use super::scene::{Line, Outcome};

/// What may stand between a login and the functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Obstacle {
    None,
    Unconfirmed,
    Ward,
    PasswordMissing,
    OldTerms,
    NoMembership,
    NoMembershipWhereOff,
    ContactDiffers,
    Everything,
}

/// What may be with a function, for somebody who is a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Restriction {
    RightRemoved,
    Closed,
    NotOffered,
    DemandsMitIdWhereItCanBeUsed,
    DemandsMitIdOfExempt,
    DemandsMitIdOfEverybody,
    DemandsMitIdOfEverybodyOfExempt,
    DemandsMitIdOfWard,
    DemandsMitIdOfEverybodyOfWard,
}

/// Which step comes first, by how the session was proved (L8).
pub(super) fn steps() -> Vec<Line> {
    let mut lines = Vec::new();
    for obstacle in Obstacle::ALL {
        for proof in PROOFS {
            let (access, clinic) = obstacle.account();
            let step = outstanding_step(&session(proof), &access, &clinic, &Policy::default());
            let answer = step.map_or(Ok("the functions"), |step| Err(Denial::StepOutstanding(step).code()));
            lines.push(line(obstacle.name(), "outstanding_step", proof_name(Some(proof)), answer));
        }
    }
    lines
}

/// Whether a function may be used, by where the membership stands and what is with the function (P1, P2).
pub(super) fn functions() -> Vec<Line> {
    let mut lines = Vec::new();
    for state in [None].into_iter().chain(MembershipState::ALL.map(Some)) {
        for deed in DEEDS {
            for proof in [None].into_iter().chain(PROOFS.map(Some)) {
                let (access, clinic) = (member(state), clinic());
                let asked = proof.map(session);
                let name = super::memberships::state_name(state);
                lines.push(line(name, deed_name(deed), proof_name(proof), ask(asked, &access, &clinic, deed)));
            }
        }
    }
    for restriction in Restriction::ALL {
        for deed in DEEDS {
            for proof in PROOFS {
                let (access, clinic) = restriction.account();
                let answer = ask(Some(session(proof)), &access, &clinic, deed);
                lines.push(line(restriction.name(), deed_name(deed), proof_name(Some(proof)), answer));
            }
        }
    }
    lines
}

impl Obstacle {
    const ALL: [Self; 9] = [
        Self::None,
        Self::Unconfirmed,
        Self::Ward,
        Self::PasswordMissing,
        Self::OldTerms,
        Self::NoMembership,
        Self::NoMembershipWhereOff,
        Self::ContactDiffers,
        Self::Everything,
    ];

    fn name(self) -> String {
        let name = match self {
            Self::None => "nothing stands in the way",
            Self::Unconfirmed => "identity not confirmed",
            Self::Ward => "guardians answer for the owner",
            Self::PasswordMissing => "no password chosen",
            Self::OldTerms => "the terms are new",
            Self::NoMembership => "no membership here",
            Self::NoMembershipWhereOff => "no membership here, where registration is off",
            Self::ContactDiffers => "the clinic's system holds another address",
            Self::Everything => "all of them at once",
        };
        name.to_owned()
    }

    fn account(self) -> (Access, Clinic) {
        let (mut access, mut clinic) = (member(Some(MembershipState::Active)), clinic());
        let all = self == Self::Everything;
        if all || self == Self::Unconfirmed {
            access.identity = IdentityStanding::Unconfirmed;
        }
        // A ward's identity is asked of nobody: with all at once, the owner is none.
        access.ward = self == Self::Ward;
        access.password_missing = all || self == Self::PasswordMissing;
        if all || self == Self::OldTerms {
            access.terms = "of last year".to_owned();
        }
        if matches!(self, Self::NoMembership | Self::NoMembershipWhereOff) {
            access.memberships.clear();
        }
        if self == Self::NoMembershipWhereOff {
            clinic.registration = RegistrationMode::Off;
        }
        for here in &mut access.memberships {
            here.contact_differs = all || self == Self::ContactDiffers;
        }
        (access, clinic)
    }
}

impl Restriction {
    const ALL: [Self; 9] = [
        Self::RightRemoved,
        Self::Closed,
        Self::NotOffered,
        Self::DemandsMitIdWhereItCanBeUsed,
        Self::DemandsMitIdOfExempt,
        Self::DemandsMitIdOfEverybody,
        Self::DemandsMitIdOfEverybodyOfExempt,
        Self::DemandsMitIdOfWard,
        Self::DemandsMitIdOfEverybodyOfWard,
    ];

    fn name(self) -> String {
        let name = match self {
            Self::RightRemoved => "Active, the right is removed",
            Self::Closed => "Active, the function is closed for now",
            Self::NotOffered => "Active, the function is not offered",
            Self::DemandsMitIdWhereItCanBeUsed => "Active, MitID is demanded of who can use it",
            Self::DemandsMitIdOfExempt => "Active and exempt, MitID is demanded of who can use it",
            Self::DemandsMitIdOfEverybody => "Active, MitID is demanded of everybody",
            Self::DemandsMitIdOfEverybodyOfExempt => "Active and exempt, MitID is demanded of everybody",
            Self::DemandsMitIdOfWard => "Active and under 15, MitID is demanded of who can use it",
            Self::DemandsMitIdOfEverybodyOfWard => "Active and under 15, MitID is demanded of everybody",
        };
        name.to_owned()
    }

    fn account(self) -> (Access, Clinic) {
        let (mut access, mut clinic) = (member(Some(MembershipState::Active)), clinic());
        let demand = match self {
            Self::RightRemoved | Self::Closed | Self::NotOffered => MitIdDemand::None,
            Self::DemandsMitIdWhereItCanBeUsed | Self::DemandsMitIdOfExempt | Self::DemandsMitIdOfWard => {
                MitIdDemand::WhereItCanBeUsed
            }
            Self::DemandsMitIdOfEverybody
            | Self::DemandsMitIdOfEverybodyOfExempt
            | Self::DemandsMitIdOfEverybodyOfWard => MitIdDemand::OfEverybody,
        };
        clinic.functions.iter_mut().for_each(|function| function.mitid = demand);
        if matches!(self, Self::DemandsMitIdOfExempt | Self::DemandsMitIdOfEverybodyOfExempt) {
            access.identity = IdentityStanding::Exempt;
        }
        access.ward = matches!(self, Self::DemandsMitIdOfWard | Self::DemandsMitIdOfEverybodyOfWard);
        for here in access.memberships.iter_mut().filter(|_| self == Self::RightRemoved) {
            here.rights = here.rights.without(FUNCTION);
        }
        match self {
            Self::Closed => clinic.messages.push(closing()),
            Self::NotOffered => clinic.functions.clear(),
            _ => {}
        }
        (access, clinic)
    }
}

fn ask(session: Option<Session>, access: &Access, clinic: &Clinic, deed: Deed) -> Result<&'static str, &'static str> {
    let asked = session.as_ref().map(|session| (session, access));
    may(asked, clinic, FUNCTION, deed, NOW, &Policy::default()).map(|()| "yes").map_err(Denial::code)
}

fn member(state: Option<MembershipState>) -> Access {
    let here = state.map(|state| Membership { state, ..Membership::active(clinic().id, NOW) });
    Access::new(Policy::default().terms_version, here.into_iter().collect())
}

fn clinic() -> Clinic {
    let mut clinic = Clinic::new("table", "Lægehuset", "12 34 56 78");
    clinic.functions =
        vec![Function { kind: FUNCTION, title: "Tidsbestilling".to_owned(), target: None, mitid: MitIdDemand::None }];
    clinic
}

fn closing() -> ClinicMessage {
    let [danish, english] = ["Lukket", "Closed"].map(str::to_owned);
    ClinicMessage { from: NOW, until: None, danish, english, closes: vec![FUNCTION] }
}

fn session(proof: Proof) -> Session {
    Session {
        account: AccountId(1),
        no: SessionNo(1),
        secret: SecretHash([0; 16]),
        epoch: Epoch(0),
        proof,
        opened: NOW,
        ends: Timestamp(NOW.0 + 1),
        seen: NOW.minute(),
    }
}

fn line(state: String, command: &'static str, actor: &'static str, answer: Result<&'static str, &'static str>) -> Line {
    Line { state, command, actor, outcome: Outcome { answer, becomes: None, wrote: false, noted: false } }
}

fn deed_name(deed: Deed) -> &'static str {
    match deed {
        Deed::Read => "may: read",
        Deed::Act => "may: act",
    }
}

fn proof_name(proof: Option<Proof>) -> &'static str {
    match proof {
        None => "nobody logged in",
        Some(Proof::PasswordAndCode) => "by code",
        Some(Proof::MitIdSubstantial) => "by MitID, Substantial",
        Some(Proof::MitIdHigh) => "by MitID, High",
        Some(Proof::CodeToRenew) => "by code, come of age",
    }
}

const PROOFS: [Proof; 4] = [Proof::PasswordAndCode, Proof::MitIdSubstantial, Proof::MitIdHigh, Proof::CodeToRenew];
const DEEDS: [Deed; 2] = [Deed::Read, Deed::Act];
const FUNCTION: FunctionKind = FunctionKind::Booking;
const NOW: Timestamp = Timestamp(1_795_420_800_000);
