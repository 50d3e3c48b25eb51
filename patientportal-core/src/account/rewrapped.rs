//! Bringing an account under the current master key (I7): its data key is sealed by it, and its numbers are claimed under
//! every key in use and under no other.

use super::Account;
use crate::decision::{Facts, Step};
use crate::fault::Fault;
use crate::ids::{ClinicId, CprIndex};
use crate::sealing::KeyRing;
use crate::store::{Change, Versioned};
use crate::value::Cpr;

/// What is to be written so that the account is under the current key; nothing where it is already. Nothing that it
/// says of the person is changed.
pub(crate) fn rewrap(facts: &mut Facts<'_>, account: &Versioned<Account>) -> Result<Option<Step<()>>, Fault> {
    let mut changed = account.value.clone();
    // What a closed account has left cannot be indexed anew, and its data key is gone.
    if changed.is_erased() {
        return Ok(None);
    }
    let before: Vec<CprIndex> = changed.claims().collect();
    let person = changed.details.person.open(changed.id, facts.ring)?;
    let clinics: Vec<ClinicId> = facts.clinics.iter().map(|clinic| clinic.id).collect();
    let own = under_each_key(facts.ring, &clinics, &person.cpr, &before);
    changed.details.cpr_index = own.unwrap_or_else(|| changed.details.cpr_index.clone());
    let formers = person.former_cprs.iter().filter_map(|cpr| under_each_key(facts.ring, &clinics, cpr, &before));
    let subject = person.provider_subject.as_ref().map(|subject| facts.ring.subject_indexes(subject));
    let subject = subject.filter(|indexes| indexes.iter().any(|index| before.contains(index)));
    for index in formers.chain(subject).flatten() {
        if !changed.details.also_claimed.contains(&index) {
            changed.details.also_claimed.push(index);
        }
    }
    changed.details.also_claimed.retain(|index| facts.ring.has(index.key));
    if !facts.ring.is_current(changed.details.person.sealed_key()) {
        changed.details.person = changed.details.person.rewrapped(changed.id, facts.ring, facts.draw)?;
    }
    if changed == account.value {
        return Ok(None);
    }
    let after: Vec<CprIndex> = changed.claims().collect();
    let id = changed.id;
    let released = before.into_iter().filter(|index| !after.contains(index));
    let released: Vec<_> = released.map(|index| Change::ReleaseCpr { index, account: id }).collect();
    Ok(Some(Step::answering(Ok(())).with(released).with([
        Change::ClaimCpr { index: after, account: id },
        Change::Account { expect: Some(account.revision), to: Box::new(changed) },
    ])))
}

/// Whether the account is found under the current key, or there is nobody left to find.
pub(crate) fn is_indexed(ring: &KeyRing, account: &Account) -> bool {
    account.is_erased() || account.details.cpr_index.iter().any(|index| index.key == ring.current_id())
}

/// The indexes of a number under each key, in the scope in which it was claimed: a replacement number may be one clinic's
/// (A3).
fn under_each_key(ring: &KeyRing, clinics: &[ClinicId], cpr: &Cpr, claimed: &[CprIndex]) -> Option<Vec<CprIndex>> {
    let scopes = std::iter::once(None).chain(clinics.iter().copied().map(Some));
    let mut indexes = scopes.map(|clinic| ring.cpr_indexes(cpr, clinic));
    indexes.find(|indexes| indexes.iter().any(|index| claimed.contains(index)))
}
