//! Users whom a clinic creates, in a world.
#![expect(clippy::expect_used, clippy::panic, reason = "a test kit fails by panicking")]

use patientportal_core::account::Rights;
use patientportal_core::ids::AccountId;
use patientportal_core::language::Language;
use patientportal_core::portal::{Activated, ActivationForm, NewUser, UserMade};
use patientportal_core::refusal::Refusal;
use patientportal_core::sealing::FlowToken;

use super::{Browser, Outcome, World, refusal};
use crate::person::Person;

impl World {
    /// A user whom the clinic with this slug has created, and the activation link that went out.
    pub async fn invited(&self, person: &Person, slug: &str) -> (AccountId, FlowToken) {
        self.invited_as(&person.new_user(), slug).await
    }

    /// The same of somebody who cannot use MitID.
    pub async fn invited_exempt(&self, person: &Person, slug: &str) -> (AccountId, FlowToken) {
        self.invited_as(&NewUser { exempt: true, ..person.new_user() }, slug).await
    }

    /// The same with what staff type.
    pub async fn invited_as(&self, new: &NewUser, slug: &str) -> (AccountId, FlowToken) {
        match self.create_user(new, slug).await {
            Ok(UserMade::Created(account)) => (account, self.mailed_activation().await),
            other => panic!("not created: {other:?}"),
        }
    }

    /// What comes of it when staff create a user.
    pub async fn create_user(&self, new: &NewUser, slug: &str) -> Result<UserMade, Refusal> {
        refusal(self.portal.create_user(&self.staff(slug), new).await)
    }

    /// The token of the activation link in the next mail.
    pub async fn mailed_activation(&self) -> FlowToken {
        let message = self.mail("Aktivér din bruger").await;
        let link = message.text.lines().find_map(|line| line.strip_prefix("https://portal.example.dk/aktiver/"));
        FlowToken::parse(link.expect("a link")).expect("a token")
    }
}

impl Browser<'_> {
    /// Fills in the page of an activation link as it should be.
    pub async fn activate(&mut self, link: &FlowToken, person: &Person) -> Result<Activated, Refusal> {
        self.activate_with(link, &person.activation()).await
    }

    /// The same with what is typed.
    pub async fn activate_with(&mut self, link: &FlowToken, form: &ActivationForm) -> Result<Activated, Refusal> {
        let activated = refusal(self.world.portal.activate(&self.visitor, link, form).await)?;
        self.visitor.device = Some(activated.device.clone());
        Ok(activated)
    }

    /// Goes to MitID while logged in, to prove whose account it is, and comes back as this person.
    pub async fn prove_with_mitid(&mut self, person: &Person) -> Result<Outcome, Refusal> {
        let principal = self.principal().await.expect("logged in");
        let departure = refusal(self.world.portal.begin_owner_proof(&self.visitor, &principal, self.to).await)?;
        let identity = self.identity(person);
        self.come_back(&departure, Ok(identity)).await
    }
}

impl Person {
    /// What staff type to create a user.
    #[must_use]
    pub fn new_user(&self) -> NewUser {
        NewUser {
            cpr: self.cpr.to_owned(),
            first_name: self.first_name.to_owned(),
            last_name: self.last_name.to_owned(),
            email: self.email.to_owned(),
            mobile: String::new(),
            language: Language::Danish,
            exempt: false,
            rights: Rights::default(),
        }
    }

    /// What this person types on the page of an activation link.
    #[must_use]
    pub fn activation(&self) -> ActivationForm {
        ActivationForm {
            cpr: self.cpr.to_owned(),
            password: self.password.to_owned(),
            password_again: self.password.to_owned(),
        }
    }
}
