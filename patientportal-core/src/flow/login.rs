//! The end of every login: a session is opened, the browser's earlier one ends, failures are forgotten (L6, L9).

use crate::account::child::OF_AGE;
use crate::account::identity::owner_came;
use crate::account::{Account, contact};
use crate::audit::AuditEvent;
use crate::clinic::FunctionKind;
use crate::decision::{Facts, Note, Step};
use crate::device::Device;
use crate::draw::Draw;
use crate::fault::Fault;
use crate::flow::Origin;
use crate::flow::evidence::{IdentityVouched, SessionProof};
use crate::ids::{AccountId, ClinicId, CounterKey, CprIndex, SecretHash, SessionNo};
use crate::moment::Timestamp;
use crate::ports::VouchedIdentity;
use crate::sealing::{BrowserKey, CounterKind, KeyRing, Purpose, SessionToken, hash_secret};
use crate::session::{Proof, Session};
use crate::store::{Change, Versioned};

/// A session has been opened.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggedIn {
    /// Whose.
    pub account: AccountId,
    /// The session cookie's value.
    pub session: String,
    /// At which clinic.
    pub clinic: ClinicId,
    /// The function to land on (C2).
    pub function: Option<FunctionKind>,
    /// How this login met the account.
    pub meeting: Meeting,
    /// The device cookie's new value: this browser has completed a login to the account (L6).
    pub device: String,
}

/// How a login met its account: what the first page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meeting {
    /// This login created it (R4).
    Created,
    /// Registration met it, and what was typed changed nothing (R6).
    HadAccount,
    /// An ordinary login.
    Back,
    /// The account has just moved to its owner's new number (A11).
    NumberChanged,
    /// Its owner has come of age and has just taken it over (L7).
    CameOfAge,
    /// Whoever was logged in has proved anew that it is theirs (A7, P2).
    Proved,
}

/// The browser's earlier session, which a finished login ends (L9).
pub(crate) type EarlierSession = Option<(AccountId, SessionNo)>;

/// What a request tells of its browser.
pub(crate) struct Browser {
    pub(crate) key: BrowserKey,
    pub(crate) hash: SecretHash,
    pub(crate) device: Device,
    pub(crate) earlier: EarlierSession,
}

/// Who arrives, from where.
pub(crate) struct Arrival<'a> {
    pub(crate) origin: &'a Origin,
    pub(crate) earlier: EarlierSession,
    pub(crate) provider: Option<&'a [u8]>,
    pub(crate) device: &'a Device,
    pub(crate) session: NewSession,
}

/// What the cookie of a new session holds besides whose it is.
#[derive(Clone, Copy)]
pub(crate) struct NewSession {
    pub(crate) no: SessionNo,
    pub(crate) secret: [u8; 16],
}

impl NewSession {
    pub(crate) fn draw(draw: &mut Draw) -> Self {
        Self { no: draw.session(), secret: draw.bytes() }
    }
}

/// Opens a session for whoever `proof` proves to be the account's owner.
pub(crate) fn open(
    facts: &mut Facts<'_>,
    arrival: Arrival<'_>,
    account: &Account,
    proof: &SessionProof,
    meeting: Meeting,
) -> Result<Step<LoggedIn>, Fault> {
    if !proves(proof, account, facts.ring) {
        return Err(Fault::new("a proof was used for another account"));
    }
    let NewSession { no, secret } = arrival.session;
    let life = facts.policy.session_life;
    let mut session = Session::open(proof, account.id, account.access.epoch, no, hash_secret(&secret), facts.now, life);
    if account.access.ward {
        keep_to_childhood(facts, account, &mut session)?;
    }
    let event = match proof {
        SessionProof::MitId(_) if meeting == Meeting::HadAccount => AuditEvent::RegistrationMetAccount,
        SessionProof::MitId(_) => AuditEvent::LoggedInWithMitId,
        SessionProof::PasswordAndCode(..) => AuditEvent::LoggedInWithCode,
    };
    let note = Note::of(account.id, arrival.origin.clinic, event);
    Ok(enter(facts, &arrival, account, session, meeting)?.noting(note))
}

/// A session goes on under its account's new epoch, when all else that was open has ended: as it was proved, and no longer
/// than it would have lasted.
pub(crate) fn carry_on(
    facts: &mut Facts<'_>,
    arrival: &Arrival<'_>,
    account: &Account,
    session: &Session,
    meeting: Meeting,
) -> Result<Step<LoggedIn>, Fault> {
    let NewSession { no, secret } = arrival.session;
    let (epoch, seen) = (account.access.epoch, facts.now.minute());
    let session = Session { no, secret: hash_secret(&secret), epoch, seen, ..session.clone() };
    enter(facts, arrival, account, session, meeting)
}

