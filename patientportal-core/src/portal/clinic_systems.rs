//! What is asked of the clinics' own systems and told to them (K1): always by a job, so that none of them holds up a login.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::account::{Contact, MembershipState, approval, contact};
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId};
use crate::mail::retry_after;
use crate::moment::Timestamp;
use crate::refusal::{Failure, Refusal};
use crate::value::Cpr;

use super::tasks::Ran;
use super::{ATTEMPTS, Portal};

/// How many jobs are talking to clinics' systems now.
#[derive(Default)]
pub(super) struct Talking(AtomicUsize);

/// One of them.
struct Turn<'a>(&'a Talking);

impl Portal {
    /// Asks what a clinic's system holds of an account's owner, who logged in `at`. What comes late, or not at all, is asked
    /// again at the next login: nobody is to be stopped half-way through something by a question.
    pub(super) async fn ask_clinic_system(
        &self,
        account: AccountId,
        clinic: ClinicId,
        at: Timestamp,
    ) -> Result<Ran, Failure> {
        let is_late = |now: Timestamp| now >= at + ASKED_WITHIN;
        if is_late(self.now()) {
            return Ok(Ran::Done);
        }
        let Some(_turn) = self.0.talking.turn() else { return Ok(Ran::Again(self.now() + SOON)) };
        let Some((cpr, _)) = self.reached(account, clinic, &[MembershipState::Active]).await? else {
            return Ok(Ran::Done);
        };
        let said = match self.0.ports.clinic_system.patient(clinic, &cpr).await {
            Ok(patient) => patient.map(|patient| patient.contact),
            Err(fault) => {
                tracing::warn!(
                    fault = fault.chain(),
                    clinic = clinic.0,
                    "a clinic's system did not say how a patient is reached; it is asked at the next login"
                );
                return Ok(Ran::Done);
            }
        };
        if is_late(self.now()) {
            return Ok(Ran::Done);
        }
        self.decide_on(account, Refusal::NoSuchMember, |facts, account| {
            contact::hear(facts, account, clinic, said.clone())
        })
        .await?;
        Ok(Ran::Done)
    }

    /// Asks whether who asked a clinic `since` then is a patient of its (S1). It is asked until it answers, or nobody needs to
    /// know any more.
    pub(super) async fn ask_own_patient(
        &self,
        account: AccountId,
        clinic: ClinicId,
        since: Timestamp,
        attempts: u32,
    ) -> Result<Ran, Failure> {
        let Some(_turn) = self.0.talking.turn() else { return Ok(Ran::Again(self.now() + SOON)) };
        let Some((cpr, _)) = self.reached(account, clinic, &[MembershipState::Pending]).await? else {
            return Ok(Ran::Done);
        };
        let said = match self.0.ports.clinic_system.patient(clinic, &cpr).await {
            Ok(patient) => patient.and_then(|patient| patient.own_patient),
            Err(fault) => {
                tracing::warn!(
                    fault = fault.chain(),
                    clinic = clinic.0,
                    attempts,
                    "a clinic's system did not say whether somebody is a patient of its; it is asked again"
                );
                return Ok(Ran::Again(self.now() + retry_after(attempts)));
            }
        };
        let Some(own_patient) = said else { return Ok(Ran::Done) };
        self.decide_on(account, Refusal::NoSuchMember, |_, account| {
            Ok(approval::hear_own_patient(account, (clinic, since), own_patient))
        })
        .await?;
        Ok(Ran::Done)
    }

    /// Tells a clinic's system how an account's owner is reached, as it is when told. It is tried until it is taken, or the
    /// owner is no member any more.
    pub(super) async fn update_clinic_system(
        &self,
        account: AccountId,
        clinic: ClinicId,
        attempts: u32,
    ) -> Result<Ran, Failure> {
        let Some(_turn) = self.0.talking.turn() else { return Ok(Ran::Again(self.now() + SOON)) };
        let members = [MembershipState::Active, MembershipState::Suspended];
        let mut told = None;
        for _ in 0..ATTEMPTS {
            let Some((cpr, contact)) = self.reached(account, clinic, &members).await? else { return Ok(Ran::Done) };
            // Changed while it was told, perhaps by another job at the same moment: the last word must be today's.
            if told.as_ref() == Some(&contact) {
                return Ok(Ran::Done);
            }
            if let Err(fault) = self.0.ports.clinic_system.update(clinic, &cpr, &contact).await {
                return Ok(Ran::Again(self.now() + patience_with(&fault, clinic, attempts)));
            }
            told = Some(contact);
        }
        Ok(Ran::Again(self.now() + SOON))
    }

    /// Tells a clinic's system that a person's access there is over (A7), unless it has begun anew meanwhile.
    pub(super) async fn tell_clinic_left(&self, clinic: ClinicId, cpr: &Cpr, attempts: u32) -> Result<Ran, Failure> {
        let Some(_turn) = self.0.talking.turn() else { return Ok(Ran::Again(self.now() + SOON)) };
        let account = self.store().account_by_cpr(&self.ring().cpr_indexes(cpr, Some(clinic))).await?;
        let membership = account.as_ref().and_then(|account| account.value.access.membership(clinic));
        if membership.is_some_and(|here| matches!(here.state, MembershipState::Active | MembershipState::Suspended)) {
            return Ok(Ran::Done);
        }
        match self.0.ports.clinic_system.left(clinic, cpr).await {
            Ok(()) => Ok(Ran::Done),
            Err(fault) => Ok(Ran::Again(self.now() + patience_with(&fault, clinic, attempts))),
        }
    }

    /// Number and contact of an account's owner, if they are a member of the clinic in one of these states.
    async fn reached(
        &self,
        account: AccountId,
        clinic: ClinicId,
        states: &[MembershipState],
    ) -> Result<Option<(Cpr, Contact)>, Fault> {
        let Some(account) = self.store().account(account).await? else { return Ok(None) };
        let account = account.value;
        let membership = account.access.membership(clinic);
        if !membership.is_some_and(|here| states.contains(&here.state)) {
            return Ok(None);
        }
        let person = account.details.person.open(account.id, self.ring())?;
        Ok(Some((person.cpr.clone(), person.contact())))
    }
}

impl Talking {
    /// A turn, if not too many are talking already: a system that is slow must leave hands free for the mails.
    fn turn(&self) -> Option<Turn<'_>> {
        let more = |talking| (talking < AT_ONCE).then_some(talking + 1);
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more).ok().map(|_| Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// How long to wait before telling again. What stays until somebody mends it is tried slowly, and said loudly.
fn patience_with(fault: &Fault, clinic: ClinicId, attempts: u32) -> Duration {
    if fault.is_transient() {
        tracing::warn!(
            fault = fault.chain(),
            clinic = clinic.0,
            attempts,
            "a clinic's system did not take what it was told; it will be told again"
        );
        return retry_after(attempts);
    }
    tracing::error!(
        fault = fault.chain(),
        clinic = clinic.0,
        attempts,
        "a clinic's system refuses what it is told; it will be told again when hours have passed"
    );
    SLOWLY
}

/// How long after a login its question may still be put.
const ASKED_WITHIN: Duration = Duration::from_secs(15);

/// How many jobs of one portal talk to clinics' systems at the same time.
const AT_ONCE: usize = 2;

const SOON: Duration = Duration::from_secs(1);
const SLOWLY: Duration = Duration::from_secs(6 * 60 * 60);
