//! What owners decide on their own page (A7): leaving a clinic, a new password, closing the account.

use super::{Account, FormerAccount, MembershipCommand, MembershipState, reach};
use crate::account::changed_number::seen_everywhere;
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::login::{self, Arrival, LoggedIn, Meeting, failure_counters};
use crate::ids::ClinicId;
use crate::mail::{Mail, Notice};
use crate::policy::Denial;
use crate::portal::Task;
use crate::ports::PasswordHash;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::store::{Change, Versioned};
use crate::value::Cpr;

/// Ends an active membership. One that the clinic has suspended stays so: leaving must not be the way around that. Done
/// twice, the second is as good as the first.
pub(crate) fn leave(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    session: &Session,
    clinic: ClinicId,
) -> Result<Step<()>, Fault> {
    if let Err(denial) = reach::may_change_own(facts, &account.value, session, facts.clinic(clinic)?) {
        return Ok(Step::refusing(Refusal::Denied(denial)));
    }
    let mut changed = account.value.clone();
    let Some(here) = changed.access.membership_mut(clinic) else {
        return Ok(Step::refusing(Refusal::Denied(Denial::NotAMember)));
    };
    match (here.state, here.after(MembershipCommand::End, facts.now)) {
        (MembershipState::Active, Ok(ended)) => *here = ended,
        (MembershipState::Ended, _) => return Ok(Step::answering(Ok(()))),
        (MembershipState::Suspended, _) => return Ok(Step::refusing(Refusal::ClosedByClinic)),
        _ => return Ok(Step::refusing(Refusal::Denied(Denial::NotAMember))),
    }
    let person = changed.details.person.open(changed.id, facts.ring)?;
    let told =
        Mail::notice(changed.id, person.email, changed.details.language, clinic, Notice::Ended).enqueue(facts)?;
    let news = tell_left(facts, clinic, person.cpr)?;
    let note = Note::of(changed.id, clinic, AuditEvent::MembershipEnded);
    Ok(Step::answering(Ok(()))
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }, told])
        .with(news)
        .noting(note))
}

/// Sets a new password. All that was open ends; this session goes on under a new cookie, as it was proved.
pub(crate) fn change_password(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    (session, arrival): (&Session, &Arrival<'_>),
    password: PasswordHash,
) -> Result<Step<LoggedIn>, Fault> {
    let clinic = arrival.origin.clinic;
    if let Err(denial) = reach::may_change_own(facts, &account.value, session, facts.clinic(clinic)?) {
        return Ok(Step::refusing(Refusal::Denied(denial)));
    }
    let mut changed = account.value.clone();
    changed.details.password = Some(password);
    changed.end_everything_open();
    let email = changed.details.person.open(changed.id, facts.ring)?.email;
    let told =
        Mail::notice(changed.id, email, changed.details.language, clinic, Notice::PasswordChanged).enqueue(facts)?;
    let note = Note::of(changed.id, clinic, AuditEvent::PasswordChanged);
    Ok(login::carry_on(facts, arrival, &changed, session, Meeting::Back)?
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }, told])
        .noting(note))
}

/// Closes the account: everything open and every membership ends, the clinics are told, the person is forgotten and the
/// number is free. What is left is an id for the audit trail, and that there was an account. `keeper`: where that is
/// remembered of an earlier one.
pub(crate) fn close(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    keeper: Option<&Versioned<Account>>,
    session: &Session,
    clinic: ClinicId,
) -> Result<Step<()>, Fault> {
    if let Err(denial) = reach::may_see_own(facts, &account.value, session, facts.clinic(clinic)?) {
        return Ok(Step::refusing(Refusal::Denied(denial)));
    }
    let mut changed = account.value.clone();
    let (id, person) = (changed.id, changed.details.person.open(changed.id, facts.ring)?);
    let told = Mail::notice(changed.id, person.email, changed.details.language, clinic, Notice::AccountClosed)
        .enqueue(facts)?;
    let mut step = Step::answering(Ok(())).with([told]);
    let is_known_there = |state| matches!(state, MembershipState::Active | MembershipState::Suspended);
    for here in changed.access.memberships.iter().filter(|here| is_known_there(here.state)) {
        step = step.with(tell_left(facts, here.clinic, person.cpr.clone())?);
    }
    let step = seen_everywhere(step, &changed, &Note::of(id, clinic, AuditEvent::AccountClosed));
    let released: Vec<_> = changed.claims().map(|index| Change::ReleaseCpr { index, account: id }).collect();
    let forgotten: Vec<_> = failure_counters(facts.ring, &changed).map(Change::Forget).collect();
    let former = FormerAccount::of(&changed, facts.now);
    changed.erase();
    let kept = former.keep(facts.ring.former_indexes(&person.cpr, Some(clinic)), &mut changed, keeper);
    let write = Change::Account { expect: Some(account.revision), to: Box::new(changed) };
    Ok(step.with(released).with(forgotten).with(kept).with([write]))
}

/// A clinic with a system of its own is told.
fn tell_left(facts: &mut Facts<'_>, clinic: ClinicId, cpr: Cpr) -> Result<Option<Change>, Fault> {
    if !facts.systems.contains(&clinic) {
        return Ok(None);
    }
    let now = facts.now;
    Task::TellClinicLeft { clinic, cpr }.enqueue(facts, now).map(Some)
}