/// The session is there, the browser's earlier one is not, and failures are forgotten.
fn enter(
    facts: &mut Facts<'_>,
    arrival: &Arrival<'_>,
    account: &Account,
    session: Session,
    meeting: Meeting,
) -> Result<Step<LoggedIn>, Fault> {
    let row = [account.id.0.to_be_bytes(), session.no.0.to_be_bytes()].concat();
    let provider = arrival.provider.map(|bytes| facts.ring.seal(Purpose::ProviderSession, &row, bytes, facts.draw));
    let logged_in = welcome(facts, arrival, account, meeting);
    let from_device = arrival.device.counter_of(facts.ring, account);
    let forgotten = failure_counters(facts.ring, account).chain(from_device).map(Change::Forget);
    let ended = arrival.earlier.map(|(account, no)| Change::EndSession { account, no });
    Ok(Step::answering(Ok(logged_in))
        .with([Change::OpenSession { session: Box::new(session), provider: provider.transpose()? }])
        .with(forgotten)
        .with(ended)
        .with(contact::questions(facts, account)?))
}

/// The same for whom MitID has vouched for, which also tells who the account's owner is (R7, A10).
pub(crate) fn open_with_mitid(
    facts: &mut Facts<'_>,
    arrival: Arrival<'_>,
    account: &Versioned<Account>,
    identity: &VouchedIdentity,
    proof: IdentityVouched,
    meeting: Meeting,
) -> Result<Step<LoggedIn>, Fault> {
    let (clinic, is_known) = (arrival.origin.clinic, arrival.device.counter_of(facts.ring, &account.value).is_some());
    let came = owner_came(facts, &account.value, identity, clinic, is_known)?;
    let step = open(facts, arrival, &came.account, &SessionProof::MitId(proof), meeting)?;
    let write = Change::Account { expect: Some(account.revision), to: Box::new(came.account) };
    Ok(step.with(came.is_changed.then_some(write)).telling(came.told))
}

/// A session of a child ends with the midnight that begins the owner's 15th birthday. From then on a password and a code,
/// which a parent may have, open nothing but the way to the owner's own MitID (L7).
fn keep_to_childhood(facts: &Facts<'_>, account: &Account, session: &mut Session) -> Result<(), Fault> {
    let cpr = account.details.person.open(account.id, facts.ring)?.cpr;
    let midnight = Timestamp::copenhagen_midnight(cpr.turns(OF_AGE));
    if facts.now < midnight {
        session.ends = session.ends.min(midnight);
    } else if session.proof == Proof::PasswordAndCode {
        session.proof = Proof::CodeToRenew;
    }
    Ok(())
}

/// What the browser gets of the session that it has arrived at.
pub(super) fn welcome(facts: &mut Facts<'_>, arrival: &Arrival<'_>, account: &Account, meeting: Meeting) -> LoggedIn {
    let NewSession { no, secret } = arrival.session;
    LoggedIn {
        account: account.id,
        session: SessionToken { account: account.id, no, secret }.to_text(),
        clinic: arrival.origin.clinic,
        function: arrival.origin.function,
        meeting,
        device: arrival.device.logged_in_to(facts.ring, account, facts.draw),
    }
}

/// Whether the proof is of this account's owner: a password and a code of it, or its very number.
fn proves(proof: &SessionProof, account: &Account, ring: &KeyRing) -> bool {
    match proof {
        SessionProof::PasswordAndCode(password, code) => {
            password.account() == account.id && code.account() == account.id && password.epoch() == account.access.epoch
        }
        SessionProof::MitId(vouched) => account.is_under(&ring.cpr_indexes(vouched.cpr(), None)),
    }
}

/// The counter of wrong passwords for a number, known or not (L6).
pub(crate) fn password_counter(ring: &KeyRing, index: &CprIndex) -> CounterKey {
    ring.counter(CounterKind::Password, &[&index.hash])
}

/// The counter of wrong codes of an account, over all its codes, flows and browsers (L3).
pub(crate) fn code_ladder(ring: &KeyRing, account: AccountId) -> CounterKey {
    ring.counter(CounterKind::CodeLadder, &[&account.0.to_be_bytes()])
}

/// What a completed login or a new password clears.
pub(crate) fn failure_counters(ring: &KeyRing, account: &Account) -> impl Iterator<Item = CounterKey> {
    let passwords: Vec<_> = account.details.cpr_index.iter().map(|index| password_counter(ring, index)).collect();
    passwords.into_iter().chain([code_ladder(ring, account.id)])
}

impl std::fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoggedIn").field("meeting", &self.meeting).finish_non_exhaustive()
    }
}
