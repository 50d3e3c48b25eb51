//! A provider that is down, slow, or answers with something else: no login, and it is told (L1).

use std::time::Duration;

use patientportal_core::ports::IdentityProvider;
use patientportal_oidc::ClaimMapping;
use serde_json::json;

use crate::evil_op::Broken;
use crate::world::{World, word};

const DESCRIPTION: &str = "/.well-known/openid-configuration";
const MEBIBYTE: usize = 1024 * 1024;

#[tokio::test]
async fn l1_no_journey_begins_when_the_description_is_missing_or_wrong() {
    for (path, broken) in [
        (DESCRIPTION, Broken::Status(500)),
        (DESCRIPTION, Broken::Status(404)),
        (DESCRIPTION, Broken::Html),
        (DESCRIPTION, Broken::Redirect),
        (DESCRIPTION, Broken::Bytes(100)),
        (DESCRIPTION, Broken::Silence),
        ("/jwks", Broken::Status(500)),
        ("/jwks", Broken::Html),
        ("/jwks", Broken::Bytes(10 * MEBIBYTE)),
    ] {
        let world = World::with(ClaimMapping::idura(), |config| config.limits.total = patience(broken)).await;
        assert!(world.provider.available(), "nothing has failed yet");
        world.op.script().broken.insert(path, broken);
        assert_eq!(word(&world.journey(|_| {}).await), "Unavailable", "{path}");
        assert!(!world.provider.available(), "{path}");
        assert_eq!(world.op.count("/elsewhere"), 0);
    }
}

#[tokio::test]
async fn l1_a_description_of_somebody_else_or_with_unsafe_endpoints_is_refused() {
    for (what, patch) in [
        ("another issuer", json!({"issuer": "https://evil.example"})),
        ("a slash more", json!({"issuer": null})),
        ("a token endpoint off this machine without TLS", json!({"token_endpoint": "http://evil.example/token"})),
        ("keys off this machine without TLS", json!({"jwks_uri": "http://evil.example/jwks"})),
        ("a script as logout", json!({"end_session_endpoint": "javascript:alert(1)"})),
        ("no token endpoint", json!({"token_endpoint": null})),
    ] {
        let world = World::new(ClaimMapping::idura()).await;
        let patch = if what == "a slash more" { json!({"issuer": format!("{}/", world.op.issuer)}) } else { patch };
        world.op.script().description = patch;
        assert!(world.provider.refresh().await.is_err(), "{what}");
        assert_eq!(word(&world.journey(|_| {}).await), "Unavailable", "{what}");
    }
}

#[tokio::test]
async fn l1_a_token_endpoint_that_fails_logs_nobody_in() {
    for (broken, expected) in [
        (Broken::Status(500), "Unavailable"),
        (Broken::Silence, "Unavailable"),
        (Broken::Redirect, "Unavailable"),
        (Broken::Bytes(MEBIBYTE + 1), "Unavailable"),
        (Broken::Html, "token-answer-unexpected"),
        (Broken::Bytes(100), "token-answer-unreadable"),
        (Broken::Error("invalid_grant"), "code-refused"),
        (Broken::Error("invalid_client"), "code-refused"),
    ] {
        let world = World::with(ClaimMapping::idura(), |config| config.limits.total = patience(broken)).await;
        let outcome = world.journey(|script| script.broken = [("/token", broken)].into()).await;
        assert_eq!(word(&outcome), expected);
        assert_eq!(world.provider.available(), !matches!(broken, Broken::Silence), "a bad answer is no absence");
        assert_eq!(world.op.count("/elsewhere"), 0, "a redirect is not followed");
    }
}

#[tokio::test]
async fn l1_a_code_that_the_provider_chokes_on_closes_mitid_for_nobody_else() {
    for (preset, path) in [("idura", "/token"), ("nets", "/userinfo"), ("nets-match", "/api/v1/mitid/matchCpr")] {
        let world = World::new(ClaimMapping::preset(preset).unwrap()).await;
        let (typed, issuer) = (crate::world::cpr(crate::world::MAX), world.op.issuer.clone());
        let query = [("code", "garbage"), ("state", "state-1"), ("iss", issuer.as_str())];
        let away = world.begin().await.unwrap();
        world.op.script().broken.insert(path, Broken::Status(502));
        assert_eq!(word(&world.bring(&away, &query, Some(&typed)).await), "Unavailable", "{path}");
        assert!(world.provider.available(), "{path}");
        world.op.script().broken.clear();
        assert_eq!(word(&world.bring(&away, &query, Some(&typed)).await), "ok", "{path}");
        assert_eq!(world.op.count(DESCRIPTION), 1, "nothing made it ask anew");
    }
}

