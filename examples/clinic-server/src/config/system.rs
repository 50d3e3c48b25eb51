//! `[clinic.system]`: where a clinic's own system is, and what it knows the portal by.

use std::path::Path;

use patientportal_clinicsystem::{ClinicEndpoint, ClinicSystemSettings, ConfigError as SystemError, HttpClinicSystem};
use patientportal_core::ids::ClinicId;

use super::error::{ConfigError, Source};
use super::file::SystemTable;
use super::{read_text, secret};

/// The clinic's system, checked.
pub(super) fn system(
    source: &Source<'_>,
    folder: &Path,
    key: &str,
    clinic: ClinicId,
    table: SystemTable,
) -> Result<ClinicEndpoint, ConfigError> {
    let at = |name| format!("{key}.{name}");
    let token = secret(source, folder, &at("token"), table.token, table.token_file)?
        .ok_or_else(|| source.wrong(key, "needs `token` or `token_file`"))?;
    let mut endpoint = ClinicEndpoint::new(table.url, token);
    if let Some(path) = table.root_certificates {
        let pem = read_text(source, folder, &at("root_certificates"), &path)?;
        endpoint = endpoint.with_root_certificates(pem);
    }
    let alone = ClinicSystemSettings::new().with_clinic(clinic, endpoint.clone());
    HttpClinicSystem::new(alone).map_err(|error| match error {
        SystemError::Address { reason, .. } => source.wrong(&at("url"), reason),
        SystemError::Token { .. } => source.wrong(&at("token"), "must be visible ASCII characters without spaces"),
        SystemError::RootCertificates { .. } => {
            source.wrong(&at("root_certificates"), "holds no list of PEM certificates")
        }
        other => source.wrong(key, format_args!("cannot be used: {}", crate::parts::sentence(&other))),
    })?;
    Ok(endpoint)
}
