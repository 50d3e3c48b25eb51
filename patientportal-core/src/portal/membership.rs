//! Use cases that stand between login and functions (L8): `Registrer` (J1), new terms.

use crate::account::{Account, Membership};
use crate::audit::AuditEvent;
use crate::clinic::RegistrationMode;
use crate::decision::{Note, Step};
use crate::ids::ClinicId;
use crate::moment::Timestamp;
use crate::policy::{Denial, OutstandingStep};
use crate::refusal::{Failure, Refusal};
use crate::store::Change;

use super::{ATTEMPTS, Portal, Principal, Settled, contended};

impl Portal {
    /// Gives a logged-in user access at one more clinic, where that needs no staff (J1, I3).
    ///
    /// # Errors
    /// Refused: the clinic is closed for it. Pressed twice, the second is as good as the first.
    pub async fn join(&self, principal: &Principal, clinic: ClinicId) -> Result<(), Failure> {
        if self.clinic(clinic)?.registration != RegistrationMode::Automatic {
            return Err(Refusal::RegistrationClosed.into());
        }
        if principal.outstanding_step(self.clinic(clinic)?) == Some(OutstandingStep::AcceptTerms) {
            return Err(Refusal::Denied(Denial::StepOutstanding(OutstandingStep::AcceptTerms)).into());
        }
        self.change_own_account(principal, clinic, AuditEvent::Joined, |account, now| {
            let memberships = &mut account.access.memberships;
            match memberships.iter_mut().find(|membership| membership.clinic == clinic) {
                None => memberships.push(Membership::active(clinic, now)),
                Some(membership) if membership.may_be_joined_anew() => *membership = Membership::active(clinic, now),
                Some(_) => return false,
            }
            true
        })
        .await
    }

    /// Accepts the terms of today (A6, L8).
    ///
    /// # Errors
    /// Only faults.
    pub async fn accept_terms(&self, principal: &Principal, clinic: ClinicId) -> Result<(), Failure> {
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
