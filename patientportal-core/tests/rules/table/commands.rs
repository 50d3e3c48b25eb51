//! What can be done to a flow: the portal's methods, with right and wrong answers.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use patientportal_core::ids::FlowId;
use patientportal_core::portal::{
    ActivationForm, ChildOutcome, LoggedIn, Meeting, MitIdOutcome, NewLoginForm, Principal, Renewal,
};
use patientportal_core::ports::IdentityFailure;
use patientportal_core::refusal::Refusal;
use patientportal_core::sealing::FlowToken;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{Browser, refusal};

use super::samples::Sample;
use super::scene::{Answer, said, told};

/// Something done to a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    ReturnAsAwaited,
    ReturnAsAnother,
    ReturnUnconfirmed,
    KeptForm,
    KeptChildForm,
    SubmitProvenRegistration,
    KnownChild,
    RenewChild,
    JoinChild,
    CodePage,
    ResendCode,
    SubmitRightCode,
    SubmitWrongCode,
    CheckResetLink,
    SubmitReset,
    CheckActivationLink,
    Activate,
    ActivateWithWrongNumber,
    RequestActivationLink,
    ChangedNumber,
    ConfirmChangedNumber,
    DenyChangedNumber,
    EmailProofPage,
    ResendEmailCode,
    SubmitRightEmailCode,
    SubmitWrongEmailCode,
    Renewal,
    ResendRenewalCode,
    SubmitRightRenewalCode,
    SubmitWrongRenewalCode,
    LateForm,
    TakeLateForm,
}

/// An answer that tells nothing: whatever comes of the command is decided later (I6).
pub(super) const ALWAYS_THE_SAME: &str = "always the same answer";

/// What a command needs of whoever gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// A journey to MitID that was begun in this flow.
    Journey,
    /// The flow's id, or the token that a link or MitID carries.
    Flow,
    /// Somebody who is logged in.
    Session,
}

impl Command {
    pub(super) const ALL: [Self; 32] = [
        Self::ReturnAsAwaited,
        Self::ReturnAsAnother,
        Self::ReturnUnconfirmed,
        Self::KeptForm,
        Self::KeptChildForm,
        Self::SubmitProvenRegistration,
        Self::KnownChild,
        Self::RenewChild,
        Self::JoinChild,
        Self::CodePage,
        Self::ResendCode,
        Self::SubmitRightCode,
        Self::SubmitWrongCode,
        Self::CheckResetLink,
        Self::SubmitReset,
        Self::CheckActivationLink,
        Self::Activate,
        Self::ActivateWithWrongNumber,
        Self::RequestActivationLink,
        Self::ChangedNumber,
        Self::ConfirmChangedNumber,
        Self::DenyChangedNumber,
        Self::EmailProofPage,
        Self::ResendEmailCode,
        Self::SubmitRightEmailCode,
        Self::SubmitWrongEmailCode,
        Self::Renewal,
        Self::ResendRenewalCode,
        Self::SubmitRightRenewalCode,
        Self::SubmitWrongRenewalCode,
        Self::LateForm,
        Self::TakeLateForm,
    ];

    /// The portal's method, and what it is given where that makes a difference.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ReturnAsAwaited => "complete_mitid: who is awaited",
            Self::ReturnAsAnother => "complete_mitid: another person",
            Self::ReturnUnconfirmed => "complete_mitid: broken off",
            Self::KeptForm => "kept_form",
            Self::KeptChildForm => "kept_child_form",
            Self::SubmitProvenRegistration => "submit_proven_registration",
            Self::KnownChild => "known_child",
            Self::RenewChild => "renew_child",
            Self::JoinChild => "join_child",
            Self::CodePage => "code_page",
            Self::ResendCode => "resend_code",
            Self::SubmitRightCode => "submit_code: right",
            Self::SubmitWrongCode => "submit_code: wrong",
            Self::CheckResetLink => "check_reset_link",
            Self::SubmitReset => "submit_reset",
            Self::CheckActivationLink => "check_activation_link",
            Self::Activate => "activate: right number",
            Self::ActivateWithWrongNumber => "activate: wrong number",
            Self::RequestActivationLink => "request_activation_link",
            Self::ChangedNumber => "changed_number",
            Self::ConfirmChangedNumber => "confirm_changed_number",
            Self::DenyChangedNumber => "deny_changed_number",
            Self::EmailProofPage => "email_proof_page",
            Self::ResendEmailCode => "resend_email_code",
            Self::SubmitRightEmailCode => "submit_email_code: right",
            Self::SubmitWrongEmailCode => "submit_email_code: wrong",
            Self::Renewal => "renewal",
            Self::ResendRenewalCode => "resend_renewal_code",
            Self::SubmitRightRenewalCode => "submit_renewal_code: right",
            Self::SubmitWrongRenewalCode => "submit_renewal_code: wrong",
            Self::LateForm => "late_form",
            Self::TakeLateForm => "take_late_form",
        }
    }

    pub(super) fn needs(self) -> Needs {
        match self {
            Self::ReturnAsAwaited | Self::ReturnAsAnother | Self::ReturnUnconfirmed => Needs::Journey,
            Self::EmailProofPage
            | Self::ResendEmailCode
            | Self::SubmitRightEmailCode
            | Self::SubmitWrongEmailCode
            | Self::Renewal
            | Self::ResendRenewalCode
            | Self::SubmitRightRenewalCode
            | Self::SubmitWrongRenewalCode
            | Self::LateForm
            | Self::TakeLateForm => Needs::Session,
            _ => Needs::Flow,
        }
    }
}

