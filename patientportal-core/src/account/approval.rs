//! Asking a clinic and being answered (R4, R8, S1): requests and their withdrawal, and what staff decide.

use super::child::{self, OF_AGE};
use super::{Account, Custody, FormerAccount, Membership, MembershipCommand, MembershipState, Person, SealedPerson};
use super::{reach, requests_told};
use crate::audit::AuditEvent;
use crate::clinic::{ChildrenMode, Clinic, RegistrationMode};
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId, CounterKey};
use crate::language::Language;
use crate::mail::{Mail, MailKind, Notice};
use crate::moment::Timestamp;
use crate::portal::{Staff, Task};
use crate::refusal::{Field, FieldFlaw, Flaw, Refusal};
use crate::sealing::{CounterKind, KeyRing};
use crate::session::Session;
use crate::store::{Change, Versioned};
use crate::value::{CprKind, Email};

/// What staff decide of a membership at their clinic.
pub(crate) struct Decision<'a> {
    pub(crate) staff: &'a Staff,
    pub(crate) command: MembershipCommand,
    /// What the clinic writes beside a refusal.
    pub(crate) words: &'a str,
}

/// Whose request it is, and where it is told of.
pub(crate) struct Request {
    pub(crate) account: AccountId,
    pub(crate) clinic: ClinicId,
    pub(crate) email: Email,
    pub(crate) language: Language,
    /// Whether guardians answer for them.
    pub(crate) ward: bool,
}

/// Whether a new membership waits for the clinic's word (I3, R8). It does too where the clinic had closed its door to an
/// account that the person had before (A9), and for a child where nobody knows that the guardian holds custody, unless the
/// clinic has said that it need not (R3).
pub(crate) fn must_ask(clinic: &Clinic, child: Option<Custody>, former: Option<&FormerAccount>) -> bool {
    let is_sure = match child {
        None | Some(Custody::Holder) => true,
        Some(Custody::NotHolder | Custody::Unknown) => clinic.children == ChildrenMode::Automatic,
    };
    let was_suspended = former.is_some_and(|former| former.is_suspended_at(clinic.id));
    clinic.registration != RegistrationMode::Automatic || !is_sure || was_suspended
}

/// Whether `Registrer` asks the clinic, and does not let its owner in at once.
pub(crate) fn joining_asks(account: &Account, person: &Person, clinic: &Clinic) -> bool {
    must_ask(clinic, custody_of(account, person), account.details.former.as_ref())
}

/// What goes with a request: its owner is told, and it lapses if the clinic does not decide it in time (R4).
pub(crate) fn accompany(facts: &mut Facts<'_>, request: Request) -> Result<Vec<Change>, Fault> {
    let Request { account, clinic, email, language, ward } = request;
    let lapse = Task::LapseRequest { account, clinic, since: facts.now };
    let due = Task::first_look(facts, facts.now, ward);
    let told = Mail::notice(account, email, language, clinic, Notice::RequestReceived).enqueue(facts)?;
    let mut with = vec![told, lapse.enqueue(facts, due)?];
    if facts.systems.contains(&clinic) {
        with.push(Task::AskOwnPatient { account, clinic, since: facts.now }.enqueue(facts, facts.now)?);
    }
    with.extend(requests_told::tomorrow(facts, clinic)?);
    Ok(with)
}

