//! Use cases of how a person is reached: confirming it where a clinic's system holds something else (K1), and changing it
//! (A7).

use crate::account::contact::{self, ContactPage};
use crate::flow::email_proof::{Answer, EmailProofPage, NewEmail};
use crate::ids::ClinicId;
use crate::policy::Denial;
use crate::refusal::{Failure, Field, Flaw, Refusal};
use crate::value::{Email, Mobile};

use super::registration::Flaws;
use super::{Destination, Portal, Principal, Visitor};

/// What is typed on the page that a clinic's system has caused. `Debug` prints nothing of it.
#[derive(Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "adapters fill it in")]
pub struct ContactForm {
    /// `E-mail`
    pub email: String,
    /// `Mobil`
    pub mobile: String,
    /// `Adgangskode`: asked for where a session that a code opened is to change the address.
    pub password: String,
}

/// What came of `Bekræft`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContactOutcome {
    /// Both sides are at one.
    Confirmed,
    /// The address is a new one, and a code is on its way to it. Until it is typed the old one holds.
    EmailToProve(EmailProofPage),
}

impl Portal {
    /// What the portal and the clinic's system hold, where they differ and it is not confirmed yet (K1); else `None`.
    ///
    /// # Errors
    /// Refused: not logged in.
    pub async fn contact_page(&self, principal: &Principal, clinic: ClinicId) -> Result<Option<ContactPage>, Failure> {
        let id = principal.account();
        let account = self.store().account(id).await?.ok_or(NOT_LOGGED_IN)?.value;
        let mut draw = self.draw()?;
        let facts = self.facts(self.now(), &mut draw);
        if contact::may_say(&facts, &account, (principal.session(), self.clinic(clinic)?), true).is_err() {
            return Ok(None);
        }
        let person = account.details.person.open(id, self.ring())?;
        Ok(contact::shown(&account, &person, clinic))
    }

    /// `Bekræft` (K1): what is typed is right, here and at the clinic.
    ///
    /// # Errors
    /// Refused: flaws of the form, or a new address in a session that must prove again who it is.
    pub async fn confirm_contact(
        &self,
        visitor: &Visitor,
        principal: &Principal,
        to: Destination,
        form: &ContactForm,
    ) -> Result<ContactOutcome, Failure> {
        let mut flaws = Flaws::default();
        let email = flaws.take(Field::Email, Email::parse(&form.email).map_err(Flaw::Email));
        let mobile = flaws.take(Field::Mobile, Mobile::parse(&form.mobile).map_err(|_| Flaw::Mobile));
        let (email, mobile) = flaws.or(email.zip(mobile))?;
        let (clinic, session) = (self.clinic(to.clinic)?, principal.session());
        let account = self.store().account(session.account).await?.ok_or(NOT_LOGGED_IN)?.value;
        let own = account.details.person.open(account.id, self.ring())?.email;
        if email.same_mailbox(&own) {
            self.decide_on(account.id, NOT_LOGGED_IN, |facts, account| {
                contact::confirm(facts, account, (session, clinic), Some(clinic.id), mobile.clone())
            })
            .await?;
            return Ok(ContactOutcome::Confirmed);
        }
        self.prove_own(visitor, principal, &account, to.clinic, &form.password).await?;
        let answer = Some(Answer { clinic: to.clinic, mobile });
        let new = NewEmail { email, origin: self.origin(visitor, to), answer };
        self.begin_email_proof(principal, new).await.map(ContactOutcome::EmailToProve)
    }

    /// Sends a code to a new address (A7). It is the account's when the code is typed. `password` is asked for in a session
    /// that a code opened.
    ///
    /// # Errors
    /// Refused: flaws of the form, or a session that must prove again who it is.
    pub async fn begin_email_change(
        &self,
        visitor: &Visitor,
        principal: &Principal,
        to: Destination,
        email: &str,
        password: &str,
    ) -> Result<EmailProofPage, Failure> {
        let mut flaws = Flaws::default();
        let email = flaws.take(Field::Email, Email::parse(email).map_err(Flaw::Email));
        let email = flaws.or(email)?;
        let account = self.store().account(principal.account()).await?.ok_or(NOT_LOGGED_IN)?.value;
        self.prove_own(visitor, principal, &account, to.clinic, password).await?;
        let new = NewEmail { email, origin: self.origin(visitor, to), answer: None };
        self.begin_email_proof(principal, new).await
    }

    /// Changes the mobile number, or removes it (A7). It opens nothing, so that no proof is asked for.
    ///
    /// # Errors
    /// Refused: a flaw of the form, or a step of L8 comes first.
    pub async fn change_mobile(&self, principal: &Principal, clinic: ClinicId, mobile: &str) -> Result<(), Failure> {
        let mut flaws = Flaws::default();
        let mobile = flaws.take(Field::Mobile, Mobile::parse(mobile).map_err(|_| Flaw::Mobile));
        let mobile = flaws.or(mobile)?;
        let (clinic, session) = (self.clinic(clinic)?, principal.session());
        self.decide_on(session.account, NOT_LOGGED_IN, |facts, account| {
            contact::confirm(facts, account, (session, clinic), None, mobile.clone())
        })
        .await
    }
}

impl std::fmt::Debug for ContactForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactForm(•••)")
    }
}

const NOT_LOGGED_IN: Refusal = Refusal::Denied(Denial::NotLoggedIn);
