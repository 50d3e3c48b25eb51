//! Pages of users whom a clinic has created.

use patientportal_core::refusal::Refusal;
use patientportal_core::value::PasswordPolicy;
use patientportal_http::pages::{
    ActivationPage, ChoosePasswordPage, Form, Problem, activated_page, activation_sent_page, confirm_identity_page,
    dead_activation_page, expired_link_page, other_activation_page, refusal_page,
};

use super::{Gallery, Outcome};

impl Gallery {
    pub(super) fn activation(&self) -> Outcome {
        let rules = PasswordPolicy::guide();
        let wrong = Problem::with("cpr", Refusal::WrongNumber.text(self.language));
        for (name, problems) in [("activation", Vec::new()), ("activation-wrong", vec![wrong])] {
            let form = Form::activation("251248-9996", false, &rules, self.language).with_problems(problems);
            let (frame, action, operator) = (self.bare(), "#".into(), "Havnens Drift".into());
            self.write(name, &ActivationPage { frame, form, action, operator })?;
        }
        self.write("activation-expired", &expired_link_page(self.bare(), "#".into()))?;
        self.write("activation-locked", &refusal_page(self.bare(), &Refusal::LinkLocked))?;
        self.write("activation-sent", &activation_sent_page(self.bare()))?;
        self.write("activation-dead", &dead_activation_page(self.bare()))?;
        self.write("activation-other-link", &other_activation_page(self.bare()))?;
        self.write("activated", &activated_page(self.frame()))?;
        self.write("confirm-identity", &confirm_identity_page(self.known(), true, "#".into(), None))?;
        self.write("confirm-identity-down", &confirm_identity_page(self.known(), false, "#".into(), None))?;
        let page = ChoosePasswordPage {
            frame: self.known(),
            form: Form::new_password(&rules, self.language),
            action: "#".into(),
            masked_email: "n•••@example.dk".into(),
            operator: Some("Havnens Drift".into()),
        };
        self.write("choose-password", &page)
    }
}
