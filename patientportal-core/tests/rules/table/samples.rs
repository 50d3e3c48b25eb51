//! One sample of each thing that a flow can wait for, brought about the way that patients bring it about.

use std::time::Duration;

use patientportal_core::ids::FlowId;
use patientportal_core::portal::{Destination, Visitor};
use patientportal_core::sealing::FlowToken;
use patientportal_core::store::FlowKind;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, NEIGHBOUR, World};

use crate::{MINUTE, SECOND};

use super::scene::Scene;
use super::scripts::{NEW, RENUMBERED, come_of_age, keep_form, token_of};

/// How a flow came to wait for what it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Situation {
    FormSent,
    FormSentByOwner,
    FormSentByRenumbered,
    FormBrokenOff,
    Vouched,
    LoginOfOwner,
    LoginOfStranger,
    LoginOfRenumbered,
    ProofOfOwner,
    LoginBrokenOff,
    CodeMailed,
    CodeNotYet,
    CodeTriedFiveTimes,
    CodeTaken,
    ResetMailed,
    ChildOfHolder,
    ChildOfUnknown,
    ChildOfNotHolder,
    KnownChildOfGuardian,
    KnownChildOfStranger,
    ChildBrokenOff,
    ChoiceAtClinic,
    ChoiceAtAnother,
    LinkMailed,
    LinkTriedFiveTimes,
    NewEmail,
    RenewalChosen,
    NumberAsked,
    LateForm,
    Used,
}

/// A flow in a situation, and what those who are in it hold.
pub(super) struct Sample {
    pub(super) scene: Scene,
    pub(super) flow: FlowId,
    /// The browser that it belongs to, where it belongs to one.
    pub(super) own: Visitor,
    pub(super) to: Destination,
    /// Whom MitID is to vouch for, or whose account it is.
    pub(super) awaited: Person,
    /// Where MitID is, where a journey was begun.
    pub(super) departure: Option<String>,
    /// The token of the link that was mailed, or of the journey.
    pub(super) token: Option<FlowToken>,
    /// The reference and digits of the code that was mailed.
    pub(super) code: Option<(String, String)>,
}

/// What the hands of the script hold at its end.
#[derive(Default)]
pub(super) struct Held {
    pub(super) departure: Option<String>,
    pub(super) token: Option<FlowToken>,
    pub(super) code: Option<(String, String)>,
}