#[tokio::test]
async fn l1_a_token_endpoint_where_nobody_listens_makes_mitid_unavailable_until_the_next_refresh() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/token", listener.local_addr().unwrap());
    drop(listener);
    let world = World::with(ClaimMapping::idura(), |config| config.limits.pause = Duration::ZERO).await;
    world.op.script().description = json!({ "token_endpoint": nobody });
    assert_eq!(word(&world.journey(|_| {}).await), "Unavailable");
    assert!(!world.provider.available());
    world.op.script().description = json!({});
    world.provider.refresh().await.unwrap();
    assert!(world.provider.available());
}

#[tokio::test]
async fn l1_userinfo_and_matching_that_fail_log_nobody_in() {
    for (preset, path, broken, expected) in [
        ("nets", "/userinfo", Broken::Status(503), "Unavailable"),
        ("nets", "/userinfo", Broken::Status(401), "userinfo-refused"),
        ("nets", "/userinfo", Broken::Html, "userinfo-unreadable"),
        ("nets-match", "/api/v1/mitid/matchCpr", Broken::Status(500), "Unavailable"),
        ("nets-match", "/api/v1/mitid/matchCpr", Broken::Status(401), "cpr-match-refused"),
        ("nets-match", "/api/v1/mitid/matchCpr", Broken::Html, "cpr-match-unreadable"),
    ] {
        let world = World::new(ClaimMapping::preset(preset).unwrap()).await;
        let away = world.begin().await.unwrap();
        world.op.script().broken.insert(path, broken);
        let typed = crate::world::cpr(crate::world::MAX);
        let issuer = world.op.issuer.clone();
        let query = [("code", "code-1"), ("state", "state-1"), ("iss", issuer.as_str())];
        assert_eq!(word(&world.bring(&away, &query, Some(&typed)).await), expected, "{preset}");
    }
}

#[tokio::test]
async fn l1_the_provider_is_asked_again_only_after_a_pause_and_then_serves() {
    let world = World::new(ClaimMapping::idura()).await;
    world.op.script().broken.insert(DESCRIPTION, Broken::Status(500));
    for _ in 0..3 {
        assert!(world.provider.refresh().await.is_err());
        assert!(world.begin().await.is_err());
    }
    assert_eq!(world.op.count(DESCRIPTION), 1, "a provider in trouble is not stormed");

    let patient = World::with(ClaimMapping::idura(), |config| config.limits.pause = Duration::ZERO).await;
    patient.op.script().broken.insert(DESCRIPTION, Broken::Status(500));
    assert!(patient.begin().await.is_err());
    patient.op.script().broken.clear();
    assert_eq!(word(&patient.journey(|_| {}).await), "ok");
    assert!(patient.provider.available());
    let asked = patient.op.count(DESCRIPTION);
    assert_eq!(word(&patient.journey(|_| {}).await), "ok");
    assert_eq!(patient.op.count(DESCRIPTION), asked, "what is known is not asked again");
}

#[tokio::test]
async fn l1_breaking_off_is_told_as_that_also_when_the_provider_has_gone() {
    let silence = Broken::Silence;
    let world = World::with(ClaimMapping::idura(), |config| config.limits.total = patience(silence)).await;
    let away = world.begin().await.unwrap();
    world.op.script().broken.insert("/token", silence);
    assert_eq!(word(&world.arrive(&away).await), "Unavailable");
    assert!(!world.provider.available());
    let outcome = world.bring(&away, &[("error", "access_denied"), ("state", "state-1")], None).await;
    assert_eq!(word(&outcome), "Aborted");
}

/// Only silence has to be waited out.
fn patience(broken: Broken) -> Duration {
    if matches!(broken, Broken::Silence) { Duration::from_millis(700) } else { Duration::from_secs(10) }
}
