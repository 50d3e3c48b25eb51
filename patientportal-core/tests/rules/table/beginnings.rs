//! What begins a flow: who does what where nothing waits yet.

use patientportal_core::portal::ContactForm;
use patientportal_core::store::FlowKind;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, OFF, World, refusal};

use crate::MINUTE;

use super::commands::ALWAYS_THE_SAME;
use super::scene::{Answer, Line, Outcome, Scene, said, told};
use super::scripts::{NEW, come_of_age, keep_form};

/// Something that may begin a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Register,
    RegisterWhereClosed,
    RegisterChild,
    RegisterChildWhereClosed,
    LogInWithMitId,
    ProveWithMitId,
    RightPassword,
    WrongPassword,
    UnknownNumber,
    Reset,
    ResetToUnproved,
    ResetOfAnother,
    ResetOfNobody,
    CreateUser,
    CreateUserAgain,
    ChangeEmailByMitId,
    ChangeEmailByCode,
    ChangeEmailTooLate,
    ConfirmNewEmail,
    ConfirmOwnEmail,
    ChooseAnew,
    ChooseAnewWithoutMitId,
    LateForm,
}

/// Everything that may begin a flow.
pub(super) async fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for beginning in Beginning::ALL {
        lines.push(beginning.line().await);
    }
    lines
}

impl Beginning {
    const ALL: [Self; 23] = [
        Self::Register,
        Self::RegisterWhereClosed,
        Self::RegisterChild,
        Self::RegisterChildWhereClosed,
        Self::LogInWithMitId,
        Self::ProveWithMitId,
        Self::RightPassword,
        Self::WrongPassword,
        Self::UnknownNumber,
        Self::Reset,
        Self::ResetToUnproved,
        Self::ResetOfAnother,
        Self::ResetOfNobody,
        Self::CreateUser,
        Self::CreateUserAgain,
        Self::ChangeEmailByMitId,
        Self::ChangeEmailByCode,
        Self::ChangeEmailTooLate,
        Self::ConfirmNewEmail,
        Self::ConfirmOwnEmail,
        Self::ChooseAnew,
        Self::ChooseAnewWithoutMitId,
        Self::LateForm,
    ];

