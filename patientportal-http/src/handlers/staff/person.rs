//! One person's page, and what is done there at once (S1).

use patientportal_core::account::{IdentityStanding, MembershipCommand};
use patientportal_core::fault::Fault;
use patientportal_core::ids::AccountId;
use patientportal_core::portal::{MemberDetails, StaffOperation};
use patientportal_core::refusal::{Failure, Refusal};

use super::desk::Desk;
use super::forms;
use super::list::{reason_text, reasons, state_text, ticked, ticks};
use crate::forms::PostedForm;
use crate::links::account_word;
use crate::news::{StaffNews, with_news};
use crate::pages::{ActButton, PersonLines, StaffMenu, StaffPersonPage};
use crate::reply::{Handled, Reply};
use crate::router::StaffAct;
use crate::texts::{StaffListTexts, StaffPersonTexts, fill};

pub(super) async fn show(desk: &Desk<'_>, account: AccountId) -> Handled {
    let details = desk.portal().clinic_member(desk.staff(), account).await?;
    Ok(Reply::page(&page(desk, &details, None)))
}

/// The form of what asks something first.
pub(super) async fn show_form(desk: &Desk<'_>, account: AccountId, act: StaffAct) -> Handled {
    // Nobody is asked for what would be refused.
    let details = desk.portal().clinic_member(desk.staff(), account).await?;
    if !details.operations.contains(&act.operation()) {
        return Ok(Reply::see_other(&desk.links().person(desk.slug(), account)));
    }
    Ok(match act {
        StaffAct::Renew => forms::renew(desk, account, &PostedForm::default(), Vec::new()),
        StaffAct::ChangeNumber => forms::change_number(desk, account, &PostedForm::default(), Vec::new()),
        _ => forms::confirm_end(desk, account),
    })
}

pub(super) async fn act(desk: &Desk<'_>, account: AccountId, act: StaffAct, form: &PostedForm) -> Handled {
    match act {
        StaffAct::Renew => return forms::submit_renewal(desk, account, form).await,
        StaffAct::ChangeNumber => return forms::submit_number(desk, account, form).await,
        _ => {}
    }
    let here = desk.links().person(desk.slug(), account);
    if !desk.is_fresh(form) {
        return Ok(Reply::see_other(&here));
    }
    match done(desk, account, act, form).await {
        Ok(news) => Ok(Reply::see_other(&with_news(&here, news.code()))),
        Err(Failure::Refused(refusal)) if !matches!(refusal, Refusal::NoSuchMember | Refusal::NotYourRole) => {
            let details = desk.portal().clinic_member(desk.staff(), account).await?;
            let page = page(desk, &details, Some(refusal.text(desk.visit.language())));
            Ok(desk.refused(Reply::page(&page), &refusal))
        }
        Err(failure) => Err(failure),
    }
}

async fn done(desk: &Desk<'_>, account: AccountId, act: StaffAct, form: &PostedForm) -> Result<StaffNews, Failure> {
    let (portal, staff) = (desk.portal(), desk.staff());
    let decide = |command| portal.decide_membership(staff, account, command, "");
    Ok(match act {
        StaffAct::ChangeRights => {
            decide(MembershipCommand::SetRights(ticked(desk.clinic, form))).await?;
            StaffNews::RightsSaved
        }
        StaffAct::Suspend => {
            decide(MembershipCommand::Suspend).await?;
            StaffNews::Suspended
        }
        StaffAct::Reopen => {
            decide(MembershipCommand::Reopen).await?;
            StaffNews::Reopened
        }
        StaffAct::Exempt => {
            portal.exempt(staff, account).await?;
            StaffNews::Exempted
        }
        StaffAct::WithdrawExemption => {
            portal.withdraw_exemption(staff, account).await?;
            StaffNews::ExemptionOver
        }
        StaffAct::ResendActivation => {
            portal.resend_activation(staff, account).await?;
            StaffNews::LinkSent
        }
        StaffAct::Renew | StaffAct::ChangeNumber => {
            return Err(Fault::new("an act with a form of its own was to be done at once").into());
        }
        StaffAct::End => {
            decide(MembershipCommand::End).await?;
            StaffNews::Ended
        }
    })
}

