//! Children and those who answer for them, in a world.
#![expect(clippy::expect_used, reason = "a test kit fails by panicking")]

use patientportal_core::account::Custody;
use patientportal_core::portal::{ChildForm, MitIdOutcome};
use patientportal_core::refusal::Refusal;
use patientportal_core::value::Cpr;

use super::{Browser, World, refusal};
use crate::person::Person;

impl World {
    /// Writes down in the register whether `adult` holds custody of `child`.
    pub fn custody_is(&self, child: &Person, adult: &Person, custody: Custody) {
        let today = self.portal.now().copenhagen_date();
        let [child, adult] =
            [child, adult].map(|person| Cpr::parse(person.cpr, today).expect("a test person's number"));
        self.custody.set(&child, &adult, custody);
    }
}

impl Browser<'_> {
    /// Sends a child's form; answers where MitID is.
    pub async fn submit_child(&self, child: &Person, guardian: &Person) -> Result<String, Refusal> {
        self.submit_child_form(&child.form_by(guardian)).await
    }

    /// The same with what is typed.
    pub async fn submit_child_form(&self, form: &ChildForm) -> Result<String, Refusal> {
        refusal(self.world.portal.begin_child_registration(&self.visitor, self.to, form).await)
    }

    /// A child's whole registration, confirmed by the guardian typed.
    pub async fn register_child(&mut self, child: &Person, guardian: &Person) -> Result<MitIdOutcome, Refusal> {
        let departure = self.submit_child(child, guardian).await?;
        let identity = self.identity(guardian);
        self.come_back(&departure, Ok(identity)).await.map(|outcome| outcome.0)
    }
}

impl Person {
    /// A child's form, filled in by this child's guardian as it should be.
    #[must_use]
    pub fn form_by(&self, guardian: &Person) -> ChildForm {
        ChildForm { child: self.form(), guardian_cpr: guardian.cpr.to_owned() }
    }
}
