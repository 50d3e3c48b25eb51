//! How a person is reached, here and by the clinics' own systems (K1): what those hold, what of it differs, and what the
//! owner makes of it.

use super::{Account, Contact, HeardContact, Membership, MembershipState, Person, SealedPerson, reach};
use crate::audit::AuditEvent;
use crate::clinic::Clinic;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::ids::ClinicId;
use crate::policy::Denial;
use crate::portal::Task;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::store::{Change, Versioned};
use crate::value::Mobile;

/// What the page shows that asks how its owner is reached (K1). `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContactPage {
    /// What the portal holds.
    pub own: Contact,
    /// What the clinic's system holds, as last heard.
    pub clinics: Contact,
}

/// The questions to the clinics' systems that go with a login: to each clinic that has let the owner in and was not heard
/// for a while.
pub(crate) fn questions(facts: &mut Facts<'_>, account: &Account) -> Result<Vec<Change>, Fault> {
    let memberships = account.access.memberships.iter().filter(|here| is_active(here));
    let mut clinics: Vec<ClinicId> =
        memberships.map(|here| here.clinic).filter(|clinic| facts.systems.contains(clinic)).collect();
    if clinics.is_empty() {
        return Ok(Vec::new());
    }
    let person = account.details.person.open(account.id, facts.ring)?;
    let lately = |heard: &HeardContact| facts.now < heard.at + facts.policy.contact_heard_for;
    clinics.retain(|clinic| !person.heard.iter().any(|heard| heard.clinic == *clinic && lately(heard)));
    let ask = |clinic| Task::AskClinicSystem { account: account.id, clinic, at: facts.now }.enqueue(facts, facts.now);
    clinics.into_iter().map(ask).collect()
}

/// Writes down what a clinic's system holds, and whether its owner is to be asked. What they have confirmed once is asked
/// again only when either side has changed.
pub(crate) fn hear(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    clinic: ClinicId,
    said: Option<Contact>,
) -> Result<Step<()>, Fault> {
    let mut changed = account.value.clone();
    let Some(here) = changed.access.membership_mut(clinic).filter(|here| is_active(here)) else {
        return Ok(Step::refusing(Refusal::NoSuchMember));
    };
    let mut person = account.value.details.person.open(account.value.id, facts.ring)?;
    let before = person.heard.iter().position(|heard| heard.clinic == clinic).map(|at| person.heard.swap_remove(at));
    let confirmed_beside = before.filter(|before| agree(before.contact.as_ref(), said.as_ref()));
    let confirmed_beside = confirmed_beside.and_then(|before| before.confirmed_beside);
    let heard = HeardContact { clinic, contact: said, at: facts.now, confirmed_beside };
    here.contact_differs = is_to_confirm(&heard, &person.contact());
    person.heard.push(heard);
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    Ok(Step::answering(Ok(())).with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }]))
}

/// What differs at the clinic, for its page; `None` where nothing does.
pub(crate) fn shown(account: &Account, person: &Person, clinic: ClinicId) -> Option<ContactPage> {
    account.access.membership(clinic).filter(|here| is_active(here) && here.contact_differs)?;
    let heard = person.heard.iter().find(|heard| heard.clinic == clinic)?;
    Some(ContactPage { own: person.contact(), clinics: heard.contact.clone()? })
}

/// The owner keeps the e-mail address, and says which mobile number is right. `asked_by` is the clinic whose page they
/// answer, if one asked. Sent twice, the second is as good as the first.
pub(crate) fn confirm(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    (session, clinic): (&Session, &Clinic),
    asked_by: Option<ClinicId>,
    mobile: Option<Mobile>,
) -> Result<Step<()>, Fault> {
    if let Err(denial) = may_say(facts, &account.value, (session, clinic), asked_by.is_some()) {
        return Ok(Step::refusing(Refusal::Denied(denial)));
    }
    let mut changed = account.value.clone();
    let mut person = changed.details.person.open(changed.id, facts.ring)?;
    let is_news = person.mobile != mobile;
    person.mobile = mobile;
    let told = settle(facts, &mut changed, &mut person, asked_by)?;
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    let note = |event| Note::of(account.value.id, clinic.id, event);
    let mut step = Step::answering(Ok(())).with(told);
    if asked_by.is_some() {
        step = step.noting(note(AuditEvent::ContactConfirmed));
    }
    if is_news {
        step = step.noting(note(AuditEvent::MobileChanged));
    }
    Ok(step.with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }]))
}

/// The account of an owner who goes on with the old address until a code proves the new one, and is asked again at the
/// next login. What they say of the mobile number holds at once. Answers what is told and written down with it too.
pub(crate) fn put_off(
    facts: &mut Facts<'_>,
    account: &Account,
    asked_by: ClinicId,
    mobile: Option<Mobile>,
) -> Result<(Account, Vec<Change>, Option<Note>), Fault> {
    let mut changed = account.clone();
    let mut person = changed.details.person.open(changed.id, facts.ring)?;
    let is_news = person.mobile != mobile;
    person.mobile = mobile;
    let told = settle(facts, &mut changed, &mut person, None)?;
    if let Some(here) = changed.access.membership_mut(asked_by) {
        here.contact_put_off = Some(facts.now);
    }
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    let note = is_news.then(|| Note::of(account.id, asked_by, AuditEvent::MobileChanged));
    Ok((changed, told, note))
}

/// After the owner has said how to be reached, the clinics follow: `asked_by`, whose value was shown beside the portal's,
/// and all that were at one with it. What another clinic holds and the owner has not seen is not overwritten.
pub(crate) fn settle(
    facts: &mut Facts<'_>,
    account: &mut Account,
    person: &mut Person,
    asked_by: Option<ClinicId>,
) -> Result<Vec<Change>, Fault> {
    let (id, own) = (account.id, person.contact());
    let mut told = Vec::new();
    for heard in &mut person.heard {
        let clinic = heard.clinic;
        let Some(here) = account.access.membership_mut(clinic).filter(|here| is_active(here)) else { continue };
        let Some(theirs) = &heard.contact else { continue };
        if own.agrees_with(theirs) {
            heard.confirmed_beside = None;
            (here.contact_differs, here.contact_put_off) = (false, None);
            continue;
        }
        let is_asked = asked_by == Some(clinic);
        let is_known = agree(heard.confirmed_beside.as_ref(), Some(&own));
        if !is_asked && (here.contact_differs || is_known) {
            continue;
        }
        heard.confirmed_beside = Some(own.clone());
        (here.contact_differs, here.contact_put_off) = (false, None);
        told.push(Task::UpdateClinicSystem { account: id, clinic }.enqueue(facts, facts.now)?);
    }
    Ok(told)
}

/// Whether this session may say how its owner is reached: in answer to a clinic only as a member, else at any time.
pub(crate) fn may_say(
    facts: &Facts<'_>,
    account: &Account,
    (session, clinic): (&Session, &Clinic),
    is_asked: bool,
) -> Result<(), Denial> {
    let may = if is_asked { reach::may_turn_to_clinic } else { reach::may_change_own };
    may(facts, account, session, clinic)
}

fn is_to_confirm(heard: &HeardContact, own: &Contact) -> bool {
    let Some(theirs) = &heard.contact else { return false };
    !own.agrees_with(theirs) && !agree(heard.confirmed_beside.as_ref(), Some(own))
}

fn agree(one: Option<&Contact>, other: Option<&Contact>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.agrees_with(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn is_active(here: &Membership) -> bool {
    here.state == MembershipState::Active
}

impl std::fmt::Debug for ContactPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactPage(•••)")
    }
}
