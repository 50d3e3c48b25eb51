//! Use cases of a clinic's staff that make users, invite them, and say who cannot use MitID (R7, A10, S1).

use crate::account::clinic_made::{self, NewPerson, UserMade};
use crate::account::{Rights, child, identity};
use crate::flow::activation;
use crate::flow::registration::TypedPerson;
use crate::ids::AccountId;
use crate::language::Language;
use crate::refusal::{Failure, Field, Flaw, Refusal};
use crate::value::{Cpr, Email, Mobile, Name};

use super::registration::Flaws;
use super::{ATTEMPTS, Portal, Settled, Staff, StaffOperation, contended};

/// Whom staff create a user for, as typed.
#[derive(Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "the form's fields")]
pub struct NewUser {
    /// The CPR number, or a replacement number (A3).
    pub cpr: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The e-mail address that the activation link goes to.
    pub email: String,
    /// The mobile number, if there is one.
    pub mobile: String,
    /// The language of mails.
    pub language: Language,
    /// Whether the person cannot use MitID. Replacement numbers never can.
    pub exempt: bool,
    /// What the person may do at the clinic.
    pub rights: Rights,
}

impl Portal {
    /// Creates a user and mails an activation link. Where the number has an account already, that account gets access at
    /// the clinic instead, and what else was typed changes nothing.
    ///
    /// # Errors
    /// Refused: flaws of the form, or [`Refusal::AlreadyMember`].
    pub async fn create_user(&self, staff: &Staff, new: &NewUser) -> Result<UserMade, Failure> {
        self.admit(staff, StaffOperation::CreateUser)?;
        let typed = self.read_new_user(new)?;
        let indexes = self.ring().cpr_indexes(&typed.cpr, Some(staff.clinic));
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let account = self.store().account_by_cpr(&indexes).await?;
            let former = self.former_of(&typed.cpr, staff.clinic).await?;
            let NewUser { language, exempt, rights, .. } = *new;
            let new = NewPerson { typed: typed.clone(), language, exempt, rights, former };
            let step = match account {
                None => clinic_made::create(&mut self.facts(now, &mut draw), staff, new)?,
                // Nobody has judged who asked for this account: it is not theirs to be linked (R4).
                Some(account) if account.value.details.awaits_first_approval => {
                    let ended = child::end_unjudged(&mut self.facts(now, &mut draw), staff, &account)?;
                    self.commit(ended, now, &mut draw).await?;
                    continue;
                }
                // Somebody's who has another number by now (A11).
                Some(account) if !account.value.is_under(&indexes) => return Err(Refusal::FormerNumber.into()),
                Some(account) => {
                    let before = self.open_flow(activation::flow_of(self.ring(), account.value.id)).await?;
                    clinic_made::link(&mut self.facts(now, &mut draw), staff, &account, &new, before.as_ref())?
                }
            };
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// Mails another activation link to an account of the clinic's that is not activated yet. It ends the older, and its
    /// tries and the account's thirty days begin anew.
    ///
    /// # Errors
    /// Refused: nobody of that kind at the clinic, [`Refusal::AlreadyActivated`], or too many mails.
    pub async fn resend_activation(&self, staff: &Staff, account: AccountId) -> Result<(), Failure> {
        self.admit(staff, StaffOperation::ResendActivation)?;
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let found = self.store().account(account).await?.ok_or(Refusal::NoSuchMember)?;
            let before = self.open_flow(activation::flow_of(self.ring(), account)).await?;
            let step = clinic_made::resend(&mut self.facts(now, &mut draw), &found, staff, before.as_ref())?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// Records that a person of the clinic's cannot use MitID. The owner's next MitID login ends it.
    ///
    /// # Errors
    /// Refused: nobody of that kind at the clinic.
    pub async fn exempt(&self, staff: &Staff, account: AccountId) -> Result<(), Failure> {
        self.admit(staff, StaffOperation::Exempt)?;
        self.decide_on(account, Refusal::NoSuchMember, |facts, account| identity::exempt(facts, account, staff)).await
    }

    /// Takes an exemption back, whichever of the account's clinics recorded it: the next login must confirm identity, and
    /// the owner is told.
    ///
    /// # Errors
    /// Refused: nobody of that kind at the clinic, or a replacement number.
    pub async fn withdraw_exemption(&self, staff: &Staff, account: AccountId) -> Result<(), Failure> {
        self.admit(staff, StaffOperation::WithdrawExemption)?;
        self.decide_on(account, Refusal::NoSuchMember, |facts, account| {
            identity::withdraw_exemption(facts, account, staff)
        })
        .await
    }

    fn read_new_user(&self, new: &NewUser) -> Result<TypedPerson, Failure> {
        let mut flaws = Flaws::default();
        let today = self.now().copenhagen_date();
        let cpr = flaws.take(Field::Cpr, Cpr::parse(&new.cpr, today).map_err(Flaw::Cpr));
        let first_name = flaws.take(Field::FirstName, Name::parse(&new.first_name).map_err(Flaw::Name));
        let last_name = flaws.take(Field::LastName, Name::parse(&new.last_name).map_err(Flaw::Name));
        let email = flaws.take(Field::Email, Email::parse(&new.email).map_err(Flaw::Email));
        let mobile = flaws.take(Field::Mobile, Mobile::parse(&new.mobile).map_err(|_| Flaw::Mobile));
        let person = match (cpr, first_name, last_name, email, mobile) {
            (Some(cpr), Some(first_name), Some(last_name), Some(email), Some(mobile)) => {
                Some(TypedPerson { cpr, first_name, last_name, email, mobile })
            }
            _ => None,
        };
        flaws.or(person)
    }
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewUser(•••)")
    }
}