/// Does it from this browser.
pub(super) async fn give(command: Command, sample: &Sample, browser: &mut Browser<'_>) -> Answer {
    match command.needs() {
        Needs::Journey => come_back(command, sample, browser).await,
        Needs::Flow => use_flow(command, sample, browser).await,
        Needs::Session => match browser.principal().await {
            Some(principal) => use_session(command, sample, browser, &principal).await,
            None => Err("not-logged-in"),
        },
    }
}

async fn come_back(command: Command, sample: &Sample, browser: &mut Browser<'_>) -> Answer {
    let departure = sample.departure.as_deref().expect("a journey was begun");
    let answer = match command {
        Command::ReturnAsAwaited => Ok(browser.identity(&sample.awaited)),
        Command::ReturnAsAnother => Ok(browser.identity(&Person::KIRSTEN)),
        _ => Err(IdentityFailure::Aborted),
    };
    told(browser.come_back(departure, answer).await, |outcome| of_mitid(&outcome.0))
}

fn of_mitid(outcome: &MitIdOutcome) -> &'static str {
    match outcome {
        MitIdOutcome::LoggedIn(login) => of_login(login),
        MitIdOutcome::OfferRegistration { .. } => "registration is offered",
        MitIdOutcome::NumberChanged { .. } => "asked whether the number has changed",
        MitIdOutcome::Child(outcome) => of_child(*outcome),
        MitIdOutcome::ChildExists { .. } => "told that the child has an account",
        other => panic!("an outcome without words: {other:?}"),
    }
}

fn of_login(login: &LoggedIn) -> &'static str {
    match login.meeting {
        Meeting::Created => "account created, logged in",
        Meeting::HadAccount => "logged in, nothing typed counts",
        Meeting::Back => "logged in",
        Meeting::NumberChanged => "account moved, logged in",
        Meeting::CameOfAge => "account taken over, logged in",
        Meeting::Proved => "proved anew, logged in",
    }
}

fn of_child(outcome: ChildOutcome) -> &'static str {
    match outcome {
        ChildOutcome::Created => "the child has an account",
        ChildOutcome::Requested => "the clinic is asked",
        ChildOutcome::Renewed => "all that was open ends",
        ChildOutcome::Joined => "access at this clinic",
        ChildOutcome::JoinRequested => "the clinic is asked for access",
        other => panic!("an outcome without words: {other:?}"),
    }
}

async fn use_flow(command: Command, sample: &Sample, browser: &mut Browser<'_>) -> Answer {
    let (portal, visitor, flow) = (&sample.scene.world.portal, browser.visitor.clone(), sample.flow);
    let (reference, digits) = sample.code.as_ref().map_or(("AA", "123456"), |(at, digits)| (at, digits));
    match command {
        Command::KeptForm => said(refusal(portal.kept_form(&visitor, flow).await), "the form"),
        Command::KeptChildForm => said(refusal(portal.kept_child_form(&visitor, flow).await), "the form"),
        Command::SubmitProvenRegistration => {
            let form = sample.awaited.form();
            logged_in(refusal(portal.submit_proven_registration(&visitor, flow, &form).await))
        }
        Command::KnownChild => said(refusal(portal.known_child(&visitor, flow).await), "the choice"),
        Command::RenewChild => {
            let [email, password] = ["ny@example.dk", "Sommerfugl-9"].map(str::to_owned);
            let (email_again, password_again) = (email.clone(), password.clone());
            let form = NewLoginForm { email, email_again, password, password_again };
            told(refusal(portal.renew_child(&visitor, flow, &form).await), |outcome| of_child(*outcome))
        }
        Command::JoinChild => told(refusal(portal.join_child(&visitor, flow).await), |outcome| of_child(*outcome)),
        Command::CodePage => said(refusal(portal.code_page(&visitor, flow).await), "the page"),
        Command::ResendCode => said(refusal(portal.resend_code(&visitor, flow).await), "code mailed"),
        Command::SubmitRightCode => logged_in(refusal(portal.submit_code(&visitor, flow, reference, digits).await)),
        Command::SubmitWrongCode => logged_in(refusal(portal.submit_code(&visitor, flow, reference, "000000").await)),
        Command::ChangedNumber => said(refusal(portal.changed_number(&visitor, flow).await), "the question"),
        Command::ConfirmChangedNumber => logged_in(refusal(portal.confirm_changed_number(&visitor, flow).await)),
        Command::DenyChangedNumber => {
            said(refusal(portal.deny_changed_number(&visitor, flow).await), "nothing changes")
        }
        _ => use_link(command, sample, browser).await,
    }
}

