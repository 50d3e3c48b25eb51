//! What an access token is good for: the person's claims, and comparing a typed CPR number.

use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::claims;
use crate::reply::{self, Reply};
use crate::request::bearer;
use crate::state::Simulation;

/// The claims.
pub(crate) fn userinfo(simulation: &Simulation, headers: &HeaderMap) -> Reply {
    match bearer(headers).and_then(|token| simulation.access(token)) {
        Some(grant) => reply::json(&claims::userinfo(simulation, &grant)),
        None => reply::error(StatusCode::UNAUTHORIZED, "invalid_token"),
    }
}

/// POST: whether a typed number is the person's; three tries a login.
pub(crate) fn match_cpr(simulation: &Simulation, headers: &HeaderMap, body: &[u8]) -> Reply {
    let Some((token, grant)) = bearer(headers).and_then(|token| Some((token, simulation.access(token)?))) else {
        return reply::error(StatusCode::UNAUTHORIZED, "invalid_token");
    };
    let typed = serde_json::from_slice::<Value>(body).ok();
    let Some(typed) = typed.as_ref().and_then(|body| body.get("cpr")?.as_str()) else {
        return reply::json(&json!({ "errorMessage": "Missing Cpr parameter" }));
    };
    if simulation.count_try(token).is_none() {
        return reply::json(
            &json!({ "errorMessage": "Cpr Match exceeded. Only 3 tries is allowed within a session." }),
        );
    }
    let same = claims::cpr(&grant).as_deref() == Some(typed.replace('-', "").as_str());
    reply::json(&json!({ "cprNumberMatch": same }))
}
