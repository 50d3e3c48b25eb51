//! Memberships: where one stands, against what the clinic, its owner and time do to it (A9, S1).

use patientportal_core::account::{Membership, MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::clinic::{ClinicDirectory, RegistrationMode};
use patientportal_core::ids::AccountId;
use patientportal_core::portal::{Portal, Principal, Staff};
use patientportal_core::refusal::Failure;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, OFF, World, refusal};

use crate::HOUR;

use super::scene::{Answer, Line, Outcome, Scene, said, told};

/// Something that moves a membership, or tries to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    ByStaff(MembershipCommand),
    ByStaffElsewhere(MembershipCommand),
    LinkedByStaff,
    Joins(RegistrationMode),
    Withdraws,
    Leaves,
    ClosesAccount,
    ThirtyDaysPass,
}

/// Every state, none at all among them, against every deed.
pub(super) async fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for state in [None].into_iter().chain(MembershipState::ALL.map(Some)) {
        let mut stage = None;
        for deed in deeds() {
            let set = match stage.take() {
                Some(stage) => stage,
                None => Stage::set(state).await,
            };
            let line = set.play(state, deed).await;
            if !line.outcome.wrote && deed != Deed::ThirtyDaysPass {
                stage = Some(set);
            }
            lines.push(line);
        }
    }
    lines
}

/// What a state is called.
pub(super) fn state_name(state: Option<MembershipState>) -> String {
    state.map_or("no membership".to_owned(), |state| format!("{state:?}"))
}

fn deeds() -> Vec<Deed> {
    let modes = [RegistrationMode::Automatic, RegistrationMode::Approval, RegistrationMode::Off];
    let by_staff = MembershipCommand::ALL.map(Deed::ByStaff).into_iter();
    let elsewhere = MembershipCommand::ALL.map(Deed::ByStaffElsewhere);
    let by_owner = [Deed::Withdraws, Deed::Leaves, Deed::ClosesAccount];
    by_staff
        .chain([Deed::LinkedByStaff])
        .chain(elsewhere)
        .chain(modes.map(Deed::Joins))
        .chain(by_owner)
        .chain([Deed::ThirtyDaysPass])
        .collect()
}

impl Deed {
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::ByStaff(command) => (decision_name(command), "staff of the clinic"),
            Self::ByStaffElsewhere(command) => (decision_name(command), "staff elsewhere"),
            Self::LinkedByStaff => ("create_user", "staff of the clinic"),
            Self::Joins(RegistrationMode::Automatic) => ("join: where it is automatic", "owner"),
            Self::Joins(RegistrationMode::Approval) => ("join: where it is approved", "owner"),
            Self::Joins(_) => ("join: where it is off", "owner"),
            Self::Withdraws => ("withdraw_request", "owner"),
            Self::Leaves => ("leave_clinic", "owner"),
            Self::ClosesAccount => ("close_account", "owner"),
            Self::ThirtyDaysPass => ("thirty days pass", "time"),
        }
    }
}

fn decision_name(command: MembershipCommand) -> &'static str {
    match command {
        MembershipCommand::Approve(_) => "decide_membership: approve",
        MembershipCommand::Refuse(_) => "decide_membership: refuse",
        MembershipCommand::Lapse => "decide_membership: lapse",
        MembershipCommand::End => "decide_membership: end",
        MembershipCommand::Suspend => "decide_membership: suspend",
        MembershipCommand::Reopen => "decide_membership: reopen",
        MembershipCommand::SetRights(_) => "decide_membership: set rights",
    }
}

/// Nancy, who is a member at one clinic, and stands somewhere at the one that approves.
struct Stage {
    scene: Scene,
    cookie: String,
    account: AccountId,
}

impl Stage {
    async fn set(state: Option<MembershipState>) -> Self {
        let scene = Scene::new();
        let world = &scene.world;
        let mut browser = world.registered(&Person::NANCY, AUTOMATIC).await;
        let account = principal(&world.portal, &browser).await.account();
        if let Some(state) = state {
            bring_to(world, &mut browser, account, state).await;
        }
        // The login of a moment ago that closing the account asks for.
        browser.log_in_with_mitid(&Person::NANCY).await.expect("her MitID");
        let cookie = browser.visitor.session.clone().expect("a session");
        scene.settle().await;
        let stage = Self { scene, cookie, account };
        assert_eq!(stage.stands().await, state_name(state), "the sample is what it is to be");
        stage
    }

