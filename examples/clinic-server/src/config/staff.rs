//! `[staff]`: who vouches for the clinics' staff, our credentials there, and which claims say what.

use std::path::Path;

use patientportal_core::clinic::ClinicDirectory;
use patientportal_http::links::Links;
use patientportal_oidc::{ConfigError as OidcError, StaffOidcConfig};

use super::addresses::is_on_this_machine;
use super::error::{ConfigError, Source};
use super::file::StaffTable;
use super::{read_text, secret};

/// The adapter's configuration, checked.
pub(super) fn staff(
    source: &Source<'_>,
    folder: &Path,
    table: StaffTable,
    (public_url, clinics): (&str, &ClinicDirectory),
) -> Result<StaffOidcConfig, ConfigError> {
    let secret = secret(source, folder, "staff.client_secret", table.client_secret, table.client_secret_file)?
        .ok_or_else(|| source.wrong("staff", "needs `client_secret` or `client_secret_file`"))?;
    let (back, out) = (staff_return_url(public_url), staff_signed_out_url(public_url));
    let mut config = StaffOidcConfig::new(table.issuer, table.client_id, secret, back, out);
    config.scopes = table.scopes.unwrap_or(config.scopes);
    config.parameters = table.parameters;
    let claims = &mut config.claims;
    let named = [
        (&mut claims.id, table.id_claim),
        (&mut claims.name, table.name_claim),
        (&mut claims.clinics, table.clinic_claim),
        (&mut claims.role, table.role_claim),
        (&mut claims.secretary, table.secretary),
        (&mut claims.administrator, table.administrator),
    ];
    for (to, from) in named {
        if let Some(from) = from {
            *to = from;
        }
    }
    if let Some(slug) = table.clinics.values().find(|slug| clinics.by_slug(slug).is_none()) {
        return Err(source.wrong("staff.clinics", format_args!("names {slug:?}, which is no clinic's slug")));
    }
    (claims.slugs, claims.from_userinfo) = (table.clinics, table.userinfo);
    if let Some(path) = table.root_certificates {
        config.extra_root_certificates = Some(read_text(source, folder, "staff.root_certificates", &path)?);
    }
    config.check().map_err(|error| refused(source, &error))?;
    if config.issuer.starts_with("http://") && !is_on_this_machine(public_url) {
        let what = "must be https (http is for a portal whose `public_url` is on this machine)";
        return Err(source.wrong("staff.issuer", what));
    }
    Ok(config)
}

/// Where the browser comes back to; the provider must know it.
pub(crate) fn staff_return_url(public_url: &str) -> String {
    format!("{public_url}{}", Links::default().staff_return())
}

/// Where the browser comes back to after signing out; the provider must know it too.
pub(crate) fn staff_signed_out_url(public_url: &str) -> String {
    format!("{public_url}{}", Links::default().staff_signed_out())
}

fn refused(source: &Source<'_>, error: &OidcError) -> ConfigError {
    let place = |field: &str| format!("staff.{field}");
    match error {
        OidcError::Empty(field) => source.wrong(&place(field), "is empty"),
        OidcError::Address { field, reason } => source.wrong(&place(field), reason),
        OidcError::ReservedParameter(name) => {
            source.wrong("staff.parameters", format_args!("may not set `{name}`: the portal sets it"))
        }
        OidcError::OneRoleName => source.wrong("staff.administrator", "is the same as `secretary`"),
        OidcError::RootCertificates => source.wrong("staff.root_certificates", "holds no list of PEM certificates"),
        other => source.wrong("staff", format_args!("cannot be used: {other}")),
    }
}
