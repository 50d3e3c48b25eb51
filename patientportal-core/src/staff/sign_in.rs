//! Signing in as staff at the portal's own pages (S2): a journey to whoever vouches for staff, and the session after it. Both
//! are kept like flows, but sealed for another purpose and named by tokens of their own: no patient's flow or session is
//! ever taken for one, nor the reverse.

use minicbor::{Decode, Encode};

use super::{Role, Staff};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::draw::Draw;
use crate::fault::Fault;
use crate::flow::journey::Journey;
use crate::ids::{ClinicId, FlowId, SecretHash, StaffId};
use crate::moment::{Minute, Timestamp};
use crate::policy::Policy;
use crate::ports::VouchedStaff;
use crate::record::{decode, encode};
use crate::refusal::{Refusal, SignInRefusal};
use crate::sealing::{FlowToken, KeyRing, Purpose, hash_secret};
use crate::store::{Change, FlowRecord, Versioned};
use crate::value::Cpr;

/// A journey or a session, opened.
#[derive(Clone)]
pub(crate) struct SignIn {
    pub(crate) id: FlowId,
    pub(crate) expires: Timestamp,
    pub(crate) state: SignInState,
}

/// Where a sign-in stands.
#[derive(Clone, Encode, Decode)]
pub(crate) enum SignInState {
    /// The browser is at the provider.
    #[n(0)]
    AwaitingIdentity(#[n(0)] AwaitingIdentity),
    /// Somebody is signed in.
    #[n(1)]
    SignedIn(#[n(0)] SignedIn),
    /// Used, or signed out.
    #[n(2)]
    Over,
}

/// A journey that is under way.
#[derive(Clone, Encode, Decode)]
pub(crate) struct AwaitingIdentity {
    #[n(0)]
    pub(crate) journey: Journey,
    /// The browser that it belongs to.
    #[n(1)]
    pub(crate) browser: SecretHash,
    /// The clinic whose page was asked for.
    #[n(2)]
    pub(crate) clinic: Option<ClinicId>,
}

/// Somebody who is signed in.
#[derive(Clone, Encode, Decode)]
pub(crate) struct SignedIn {
    #[n(0)]
    secret: SecretHash,
    #[n(1)]
    id: StaffId,
    #[n(2)]
    name: String,
    /// Where they work.
    #[n(3)]
    clinics: Vec<ClinicId>,
    #[n(4)]
    is_administrator: bool,
    /// The clinic that they act for, once there is one.
    #[n(5)]
    clinic: Option<ClinicId>,
    /// The minute of the last request.
    #[n(6)]
    pub(crate) seen: Minute,
    /// What the provider needs to end its own session.
    #[cbor(n(7), with = "minicbor::bytes")]
    pub(crate) provider: Option<Vec<u8>>,
}

/// Somebody of a clinic's staff who is signed in at the portal's own pages. `Debug` prints nothing of who it is.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StaffSession {
    /// Who it is: what the audit trail names.
    pub id: StaffId,
    /// What pages call them.
    pub name: String,
    /// What they are at their clinics.
    pub role: Role,
    /// The clinics that they may act for, in the operator's order; those of today's configuration.
    pub clinics: Vec<ClinicId>,
    /// The one that they act for, if it is chosen.
    pub clinic: Option<ClinicId>,
    /// When the session ends if nothing more is asked.
    pub ends: Timestamp,
}

/// A sign-in that has just succeeded.
#[derive(Clone)]
#[non_exhaustive]
pub struct StaffSignedIn {
    /// The session's cookie.
    pub cookie: String,
    /// Whose session it is.
    pub session: StaffSession,
}

impl SignIn {
    pub(crate) fn to_record(&self, ring: &KeyRing, draw: &mut Draw) -> Result<FlowRecord, Fault> {
        let body = ring.seal(Purpose::StaffSignIn, &self.id.0, &encode(&self.state)?, draw)?;
        let consumed = matches!(self.state, SignInState::Over);
        Ok(FlowRecord { id: self.id, expires: self.expires, consumed, body })
    }

