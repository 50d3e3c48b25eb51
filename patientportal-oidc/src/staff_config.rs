//! The configuration of the staff's provider, and its checks.

use std::collections::BTreeMap;

use crate::config::{ConfigError, Limits, Secret, check_registration};

/// Which provider vouches for clinics' staff, as whom it is asked, and which claims say what.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StaffOidcConfig {
    /// The provider's issuer identifier, letter for letter as it says it itself: `https`, or `http` on loopback.
    pub issuer: String,
    /// The client id registered at the provider.
    pub client_id: String,
    /// The client secret.
    pub client_secret: Secret,
    /// The address that the browser returns to.
    pub redirect_url: String,
    /// The address that the browser returns to after signing out.
    pub post_logout_redirect_url: String,
    /// Scopes to ask for besides `openid`.
    pub scopes: Vec<String>,
    /// Further parameters of the authorization request.
    pub parameters: BTreeMap<String, String>,
    /// Which claims say what.
    pub claims: StaffClaims,
    /// Certificates in PEM to trust besides the platform's.
    pub extra_root_certificates: Option<String>,
    /// How long and how much is waited for.
    pub limits: Limits,
}

/// Which claims say who somebody is, where they work and as what. A name that begins with `/` is a JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StaffClaims {
    /// The stable id that the audit trail names.
    pub id: String,
    /// What pages call them.
    pub name: String,
    /// The clinics: one text, or a list of texts.
    pub clinics: String,
    /// What they are there: one text, or a list of texts.
    pub role: String,
    /// The value of `role` that stands for a secretary.
    pub secretary: String,
    /// The value of `role` that stands for an administrator.
    pub administrator: String,
    /// What a value of `clinics` is called here, where it is not the slug already.
    pub slugs: BTreeMap<String, String>,
    /// Whether the claims are in the userinfo answer, and not in the ID token.
    pub from_userinfo: bool,
}

impl StaffOidcConfig {
    /// A configuration with the usual claims and limits. It is checked by
    /// [`StaffOidcProvider::new`](crate::StaffOidcProvider::new).
    #[must_use]
    pub fn new(
        issuer: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
        redirect_url: impl Into<String>,
        post_logout_redirect_url: impl Into<String>,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            client_secret: Secret::new(client_secret),
            redirect_url: redirect_url.into(),
            post_logout_redirect_url: post_logout_redirect_url.into(),
            scopes: vec!["profile".to_owned()],
            parameters: BTreeMap::new(),
            claims: StaffClaims::default(),
            extra_root_certificates: None,
            limits: Limits::default(),
        }
    }

    /// Whether every setting can work; nothing is asked over the network.
    ///
    /// # Errors
    /// [`ConfigError`] names the first setting that cannot.
    pub fn check(&self) -> Result<(), ConfigError> {
        check_registration(
            (&self.issuer, &self.redirect_url, &self.post_logout_redirect_url),
            (&self.client_id, &self.client_secret),
            &self.parameters,
        )?;
        let StaffClaims { id, name, clinics, role, secretary, administrator, .. } = &self.claims;
        let filled = [
            ("id_claim", id),
            ("name_claim", name),
            ("clinic_claim", clinics),
            ("role_claim", role),
            ("secretary", secretary),
            ("administrator", administrator),
        ];
        if let Some((field, _)) = filled.into_iter().find(|(_, value)| value.trim().is_empty()) {
            return Err(ConfigError::Empty(field));
        }
        if secretary == administrator { Err(ConfigError::OneRoleName) } else { Ok(()) }
    }
}

impl Default for StaffClaims {
    fn default() -> Self {
        Self {
            id: "sub".to_owned(),
            name: "name".to_owned(),
            clinics: "clinics".to_owned(),
            role: "role".to_owned(),
            secretary: "secretary".to_owned(),
            administrator: "administrator".to_owned(),
            slugs: BTreeMap::new(),
            from_userinfo: false,
        }
    }
}
