//! The pages for registering a child.

use patientportal_core::policy::Policy;
use patientportal_core::portal::{ChildForm, ChildOutcome, NewLoginForm, RegistrationForm};
use patientportal_core::value::PasswordPolicy;
use patientportal_http::pages::{AsksClinic, ChildRegistrationPage, Form, KnownChildPage, Numbers, child_done_page};

use super::{Gallery, Outcome, phone};

impl Gallery {
    pub(super) fn children(&self) -> Outcome {
        let (numbers, rules) = (Numbers::of(&Policy::default(), self.language), PasswordPolicy::guide());
        let child = RegistrationForm { cpr: "131016-9995".into(), first_name: "Jens".into(), ..Default::default() };
        let typed = ChildForm { child, guardian_cpr: "010772-9995".into() };
        self.write(
            "register-child",
            &ChildRegistrationPage {
                frame: self.frame(),
                phone: phone(),
                form: Form::child_registration(&typed, true, &numbers, &rules, self.language),
                action: "#".into(),
                provider: self.provider(),
                mitid_available: true,
                operator: "Havnens Drift".into(),
                asks: AsksClinic::WithoutCustody,
            },
        )?;
        self.write(
            "child-exists",
            &KnownChildPage {
                frame: self.frame(),
                may_join: true,
                renewing_joins: true,
                form: Form::new_login(&NewLoginForm::default(), &rules, self.language),
                action: "#".into(),
                operator: "Havnens Drift".into(),
            },
        )?;
        for (name, outcome) in [
            ("created", ChildOutcome::Created),
            ("requested", ChildOutcome::Requested),
            ("renewed", ChildOutcome::Renewed),
            ("joined", ChildOutcome::Joined),
            ("join-requested", ChildOutcome::JoinRequested),
        ] {
            self.write(&format!("child-{name}"), &child_done_page(self.frame(), outcome))?;
        }
        Ok(())
    }
}
