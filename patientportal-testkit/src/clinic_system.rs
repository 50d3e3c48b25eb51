//! Clinics' own systems in memory: what they hold is put in, what they are asked and told is written down, and they fail
//! when told to. For tests, and for a demonstration.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use patientportal_core::account::Contact;
use patientportal_core::fault::Fault;
use patientportal_core::ids::ClinicId;
use patientportal_core::ports::{ClinicPatient, ClinicSystem};
use patientportal_core::value::Cpr;

/// The systems of all clinics, each with patients of its own; at first they know nobody.
#[derive(Default)]
pub struct MemoryClinicSystem {
    state: Mutex<State>,
}

/// One call of the port. `Debug` prints nothing of the patient.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClinicCall {
    /// Asked what is held of a patient.
    Patient(ClinicId, Cpr),
    /// Told how a patient is reached.
    Update(ClinicId, Cpr, Contact),
    /// Told that a patient's access is over.
    Left(ClinicId, Cpr),
}

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryFault {
    /// It may pass; nothing was done.
    Transient,
    /// It stays; nothing was done.
    Permanent,
    /// It was done, and only the answer was lost.
    AnswerLost,
}

#[derive(Default)]
struct State {
    held: HashMap<(ClinicId, Cpr), ClinicPatient>,
    faults: HashMap<ClinicId, VecDeque<MemoryFault>>,
    down: HashSet<ClinicId>,
    has_none: bool,
    calls: Vec<ClinicCall>,
}

impl MemoryClinicSystem {
    /// From now on a clinic's system holds this of a patient; `None` makes it know nobody of the number.
    pub fn hold(&self, clinic: ClinicId, cpr: &Cpr, patient: Option<ClinicPatient>) {
        let key = (clinic, cpr.clone());
        let held = &mut self.state().held;
        match patient {
            Some(patient) => drop(held.insert(key, patient)),
            None => drop(held.remove(&key)),
        }
    }

    /// What a clinic's system holds of a patient now.
    #[must_use]
    pub fn held(&self, clinic: ClinicId, cpr: &Cpr) -> Option<ClinicPatient> {
        self.state().held.get(&(clinic, cpr.clone())).cloned()
    }

    /// The next call to a clinic's system fails so. Several queue up, one for each call.
    pub fn fail_next(&self, clinic: ClinicId, fault: MemoryFault) {
        self.state().faults.entry(clinic).or_default().push_back(fault);
    }

    /// Takes a clinic's system down, or up again. While it is down every call fails with a transient fault.
    pub fn set_down(&self, clinic: ClinicId, down: bool) {
        let systems = &mut self.state().down;
        let _changed = if down { systems.insert(clinic) } else { systems.remove(&clinic) };
    }

    /// Whether the clinics have systems at all, as a portal finds when it is made. At first they have.
    pub fn set_there(&self, there: bool) {
        self.state().has_none = !there;
    }

    /// All calls so far, in order, those that failed included.
    #[must_use]
    pub fn calls(&self) -> Vec<ClinicCall> {
        self.state().calls.clone()
    }

    /// All calls since this was last called. What is not looked at is forgotten.
    pub fn take_calls(&self) -> Vec<ClinicCall> {
        std::mem::take(&mut self.state().calls)
    }