    /// The portal's method and what it is given, and who gives it.
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Register => ("begin_registration", "visitor"),
            Self::RegisterWhereClosed => ("begin_registration: where it is off", "visitor"),
            Self::RegisterChild => ("begin_child_registration", "visitor"),
            Self::RegisterChildWhereClosed => ("begin_child_registration: where it is off", "visitor"),
            Self::LogInWithMitId => ("begin_mitid_login", "visitor"),
            Self::ProveWithMitId => ("begin_owner_proof", "owner, logged in"),
            Self::RightPassword => ("submit_password: right", "visitor"),
            Self::WrongPassword => ("submit_password: wrong", "visitor"),
            Self::UnknownNumber => ("submit_password: unknown number", "visitor"),
            Self::Reset => ("request_reset: number and proved address", "visitor"),
            Self::ResetToUnproved => ("request_reset: address never proved", "visitor"),
            Self::ResetOfAnother => ("request_reset: another address", "visitor"),
            Self::ResetOfNobody => ("request_reset: unknown number", "visitor"),
            Self::CreateUser => ("create_user", "staff"),
            Self::CreateUserAgain => ("create_user: of one who has an account", "staff"),
            Self::ChangeEmailByMitId => ("begin_email_change", "owner, MitID just now"),
            Self::ChangeEmailByCode => ("begin_email_change: without password", "owner, code just now"),
            Self::ChangeEmailTooLate => ("begin_email_change", "owner, MitID long ago"),
            Self::ConfirmNewEmail => ("confirm_contact: a new address", "owner, MitID just now"),
            Self::ConfirmOwnEmail => ("confirm_contact: the same address", "owner, MitID just now"),
            Self::ChooseAnew => ("submit_renewal", "owner come of age, MitID"),
            Self::ChooseAnewWithoutMitId => ("submit_renewal", "owner come of age, code"),
            Self::LateForm => ("keep_late_form", "owner, session just over"),
        }
    }

    async fn line(self) -> Line {
        let mut scene = Scene::new();
        if matches!(self, Self::ConfirmNewEmail | Self::ConfirmOwnEmail) {
            scene.world = scene.world.with_clinic_systems();
        }
        let mut browser = scene.world.browser(if self.is_where_closed() { OFF } else { AUTOMATIC });
        self.prepare(&scene.world, &mut browser).await;
        scene.settle().await;
        let (before, flows) = (scene.written().await, scene.flows().await);
        let answer = self.give(&scene.world, &browser).await;
        scene.settle().await;
        let begun = scene.flows().await.into_iter().filter(|flow| !flows.contains(flow));
        let begun: Vec<FlowKind> = begun.map(|(_, kind)| kind).collect();
        assert!(begun.len() <= 1, "{self:?} begins one flow: {begun:?}");
        let becomes = begun.first().map(|kind| format!("{kind:?}"));
        let outcome = Outcome::of(&scene, before, answer, becomes).await;
        let (command, actor) = self.name();
        Line { state: NOTHING.to_owned(), command, actor, outcome }
    }

    fn is_where_closed(self) -> bool {
        matches!(self, Self::RegisterWhereClosed | Self::RegisterChildWhereClosed)
    }

    async fn prepare(self, world: &World, browser: &mut Browser<'_>) {
        match self {
            Self::ConfirmNewEmail | Self::ConfirmOwnEmail => {
                world.clinic_holds(AUTOMATIC, &Person::NANCY, "gammel@example.dk", "");
                browser.register(&Person::NANCY).await;
            }
            Self::RightPassword | Self::WrongPassword | Self::ResetToUnproved => {
                drop(world.registered(&Person::NANCY, AUTOMATIC).await);
            }
            Self::Reset | Self::ResetOfAnother | Self::CreateUserAgain => {
                drop(world.proven(&Person::NANCY, AUTOMATIC).await);
                world.wait(MINUTE);
            }
            Self::ProveWithMitId | Self::ChangeEmailByMitId | Self::LateForm => {
                drop(browser.register(&Person::NANCY).await)
            }
            Self::ChangeEmailTooLate => {
                browser.register(&Person::NANCY).await;
                world.wait(6 * MINUTE);
            }
            Self::ChangeEmailByCode => {
                drop(world.registered(&Person::NANCY, AUTOMATIC).await);
                browser.log_in_with_code(&Person::NANCY).await;
            }
            Self::ChooseAnew => {
                come_of_age(world).await;
                browser.log_in_with_mitid(&Person::CHILD).await.expect("their own MitID");
            }
            Self::ChooseAnewWithoutMitId => {
                come_of_age(world).await;
                browser.log_in_with_code(&Person::CHILD).await;
            }
            _ => {}
        }
    }

    async fn give(self, world: &World, browser: &Browser<'_>) -> Answer {
        let (nancy, portal) = (Person::NANCY, &world.portal);
        match self {
            Self::Register | Self::RegisterWhereClosed => {
                said(browser.submit_registration(&nancy.form()).await, "sent to MitID")
            }
            Self::RegisterChild | Self::RegisterChildWhereClosed => {
                said(browser.submit_child(&Person::CHILD, &Person::MAX).await, "sent to MitID")
            }
            Self::LogInWithMitId => said(browser.leave_for_mitid().await, "sent to MitID"),
            Self::ProveWithMitId => {
                let principal = browser.principal().await.expect("logged in");
                let sent = portal.begin_owner_proof(&browser.visitor, &principal, browser.to).await;
                said(refusal(sent), "sent to MitID")
            }
            Self::RightPassword => said(browser.submit_password(nancy.cpr, nancy.password).await, "code mailed"),
            Self::WrongPassword => said(browser.submit_password(nancy.cpr, "Forkert-12").await, "code mailed"),
            Self::UnknownNumber => said(browser.submit_password(nancy.cpr, nancy.password).await, "code mailed"),
            Self::Reset | Self::ResetToUnproved | Self::ResetOfNobody => {
                said(browser.request_reset(nancy.cpr, nancy.email).await, ALWAYS_THE_SAME)
            }
            Self::ResetOfAnother => said(browser.request_reset(nancy.cpr, NEW).await, ALWAYS_THE_SAME),
            Self::CreateUser | Self::CreateUserAgain => {
                told(world.create_user(&nancy.new_user(), AUTOMATIC).await, |_| "link mailed")
            }
            Self::ChangeEmailByMitId | Self::ChangeEmailByCode | Self::ChangeEmailTooLate => {
                said(browser.change_email(NEW, "").await, "code mailed")
            }
            Self::ConfirmNewEmail => said(browser.confirm_contact(&contact_form(NEW)).await, "code mailed"),
            Self::ConfirmOwnEmail => {
                said(browser.confirm_contact(&contact_form(nancy.email)).await, "both sides at one")
            }
            Self::LateForm => said(keep_form(world, browser).await, "kept"),
            Self::ChooseAnew | Self::ChooseAnewWithoutMitId => {
                said(browser.submit_renewal(&Person::CHILD.renewal(NEW, "Sommerfugl-9")).await, "code mailed")
            }
        }
    }
}

fn contact_form(email: &str) -> ContactForm {
    ContactForm { email: email.to_owned(), mobile: String::new(), password: String::new() }
}

/// The state of what has not begun.
pub(super) const NOTHING: &str = "nothing yet";
