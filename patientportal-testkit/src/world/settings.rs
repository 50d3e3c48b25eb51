//! What every world is set up with: one key, four clinics.
#![expect(clippy::expect_used, reason = "a test kit fails by panicking")]

use patientportal_core::clinic::{Clinic, ClinicDirectory, Function, FunctionKind, MitIdDemand, RegistrationMode};
use patientportal_core::ids::KeyId;
use patientportal_core::policy::Policy;
use patientportal_core::portal::Settings;
use patientportal_core::sealing::{KeyRing, MasterKey};

/// The clinic where accounts work at once.
pub const AUTOMATIC: &str = "automatic";
/// The clinic that approves each.
pub const APPROVAL: &str = "approval";
/// The clinic that creates its users itself.
pub const OFF: &str = "off";
/// A second clinic where accounts work at once.
pub const NEIGHBOUR: &str = "neighbour";

/// The keys of every world.
///
/// # Panics
/// Never.
#[must_use]
pub fn keys() -> KeyRing {
    KeyRing::new(MasterKey::new(KeyId(1), [1; 32]), []).expect("one key is a ring")
}

pub(super) fn settings(policy: Policy) -> Settings {
    Settings { keys: keys(), clinics: clinics(), policy, public_url: "https://portal.example.dk".to_owned() }
}

fn clinics() -> ClinicDirectory {
    let clinic = |slug: &str, name: &str, registration| {
        let mut clinic = Clinic::new(slug, name, "12 34 56 78");
        clinic.registration = registration;
        clinic.functions = FunctionKind::ALL.map(function).to_vec();
        clinic
    };
    let all = vec![
        clinic(AUTOMATIC, "Lægehuset Automatik", RegistrationMode::Automatic),
        clinic(APPROVAL, "Lægehuset Godkend", RegistrationMode::Approval),
        clinic(OFF, "Lægehuset Lukket", RegistrationMode::Off),
        clinic(NEIGHBOUR, "Nabolægerne", RegistrationMode::Automatic),
    ];
    ClinicDirectory::new(all).expect("four clinics")
}

fn function(kind: FunctionKind) -> Function {
    let title = match kind {
        FunctionKind::Booking => "Tidsbestilling",
        FunctionKind::EConsultation => "E-konsultation",
        FunctionKind::PrescriptionRenewal => "Receptfornyelse",
    };
    Function { kind, title: title.to_owned(), target: None, mitid: MitIdDemand::None }
}
