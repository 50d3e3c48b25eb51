//! What is special about a child's account (R3, R4, A8): it opens with its first approval, ends with its last request, and
//! remembers who answers for it.

use super::{Account, Custody, Guardian, MembershipState, Person};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::ids::{ClinicId, Revision};
use crate::mail::{Mail, Notice};
use crate::portal::Staff;
use crate::store::{Change, Versioned};

/// The age at which a child's account becomes its owner's (L7), and before which nobody uses MitID (I2). No setting.
pub(crate) const OF_AGE: u16 = 15;

/// Whether this child was let in nowhere, and no clinic is left that could: the account ends (R4).
pub(crate) fn is_let_in_nowhere(account: &Account) -> bool {
    let mut memberships = account.access.memberships.iter();
    let could_be = |state| matches!(state, MembershipState::Active | MembershipState::Pending);
    account.details.awaits_first_approval && !memberships.any(|membership| could_be(membership.state))
}

/// Writes an account whose membership at `clinic` has just moved. The first that is active opens a child's account; with
/// its last request it is erased, password and all, and its number is free again (R4).
pub(crate) fn write<T>(step: Step<T>, clinic: ClinicId, revision: Revision, mut account: Account) -> Step<T> {
    let mut step = step;
    if is_let_in_nowhere(&account) {
        let id = account.id;
        let released = account.claims().collect::<Vec<_>>().into_iter();
        step = step.with(released.map(|index| Change::ReleaseCpr { index, account: id })).noting(Note::by_portal(
            id,
            Some(clinic),
            AuditEvent::AccountErased,
        ));
        account.erase();
    }
    let is_active = |state| state == MembershipState::Active;
    if account.access.memberships.iter().any(|membership| is_active(membership.state)) {
        account.details.awaits_first_approval = false;
    }
    step.with([Change::Account { expect: Some(revision), to: Box::new(account) }])
}

/// Ends the account of a child that no clinic has let in yet, where a clinic makes the user itself: who typed the address and
/// password may be anybody. Whoever asked is told.
pub(crate) fn end_unjudged(
    facts: &mut Facts<'_>,
    staff: &Staff,
    account: &Versioned<Account>,
) -> Result<Step<()>, Fault> {
    let mut changed = account.value.clone();
    changed.access.memberships.clear();
    let email = changed.details.person.open(changed.id, facts.ring)?.email;
    let told =
        Mail::notice(changed.id, email, changed.details.language, staff.clinic, Notice::ChildLapsed).enqueue(facts)?;
    let note = Note::by_staff(staff, Some(changed.id), AuditEvent::RequestLapsed);
    let step = Step::answering(Ok(())).with([told]).noting(note);
    Ok(write(step, staff.clinic, account.revision, changed))
}

/// Writes down who answers for the child. While no clinic has let the child in, nobody has judged who asked for it: then
/// only those stay beside a holder of custody who are holders too.
pub(crate) fn add_guardian(person: &mut Person, guardian: Guardian, awaits_first_approval: bool) {
    if awaits_first_approval && guardian.custody == Custody::Holder {
        person.guardians.retain(|other| other.custody == Custody::Holder);
    }
    match person.guardians.iter_mut().find(|other| other.cpr == guardian.cpr) {
        Some(known) if known.custody == Custody::Holder => {}
        Some(known) => known.custody = guardian.custody,
        None => person.guardians.push(guardian),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Timestamp;
    use crate::ports::Assurance;
    use crate::value::{Cpr, Email, Name};

    fn cpr(text: &str) -> Cpr {
        Cpr::parse(text, time::macros::date!(2026 - 11 - 23)).unwrap()
    }

    fn guardian(number: &str, custody: Custody) -> Guardian {
        Guardian { cpr: cpr(number), since: Timestamp(0), assurance: Assurance::Substantial, custody }
    }

    fn child() -> Person {
        let name = || Name::parse("Oskar").unwrap();
        Person::new(cpr("131016-9995"), name(), name(), Email::parse("oskar@example.dk").unwrap(), None)
    }

    fn guardians_after(added: &[(&str, Custody)], awaits: bool) -> Vec<(String, Custody)> {
        let mut child = child();
        for (number, custody) in added {
            add_guardian(&mut child, guardian(number, *custody), awaits);
        }
        child.guardians.iter().map(|guardian| (guardian.cpr.formatted(), guardian.custody)).collect()
    }

    #[test]
    fn a8_a_guardian_is_kept_once_with_the_surest_word() {
        let (max, kirsten) = ("010772-9995", "291182-9996");
        let added = [(max, Custody::Holder), (kirsten, Custody::Unknown), (max, Custody::Unknown)];
        let kept = [(max.to_owned(), Custody::Holder), (kirsten.to_owned(), Custody::Unknown)];
        assert_eq!(guardians_after(&added, false), kept);
    }

    #[test]
    fn r6_a_holder_stands_alone_where_nobody_has_judged_who_asked_before() {
        let (max, kirsten) = ("010772-9995", "291182-9996");
        let added = [(max, Custody::Unknown), (kirsten, Custody::Holder)];
        assert_eq!(guardians_after(&added, true), [(kirsten.to_owned(), Custody::Holder)]);
        assert_eq!(guardians_after(&added, false).len(), 2, "a clinic has let the child in with the first");
    }
}