    async fn play(&self, state: Option<MembershipState>, deed: Deed) -> Line {
        let before = self.scene.written().await;
        let answer = self.give(deed).await;
        let stands = self.stands().await;
        let becomes = (stands != state_name(state)).then_some(stands);
        let outcome = Outcome::of(&self.scene, before, answer, becomes).await;
        self.scene.settle().await;
        let (command, actor) = deed.name();
        Line { state: state_name(state), command, actor, outcome }
    }

    async fn stands(&self) -> String {
        let world = &self.scene.world;
        let account = world.store.account(self.account).await.expect("no fault").expect("it is kept").value;
        if account.details.cpr_index.is_empty() {
            return "account closed".to_owned();
        }
        state_name(account.access.membership(world.clinic(APPROVAL)).map(|here: &Membership| here.state))
    }

    async fn give(&self, deed: Deed) -> Answer {
        let world = &self.scene.world;
        let (portal, clinic) = (&world.portal, world.clinic(APPROVAL));
        let mut browser = world.browser(APPROVAL);
        browser.visitor.session = Some(self.cookie.clone());
        match deed {
            Deed::ByStaff(command) => decide(world, &world.staff(APPROVAL), self.account, command).await,
            Deed::ByStaffElsewhere(command) => decide(world, &world.staff(OFF), self.account, command).await,
            Deed::LinkedByStaff => {
                told(world.create_user(&Person::NANCY.new_user(), APPROVAL).await, |_| "access given")
            }
            Deed::Joins(mode) => {
                let portal = world.restarted(|settings| settings.clinics = all_registering(&settings.clinics, mode));
                let principal = principal(&portal, &browser).await;
                said(refusal(portal.join(&principal, clinic).await), "done")
            }
            Deed::Withdraws => {
                let principal = principal(portal, &browser).await;
                said(refusal(portal.withdraw_request(&principal, clinic).await), "done")
            }
            Deed::Leaves => {
                let principal = principal(portal, &browser).await;
                said(refusal(portal.leave_clinic(&principal, clinic).await), "done")
            }
            Deed::ClosesAccount => {
                let principal = principal(portal, &browser).await;
                said(refusal(portal.close_account(&browser.visitor, &principal, clinic, "").await), "done")
            }
            Deed::ThirtyDaysPass => {
                world.wait(31 * 24 * HOUR);
                self.scene.settle().await;
                Ok("done")
            }
        }
    }
}

async fn bring_to(world: &World, browser: &mut Browser<'_>, account: AccountId, state: MembershipState) {
    let staff = world.staff(APPROVAL);
    let clinic = world.clinic(APPROVAL);
    refusal(world.portal.join(&principal(&world.portal, browser).await, clinic).await).expect("asked");
    let (rights, reason) = (Rights::default(), RefusalReason::ContactClinic);
    let decisions: &[MembershipCommand] = match state {
        MembershipState::Pending => &[],
        MembershipState::Active => &[MembershipCommand::Approve(rights)],
        MembershipState::Suspended => &[MembershipCommand::Approve(rights), MembershipCommand::Suspend],
        MembershipState::Refused => &[MembershipCommand::Refuse(reason)],
        MembershipState::Ended => &[MembershipCommand::Approve(rights), MembershipCommand::End],
        MembershipState::Lapsed => {
            world.wait(31 * 24 * HOUR);
            world.work().await;
            &[]
        }
    };
    for decision in decisions {
        decide(world, &staff, account, *decision).await.expect("decided");
    }
}

/// A lapse is a fault where staff give it: time decides it.
async fn decide(world: &World, staff: &Staff, account: AccountId, command: MembershipCommand) -> Answer {
    match world.portal.decide_membership(staff, account, command, "").await {
        Err(Failure::Failed(_)) => Ok("a fault: time decides it"),
        answer => said(refusal(answer), "done"),
    }
}

async fn principal(portal: &Portal, browser: &Browser<'_>) -> Principal {
    let cookie = browser.visitor.session.as_deref().expect("a session");
    portal.principal(cookie).await.expect("no fault").expect("logged in")
}

fn all_registering(clinics: &ClinicDirectory, mode: RegistrationMode) -> ClinicDirectory {
    let clinics = clinics.iter().cloned().map(|mut clinic| {
        clinic.registration = mode;
        clinic
    });
    ClinicDirectory::new(clinics.collect()).expect("the same clinics")
}