    pub(crate) fn from_record(record: &FlowRecord, ring: &KeyRing) -> Result<Self, Fault> {
        let plain = ring.open(Purpose::StaffSignIn, &record.id.0, &record.body)?;
        Ok(Self { id: record.id, expires: record.expires, state: decode(&plain)? })
    }

    /// The journey that this is the return of, to the browser that it belongs to (R5).
    pub(crate) fn awaited(
        &self,
        token: &FlowToken,
        browser: SecretHash,
        now: Timestamp,
    ) -> Result<&AwaitingIdentity, Refusal> {
        let SignInState::AwaitingIdentity(state) = &self.state else { return Err(SignInRefusal::NotUnderWay.into()) };
        if state.browser != browser {
            return Err(SignInRefusal::OtherBrowser.into());
        }
        if now >= self.expires || !state.journey.secret.is_of(&token.secret) {
            return Err(SignInRefusal::NotUnderWay.into());
        }
        Ok(state)
    }

    /// Who is signed in by it now.
    pub(crate) fn session(&self, token: &FlowToken, now: Timestamp, policy: &Policy) -> Option<&SignedIn> {
        let SignInState::SignedIn(state) = &self.state else { return None };
        let holds = state.secret.is_of(&token.secret) && now < self.ends(state, policy);
        holds.then_some(state)
    }

    /// As pages see it.
    pub(crate) fn shown(&self, state: &SignedIn, facts: &Facts<'_>) -> StaffSession {
        let is_here = |clinic: &ClinicId| facts.clinics.by_id(*clinic).is_some();
        let role = if state.is_administrator { Role::Administrator } else { Role::Secretary };
        // The request that asks is seen.
        let seen = SignedIn { seen: facts.now.minute(), ..state.clone() };
        StaffSession {
            id: state.id.clone(),
            name: state.name.clone(),
            role,
            clinics: state.clinics.iter().copied().filter(is_here).collect(),
            clinic: state.clinic.filter(is_here),
            ends: self.ends(&seen, facts.policy),
        }
    }

    fn ends(&self, state: &SignedIn, policy: &Policy) -> Timestamp {
        self.expires.min(Minute(state.seen.0 + 1).start() + policy.staff_session_idle)
    }

    fn with(&self, state: SignInState) -> Self {
        Self { state, ..self.clone() }
    }
}

impl Versioned<SignIn> {
    /// The change that leaves it in `state`.
    pub(crate) fn becoming(&self, state: SignInState, facts: &mut Facts<'_>) -> Result<Change, Fault> {
        let to = Box::new(self.value.with(state).to_record(facts.ring, facts.draw)?);
        Ok(Change::Flow { expect: Some(self.revision), to })
    }

