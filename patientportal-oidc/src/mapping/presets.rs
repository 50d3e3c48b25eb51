//! The brokers that Danish clinics use, as their documentation and recordings have them.

use std::collections::BTreeMap;

use super::{Claim, ClaimMapping, ClaimSource, CprSource, Demand, Level, Logout};

impl ClaimMapping {
    /// The names that [`ClaimMapping::preset`] knows.
    pub const PRESETS: [&'static str; 4] = ["nets", "nets-match", "idura", "signicat"];

    /// The preset of that name.
    #[must_use]
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "nets" => Some(Self::nets()),
            "nets-match" => Some(Self::nets_match()),
            "idura" => Some(Self::idura()),
            "signicat" => Some(Self::signicat()),
            _ => None,
        }
    }

    /// Nets eID Broker (Signaturgruppen), for clients that may be told the CPR number.
    #[must_use]
    pub fn nets() -> Self {
        let userinfo = |name| Claim::new(ClaimSource::Userinfo, name);
        Self {
            scopes: texts(&["mitid", "ssn"]),
            parameters: pairs(&[("idp_values", "mitid"), ("idp_params", r#"{"mitid":{"loa_value":"substantial"}}"#)]),
            cpr: CprSource::Claim(userinfo("dk.cpr").or("da.cpr")),
            has_cpr: Some(userinfo("mitid.has_cpr")),
            subject: userinfo("mitid.uuid").or("mitid_uuid"),
            name: Some(userinfo("mitid.identity_name")),
            assurance: Claim::new(ClaimSource::Any, "loa"),
            assurance_values: levels("https://data.gov.dk/concept/core/nsis/"),
            private: vec![
                Demand::new(Claim::new(ClaimSource::Any, "identity_type"), &["private"]),
                Demand::new(Claim::new(ClaimSource::Any, "idp"), &["mitid"]),
            ],
            logout: Logout::WithIdToken,
        }
    }

    /// Nets eID Broker, for private clients: it only compares a CPR number that the person typed.
    #[must_use]
    pub fn nets_match() -> Self {
        Self { scopes: texts(&["mitid"]), cpr: CprSource::Match("api/v1/mitid/matchCpr".to_owned()), ..Self::nets() }
    }

    /// Idura Verify (formerly Criipto). Its ID token holds the CPR number, so that it stays out of addresses.
    #[must_use]
    pub fn idura() -> Self {
        let token = |name| Claim::new(ClaimSource::IdToken, name);
        Self {
            scopes: texts(&["ssn"]),
            parameters: pairs(&[("acr_values", "urn:grn:authn:dk:mitid:substantial")]),
            cpr: CprSource::Claim(token("cprNumberIdentifier")),
            has_cpr: None,
            subject: token("uuid"),
            name: Some(token("name")),
            assurance: token("loA").or("loa"),
            assurance_values: levels(""),
            private: vec![Demand::new(token("identityscheme"), &["dkmitid"])],
            logout: Logout::WithoutIdToken,
        }
    }

    /// Signicat. It has no claim for the kind of identity; a national number of a person stands for it.
    #[must_use]
    pub fn signicat() -> Self {
        let any = |name| Claim::new(ClaimSource::Any, name);
        Self {
            scopes: texts(&["profile", "idp-id", "nin", "mitid-extra"]),
            parameters: pairs(&[("acr_values", "idp:mitid")]),
            cpr: CprSource::Claim(any("nin")),
            has_cpr: Some(any("mitid_has_cpr")),
            subject: any("mitid_uuid").or("idp_id"),
            name: Some(any("name")),
            assurance: any("mitid_loa"),
            assurance_values: levels(""),
            private: vec![Demand::new(any("nin_type"), &["PERSON"]), Demand::new(any("nin_issuing_country"), &["DK"])],
            logout: Logout::WithoutIdToken,
        }
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn levels(prefix: &str) -> BTreeMap<String, Level> {
    [("low", Level::Low), ("substantial", Level::Substantial), ("high", Level::High)]
        .map(|(value, level)| (format!("{prefix}{value}"), level))
        .into()
}