    /// Writes a call down and does it, unless it is to fail.
    fn call<T>(&self, clinic: ClinicId, call: ClinicCall, done: impl FnOnce(&mut State) -> T) -> Result<T, Fault> {
        let mut state = self.state();
        state.calls.push(call);
        if state.down.contains(&clinic) {
            return Err(Fault::transient(SCRIPTED, "it is down"));
        }
        match state.faults.get_mut(&clinic).and_then(VecDeque::pop_front) {
            None => Ok(done(&mut state)),
            Some(MemoryFault::Transient) => Err(Fault::transient(SCRIPTED, "this may pass")),
            Some(MemoryFault::Permanent) => Err(Fault::permanent(SCRIPTED, "this stays")),
            Some(MemoryFault::AnswerLost) => {
                done(&mut state);
                Err(Fault::transient(SCRIPTED, "the answer was lost"))
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ClinicSystem for MemoryClinicSystem {
    fn serves(&self, _: ClinicId) -> bool {
        !self.state().has_none
    }

    async fn patient(&self, clinic: ClinicId, cpr: &Cpr) -> Result<Option<ClinicPatient>, Fault> {
        let call = ClinicCall::Patient(clinic, cpr.clone());
        self.call(clinic, call, |state| state.held.get(&(clinic, cpr.clone())).cloned())
    }

    async fn update(&self, clinic: ClinicId, cpr: &Cpr, contact: &Contact) -> Result<(), Fault> {
        let call = ClinicCall::Update(clinic, cpr.clone(), contact.clone());
        self.call(clinic, call, |state| {
            // Whom it does not know, it does not get to know.
            if let Some(patient) = state.held.get_mut(&(clinic, cpr.clone())) {
                patient.contact = contact.clone();
            }
        })
    }

    async fn left(&self, clinic: ClinicId, cpr: &Cpr) -> Result<(), Fault> {
        self.call(clinic, ClinicCall::Left(clinic, cpr.clone()), |_| ())
    }
}

impl std::fmt::Debug for MemoryClinicSystem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryClinicSystem").finish_non_exhaustive()
    }
}

const SCRIPTED: &str = "the clinic's system fails as it was told to";

#[cfg(test)]
mod tests {
    use super::*;
    use patientportal_core::value::Email;

    const CLINIC: ClinicId = ClinicId(1);
    const OTHER: ClinicId = ClinicId(2);

    fn nancy() -> Cpr {
        Cpr::parse("251248-9996", time::macros::date!(2026 - 11 - 23)).unwrap()
    }

    fn patient(email: &str) -> ClinicPatient {
        ClinicPatient::new(Contact { email: Some(Email::parse(email).unwrap()), mobile: None }, Some(true))
    }

    #[tokio::test]
    async fn k1_it_holds_what_was_put_in_and_takes_over_what_it_is_told_of_those_it_knows() {
        let (system, cpr) = (MemoryClinicSystem::default(), nancy());
        assert_eq!(system.patient(CLINIC, &cpr).await.unwrap(), None);
        system.hold(CLINIC, &cpr, Some(patient("old@example.dk")));
        assert_eq!(system.patient(CLINIC, &cpr).await.unwrap(), Some(patient("old@example.dk")));
        assert_eq!(system.patient(OTHER, &cpr).await.unwrap(), None, "each clinic has its own");
        let new = patient("new@example.dk");
        for clinic in [CLINIC, CLINIC, OTHER] {
            system.update(clinic, &cpr, &new.contact).await.unwrap();
        }
        assert_eq!((system.held(CLINIC, &cpr), system.held(OTHER, &cpr)), (Some(new), None));
        system.hold(CLINIC, &cpr, None);
        assert_eq!(system.patient(CLINIC, &cpr).await.unwrap(), None);
    }

    #[tokio::test]
    async fn k1_faults_come_as_scripted_and_every_call_is_written_down() {
        let (system, cpr) = (MemoryClinicSystem::default(), nancy());
        system.hold(CLINIC, &cpr, Some(patient("old@example.dk")));
        let new = patient("new@example.dk").contact;
        for (fault, is_transient, after) in [
            (MemoryFault::Transient, true, "old@example.dk"),
            (MemoryFault::Permanent, false, "old@example.dk"),
            (MemoryFault::AnswerLost, true, "new@example.dk"),
        ] {
            system.fail_next(CLINIC, fault);
            let failed = system.update(CLINIC, &cpr, &new).await.unwrap_err();
            assert_eq!(failed.is_transient(), is_transient, "{fault:?}");
            assert_eq!(system.held(CLINIC, &cpr), Some(patient(after)), "{fault:?}");
        }
        let calls = system.take_calls();
        assert_eq!(calls, vec![ClinicCall::Update(CLINIC, cpr.clone(), new); 3]);
        assert!(!format!("{calls:?} {system:?}").contains("9996"));
        system.set_down(CLINIC, true);
        assert!(system.left(CLINIC, &cpr).await.unwrap_err().is_transient());
        assert!(system.left(OTHER, &cpr).await.is_ok());
        system.set_down(CLINIC, false);
        assert!(system.left(CLINIC, &cpr).await.is_ok());
        let left = |clinic| ClinicCall::Left(clinic, cpr.clone());
        assert_eq!(system.calls(), [left(CLINIC), left(OTHER), left(CLINIC)]);
    }
}
