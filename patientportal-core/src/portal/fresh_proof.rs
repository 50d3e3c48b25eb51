//! What must be proved again before a sensitive change of one's own account (A7, F2): a session is worth less than the
//! person, and what it changes may open the account for good.

use crate::account::Account;
use crate::audit::AuditEvent;
use crate::decision::{Note, Step};
use crate::device::Device;
use crate::fault::Fault;
use crate::flow::login::password_counter;
use crate::ids::ClinicId;
use crate::policy::Denial;
use crate::ports::Lane;
use crate::refusal::{Failure, Field, FieldFlaw, Flaw, Refusal};
use crate::sealing::CounterKind;
use crate::value::{Password, PasswordError};

use super::code_login::Counted;
use super::{Portal, Principal, Settled, Visitor, contended, hash_failure};

impl Portal {
    /// Whether this session may change what opens the account: it was opened a moment ago, and one that a code opened gives
    /// the password besides. Each try is counted before it is hashed (I5), on the ladder of the login's wrong passwords.
    ///
    /// # Errors
    /// Refused: [`Refusal::ProofTooOld`], a password that is missing or wrong, a wait.
    pub(super) async fn prove_own(
        &self,
        visitor: &Visitor,
        principal: &Principal,
        account: &Account,
        clinic: ClinicId,
        password: &str,
    ) -> Result<(), Failure> {
        let (session, now) = (principal.session(), self.now());
        if account.access.epoch != session.epoch {
            return Err(Refusal::Denied(Denial::NotLoggedIn).into());
        }
        if now >= session.opened + self.policy().fresh_proof {
            return Err(Refusal::ProofTooOld.into());
        }
        if session.proof.is_mitid() {
            return Ok(());
        }
        let typed = if password.is_empty() { Err(PasswordError::Missing) } else { Password::new(password) };
        let password = typed.map_err(|error| flawed(Flaw::Password(error)))?;
        let index = self.ring().anchored(&account.details.cpr_index);
        let index = index.ok_or(Failure::Failed(Fault::new("an account has no number")))?;
        let device = Device::parse(visitor.device.as_deref());
        let counted = Counted {
            failures: device.counter(self.ring(), index).unwrap_or_else(|| password_counter(self.ring(), index)),
            address: self.address_counter(CounterKind::AddressFailure, visitor.address),
        };
        self.count_try(counted, now).await?;
        let hash = account.login_password().cloned();
        let step = match self.0.ports.hasher.verify(password, hash, Lane::Login).await {
            Ok(verdict) if verdict.right => Step::answering(Ok(())).with(counted.taken_back()),
            Ok(_) => {
                let note = Note::of(account.id, clinic, AuditEvent::PasswordRefused);
                Step::refusing(flawed(Flaw::WrongPassword)).noting(note)
            }
            Err(error) => return Err(self.not_checked(counted, hash_failure(error, now)).await),
        };
        match self.commit(step, self.now(), &mut self.draw()?).await? {
            Settled::Answer(answer) => Ok(answer?),
            Settled::Again => Err(contended()),
        }
    }
}

fn flawed(flaw: Flaw) -> Refusal {
    Refusal::InvalidForm(vec![FieldFlaw { field: Field::Password, flaw }])
}
