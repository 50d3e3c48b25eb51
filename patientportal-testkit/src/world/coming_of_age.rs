//! Coming of age and new numbers, in a world.
#![expect(clippy::expect_used, clippy::panic, reason = "a test kit fails by panicking")]

use patientportal_core::ids::FlowId;
use patientportal_core::portal::{EmailProofPage, LoggedIn, MitIdOutcome, Renewal, RenewalForm};
use patientportal_core::ports::VouchedIdentity;
use patientportal_core::refusal::Refusal;

use super::{Browser, refusal};
use crate::person::Person;

impl Browser<'_> {
    /// What somebody who has come of age is to do next here.
    pub async fn renewal(&self) -> Option<Renewal> {
        let principal = self.principal().await.expect("logged in");
        self.world.portal.renewal(&self.visitor, &principal).await.expect("no fault")
    }

    /// Sends the form in which somebody who has come of age chooses anew.
    pub async fn submit_renewal(&self, form: &RenewalForm) -> Result<EmailProofPage, Refusal> {
        let principal = self.principal().await.expect("logged in");
        refusal(self.world.portal.submit_renewal(&self.visitor, &principal, self.to, form).await)
    }

    /// Asks for another code to the new address.
    pub async fn resend_renewal_code(&self) -> Result<EmailProofPage, Refusal> {
        let principal = self.principal().await.expect("logged in");
        refusal(self.world.portal.resend_renewal_code(&self.visitor, &principal).await)
    }

    /// Sends the code that went to the new address.
    pub async fn submit_renewal_code(&mut self, page: &EmailProofPage, code: &str) -> Result<LoggedIn, Refusal> {
        let principal = self.principal().await.expect("logged in");
        let reference = page.reference.as_deref().unwrap_or_default();
        let sent = self.world.portal.submit_renewal_code(&self.visitor, &principal, reference, code).await;
        let logged_in = refusal(sent)?;
        self.keep(&logged_in);
        Ok(logged_in)
    }

    /// The whole renewal of somebody whose own MitID is logged in here; the two mails to the old and the new address are
    /// left to be read.
    pub async fn renew(&mut self, form: &RenewalForm) -> LoggedIn {
        let page = self.submit_renewal(form).await.expect("a good form");
        let code = self.world.mailed_email_code(&form.email).await;
        self.submit_renewal_code(&page, &code).await.expect("a right code")
    }

    /// Logs in with MitID as somebody whom it knows under another number than the account: answers the flow that asks.
    pub async fn asked_for_number(&mut self, identity: VouchedIdentity) -> FlowId {
        let departure = self.leave_for_mitid().await.expect("MitID is there");
        match self.come_back(&departure, Ok(identity)).await.map(|outcome| outcome.0) {
            Ok(MitIdOutcome::NumberChanged { flow }) => flow,
            other => panic!("not asked: {other:?}"),
        }
    }

    /// Says yes to it.
    pub async fn confirm_number(&mut self, flow: FlowId) -> Result<LoggedIn, Refusal> {
        let logged_in = refusal(self.world.portal.confirm_changed_number(&self.visitor, flow).await)?;
        self.keep(&logged_in);
        Ok(logged_in)
    }
}

impl Person {
    /// What this person chooses on coming of age.
    #[must_use]
    pub fn renewal(&self, email: &str, password: &str) -> RenewalForm {
        let [email, password] = [email, password].map(str::to_owned);
        RenewalForm {
            email_again: email.clone(),
            email,
            mobile: String::new(),
            password_again: password.clone(),
            password,
        }
    }
}
