//! The demonstration's clinic system: Clinea's record holds another e-mail and mobile of one test person than anybody would
//! type, so that the portal asks which is right (K1).

use patientportal_core::account::Contact;
use patientportal_core::clinic::ClinicDirectory;
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::ClinicPatient;
use patientportal_core::value::{Cpr, Email, Mobile};
use patientportal_testkit::clinic_system::MemoryClinicSystem;

/// The system, with its one patient.
pub(super) fn clinic_system(clinics: &ClinicDirectory, now: Timestamp) -> MemoryClinicSystem {
    let system = MemoryClinicSystem::default();
    let cpr = Cpr::parse(CARLA, now.copenhagen_date()).ok();
    if let Some((clinic, cpr)) = clinics.by_slug(CLINIC).zip(cpr) {
        let contact = Contact { email: Email::parse(EMAIL).ok(), mobile: Mobile::parse(MOBILE).ok().flatten() };
        system.hold(clinic.id, &cpr, Some(ClinicPatient::new(contact, Some(true))));
    }
    system
}

const CLINIC: &str = "clinea";
const CARLA: &str = "020191-9996";
const EMAIL: &str = "carla.gammel@example.dk";
const MOBILE: &str = "20 11 22 33";

#[cfg(test)]
mod tests {
    use super::*;
    use patientportal_core::ports::ClinicSystem;

    #[tokio::test]
    async fn k1_the_clinics_record_holds_something_else_of_carla_and_nothing_of_others() {
        let clinics = super::super::clinics::clinics("http://127.0.0.1:8080").unwrap();
        let now = Timestamp(1_795_420_800_000);
        let (system, clinic) = (clinic_system(&clinics, now), clinics.by_slug(CLINIC).unwrap().id);
        let asked = |number| Cpr::parse(number, now.copenhagen_date()).unwrap();
        let held = system.patient(clinic, &asked(CARLA)).await.unwrap().unwrap();
        assert_eq!(held.contact.email.unwrap().as_str(), EMAIL);
        assert!(held.contact.mobile.is_some());
        assert_eq!(system.patient(clinic, &asked("010772-9995")).await.unwrap(), None);
    }
}
