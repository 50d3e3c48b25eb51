//! Coming of age (L7): from the 15th birthday on, a child's account waits for its owner's own MitID, and nobody else gets
//! anywhere in it. Three weeks before, whoever it concerns is told.

use time::{Date, Duration};

use super::child::OF_AGE;
use super::{Account, MembershipCommand, MembershipState, Person, SealedPerson};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId};
use crate::language::Language;
use crate::mail::{Mail, MailKind, Notice};
use crate::moment::Timestamp;
use crate::portal::Task;
use crate::store::{Change, Versioned};
use crate::value::{Cpr, Email};

/// Whether guardians answered for the owner, who is 15 by now and has not yet taken the account over.
pub(crate) fn awaits_owner(facts: &Facts<'_>, account: &Account) -> Result<bool, Fault> {
    if !account.access.ward || account.is_erased() {
        return Ok(false);
    }
    let cpr = account.details.person.open(account.id, facts.ring)?.cpr;
    Ok(cpr.age_on(facts.today()) >= OF_AGE)
}

/// Nobody answers for the owner any more: who did is history, and what they asked of clinics is over (R4). Everything open
/// ends, links and half-finished logins too. Answers the clinics whose request has lapsed with it.
pub(crate) fn end_guardianship(facts: &Facts<'_>, account: &mut Account) -> Vec<ClinicId> {
    account.access.ward = false;
    account.end_everything_open();
    let mut lapsed_at = Vec::new();
    for membership in &mut account.access.memberships {
        if membership.state == MembershipState::Pending
            && let Ok(lapsed) = membership.after(MembershipCommand::Lapse, facts.now)
        {
            lapsed_at.push(membership.clinic);
            *membership = lapsed;
        }
    }
    lapsed_at
}

/// The reminder of a child's account, if it is still to come. It is due at the start of a month, or at once, and looks again
/// from day to day: when it is due tells nobody the birthday.
pub(crate) fn remind(facts: &mut Facts<'_>, account: AccountId, cpr: &Cpr) -> Result<Option<Change>, Fault> {
    if cpr.age_on(facts.today()) >= OF_AGE {
        return Ok(None);
    }
    let day = day_of_reminder(cpr);
    let month = Timestamp::copenhagen_midnight(day.replace_day(1).unwrap_or(day));
    Task::TellOfAge { account }.enqueue(facts, month.max(facts.now)).map(Some)
}

/// Who is told besides the account's own address: a guardian who has an account.
pub(crate) struct Told {
    pub(crate) email: Email,
    pub(crate) language: Language,
}

/// What the reminder comes to today.
pub(crate) enum Reminder {
    /// It is too early, or somebody wrote in between: it looks again.
    Later,
    /// There is nobody left to tell, or it is done.
    Over(Step<()>),
}

/// Tells the account's address and the guardians', once.
pub(crate) fn tell(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    person: &Person,
    guardians: Vec<Told>,
) -> Result<Reminder, Fault> {
    let today = facts.today();
    let mut changed = account.value.clone();
    if !changed.access.ward || person.told_of_age || today >= person.cpr.turns(OF_AGE) {
        return Ok(Reminder::Over(Step::answering(Ok(()))));
    }
    if today < day_of_reminder(&person.cpr) {
        return Ok(Reminder::Later);
    }
    let own = Told { email: person.email.clone(), language: changed.details.language };
    let mut told: Vec<Told> = Vec::new();
    for each in std::iter::once(own).chain(guardians) {
        if !told.iter().any(|known| known.email.same_mailbox(&each.email)) {
            told.push(each);
        }
    }
    let mut step = Step::answering(Ok(())).noting(Note::by_portal(changed.id, None, AuditEvent::ToldOfAge));
    for Told { email, language } in told {
        step = step
            .with([Mail::to(changed.id, email, language, None, MailKind::Notice(Notice::OfAgeSoon)).enqueue(facts)?]);
    }
    let person = Person { told_of_age: true, ..person.clone() };
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    Ok(Reminder::Over(step.with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }])))
}

fn day_of_reminder(cpr: &Cpr) -> Date {
    cpr.turns(OF_AGE).saturating_sub(THREE_WEEKS)
}

const THREE_WEEKS: Duration = Duration::weeks(3);
