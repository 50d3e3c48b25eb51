//! Use cases of a membership, as its owner sees it: `Registrer` (J1), taking a request back, what a clinic wrote; and new
//! terms, which come before (L8).

use crate::account::{Account, Membership, MembershipState, approval};
use crate::audit::AuditEvent;
use crate::decision::{Note, Step};
use crate::fault::Fault;
use crate::ids::ClinicId;
use crate::moment::Timestamp;
use crate::policy::{Denial, OutstandingStep};
use crate::refusal::{Failure, Refusal};
use crate::store::Change;

use super::{ATTEMPTS, Portal, Principal, Settled, contended};

impl Portal {
    /// Gives a logged-in user access at one more clinic, or asks the clinic for it (J1, R8, I3).
    ///
    /// # Errors
    /// Refused: the clinic is closed for it, a step of L8 comes first, or asked too often. Pressed twice, the second is
    /// as good as the first.
    pub async fn join(&self, principal: &Principal, clinic: ClinicId) -> Result<(), Failure> {
        let (clinic, session) = (self.clinic(clinic)?, principal.session());
        self.decide_on(session.account, not_logged_in(), |facts, account| {
            approval::join(facts, account, session, clinic)
        })
        .await
    }

    /// Whether [`join`](Self::join) asks the clinic, so that its owner is told before: in a clinic that approves, and wherever it
    /// must say yes itself (R3, A9).
    ///
    /// # Errors
    /// Refused: not logged in.
    pub async fn joining_asks(&self, principal: &Principal, clinic: ClinicId) -> Result<bool, Failure> {
        let account = self.store().account(principal.account()).await?.ok_or(not_logged_in())?.value;
        if account.access.epoch != principal.epoch() {
            return Err(not_logged_in().into());
        }
        let person = account.details.person.open(account.id, self.ring())?;
        Ok(approval::joining_asks(&account, &person, self.clinic(clinic)?))
    }

    /// Takes a request back that waits for the clinic (R4).
    ///
    /// # Errors
    /// Refused: the clinic has answered by now, and what it answered stands. Pressed twice, the second is as good as the
    /// first.
    pub async fn withdraw_request(&self, principal: &Principal, clinic: ClinicId) -> Result<(), Failure> {
        let (clinic, session) = (self.clinic(clinic)?, principal.session());
        self.decide_on(session.account, not_logged_in(), |facts, account| {
            approval::withdraw(facts, account, session, clinic)
        })
        .await
    }

    /// What a clinic wrote beside its refusal, for the one whom it refused (R4).
    ///
    /// # Errors
    /// Only faults.
    pub async fn words_of_clinic(&self, principal: &Principal, clinic: ClinicId) -> Result<Option<String>, Fault> {
        let (id, at) = (principal.account(), self.clinic(clinic)?);
        let is_refused = |here: &&Membership| here.state == MembershipState::Refused;
        let comes_first = principal.outstanding_step(at).is_some_and(|step| step < OutstandingStep::Join);
        if comes_first || principal.access().membership(clinic).filter(is_refused).is_none() {
            return Ok(None);
        }
        let Some(account) = self.store().account(id).await? else { return Ok(None) };
        let words = account.value.details.person.open(id, self.ring())?.words;
        Ok(words.into_iter().find_map(|(whose, words)| (whose == clinic).then_some(words)))
    }

    /// Accepts the terms of today (A6, L8).
    ///
    /// # Errors
    /// Refused: not logged in, or a step of L8 comes first. Pressed twice, the second is as good as the first.
    pub async fn accept_terms(&self, principal: &Principal, clinic: ClinicId) -> Result<(), Failure> {
        let first = principal.outstanding_step(self.clinic(clinic)?);
        if let Some(step) = first.filter(|step| *step < OutstandingStep::AcceptTerms) {
            // Whoever has yet to prove or choose something accepts nothing for its owner; a renewal brings them (L7).
            return Err(Refusal::Denied(Denial::StepOutstanding(step)).into());
        }
        let version = self.policy().terms_version.clone();
        self.change_own_account(principal, clinic, AuditEvent::TermsAccepted, move |account, now| {
            account.details.terms_accepted = now;
            let is_news = account.access.terms != version;
            account.access.terms.clone_from(&version);
            is_news
        })
        .await
    }

    /// Changes the account of whoever is logged in; `change` answers whether there was anything to change.
    async fn change_own_account(
        &self,
        principal: &Principal,
        clinic: ClinicId,
        event: AuditEvent,
        change: impl Fn(&mut Account, Timestamp) -> bool,
    ) -> Result<(), Failure> {
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let account = self.store().account(principal.account()).await?.ok_or(not_logged_in())?;
            if account.value.access.epoch != principal.epoch() {
                return Err(not_logged_in().into());
            }
            let mut changed = account.value;
            if !change(&mut changed, now) {
                return Ok(());
            }
            let write = Change::Account { expect: Some(account.revision), to: Box::new(changed) };
            let step = Step::answering(Ok(())).with([write]).noting(Note::of(principal.account(), clinic, event));
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }
}

impl Principal {
    /// The step that stands between this user and the clinic's functions (L8).
    #[must_use]
    pub fn outstanding_step(&self, clinic: &crate::clinic::Clinic) -> Option<OutstandingStep> {
        crate::policy::outstanding_step(self.session(), self.access(), clinic, self.policy())
    }
}

fn not_logged_in() -> Refusal {
    Refusal::Denied(Denial::NotLoggedIn)
}
