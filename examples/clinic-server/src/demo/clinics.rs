//! The demonstration's clinics: invented, one for each way of registering.

use patientportal_core::clinic::{
    Clinic, ClinicDirectory, ClinicError, ClinicMessage, Function, FunctionKind, MitIdDemand, RegistrationMode,
};
use patientportal_core::moment::Timestamp;

use super::homepage::address_of;

/// The clinics.
///
/// # Errors
/// None that a test has not ruled out.
pub(super) fn clinics(public_url: &str) -> Result<ClinicDirectory, ClinicError> {
    let mut clinea = clinic("clinea", "Clinea Lægeklinik", "00 10 20 30", RegistrationMode::Automatic);
    clinea.functions = vec![
        function(FunctionKind::Booking, "Tidsbestilling", None),
        function(FunctionKind::EConsultation, "E-konsultation", None),
        function(FunctionKind::PrescriptionRenewal, "Receptfornyelse", Some("https://example.org/")),
    ];
    let mut skovby = clinic("skovby", "Lægerne i Skovby", "00 10 20 31", RegistrationMode::Approval);
    skovby.functions = vec![
        function(FunctionKind::Booking, "Bestil tid", None),
        function(FunctionKind::EConsultation, "Skriv til os", None),
        Function {
            mitid: MitIdDemand::WhereItCanBeUsed,
            ..function(FunctionKind::PrescriptionRenewal, "Forny recepter", None)
        },
    ];
    skovby.messages = vec![ClinicMessage {
        from: Timestamp(i64::MIN),
        until: None,
        danish: "Vi har fået mange beskeder og svarer ikke på nye lige nu.".to_owned(),
        english: "We have had many messages and do not answer new ones at the moment.".to_owned(),
        closes: vec![FunctionKind::EConsultation],
    }];
    let mut havnely = clinic("havnely", "Lægehuset Havnely", "00 10 20 32", RegistrationMode::Off);
    havnely.functions = vec![function(FunctionKind::Booking, "Tidsbestilling", None)];
    for clinic in [&mut clinea, &mut skovby, &mut havnely] {
        clinic.homepage = Some(address_of(public_url, &clinic.slug));
    }
    ClinicDirectory::new(vec![clinea, skovby, havnely])
}

fn clinic(slug: &str, name: &str, phone: &str, registration: RegistrationMode) -> Clinic {
    let mut clinic = Clinic::new(slug, name, phone);
    clinic.registration = registration;
    clinic
}

fn function(kind: FunctionKind, title: &str, target: Option<&str>) -> Function {
    Function { kind, title: title.to_owned(), target: target.map(str::to_owned), mitid: MitIdDemand::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PORTAL: &str = "http://127.0.0.1:8080";

    #[test]
    fn c1_there_is_a_clinic_for_each_way_of_registering() {
        let modes: Vec<_> = clinics(PORTAL).unwrap().iter().map(|clinic| clinic.registration).collect();
        assert_eq!(modes, [RegistrationMode::Automatic, RegistrationMode::Approval, RegistrationMode::Off]);
        let automatic = clinics(PORTAL).unwrap();
        assert_eq!(automatic.by_slug("clinea").unwrap().functions.len(), 3);
    }
}
