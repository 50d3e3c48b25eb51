//! How people are reached, in a world: what the clinics' systems hold, and the pages that ask.
#![expect(clippy::expect_used, reason = "a test kit fails by panicking")]

use patientportal_core::account::Contact;
use patientportal_core::portal::{ContactForm, ContactOutcome, ContactPage, EmailProofPage};
use patientportal_core::ports::ClinicPatient;
use patientportal_core::refusal::Refusal;
use patientportal_core::value::{Cpr, Email, Mobile};

use super::{Browser, World, refusal};
use crate::person::Person;

impl World {
    /// The same world where every clinic has a system of its own.
    #[must_use]
    pub fn with_clinic_systems(mut self) -> Self {
        self.clinic_system.set_there(true);
        self.portal = self.restarted(|_| {});
        self
    }

    /// From now on the clinic's system holds this of the person: an address and a number, empty where it has none.
    pub fn clinic_holds(&self, slug: &str, person: &Person, email: &str, mobile: &str) {
        let patient = ClinicPatient::new(contact(email, mobile), Some(true));
        self.clinic_system.hold(self.clinic(slug), &self.cpr(person), Some(patient));
    }

    /// What the clinic's system holds of the person.
    #[must_use]
    pub fn held_by_clinic(&self, slug: &str, person: &Person) -> Option<Contact> {
        self.clinic_system.held(self.clinic(slug), &self.cpr(person)).map(|patient| patient.contact)
    }

    /// The code in the next mail, which goes to a new address.
    pub async fn mailed_email_code(&self, to: &str) -> String {
        let message = self.mail("Bekræft din mailadresse").await;
        assert_eq!(message.to.as_str(), to);
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        message.text.lines().find(is_code).expect("a code").to_owned()
    }

    /// The number of a person.
    #[must_use]
    pub fn cpr(&self, person: &Person) -> Cpr {
        Cpr::parse(person.cpr, self.portal.now().copenhagen_date()).expect("a test person's number")
    }
}

impl Browser<'_> {
    /// What the page shows that a clinic's system has caused; `None` where nothing differs.
    pub async fn contact_page(&self) -> Option<ContactPage> {
        let principal = self.principal().await.expect("logged in");
        refusal(self.world.portal.contact_page(&principal, self.to.clinic).await).expect("no refusal")
    }

    /// `Bekræft`.
    pub async fn confirm_contact(&self, form: &ContactForm) -> Result<ContactOutcome, Refusal> {
        let principal = self.principal().await.expect("logged in");
        refusal(self.world.portal.confirm_contact(&self.visitor, &principal, self.to, form).await)
    }

    /// Asks for another address on one's own page.
    pub async fn change_email(&self, email: &str, password: &str) -> Result<EmailProofPage, Refusal> {
        let principal = self.principal().await.expect("logged in");
        refusal(self.world.portal.begin_email_change(&self.visitor, &principal, self.to, email, password).await)
    }

    /// Sends a code that went to a new address, with the reference that the page shows.
    pub async fn submit_email_code(&self, page: &EmailProofPage, code: &str) -> Result<EmailProofPage, Refusal> {
        let principal = self.principal().await.expect("logged in");
        let reference = page.reference.as_deref().unwrap_or_default();
        refusal(self.world.portal.submit_email_code(&self.visitor, &principal, reference, code).await)
    }

    /// Asks for another code to a new address.
    pub async fn resend_email_code(&self) -> Result<EmailProofPage, Refusal> {
        let principal = self.principal().await.expect("logged in");
        refusal(self.world.portal.resend_email_code(&self.visitor, &principal).await)
    }
}

/// An address and a number, empty where there is none.
///
/// # Panics
/// When they cannot be read.
#[must_use]
pub fn contact(email: &str, mobile: &str) -> Contact {
    let email = (!email.is_empty()).then(|| Email::parse(email).expect("an address"));
    Contact { email, mobile: Mobile::parse(mobile).expect("a number") }
}
