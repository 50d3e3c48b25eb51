//! [`StaffOidcProvider`]: the clinics' own sign-in, by the same journey as MitID's and with other claims at its end.

use std::fmt;

use async_trait::async_trait;
use patientportal_core::fault::Fault;
use patientportal_core::portal::Role;
use patientportal_core::ports::{
    Departure, IdentityCallback, IdentityFailure, IdentityRequest, StaffIdentityProvider, VouchedStaff,
};

use crate::claims::ClaimSet;
use crate::config::ConfigError;
use crate::departure::Asked;
use crate::relying_party::RelyingParty;
use crate::staff_config::{StaffClaims, StaffOidcConfig};

/// The sign-in of clinics' staff through an OpenID Connect provider.
pub struct StaffOidcProvider {
    config: StaffOidcConfig,
    party: RelyingParty,
}

impl StaffOidcProvider {
    /// A provider that has not been asked anything yet.
    ///
    /// # Errors
    /// [`ConfigError`] when a setting cannot work.
    pub fn new(config: StaffOidcConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let party = RelyingParty::new(
            (&config.issuer, &config.redirect_url),
            (&config.client_id, &config.client_secret),
            config.extra_root_certificates.as_deref(),
            &config.limits,
        )?;
        Ok(Self { config, party })
    }

    /// Asks the provider for its description and keys.
    ///
    /// # Errors
    /// A [`Fault`] when the provider cannot be reached or describes itself wrongly.
    pub async fn refresh(&self) -> Result<(), Fault> {
        self.party.refresh().await
    }

    async fn vouch(&self, callback: &IdentityCallback<'_>) -> Result<VouchedStaff, IdentityFailure> {
        let arrived = self.party.arrive(callback).await?;
        let userinfo = match self.config.claims.from_userinfo {
            true => Some(self.party.userinfo(&arrived).await?),
            false => None,
        };
        let verified = arrived.verified;
        let mut vouched = judge(&self.config.claims, userinfo.as_ref().unwrap_or(&verified.claims))?;
        vouched.session = Some(verified.id_token.into_bytes());
        Ok(vouched)
    }
}

#[async_trait]
impl StaffIdentityProvider for StaffOidcProvider {
    async fn begin(&self, request: &IdentityRequest) -> Result<Departure, IdentityFailure> {
        let Self { config, party } = self;
        let outcome = party.depart(Asked { scopes: &config.scopes, parameters: &config.parameters }, request).await;
        party.note(&outcome);
        outcome
    }

    async fn complete(&self, callback: &IdentityCallback<'_>) -> Result<VouchedStaff, IdentityFailure> {
        let outcome = self.vouch(callback).await;
        self.party.note(&outcome);
        outcome
    }

    async fn end_session(&self, session: Option<&[u8]>) -> Option<String> {
        let hint = std::str::from_utf8(session?).ok()?;
        self.party.end_session(Some(hint), &self.config.post_logout_redirect_url)
    }
}

impl fmt::Debug for StaffOidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffOidcProvider").field("config", &self.config).finish_non_exhaustive()
    }
}

/// What the claims say of who it is.
fn judge(names: &StaffClaims, claims: &ClaimSet) -> Result<VouchedStaff, IdentityFailure> {
    let id = claims.text(&names.id)?.ok_or(IdentityFailure::Refused("subject-missing"))?;
    let slug = |value: String| names.slugs.get(&value).cloned().unwrap_or(value);
    let roles = claims.texts(&names.role)?;
    let is = |role: &String| roles.contains(role);
    let role = if is(&names.administrator) {
        Some(Role::Administrator)
    } else {
        is(&names.secretary).then_some(Role::Secretary)
    };
    let clinics = claims.texts(&names.clinics)?.into_iter().map(slug).collect();
    Ok(VouchedStaff { id, name: claims.text(&names.name)?, clinics, role, session: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vouched(names: &StaffClaims, claims: &str) -> VouchedStaff {
        judge(names, &ClaimSet::read(claims.as_bytes(), "x").unwrap()).unwrap()
    }

    #[test]
    fn s2_claims_say_who_it_is_where_and_as_what() {
        let names = StaffClaims::default();
        let one = vouched(&names, r#"{"sub":"a1","name":"Sara","clinics":"skovby","role":"secretary"}"#);
        assert_eq!((one.id.as_str(), one.name.as_deref()), ("a1", Some("Sara")));
        assert_eq!((one.clinics, one.role), (vec!["skovby".to_owned()], Some(Role::Secretary)));
        let both =
            vouched(&names, r#"{"sub":"a2","clinics":["skovby","clinea"],"role":["secretary","administrator"]}"#);
        assert_eq!((both.clinics.len(), both.role), (2, Some(Role::Administrator)), "the higher of two roles counts");
        let nobody = vouched(&names, r#"{"sub":"a3","role":"Administrator"}"#);
        assert_eq!((nobody.clinics, nobody.role), (Vec::new(), None), "roles are compared letter for letter");
        let nameless = ClaimSet::read(br#"{"role":"secretary"}"#, "x").unwrap();
        assert!(judge(&names, &nameless).is_err());
    }

    #[test]
    fn s2_claims_go_by_the_names_that_the_provider_has() {
        let names = StaffClaims {
            id: "oid".to_owned(),
            clinics: "/org/units".to_owned(),
            role: "groups".to_owned(),
            secretary: "portal-users".to_owned(),
            slugs: [("SOR-7".to_owned(), "skovby".to_owned())].into(),
            ..StaffClaims::default()
        };
        let claims = r#"{"oid":"a1","sub":"other","org":{"units":["SOR-7","SOR-8"]},"groups":["x","portal-users"]}"#;
        let it = vouched(&names, claims);
        assert_eq!((it.id.as_str(), it.role), ("a1", Some(Role::Secretary)));
        assert_eq!(it.clinics, ["skovby", "SOR-8"]);
    }

    #[test]
    fn s2_a_list_that_is_no_list_of_texts_is_refused() {
        for clinics in [r#"{"a":1}"#, r#"[["skovby"]]"#, r#"[{"a":1}]"#] {
            let claims = format!(r#"{{"sub":"a1","clinics":{clinics},"role":"secretary"}}"#);
            let claims = ClaimSet::read(claims.as_bytes(), "x").unwrap();
            assert!(judge(&StaffClaims::default(), &claims).is_err(), "{clinics}");
        }
    }
}
