//! Use cases of a clinic's staff for those who cannot use MitID: renewing an account (S4), and a changed number (A11).

use crate::account::renewed_by_clinic::{self, RenewalByClinic};
use crate::audit::IdentityCheck;
use crate::flow::activation;
use crate::ids::AccountId;
use crate::refusal::{Failure, Field, Flaw, Refusal};
use crate::value::{Cpr, Email};

use super::registration::Flaws;
use super::{ATTEMPTS, Portal, Settled, Staff, StaffOperation, contended};

impl Portal {
    /// Renews the account of a member who is under 15, exempt, or not yet activated: sessions, password and links end, and
    /// an activation link goes to `email`. The address before is told, if `tell_old`. Staff cannot change an address in any
    /// other way.
    ///
    /// # Errors
    /// Refused: a flaw of the address, no active member of the clinic's, somebody who uses MitID, or too many mails.
    pub async fn renew_by_clinic(
        &self,
        staff: &Staff,
        account: AccountId,
        check: IdentityCheck,
        email: &str,
        tell_old: bool,
    ) -> Result<(), Failure> {
        self.admit(staff, StaffOperation::RenewAccount)?;
        let mut flaws = Flaws::default();
        let email = flaws.take(Field::Email, Email::parse(email).map_err(Flaw::Email));
        let new = RenewalByClinic { check, email: flaws.or(email)?, tell_old };
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let found = self.store().account(account).await?.ok_or(Refusal::NoSuchMember)?;
            let before = self.open_flow(activation::flow_of(self.ring(), account)).await?;
            let mut facts = self.facts(now, &mut draw);
            let step = renewed_by_clinic::renew(&mut facts, &found, staff, &new, before.as_ref())?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// Moves the account of such a member to the person's new CPR number. Everything open ends, and its address is told.
    /// Moving it back to a number that it had undoes the move: the one that it leaves is free again.
    ///
    /// # Errors
    /// Refused: a flaw of the number, no active member of the clinic's, somebody who uses MitID, or a number that has an
    /// account already.
    pub async fn change_number(
        &self,
        staff: &Staff,
        account: AccountId,
        check: IdentityCheck,
        number: &str,
    ) -> Result<(), Failure> {
        self.admit(staff, StaffOperation::ChangeNumber)?;
        let mut flaws = Flaws::default();
        let number = Cpr::parse(number, self.now().copenhagen_date()).map_err(Flaw::Cpr);
        let number = flaws.take(Field::Cpr, number);
        let number = flaws.or(number)?;
        let indexes = self.ring().cpr_indexes(&number, Some(staff.clinic));
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let found = self.store().account(account).await?.ok_or(Refusal::NoSuchMember)?;
            let holder = self.store().account_by_cpr(&indexes).await?;
            // A number that the account had before is its own to go back to.
            let taken = holder.is_some_and(|by| by.value.id != account || by.value.is_under(&indexes));
            let mut facts = self.facts(now, &mut draw);
            let step = renewed_by_clinic::change_number(&mut facts, &found, staff, check, (&number, taken))?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }
}