impl Situation {
    /// Every situation in which a flow waits for this. A new kind has to be thought of here.
    pub(super) fn of(kind: FlowKind) -> &'static [Self] {
        match kind {
            FlowKind::RegistrationAwaitingMitId => &[Self::FormSent, Self::FormSentByOwner, Self::FormSentByRenumbered],
            FlowKind::RegistrationJourneyOver => &[Self::FormBrokenOff],
            FlowKind::RegistrationAwaitingForm => &[Self::Vouched],
            FlowKind::LoginAwaitingMitId => {
                &[Self::LoginOfOwner, Self::LoginOfStranger, Self::LoginOfRenumbered, Self::ProofOfOwner]
            }
            FlowKind::LoginJourneyOver => &[Self::LoginBrokenOff],
            FlowKind::LoginAwaitingCode => &[Self::CodeMailed, Self::CodeNotYet, Self::CodeTriedFiveTimes],
            FlowKind::CodeAccepted => &[Self::CodeTaken],
            FlowKind::RecoveryAwaitingPassword => &[Self::ResetMailed],
            FlowKind::ChildAwaitingGuardian => &[
                Self::ChildOfHolder,
                Self::ChildOfUnknown,
                Self::ChildOfNotHolder,
                Self::KnownChildOfGuardian,
                Self::KnownChildOfStranger,
            ],
            FlowKind::ChildJourneyOver => &[Self::ChildBrokenOff],
            FlowKind::ChildAwaitingChoice => &[Self::ChoiceAtClinic, Self::ChoiceAtAnother],
            FlowKind::ActivationAwaitingPassword => &[Self::LinkMailed, Self::LinkTriedFiveTimes],
            FlowKind::EmailAwaitingCode => &[Self::NewEmail],
            FlowKind::RenewalAwaitingCode => &[Self::RenewalChosen],
            FlowKind::NumberAwaitingConsent => &[Self::NumberAsked],
            FlowKind::FormAwaitingOwner => &[Self::LateForm],
            FlowKind::Finished => &[Self::Used],
        }
    }

    /// What makes it another than the kind's first, in words; empty where there is one only.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::FormSentByOwner => "has an account",
            Self::LoginOfStranger => "has no account",
            Self::LoginOfRenumbered | Self::FormSentByRenumbered => "has an account under another number",
            Self::ProofOfOwner => "is logged in",
            Self::CodeNotYet => "no code may be sent yet",
            Self::CodeTriedFiveTimes => "after five wrong codes",
            Self::ChildOfUnknown => "custody is unknown",
            Self::ChildOfNotHolder => "custody is not held",
            Self::KnownChildOfGuardian => "the child has an account, by its guardian",
            Self::KnownChildOfStranger => "the child has an account, by a stranger",
            Self::ChoiceAtAnother => "at another clinic",
            Self::LinkTriedFiveTimes => "after five wrong numbers",
            _ => "",
        }
    }

    /// How long until it is too late.
    pub(super) fn life(self, world: &World) -> Duration {
        let policy = world.portal.policy();
        SECOND
            + match self {
                Self::Vouched | Self::ChoiceAtClinic | Self::ChoiceAtAnother | Self::NumberAsked => policy.proven_life,
                Self::CodeMailed | Self::CodeNotYet | Self::CodeTriedFiveTimes | Self::NewEmail => policy.code_life,
                Self::RenewalChosen => policy.code_life,
                Self::CodeTaken => 2 * MINUTE,
                Self::LateForm => 30 * MINUTE,
                Self::ResetMailed => policy.link_life,
                Self::LinkMailed | Self::LinkTriedFiveTimes => policy.activation_life,
                _ => policy.mitid_life,
            }
    }

    /// A flow in this situation.
    pub(super) async fn sample(self, kind: FlowKind) -> Sample {
        let scene = Scene::new();
        let slug = if self == Self::ChoiceAtAnother { NEIGHBOUR } else { AUTOMATIC };
        let mut browser = scene.world.browser(slug);
        let held = self.play(&scene.world, &mut browser).await;
        let (own, to) = (browser.visitor.clone(), browser.to);
        scene.settle().await;
        let flow = scene.the_one(kind).await;
        let token = held.token.or_else(|| held.departure.as_deref().map(token_of));
        Sample { flow, own, to, awaited: self.awaited(), departure: held.departure, token, code: held.code, scene }
    }

    pub(super) fn awaited(self) -> Person {
        match self {
            Self::ChildOfHolder
            | Self::ChildOfUnknown
            | Self::ChildOfNotHolder
            | Self::KnownChildOfGuardian
            | Self::ChildBrokenOff
            | Self::ChoiceAtClinic
            | Self::ChoiceAtAnother => Person::MAX,
            Self::KnownChildOfStranger => Person::NANCY,
            Self::LoginOfRenumbered | Self::FormSentByRenumbered => RENUMBERED,
            Self::RenewalChosen => Person::CHILD,
            _ => Person::NANCY,
        }
    }

    async fn play(self, world: &World, browser: &mut Browser<'_>) -> Held {
        match self {
            Self::FormSent | Self::FormSentByOwner | Self::FormSentByRenumbered | Self::FormBrokenOff => {
                self.register(world, browser).await
            }
            Self::Vouched | Self::LoginOfStranger => self.come_unknown(browser).await,
            Self::LoginOfOwner | Self::LoginOfRenumbered | Self::ProofOfOwner | Self::LoginBrokenOff => {
                self.log_in(world, browser).await
            }
            Self::CodeMailed | Self::CodeNotYet | Self::CodeTriedFiveTimes | Self::CodeTaken => {
                self.ask_for_code(world, browser).await
            }
            Self::ChildOfHolder | Self::ChildOfUnknown | Self::ChildOfNotHolder | Self::ChildBrokenOff => {
                self.register_child(world, browser).await
            }
            Self::KnownChildOfGuardian | Self::KnownChildOfStranger | Self::ChoiceAtClinic | Self::ChoiceAtAnother => {
                self.meet_child(world, browser).await
            }
            Self::ResetMailed => {
                drop(world.proven(&Person::NANCY, AUTOMATIC).await);
                browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("always the same");
                Held { token: Some(world.mailed_link().await), ..Held::default() }
            }
            Self::LinkMailed | Self::LinkTriedFiveTimes => self.be_invited(world, browser).await,
            Self::NewEmail => {
                browser.register(&Person::NANCY).await;
                world.mail("Din bruger er oprettet").await;
                let page = browser.change_email(NEW, "").await.expect("fresh");
                let digits = world.mailed_email_code(NEW).await;
                Held { code: page.reference.map(|reference| (reference, digits)), ..Held::default() }
            }
            Self::RenewalChosen => {
                come_of_age(world).await;
                browser.log_in_with_mitid(&Person::CHILD).await.expect("their own MitID");
                let page = browser.submit_renewal(&Person::CHILD.renewal(NEW, "Sommerfugl-9")).await.expect("a form");
                let digits = world.mailed_email_code(NEW).await;
                Held { code: page.reference.map(|reference| (reference, digits)), ..Held::default() }
            }
            Self::NumberAsked => {
                drop(world.proven(&Person::NANCY, AUTOMATIC).await);
                let identity = browser.identity(&RENUMBERED);
                browser.asked_for_number(identity).await;
                Held::default()
            }
            Self::LateForm => {
                browser.register(&Person::NANCY).await;
                keep_form(world, browser).await.expect("kept");
                browser.log_in_with_mitid(&Person::NANCY).await.expect("her MitID");
                Held::default()
            }
            Self::Used => {
                let departure = browser.submit_registration(&Person::NANCY.form()).await.expect("a good form");
                let identity = browser.identity(&Person::NANCY);
                browser.come_back(&departure, Ok(identity)).await.expect("vouched");
                Held { departure: Some(departure), ..Held::default() }
            }
        }
    }
}