async fn use_link(command: Command, sample: &Sample, browser: &Browser<'_>) -> Answer {
    let (portal, visitor) = (&sample.scene.world.portal, &browser.visitor);
    let token = sample.token.clone().unwrap_or_else(|| without_secret(sample.flow));
    let form = |cpr: &str| ActivationForm { cpr: cpr.to_owned(), ..sample.awaited.activation() };
    match command {
        Command::CheckResetLink => said(refusal(portal.check_reset_link(&token).await), "the page"),
        Command::SubmitReset => {
            let password = "Sommerfugl-9";
            said(refusal(portal.submit_reset(visitor, &token, password, password).await), "all that was open ends")
        }
        Command::CheckActivationLink => said(refusal(portal.check_activation_link(&token).await), "the page"),
        Command::Activate => {
            said(refusal(portal.activate(visitor, &token, &form(sample.awaited.cpr)).await), "activated")
        }
        Command::ActivateWithWrongNumber => {
            said(refusal(portal.activate(visitor, &token, &form(Person::MAX.cpr)).await), "activated")
        }
        Command::RequestActivationLink => {
            said(refusal(portal.request_activation_link(visitor, &token).await), ALWAYS_THE_SAME)
        }
        other => panic!("not done with a flow: {other:?}"),
    }
}

async fn use_session(command: Command, sample: &Sample, browser: &Browser<'_>, principal: &Principal) -> Answer {
    let (portal, visitor) = (&sample.scene.world.portal, &browser.visitor);
    let (reference, digits) = sample.code.as_ref().map_or(("AA", "123456"), |(at, digits)| (at, digits));
    match command {
        Command::EmailProofPage => said(refusal(portal.email_proof_page(visitor, principal).await), "the page"),
        Command::ResendEmailCode => said(refusal(portal.resend_email_code(visitor, principal).await), "code mailed"),
        Command::SubmitRightEmailCode => {
            let answer = portal.submit_email_code(visitor, principal, reference, digits).await;
            said(refusal(answer), "the new address holds")
        }
        Command::SubmitWrongEmailCode => {
            let answer = portal.submit_email_code(visitor, principal, reference, "000000").await;
            said(refusal(answer), "the new address holds")
        }
        Command::Renewal => match portal.renewal(visitor, principal).await.expect("no fault") {
            None => Ok("nothing to renew"),
            Some(Renewal::ByMitId) => Ok("the way to MitID"),
            Some(Renewal::ByForm) => Ok("the form"),
            Some(Renewal::ByCode(_)) => Ok("the code's page"),
            Some(other) => panic!("a renewal without words: {other:?}"),
        },
        Command::ResendRenewalCode => {
            said(refusal(portal.resend_renewal_code(visitor, principal).await), "code mailed")
        }
        Command::SubmitRightRenewalCode => {
            logged_in(refusal(portal.submit_renewal_code(visitor, principal, reference, digits).await))
        }
        Command::SubmitWrongRenewalCode => {
            logged_in(refusal(portal.submit_renewal_code(visitor, principal, reference, "000000").await))
        }
        Command::LateForm => {
            let late = portal.late_form(visitor, principal).await.expect("no fault");
            Ok(if late.is_some() { "offered" } else { "nothing is kept" })
        }
        Command::TakeLateForm => told(refusal(portal.take_late_form(visitor, principal).await), |late| match late {
            Some(_) => "given back",
            None => "nothing is kept",
        }),
        other => panic!("not done in a session: {other:?}"),
    }
}

fn logged_in(answer: Result<LoggedIn, Refusal>) -> Answer {
    told(answer, of_login)
}

/// What somebody can make who has seen a page's flow id and no link.
fn without_secret(flow: FlowId) -> FlowToken {
    let text = URL_SAFE_NO_PAD.encode([flow.0, [0; 16]].concat());
    FlowToken::parse(&text).expect("a token")
}