/// `Registrer` (J1): a membership at once, or a request to the clinic (R8). Pressed twice, the second is as good as the
/// first.
pub(crate) fn join(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    session: &Session,
    clinic: &Clinic,
) -> Result<Step<()>, Fault> {
    if clinic.registration == RegistrationMode::Off {
        return Ok(Step::refusing(Refusal::RegistrationClosed));
    }
    if let Err(denial) = reach::may_turn_to_clinic(facts, &account.value, session, clinic) {
        return Ok(Step::refusing(Refusal::Denied(denial)));
    }
    let earlier = account.value.access.membership(clinic.id);
    if earlier.is_some_and(|earlier| !earlier.may_be_joined_anew()) {
        return Ok(Step::answering(Ok(())));
    }
    let mut changed = account.value.clone();
    let mut person = changed.details.person.open(changed.id, facts.ring)?;
    if person.cpr.kind() == CprKind::LocalReplacement {
        // The number means somebody else here (A3).
        return Ok(Step::refusing(Refusal::ReplacementNumber));
    }
    let asks = joining_asks(&changed, &person, clinic);
    let begun = Membership::begun(clinic.id, asks, facts.now);
    match changed.access.membership_mut(clinic.id) {
        Some(earlier) => *earlier = begun,
        None => changed.access.memberships.push(begun),
    }
    if forget_words(&mut person, clinic.id) {
        changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    }
    let (id, language, ward) = (changed.id, changed.details.language, changed.access.ward);
    let counter = request_counter(facts.ring, id);
    let ladder = facts.policy.requests();
    let step = Step::answering(Ok(()))
        .with([Change::Count { key: counter, ladder }])
        .blocked_as(counter, |until| Refusal::RequestsWait { until })
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }]);
    if !asks {
        return Ok(step.noting(Note::of(id, clinic.id, AuditEvent::Joined)));
    }
    let request = Request { account: id, clinic: clinic.id, email: person.email, language, ward };
    Ok(step.with(accompany(facts, request)?).noting(Note::of(id, clinic.id, AuditEvent::RequestMade)))
}

/// The patient takes the request back (R4): only a request, whatever the clinic has made of it meanwhile stands.
pub(crate) fn withdraw(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    session: &Session,
    clinic: &Clinic,
) -> Result<Step<()>, Fault> {
    if let Err(denial) = reach::may_change_own(facts, &account.value, session, clinic) {
        return Ok(Step::refusing(Refusal::Denied(denial)));
    }
    let mut changed = account.value.clone();
    let Some(request) = changed.access.membership_mut(clinic.id) else {
        return Ok(Step::refusing(Refusal::NoRequest));
    };
    match request.state {
        MembershipState::Pending => {}
        MembershipState::Ended => return Ok(Step::answering(Ok(()))),
        _ => return Ok(Step::refusing(Refusal::NoRequest)),
    }
    let Ok(ended) = request.after(MembershipCommand::End, facts.now) else {
        return Ok(Step::refusing(Refusal::NoRequest));
    };
    *request = ended;
    let email = changed.details.person.open(changed.id, facts.ring)?.email;
    let told = Mail::notice(changed.id, email, changed.details.language, clinic.id, Notice::RequestWithdrawn)
        .enqueue(facts)?;
    let note = Note::of(changed.id, clinic.id, AuditEvent::RequestWithdrawn);
    Ok(Step::answering(Ok(()))
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }, told])
        .noting(note))
}

/// What staff decide (S1). Two at once: the first counts, the other is told whose decision stands.
pub(crate) fn decide(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    decision: &Decision<'_>,
) -> Result<Step<()>, Fault> {
    let Decision { staff, command, words } = *decision;
    let (event, mail) = consequences(command)?;
    let Ok(words) = read_words(words) else {
        return Ok(Step::refusing(Refusal::InvalidForm(vec![FieldFlaw { field: Field::Words, flaw: Flaw::TooLong }])));
    };
    let mut changed = account.value.clone();
    let Some(membership) = changed.access.membership_mut(staff.clinic) else {
        return Ok(Step::refusing(Refusal::NoSuchMember));
    };
    let before = membership.clone();
    let after = match moved(facts, &before, command) {
        Ok(after) => Membership { decided_by: Some(staff.id.clone()), ..after },
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    *membership = after.clone();
    if matches!(command, MembershipCommand::Approve(_)) {
        changed.details.let_in_again(staff.clinic);
    }
    let mut person = changed.details.person.open(changed.id, facts.ring)?;
    let is_let_in = before.state == MembershipState::Pending && after.state == MembershipState::Active;
    if is_let_in && changed.access.ward && person.cpr.age_on(facts.today()) >= OF_AGE {
        // The request ends today: the child has come of age, and asks for itself (R4, A4).
        return Ok(Step::refusing(Refusal::DecidedAlready { by: None }));
    }
    let mail = if child::is_let_in_nowhere(&changed) { mail.for_nobody_let_in() } else { mail };
    let email = person.email.clone();
    let mut is_rewritten = forget_words(&mut person, staff.clinic);
    if matches!(command, MembershipCommand::Refuse(_)) && !words.is_empty() {
        person.words.push((staff.clinic, words));
        is_rewritten = true;
    }
    if is_rewritten {
        changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    }
    let told = Mail::to(changed.id, email, changed.details.language, Some(staff.clinic), mail).enqueue(facts)?;
    let lapse = (after.state == MembershipState::Pending)
        .then(|| {
            let task = Task::LapseRequest { account: changed.id, clinic: staff.clinic, since: after.since };
            let due = Task::first_look(facts, after.since, changed.access.ward);
            Ok([Some(task.enqueue(facts, due)?), requests_told::tomorrow(facts, staff.clinic)?])
        })
        .transpose()?;
    let lapse = lapse.into_iter().flatten().flatten();
    let note = Note::by_staff(staff, Some(changed.id), event);
    let step = Step::answering(Ok(())).with([told]).with(lapse).noting(note);
    Ok(child::write(step, staff.clinic, account.revision, changed))
}

/// What the clinic's own system says of who asked it `since` then (S1).
pub(crate) fn hear_own_patient(
    account: &Versioned<Account>,
    (clinic, since): (ClinicId, Timestamp),
    own_patient: bool,
) -> Step<()> {
    let mut changed = account.value.clone();
    let request = changed.access.membership_mut(clinic);
    let request = request.filter(|here| here.state == MembershipState::Pending && here.since == since);
    let Some(request) = request else { return Step::refusing(Refusal::NoRequest) };
    request.own_patient = Some(own_patient);
    Step::answering(Ok(())).with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }])
}

