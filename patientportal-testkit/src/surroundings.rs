//! The world around a clinic, in memory: a register of custody, and the clinics' own systems.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use patientportal_core::account::{Contact, Custody};
use patientportal_core::fault::Fault;
use patientportal_core::ids::ClinicId;
use patientportal_core::ports::{ClinicPatient, ClinicSystem, CustodyRegistry};
use patientportal_core::value::Cpr;

/// Says of who holds custody what it was told, and of all others that nobody can tell.
#[derive(Debug, Default)]
pub struct MemoryCustodyRegistry {
    known: Mutex<HashMap<(Cpr, Cpr), Custody>>,
    asked: AtomicUsize,
    down: AtomicBool,
}

impl MemoryCustodyRegistry {
    /// How often it was asked.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Writes down whether `adult` holds custody of `child`.
    pub fn set(&self, child: &Cpr, adult: &Cpr, custody: Custody) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((child.clone(), adult.clone()), custody);
    }

    /// Whether it cannot be reached.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }
}

#[async_trait]
impl CustodyRegistry for MemoryCustodyRegistry {
    async fn custody(&self, child: &Cpr, adult: &Cpr) -> Result<Custody, Fault> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.down.load(Ordering::SeqCst) {
            return Err(Fault::transient("the custody register cannot be reached", "scripted to be down"));
        }
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(known.get(&(child.clone(), adult.clone())).copied().unwrap_or(Custody::Unknown))
    }
}

/// What a clinic's own system was told by the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// [`ClinicSystem::update`].
    Update(ClinicId, Cpr, Contact),
    /// [`ClinicSystem::left`].
    Left(ClinicId, Cpr),
}

/// Clinics' own systems that hold what they were given, take updates over, and remember what they were told.
#[derive(Debug, Default)]
pub struct MemoryClinicSystem {
    patients: Mutex<HashMap<(ClinicId, Cpr), ClinicPatient>>,
    told: Mutex<Vec<Told>>,
    down: AtomicBool,
}

impl MemoryClinicSystem {
    /// Writes a patient down.
    pub fn set(&self, clinic: ClinicId, cpr: &Cpr, patient: ClinicPatient) {
        self.patients.lock().unwrap_or_else(PoisonError::into_inner).insert((clinic, cpr.clone()), patient);
    }

    /// Everything it was told so far, in order.
    #[must_use]
    pub fn told(&self) -> Vec<Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it cannot be reached.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    fn reached(&self) -> Result<(), Fault> {
        match self.down.load(Ordering::SeqCst) {
            true => Err(Fault::transient("the clinic's system cannot be reached", "scripted to be down")),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl ClinicSystem for MemoryClinicSystem {
    async fn patient(&self, clinic: ClinicId, cpr: &Cpr) -> Result<Option<ClinicPatient>, Fault> {
        self.reached()?;
        let patients = self.patients.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(patients.get(&(clinic, cpr.clone())).cloned())
    }

    async fn update(&self, clinic: ClinicId, cpr: &Cpr, contact: &Contact) -> Result<(), Fault> {
        self.reached()?;
        let mut patients = self.patients.lock().unwrap_or_else(PoisonError::into_inner);
        let patient = patients.entry((clinic, cpr.clone()));
        patient
            .and_modify(|patient| patient.contact = contact.clone())
            .or_insert_with(|| ClinicPatient::new(contact.clone(), None));
        let told = Told::Update(clinic, cpr.clone(), contact.clone());
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push(told);
        Ok(())
    }

    async fn left(&self, clinic: ClinicId, cpr: &Cpr) -> Result<(), Fault> {
        self.reached()?;
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push(Told::Left(clinic, cpr.clone()));
        Ok(())
    }
}
