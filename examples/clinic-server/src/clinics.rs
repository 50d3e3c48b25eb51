//! `clinics list`: the clinics of a configuration file, as patients will meet them.

use std::io::Write;
use std::path::Path;

use patientportal_core::clinic::{Clinic, Function, FunctionKind, MitIdDemand, RegistrationMode};

use crate::config::Config;
use crate::parts::StartError;

/// Writes the list to `out`. Nothing is opened but the file.
///
/// # Errors
/// [`StartError::Config`] when the file is wrong.
pub(crate) fn list(file: &Path, out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    let config = Config::read(file)?;
    for clinic in config.clinics.iter() {
        // Who has closed the pipe does not want to be told.
        let _closed = writeln!(out, "{}", entry(&config, clinic));
    }
    let count = config.clinics.iter().count();
    let _closed = writeln!(out, "{count} {}", if count == 1 { "clinic" } else { "clinics" });
    Ok(())
}

fn entry(config: &Config, clinic: &Clinic) -> String {
    let Clinic { slug, name, phone, registration, .. } = clinic;
    let mut lines = vec![
        format!("{slug}: {name}, {phone}"),
        format!("    {}/{slug}", config.public_url),
        format!("    registration: {}", mode(*registration)),
    ];
    lines.extend(clinic.functions.iter().map(function));
    if clinic.functions.is_empty() {
        lines.push("    no functions: there is nothing behind the login".to_owned());
    }
    if let Some(system) = config.systems.clinics.get(&clinic.id) {
        lines.push(format!("    own system: {}", system.base_url));
    }
    lines.join("\n")
}

fn mode(mode: RegistrationMode) -> &'static str {
    match mode {
        RegistrationMode::Automatic => "automatic, accounts work at once",
        RegistrationMode::Approval => "approval, the clinic decides each request",
        _ => "off, only the clinic creates users",
    }
}

fn function(function: &Function) -> String {
    let Function { kind, title, target, mitid } = function;
    let kind = match kind {
        FunctionKind::Booking => "booking",
        FunctionKind::EConsultation => "e-consultation",
        FunctionKind::PrescriptionRenewal => "prescription-renewal",
    };
    let place = target.as_ref().map_or_else(|| "a page of the portal".to_owned(), ToString::to_string);
    let demand = match mitid {
        MitIdDemand::None => "",
        MitIdDemand::WhereItCanBeUsed => ", MitID where possible",
        _ => ", MitID always",
    };
    format!("    {kind}: {title}, {place}{demand}")
}