fn page(desk: &Desk<'_>, details: &MemberDetails, problem: Option<String>) -> StaffPersonPage {
    let (links, slug, language) = (desk.links(), desk.slug(), desk.visit.language());
    let MemberDetails { member, operations, .. } = details;
    let (account, membership) = (member.account, &member.membership);
    let may = |operation: StaffOperation| operations.contains(&operation);
    let functions = || ticks(desk.clinic, membership.rights);
    let since = fill(StaffListTexts::of(language).since, "day", &membership.since.copenhagen_day(language));
    let here = links.person(slug, account);
    StaffPersonPage {
        frame: if problem.is_some() { desk.frame_at(here) } else { desk.frame() },
        bar: desk.bar(StaffMenu::Elsewhere),
        problem,
        account: account_word(account),
        person: PersonLines::of(member, language),
        created: details.created.copenhagen_day(language),
        identity: identity(desk, details),
        not_activated: not_activated(desk, details),
        state: format!("{} {since}", state_text(membership.state, language)),
        decided_by: membership.decided_by.as_ref().map(|by| by.0.clone()),
        reason: membership.reason.map(|reason| reason_text(reason, language)),
        decide: may(StaffOperation::Refuse).then(|| (functions(), reasons(language))),
        rights: may(StaffOperation::ChangeRights)
            .then(|| (functions(), links.act(slug, account, StaffAct::ChangeRights.word()))),
        membership_acts: buttons(desk, details, &[StaffAct::Suspend, StaffAct::Reopen, StaffAct::End]),
        login_acts: buttons(desk, details, &LOGIN_ACTS),
        mails: may(StaffOperation::SeeMails).then(|| links.persons_mails(slug, account)),
        trail: may(StaffOperation::ReadPersonsTrail).then(|| links.persons_trail(slug, account)),
    }
}

/// Those of the acts that would not be refused now.
fn buttons(desk: &Desk<'_>, details: &MemberDetails, acts: &[StaffAct]) -> Vec<ActButton> {
    let texts = StaffPersonTexts::of(desk.visit.language());
    let offered = acts.iter().filter(|act| details.operations.contains(&act.operation()));
    let button = |act: &StaffAct| {
        let (label, hint) = match act {
            StaffAct::ChangeRights => (texts.functions_save, None),
            StaffAct::Suspend => (texts.suspend, None),
            StaffAct::Reopen => (texts.reopen, None),
            StaffAct::End => (texts.end, None),
            StaffAct::Exempt => (texts.exempt, Some(texts.exempt_hint)),
            StaffAct::WithdrawExemption => (texts.withdraw, Some(texts.withdraw_hint)),
            StaffAct::ResendActivation => (texts.resend, None),
            StaffAct::Renew => (texts.renew, Some(texts.renew_hint)),
            StaffAct::ChangeNumber => (texts.change_number, Some(texts.change_number_hint)),
        };
        let to = desk.links().act(desk.slug(), details.member.account, act.word());
        ActButton { label, hint, to, has_page: act.has_page() }
    };
    offered.map(button).collect()
}

fn identity(desk: &Desk<'_>, details: &MemberDetails) -> String {
    let (texts, language) = (StaffPersonTexts::of(desk.visit.language()), desk.visit.language());
    match details.member.identity {
        IdentityStanding::Confirmed => texts.identity_confirmed.to_owned(),
        IdentityStanding::Unconfirmed if details.member.age < desk.visit.site.portal.policy().self_age => {
            texts.identity_child.to_owned()
        }
        IdentityStanding::Unconfirmed => texts.identity_unconfirmed.to_owned(),
        IdentityStanding::Exempt => {
            let since = details.exempt_since.unwrap_or(details.created);
            fill(texts.identity_exempt, "day", &since.copenhagen_day(language))
        }
    }
}

fn not_activated(desk: &Desk<'_>, details: &MemberDetails) -> Option<String> {
    let (texts, language) = (StaffPersonTexts::of(desk.visit.language()), desk.visit.language());
    let by = details.activate_by.filter(|_| !details.member.is_activated)?;
    Some(fill(texts.not_activated, "day", &by.copenhagen_day(language)))
}

const LOGIN_ACTS: [StaffAct; 5] = [
    StaffAct::ResendActivation,
    StaffAct::Exempt,
    StaffAct::WithdrawExemption,
    StaffAct::Renew,
    StaffAct::ChangeNumber,
];
