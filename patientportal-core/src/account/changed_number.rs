//! Moving an account to a new CPR number (A11). The old one stays claimed, so that nobody else gets it, and opens nothing.

use super::child::OF_AGE;
use super::{Account, Person, SealedPerson, coming_of_age};
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::ids::{ClinicId, CprIndex};
use crate::mail::{Mail, Notice};
use crate::sealing::KeyRing;
use crate::store::{Change, Versioned};
use crate::value::Cpr;

/// Moves the account. Everything open ends and its address is told; whoever is under 15 by the new number is a child, and is
/// reminded by it. Back to a number that it had, the move is undone: the one that it leaves was a mistake, and is free. Who
/// was a child by a mistake alone is none any more.
pub(crate) fn rekey(
    facts: &mut Facts<'_>,
    account: &mut Account,
    person: &mut Person,
    to: Cpr,
    clinic: ClinicId,
) -> Result<Vec<Change>, Fault> {
    let old = std::mem::replace(&mut person.cpr, to.clone());
    let index = facts.ring.cpr_indexes(&to, Some(clinic));
    let left = std::mem::replace(&mut account.details.cpr_index, index.clone());
    account.details.also_claimed.retain(|claimed| !index.contains(claimed));
    let mut changes = vec![Change::ClaimCpr { index, account: account.id }];
    let is_child = |cpr: &Cpr| cpr.age_on(facts.today()) < OF_AGE;
    let (is_undone, was_child, is_child) = (person.former_cprs.contains(&to), is_child(&old), is_child(&to));
    person.told_of_age &= old.turns(OF_AGE) == to.turns(OF_AGE);
    if is_undone {
        person.former_cprs.retain(|former| *former != to);
        changes.extend(left.into_iter().map(|index| Change::ReleaseCpr { index, account: account.id }));
    } else {
        person.former_cprs.push(old);
        account.details.also_claimed.extend(left);
    }
    if is_child {
        person.ward_by_number |= !account.access.ward;
        account.access.ward = true;
        changes.extend(coming_of_age::remind(facts, account.id, &to)?);
    } else if (is_undone || was_child) && std::mem::take(&mut person.ward_by_number) {
        account.access.ward = false;
    }
    account.end_everything_open();
    let (email, language) = (person.email.clone(), account.details.language);
    changes.push(Mail::notice(account.id, email, language, clinic, Notice::NumberChanged).enqueue(facts)?);
    Ok(changes)
}

/// Whether the account claims the identity provider's id of its owner, under every key.
pub(crate) fn claims_subject(ring: &KeyRing, account: &Account, subject: &str) -> bool {
    ring.subject_indexes(subject).iter().all(|index| account.details.also_claimed.contains(index))
}

/// Claims the identity provider's id of the owner, and gives back the one before, if the provider has given them another.
pub(crate) fn keep_subject(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    subject: &str,
) -> Result<Step<()>, Fault> {
    let mut changed = account.value.clone();
    if changed.is_erased() || claims_subject(facts.ring, &changed, subject) {
        return Ok(Step::answering(Ok(())));
    }
    let (id, index) = (changed.id, facts.ring.subject_indexes(subject));
    let mut person = changed.details.person.open(id, facts.ring)?;
    let before = person.provider_subject.replace(subject.to_owned()).filter(|before| before != subject);
    let given_back: Vec<CprIndex> = before.iter().flat_map(|before| facts.ring.subject_indexes(before)).collect();
    changed.details.also_claimed.retain(|claimed| !given_back.contains(claimed) && !index.contains(claimed));
    changed.details.also_claimed.extend(&index);
    changed.details.person = SealedPerson::seal(&person, id, facts.ring, facts.draw)?;
    let released = given_back.into_iter().map(|index| Change::ReleaseCpr { index, account: id });
    Ok(Step::answering(Ok(())).with(released).with([
        Change::ClaimCpr { index, account: id },
        Change::Account { expect: Some(account.revision), to: Box::new(changed) },
    ]))
}

/// Writes `note` down for every clinic of the account, so that each sees it.
pub(crate) fn seen_everywhere<T>(step: Step<T>, account: &Account, note: &Note) -> Step<T> {
    let others = account.access.memberships.iter().map(|here| here.clinic).filter(|here| Some(*here) != note.clinic);
    others.fold(step.noting(note.clone()), |step, clinic| step.noting(Note { clinic: Some(clinic), ..note.clone() }))
}
