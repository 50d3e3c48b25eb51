//! [`HttpClinicSystem`]: the port, with a line to each clinic's system.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use patientportal_core::account::Contact;
use patientportal_core::fault::Fault;
use patientportal_core::ids::ClinicId;
use patientportal_core::ports::{ClinicPatient, ClinicSystem};
use patientportal_core::value::Cpr;

use crate::client::{Answer, TlsConfigs};
use crate::failure::Failure;
use crate::line::{Errand, Line};
use crate::settings::{ClinicSystemSettings, ConfigError};
use crate::wire::{contact_body, patient_body, read_patient};

/// The clinics' own systems, each asked over HTTP. A clinic that is not in the settings has none.
pub struct HttpClinicSystem {
    lines: HashMap<ClinicId, Arc<Line>>,
    settings: ClinicSystemSettings,
}

impl HttpClinicSystem {
    /// Lines to all the clinics' systems. Nobody has been asked anything yet.
    ///
    /// # Errors
    /// [`ConfigError`] when a setting cannot work.
    pub fn new(settings: ClinicSystemSettings) -> Result<Self, ConfigError> {
        settings.check()?;
        let mut tls = TlsConfigs::default();
        let mut lines = HashMap::with_capacity(settings.clinics.len());
        for (clinic, endpoint) in &settings.clinics {
            lines.insert(*clinic, Arc::new(Line::new(*clinic, endpoint, &settings, &mut tls)?));
        }
        Ok(Self { lines, settings })
    }

    /// Tells a clinic's system something, if the clinic has one.
    async fn tell(&self, clinic: ClinicId, errand: Errand, body: Result<bytes::Bytes, Failure>) -> Result<(), Fault> {
        let Some(line) = self.lines.get(&clinic) else { return Ok(()) };
        match line.go(errand, body?).await? {
            Answer::Done => Ok(()),
            Answer::UnknownPatient => {
                tracing::info!(
                    clinic = clinic.0,
                    ?errand,
                    "the clinic's system does not know the patient it was told of"
                );
                Ok(())
            }
            Answer::Json(_) => Err(Fault::new(MIXED_UP)),
        }
    }
}

#[async_trait]
impl ClinicSystem for HttpClinicSystem {
    fn serves(&self, clinic: ClinicId) -> bool {
        self.lines.contains_key(&clinic)
    }

    async fn patient(&self, clinic: ClinicId, cpr: &Cpr) -> Result<Option<ClinicPatient>, Fault> {
        let Some(line) = self.lines.get(&clinic) else { return Ok(None) };
        match line.go(Errand::Lookup, patient_body(cpr)?).await? {
            Answer::Json(json) => Ok(Some(read_patient(clinic, &json)?)),
            Answer::UnknownPatient => Ok(None),
            Answer::Done => Err(Fault::new(MIXED_UP)),
        }
    }

    async fn update(&self, clinic: ClinicId, cpr: &Cpr, contact: &Contact) -> Result<(), Fault> {
        self.tell(clinic, Errand::Contact, contact_body(cpr, contact)).await
    }

    async fn left(&self, clinic: ClinicId, cpr: &Cpr) -> Result<(), Fault> {
        self.tell(clinic, Errand::Left, patient_body(cpr)).await
    }
}

impl fmt::Debug for HttpClinicSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClinicSystem").field("settings", &self.settings).finish_non_exhaustive()
    }
}

const MIXED_UP: &str = "an answer of the clinic's system belongs to another kind of request";
