//! `[mitid]`: the broker, our credentials there, and how it speaks.

use std::path::Path;

use patientportal_http::links::Links;
use patientportal_oidc::{ClaimMapping, ConfigError as OidcError, OidcConfig};

use super::addresses::is_on_this_machine;
use super::error::{ConfigError, Source};
use super::file::MitId;
use super::{read_text, secret};

/// The adapter's configuration, checked.
pub(super) fn identity(
    source: &Source<'_>,
    folder: &Path,
    table: MitId,
    public_url: &str,
) -> Result<OidcConfig, ConfigError> {
    let mapping = mapping(source, &table.broker, table.claims)?;
    let secret = secret(source, folder, "mitid.client_secret", table.client_secret, table.client_secret_file)?
        .ok_or_else(|| source.wrong("mitid", "needs `client_secret` or `client_secret_file`"))?;
    let mut config = OidcConfig::new(
        table.issuer,
        table.client_id,
        secret,
        return_url(public_url),
        logged_out_url(public_url),
        mapping,
    );
    if let Some(path) = table.root_certificates {
        config.extra_root_certificates = Some(read_text(source, folder, "mitid.root_certificates", &path)?);
    }
    config.check().map_err(|error| refused(source, &error))?;
    if config.issuer.starts_with("http://") && !is_on_this_machine(public_url) {
        let what = "must be https (http is for a portal whose `public_url` is on this machine)";
        return Err(source.wrong("mitid.issuer", what));
    }
    Ok(config)
}

/// Where the browser comes back to from MitID; the broker must know it.
pub(crate) fn return_url(public_url: &str) -> String {
    format!("{public_url}{}", Links::default().mitid_return())
}

/// Where the browser comes back to after its MitID session has ended; the broker must know it too.
pub(crate) fn logged_out_url(public_url: &str) -> String {
    format!("{public_url}{}", Links::default().logged_out())
}

/// What the adapter says of a configuration, at the key where it stands in this file.
pub(super) fn refused(source: &Source<'_>, error: &OidcError) -> ConfigError {
    match error {
        OidcError::Empty(field) => source.wrong(&place(field), "is empty"),
        OidcError::Address { field, reason } => source.wrong(&place(field), reason),
        OidcError::ReservedParameter(name) => {
            source.wrong("mitid.claims.parameters", format_args!("may not set `{name}`: the portal sets it"))
        }
        OidcError::NoClaimName(field) => source.wrong(&format!("mitid.claims.{field}"), "names no claim"),
        OidcError::NoSufficientAssurance => source
            .wrong("mitid.claims.assurance_values", "has no value for substantial or high, so nobody could log in"),
        OidcError::RootCertificates => source.wrong("mitid.root_certificates", "holds no list of PEM certificates"),
        other => source.wrong("mitid", format_args!("cannot be used: {other}")),
    }
}

fn place(field: &str) -> String {
    match field.strip_prefix("broker.") {
        Some(rest) => format!("mitid.claims.{rest}"),
        None => format!("mitid.{field}"),
    }
}

fn mapping(source: &Source<'_>, broker: &str, claims: Option<ClaimMapping>) -> Result<ClaimMapping, ConfigError> {
    match (ClaimMapping::preset(broker), claims) {
        (Some(preset), None) => Ok(preset),
        (Some(_), Some(_)) => {
            Err(source.wrong("mitid.claims", format_args!("stands beside the preset {broker:?}; it is for \"custom\"")))
        }
        (None, Some(claims)) if broker == CUSTOM => Ok(claims),
        (None, None) if broker == CUSTOM => Err(source.wrong("mitid.broker", "is \"custom\" and needs [mitid.claims]")),
        (None, _) => {
            let known = ClaimMapping::PRESETS.join(", ");
            Err(source.wrong("mitid.broker", format_args!("is {broker:?}; there are {known} and {CUSTOM}")))
        }
    }
}

const CUSTOM: &str = "custom";
