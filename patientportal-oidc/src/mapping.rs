//! How one broker speaks, as data: what is asked of it, and where it puts the CPR number, the name, the assurance level.

mod presets;

use std::collections::BTreeMap;
use std::fmt;

use patientportal_core::ports::Assurance;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

/// How one broker speaks. In a config file: a preset's name (`nets`, `nets-match`, `idura`, `signicat`) or a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClaimMapping {
    /// Scopes to ask for besides `openid`.
    pub scopes: Vec<String>,
    /// Further parameters of the authorization request (`acr_values`, `idp_values` …).
    pub parameters: BTreeMap<String, String>,
    /// Where the CPR number comes from.
    pub cpr: CprSource,
    /// The flag that says whether the person has a CPR number, if there is one.
    pub has_cpr: Option<Claim>,
    /// The stable id of the person (the MitID UUID).
    pub subject: Claim,
    /// The person's name.
    pub name: Option<Claim>,
    /// The level of assurance.
    pub assurance: Claim,
    /// What the values of `assurance` mean, in lower case; anything else counts as low.
    pub assurance_values: BTreeMap<String, Level>,
    /// What must hold for the identity to be a private person's MitID.
    pub private: Vec<Demand>,
    /// How the broker's own session is ended.
    pub logout: Logout,
}

/// One claim: which answer it is in, and by which names it may go.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Claim {
    /// The answer it is in.
    pub from: ClaimSource,
    /// Its names, literally; one that begins with `/` is a JSON pointer. Different values under several are refused.
    pub names: Vec<String>,
}

/// The answer that a claim is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimSource {
    /// The ID token.
    IdToken,
    /// The userinfo answer.
    Userinfo,
    /// Either of the two; both may have it if they agree.
    Any,
}

/// Where the CPR number comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CprSource {
    /// The broker tells it in a claim.
    Claim(Claim),
    /// The broker only compares a typed number, at this path below the issuer.
    Match(String),
}

/// A claim that must have one of some values.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Demand {
    /// The claim.
    pub claim: Claim,
    /// The values that are accepted.
    pub accepted: Vec<String>,
}

/// A level of assurance (NSIS).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Lav.
    Low,
    /// Betydelig.
    Substantial,
    /// Høj.
    High,
}

/// How the broker's own session is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Logout {
    /// It has no such session, or no way to end it.
    None,
    /// By the browser, with the ID token in the address: only where the token holds no CPR number.
    WithIdToken,
    /// By the browser, without the ID token.
    WithoutIdToken,
}

impl ClaimMapping {
    /// Whether the userinfo answer is needed.
    pub(crate) fn needs_userinfo(&self) -> bool {
        let cpr = match &self.cpr {
            CprSource::Claim(claim) => Some(claim),
            CprSource::Match(_) => None,
        };
        let named = [cpr, self.has_cpr.as_ref(), Some(&self.subject), self.name.as_ref(), Some(&self.assurance)];
        named
            .into_iter()
            .flatten()
            .chain(self.private.iter().map(|demand| &demand.claim))
            .any(|claim| claim.from != ClaimSource::IdToken)
    }
}

impl Claim {
    /// A claim by one name.
    #[must_use]
    pub fn new(from: ClaimSource, name: impl Into<String>) -> Self {
        Self { from, names: vec![name.into()] }
    }

    /// The same claim, by a further name.
    #[must_use]
    pub fn or(mut self, name: impl Into<String>) -> Self {
        self.names.push(name.into());
        self
    }
}

impl Demand {
    /// A claim that must have one of the `accepted` values.
    #[must_use]
    pub fn new(claim: Claim, accepted: &[&str]) -> Self {
        Self { claim, accepted: accepted.iter().map(ToString::to_string).collect() }
    }
}

impl Level {
    pub(crate) fn is_sufficient(self) -> bool {
        Assurance::from(self) >= Assurance::Substantial
    }
}

impl From<Level> for Assurance {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::Substantial => Self::Substantial,
            Level::High => Self::High,
        }
    }
}

impl<'de> Deserialize<'de> for ClaimMapping {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PresetOrTable)
    }
}

/// The table in a config file. Apart from [`ClaimMapping`], so that a text can stand for a preset.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    cpr: CprSource,
    has_cpr: Option<Claim>,
    subject: Claim,
    name: Option<Claim>,
    assurance: Claim,
    assurance_values: BTreeMap<String, Level>,
    #[serde(default)]
    private: Vec<Demand>,
    logout: Logout,
}

impl From<Table> for ClaimMapping {
    fn from(table: Table) -> Self {
        let lower = |(value, level): (String, Level)| (value.to_lowercase(), level);
        Self {
            scopes: table.scopes,
            parameters: table.parameters,
            cpr: table.cpr,
            has_cpr: table.has_cpr,
            subject: table.subject,
            name: table.name,
            assurance: table.assurance,
            assurance_values: table.assurance_values.into_iter().map(lower).collect(),
            private: table.private,
            logout: table.logout,
        }
    }
}

struct PresetOrTable;

impl<'de> Visitor<'de> for PresetOrTable {
    type Value = ClaimMapping;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a table, or one of the presets {}", ClaimMapping::PRESETS.join(", "))
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<ClaimMapping, E> {
        ClaimMapping::preset(name).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(name), &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ClaimMapping, A::Error> {
        Table::deserialize(MapAccessDeserializer::new(map)).map(ClaimMapping::from)
    }
}