/// What is told and written down of a decision.
fn consequences(command: MembershipCommand) -> Result<(AuditEvent, MailKind), Fault> {
    use MembershipCommand as Command;
    Ok(match command {
        Command::Approve(_) => (AuditEvent::RequestApproved, MailKind::RequestApproved),
        Command::Refuse(reason) => (AuditEvent::RequestRefused, MailKind::RequestRefused(reason)),
        Command::Suspend => (AuditEvent::MembershipSuspended, MailKind::Notice(Notice::Suspended)),
        Command::Reopen => (AuditEvent::MembershipReopened, MailKind::Notice(Notice::Reopened)),
        Command::SetRights(_) => (AuditEvent::RightsChanged, MailKind::Notice(Notice::RightsChanged)),
        Command::End => (AuditEvent::MembershipEnded, MailKind::Notice(Notice::Ended)),
        Command::Lapse => return Err(Fault::new("a lapse is nobody's decision")),
    })
}

/// The membership as the command leaves it, or why it stays as it is.
pub(super) fn moved(facts: &Facts<'_>, before: &Membership, command: MembershipCommand) -> Result<Membership, Refusal> {
    let decided = || Refusal::DecidedAlready { by: before.decided_by.clone() };
    match (before.state, command) {
        // A request is answered by a reason, and never just ended.
        (MembershipState::Pending, MembershipCommand::End) => Err(decided()),
        (MembershipState::Refused, MembershipCommand::Reopen) if facts.now >= before.since + facts.policy.reopening => {
            Err(Refusal::TooLateToReopen)
        }
        _ => before.after(command, facts.now).map_err(|_| decided()),
    }
}

/// What is known of a child's custody: the surest word on any of its guardians. None for who answers for themselves.
fn custody_of(account: &Account, person: &Person) -> Option<Custody> {
    let holds = |custody| person.guardians.iter().any(|guardian| guardian.custody == custody);
    account.access.ward.then(|| if holds(Custody::Holder) { Custody::Holder } else { Custody::Unknown })
}

/// Drops what the clinic wrote beside an earlier refusal; answers whether there was any.
fn forget_words(person: &mut Person, clinic: ClinicId) -> bool {
    let before = person.words.len();
    person.words.retain(|(whose, _)| *whose != clinic);
    person.words.len() < before
}

/// What the clinic wrote, without what does not print.
fn read_words(typed: &str) -> Result<String, ()> {
    let lines = typed.replace("\r\n", "\n");
    let words: String = lines.trim().chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    if words.chars().count() > LONGEST_WORDS { Err(()) } else { Ok(words) }
}

/// How often an account asks clinics: each time mails somebody.
fn request_counter(ring: &KeyRing, account: AccountId) -> CounterKey {
    ring.counter(CounterKind::Request, &[&account.0.to_be_bytes()])
}

const LONGEST_WORDS: usize = 1000;