    /// The change that notes that it was seen.
    pub(crate) fn seen(&self, state: &SignedIn, facts: &mut Facts<'_>) -> Result<Change, Fault> {
        let seen = SignedIn { seen: facts.now.minute(), ..state.clone() };
        self.becoming(SignInState::SignedIn(seen), facts)
    }
}

impl StaffSession {
    /// As what they act, once a clinic is chosen.
    #[must_use]
    pub fn staff(&self) -> Option<Staff> {
        Some(Staff { clinic: self.clinic?, id: self.id.clone(), role: self.role })
    }
}

/// The provider has vouched for somebody: a session of its own, if they are staff of a clinic here.
pub(crate) fn vouched(
    facts: &mut Facts<'_>,
    wanted: Option<ClinicId>,
    vouched: &VouchedStaff,
) -> Result<Step<StaffSignedIn>, Fault> {
    let Some(id) = read_id(&vouched.id, facts) else {
        tracing::warn!("the id that the provider gives of staff is empty, too long or a CPR number");
        return Ok(refused(wanted, SignInRefusal::AnswerRefused));
    };
    let is_theirs = |slug: &str| vouched.clinics.iter().any(|theirs| theirs == slug);
    let clinics: Vec<_> =
        facts.clinics.iter().filter(|clinic| is_theirs(&clinic.slug)).map(|clinic| clinic.id).collect();
    let (Some(role), Some(first)) = (vouched.role, clinics.first().copied()) else {
        return Ok(refused(wanted, SignInRefusal::NotStaffHere));
    };
    let chosen = wanted.filter(|clinic| clinics.contains(clinic)).or((clinics.len() == 1).then_some(first));
    let token = FlowToken { flow: facts.draw.flow(), secret: facts.draw.bytes() };
    let state = SignedIn {
        secret: hash_secret(&token.secret),
        name: read_name(vouched.name.as_deref(), &id),
        id,
        clinics,
        is_administrator: role == Role::Administrator,
        clinic: chosen,
        seen: facts.now.minute(),
        provider: vouched.session.clone(),
    };
    let expires = facts.now + facts.policy.staff_session_life;
    let opened = SignIn { id: token.flow, expires, state: SignInState::SignedIn(state.clone()) };
    let session = opened.shown(&state, facts);
    let notes = session.staff().map(|staff| Note::by_staff(&staff, None, AuditEvent::StaffSignedIn));
    let row = Box::new(opened.to_record(facts.ring, facts.draw)?);
    let step = Step::answering(Ok(StaffSignedIn { cookie: to_text(&token), session }))
        .with([Change::Flow { expect: None, to: row }]);
    Ok(notes.into_iter().fold(step, Step::noting))
}

/// Nobody was vouched for, or nobody who works here.
pub(crate) fn refused<T>(wanted: Option<ClinicId>, refusal: SignInRefusal) -> Step<T> {
    Step::refusing(refusal.into()).noting(Note::by_visitor(None, wanted, AuditEvent::StaffSignInRefused))
}

/// Takes the clinic to act for: one of their own.
pub(crate) fn choose(
    facts: &mut Facts<'_>,
    row: &Versioned<SignIn>,
    state: &SignedIn,
    clinic: ClinicId,
) -> Result<Step<StaffSession>, Fault> {
    let chosen = SignedIn { clinic: Some(clinic), seen: facts.now.minute(), ..state.clone() };
    let session = row.value.shown(&chosen, facts);
    if !session.clinics.contains(&clinic) {
        return Ok(Step::refusing(SignInRefusal::NotStaffHere.into()));
    }
    let note = session.staff().map(|staff| Note::by_staff(&staff, None, AuditEvent::StaffSignedIn));
    let write = row.becoming(SignInState::SignedIn(chosen), facts)?;
    let step = Step::answering(Ok(session)).with([write]);
    Ok(note.into_iter().fold(step, Step::noting))
}

/// Ends the session.
pub(crate) fn end(facts: &mut Facts<'_>, row: &Versioned<SignIn>, state: &SignedIn) -> Result<Step<()>, Fault> {
    let staff = row.value.shown(state, facts).staff();
    let note = staff.map(|staff| Note::by_staff(&staff, None, AuditEvent::StaffSignedOut));
    let step = Step::answering(Ok(())).with([row.becoming(SignInState::Over, facts)?]);
    Ok(note.into_iter().fold(step, Step::noting))
}

/// A token of staff as text: never one that patients' pages take.
pub(crate) fn to_text(token: &FlowToken) -> String {
    format!("{PREFIX}{}", token.to_text())
}

/// Reads what [`to_text`] wrote.
pub(crate) fn parse(text: &str) -> Option<FlowToken> {
    FlowToken::parse(text.strip_prefix(PREFIX)?).ok()
}

/// The audit trail holds no person data, so an id that is a CPR number is none.
fn read_id(typed: &str, facts: &Facts<'_>) -> Option<StaffId> {
    let id = typed.trim();
    let fits = !id.is_empty() && id.chars().count() <= LONGEST_ID && !id.chars().any(char::is_control);
    (fits && Cpr::parse(id, facts.today()).is_err()).then(|| StaffId(id.to_owned()))
}

fn read_name(told: Option<&str>, id: &StaffId) -> String {
    let name: String = told.unwrap_or_default().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let name = name.trim();
    if name.is_empty() { id.0.clone() } else { name.to_owned() }
}

impl std::fmt::Debug for StaffSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffSession").field("role", &self.role).field("clinic", &self.clinic).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for StaffSignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("StaffSignedIn").field(&self.session).finish()
    }
}

const PREFIX: &str = "staff.";
/// In characters.
const LONGEST_ID: usize = 128;
const LONGEST_NAME: usize = 100;
