//! What is said of a person, in each broker's shape.

use serde_json::{Map, Value, json};

use crate::config::Shape;
use crate::state::{Grant, Simulation};
use patientportal_core::value::Cpr;

/// The ID token's claims.
pub(crate) fn id_token(simulation: &Simulation, grant: &Grant) -> Value {
    let now = simulation.now().0.div_euclid(1000);
    let login = grant.at.0.div_euclid(1000) - if grant.flaws.old_login { 3600 } else { 0 };
    let mut claims = json!({
        "iss": simulation.issuer,
        "aud": simulation.config.client_id,
        "sub": subject(grant),
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        "auth_time": login,
        "nonce": grant.nonce,
    });
    let own = match simulation.config.shape {
        Shape::Idura => idura(simulation, grant),
        Shape::Nets => json!({
            "idp": "mitid", "identity_type": kind(grant), "loa": nsis(grant), "ial": nsis(grant), "aal": nsis(grant),
            "acr": nsis(grant), "amr": ["code_app"],
        }),
        Shape::Signicat => json!({ "idp_id": uuid(grant) }),
        Shape::Staff => staff(grant),
    };
    extend(&mut claims, own);
    claims
}

/// The userinfo answer.
pub(crate) fn userinfo(simulation: &Simulation, grant: &Grant) -> Value {
    let mut claims = json!({ "sub": subject(grant) });
    extend(
        &mut claims,
        match simulation.config.shape {
            Shape::Idura => idura(simulation, grant),
            Shape::Nets => nets(simulation, grant),
            Shape::Signicat => signicat(grant),
            Shape::Staff => staff(grant),
        },
    );
    claims
}

fn idura(simulation: &Simulation, grant: &Grant) -> Value {
    json!({
        "identityscheme": if grant.flaws.business { "dkmitid-business" } else { "dkmitid" },
        "authenticationtype": format!("urn:grn:authn:dk:mitid:{}", level(grant).to_lowercase()),
        "uuid": uuid(grant),
        "name": grant.person.name,
        "loA": level(grant), "ial": level(grant), "aal": level(grant),
        "cprNumberIdentifier": cpr(grant),
        "age": age(simulation, grant),
        "country": "DK",
    })
}

fn nets(simulation: &Simulation, grant: &Grant) -> Value {
    let told = grant.scopes.iter().any(|scope| scope == "ssn");
    // This broker writes every value as a text.
    json!({
        "idp": "mitid",
        "identity_type": kind(grant),
        "loa": nsis(grant), "ial": nsis(grant), "aal": nsis(grant),
        "mitid.uuid": uuid(grant),
        "mitid.identity_name": grant.person.name,
        "mitid.has_cpr": cpr(grant).is_some().to_string(),
        "mitid.age": age(simulation, grant).map(|age| age.to_string()),
        "dk.cpr": cpr(grant).filter(|_| told),
    })
}

fn signicat(grant: &Grant) -> Value {
    let cpr = cpr(grant);
    json!({
        "nin": cpr,
        "nin_type": cpr.as_ref().map(|_| if grant.flaws.business { "ORGANIZATION" } else { "PERSON" }),
        "nin_issuing_country": cpr.as_ref().map(|_| "DK"),
        "mitid_uuid": uuid(grant),
        "mitid_has_cpr": cpr.is_some().to_string(),
        "mitid_loa": level(grant), "mitid_ial": level(grant), "mitid_aal": level(grant),
        "name": grant.person.name,
    })
}

fn staff(grant: &Grant) -> Value {
    let post = grant.person.post;
    json!({
        "name": grant.person.name,
        "preferred_username": grant.person.id,
        "clinics": post.map(|post| post.clinics),
        "role": post.map(|post| post.role),
    })
}

/// The number that the login tells of: that of the person, unless ticked away.
pub(crate) fn cpr(grant: &Grant) -> Option<String> {
    grant.person.digits().filter(|_| !grant.flaws.no_cpr)
}

fn subject(grant: &Grant) -> String {
    format!("{{{}}}", uuid(grant))
}

fn uuid(grant: &Grant) -> String {
    let kind = if grant.flaws.business { "business" } else { "person" };
    format!("simulated-{kind}-{}", grant.person.mitid)
}

fn level(grant: &Grant) -> &'static str {
    if grant.flaws.low_assurance { "LOW" } else { "SUBSTANTIAL" }
}

fn nsis(grant: &Grant) -> &'static str {
    match grant.flaws.low_assurance {
        true => "https://data.gov.dk/concept/core/nsis/Low",
        false => "https://data.gov.dk/concept/core/nsis/Substantial",
    }
}

fn kind(grant: &Grant) -> &'static str {
    if grant.flaws.business { "professional" } else { "private" }
}

fn age(simulation: &Simulation, grant: &Grant) -> Option<u16> {
    let today = simulation.now().copenhagen_date();
    Some(Cpr::parse(&cpr(grant)?, today).ok()?.age_on(today))
}

/// Adds `more`; what is null is left out, as brokers do.
fn extend(claims: &mut Value, more: Value) {
    if let (Some(claims), Value::Object(more)) = (claims.as_object_mut(), more) {
        claims.extend(more);
        let kept: Map<_, _> = std::mem::take(claims).into_iter().filter(|(_, value)| !value.is_null()).collect();
        *claims = kept;
    }
}
