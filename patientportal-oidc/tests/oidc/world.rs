//! One patient's journey: the browser leaves, the provider says what its script says, the browser returns.

use std::collections::HashMap;
use std::time::Duration;

use patientportal_core::language::Language;
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::{
    Departure, IdentityCallback, IdentityFailure, IdentityProvider, IdentityRequest, VouchedIdentity,
};
use patientportal_core::value::Cpr;
use patientportal_oidc::{ClaimMapping, OidcConfig, OidcProvider};
use serde_json::{Value, json};

use crate::evil_op::{Op, Script};
use crate::keys::SECRET;

/// 22 November 2026, noon UTC.
pub(crate) const NOW: Timestamp = Timestamp(1_795_348_800_000);
pub(crate) const SECONDS: i64 = NOW.0 / 1000;
pub(crate) const MAX: &str = "010772-9995";

pub(crate) struct World {
    pub(crate) op: Op,
    pub(crate) provider: OidcProvider,
    mapping: ClaimMapping,
}

/// A journey under way.
pub(crate) struct Away {
    pub(crate) departure: Departure,
    /// The parameters of the authorization request.
    pub(crate) sent: HashMap<String, String>,
}

impl World {
    pub(crate) async fn new(mapping: ClaimMapping) -> Self {
        Self::with(mapping, |_| {}).await
    }

    /// A world whose configuration `change`s.
    pub(crate) async fn with(mapping: ClaimMapping, change: impl FnOnce(&mut OidcConfig)) -> Self {
        Self::at(Op::start().await, mapping, change)
    }

    /// A world around a provider that runs already.
    pub(crate) fn at(op: Op, mapping: ClaimMapping, change: impl FnOnce(&mut OidcConfig)) -> Self {
        let mut config = config(&op.issuer, mapping.clone());
        change(&mut config);
        Self { op, provider: OidcProvider::new(config).unwrap(), mapping }
    }

    /// The same with a provider that has not asked anything yet.
    pub(crate) fn restarted(self) -> Self {
        let provider = OidcProvider::new(config(&self.op.issuer, self.mapping.clone())).unwrap();
        Self { provider, ..self }
    }

    pub(crate) async fn begin(&self) -> Result<Away, IdentityFailure> {
        let request = IdentityRequest::new("state-1".to_owned(), Language::English, NOW);
        let departure = self.provider.begin(&request).await?;
        let query = departure.url.split_once('?').unwrap().1;
        let sent: HashMap<_, _> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let (id_token, userinfo) = person(&self.mapping, &self.op.issuer, &sent["nonce"]);
        let mut script = self.op.script();
        (script.id_token, script.userinfo) = (id_token, userinfo);
        drop(script);
        Ok(Away { departure, sent })
    }

    /// The return with a code, ten seconds later.
    pub(crate) async fn arrive(&self, away: &Away) -> Result<VouchedIdentity, IdentityFailure> {
        self.bring(away, &[("code", "code-1"), ("state", "state-1"), ("iss", &self.op.issuer)], None).await
    }

    pub(crate) async fn bring(
        &self,
        away: &Away,
        query: &[(&str, &str)],
        typed: Option<&Cpr>,
    ) -> Result<VouchedIdentity, IdentityFailure> {
        let query: Vec<_> = query.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let now = NOW + Duration::from_secs(10);
        self.provider.complete(&IdentityCallback::new(&query, &away.departure.remember, typed, now)).await
    }

    /// A whole journey, with the provider's script changed on the way.
    pub(crate) async fn journey(&self, change: impl FnOnce(&mut Script)) -> Result<VouchedIdentity, IdentityFailure> {
        let away = self.begin().await?;
        change(&mut self.op.script());
        self.arrive(&away).await
    }
}

pub(crate) fn config(issuer: &str, mapping: ClaimMapping) -> OidcConfig {
    let (back, root) = ("https://portal.example.dk/mitid/return", "https://portal.example.dk/");
    let mut config = OidcConfig::new(issuer, "client 1", SECRET, back, root, mapping);
    // Longer than any test takes: what must wait for the pause never happens by a slow machine.
    config.limits.pause = Duration::from_secs(3600);
    config
}

pub(crate) fn cpr(text: &str) -> Cpr {
    Cpr::parse(text, NOW.copenhagen_date()).unwrap()
}

/// The outcome as a word: `ok`, the failure's name, or the code of a refusal.
pub(crate) fn word(outcome: &Result<VouchedIdentity, IdentityFailure>) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(IdentityFailure::Refused(code)) => code,
        Err(IdentityFailure::Aborted) => "Aborted",
        Err(IdentityFailure::NoCpr) => "NoCpr",
        Err(IdentityFailure::OtherPerson) => "OtherPerson",
        Err(IdentityFailure::NotPrivate) => "NotPrivate",
        Err(IdentityFailure::AssuranceTooLow) => "AssuranceTooLow",
        Err(IdentityFailure::NotFresh) => "NotFresh",
        Err(IdentityFailure::Unavailable(_)) => "Unavailable",
        Err(_) => "another",
    }
}

/// What each broker says of Max, in the shapes of its documentation: ID token and userinfo.
fn person(mapping: &ClaimMapping, issuer: &str, nonce: &str) -> (Value, Value) {
    let at = SECONDS + 8;
    let token = json!({
        "iss": issuer, "sub": "{a1b2}", "aud": "client 1", "nonce": nonce,
        "iat": at, "nbf": at, "exp": at + 300, "auth_time": at,
    });
    let own = if *mapping == ClaimMapping::idura() {
        let token_part = json!({
            "cprNumberIdentifier": "0107729995", "uuid": "a1b2", "name": "Max Test Berggren", "loA": "SUBSTANTIAL",
            "identityscheme": "dkmitid", "age": 54, "birthdate": "1972-07-01",
        });
        (token_part, json!({}))
    } else if *mapping == ClaimMapping::signicat() {
        let userinfo = json!({
            "nin": "0107729995", "nin_type": "PERSON", "nin_issuing_country": "DK", "mitid_uuid": "a1b2",
            "name": "Max Test Berggren", "mitid_loa": "HIGH", "mitid_has_cpr": "true",
        });
        (json!({}), userinfo)
    } else {
        let level = "https://data.gov.dk/concept/core/nsis/Substantial";
        let userinfo = json!({
            "dk.cpr": "010772-9995", "mitid.uuid": "a1b2", "mitid.identity_name": "Max Test Berggren",
            "mitid.has_cpr": "true", "mitid.age": "54", "loa": level, "identity_type": "private", "idp": "mitid",
            "auth_time": at.to_string(),
        });
        (json!({"loa": level, "idp": "mitid", "identity_type": "private", "amr": ["code_app"]}), userinfo)
    };
    let sub = json!({"sub": "{a1b2}"});
    (merged(token, own.0), merged(sub, own.1))
}

fn merged(mut object: Value, other: Value) -> Value {
    let Value::Object(other) = other else { panic!("no object") };
    object.as_object_mut().unwrap().extend(other);
    object
}
