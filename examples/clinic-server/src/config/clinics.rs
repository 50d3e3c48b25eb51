//! `[[clinic]]`: the clinics and what they offer.

use std::path::Path;

use patientportal_clinicsystem::ClinicSystemSettings;
use patientportal_core::clinic::{
    ChildrenMode, Clinic, ClinicDirectory, ClinicError, Function, FunctionKind, MitIdDemand, RegistrationMode,
};
use patientportal_core::value::Email;
use patientportal_http::links::is_reserved_slug;

use super::addresses::{is_web_address, target};
use super::error::{ConfigError, Source};
use super::file::{Children, ClinicTable, Demand, FunctionTable, Kind, Registration};
use super::messages::message;
use super::system::system;

/// The directory of the file's clinics, and their own systems.
pub(super) fn clinics(
    source: &Source<'_>,
    folder: &Path,
    tables: Vec<ClinicTable>,
    public_url: &str,
) -> Result<(ClinicDirectory, ClinicSystemSettings), ConfigError> {
    if tables.is_empty() {
        return Err(source.wrong("clinic", "is missing: a portal needs at least one [[clinic]]"));
    }
    let (mut clinics, mut systems): (Vec<Clinic>, _) = (Vec::new(), ClinicSystemSettings::new());
    for (at, mut table) in tables.into_iter().enumerate() {
        let key = format!("clinic.{at}");
        let own_system = table.system.take();
        let clinic = clinic(source, &key, table, public_url)?;
        ClinicDirectory::new(vec![clinic.clone()]).map_err(|error| misfit(source, &key, &error))?;
        if clinics.iter().any(|other| other.slug == clinic.slug) {
            return Err(source.wrong(&format!("{key}.slug"), format_args!("{:?} is another clinic's", clinic.slug)));
        }
        if let Some(table) = own_system {
            let endpoint = system(source, folder, &format!("{key}.system"), clinic.id, table)?;
            systems = systems.with_clinic(clinic.id, endpoint);
        }
        clinics.push(clinic);
    }
    let directory = ClinicDirectory::new(clinics).map_err(|error| misfit(source, "clinic", &error))?;
    Ok((directory, systems))
}

fn clinic(source: &Source<'_>, key: &str, table: ClinicTable, public_url: &str) -> Result<Clinic, ConfigError> {
    let wrong = |name: &str, what: &str| Err(source.wrong(&format!("{key}.{name}"), what));
    if is_reserved_slug(&table.slug) || OWN_PATHS.contains(&table.slug.as_str()) {
        return wrong("slug", &format!("may not be {:?}: pages of the portal stand there", table.slug));
    }
    for (name, text) in [("name", Some(&table.name)), ("mail_name", table.mail_name.as_ref())] {
        if text.is_some_and(|text| text.trim().is_empty()) {
            return wrong(name, "is empty");
        }
    }
    if !is_phone(&table.phone) {
        return wrong("phone", "must be a telephone number of digits, spaces and a leading +");
    }
    if table.homepage.as_deref().is_some_and(|homepage| !is_web_address(homepage)) {
        return wrong("homepage", "must be an address like https://clinic.example");
    }
    let mut clinic = Clinic::new(table.slug, table.name, table.phone);
    clinic.mail_name = table.mail_name;
    clinic.homepage = table.homepage;
    clinic.registration = match table.registration {
        Registration::Automatic => RegistrationMode::Automatic,
        Registration::Approval => RegistrationMode::Approval,
        Registration::Off => RegistrationMode::Off,
    };
    clinic.children = match table.children {
        Children::ByCustody => ChildrenMode::ByCustody,
        Children::Automatic => ChildrenMode::Automatic,
    };
    clinic.notice_address = match table.notice_address.as_deref().map(Email::parse).transpose() {
        Ok(address) => address,
        Err(_) => return wrong("notice_address", "must be an e-mail address"),
    };
    for (at, table) in table.function.into_iter().enumerate() {
        clinic.functions.push(function(source, &format!("{key}.function.{at}"), table, public_url)?);
    }
    for (at, table) in table.message.into_iter().enumerate() {
        let message = message(source, &format!("{key}.message.{at}"), table, &clinic)?;
        clinic.messages.push(message);
    }
    Ok(clinic)
}

fn function(source: &Source<'_>, key: &str, table: FunctionTable, public_url: &str) -> Result<Function, ConfigError> {
    if table.title.trim().is_empty() {
        return Err(source.wrong(&format!("{key}.title"), "is empty"));
    }
    let unsafe_target = || {
        let what = "must be an address like https://clinic.example/booking (http:// is for a portal on this machine)";
        source.wrong(&format!("{key}.target"), what)
    };
    let target = table.target.map(|text| target(&text, public_url).ok_or_else(unsafe_target)).transpose()?;
    let mitid = match table.mitid {
        Demand::None => MitIdDemand::None,
        Demand::WherePossible => MitIdDemand::WhereItCanBeUsed,
        Demand::Always => MitIdDemand::OfEverybody,
    };
    Ok(Function { kind: table.kind.into(), title: table.title, target, mitid })
}

impl From<Kind> for FunctionKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Booking => Self::Booking,
            Kind::EConsultation => Self::EConsultation,
            Kind::PrescriptionRenewal => Self::PrescriptionRenewal,
        }
    }
}

fn misfit(source: &Source<'_>, key: &str, error: &ClinicError) -> ConfigError {
    match error {
        ClinicError::Slug(slug) => source.wrong(
            &format!("{key}.slug"),
            format_args!("{slug:?} is not made of a-z, 0-9 and inner hyphens (40 at most)"),
        ),
        ClinicError::FunctionTwice(_) => source.wrong(&format!("{key}.function"), "has one kind twice"),
        other => source.wrong(key, format_args!("cannot be used: {other}")),
    }
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    digits.bytes().filter(u8::is_ascii_digit).count() >= 3
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ')
}

/// What this server itself answers beside the portal.
const OWN_PATHS: [&str; 3] = ["healthz", "readyz", "demo"];
