//! Each broker's preset: what is asked, what is understood, how its session ends.

use patientportal_core::moment::Timestamp;
use patientportal_core::ports::{Assurance, IdentityProvider};
use patientportal_oidc::ClaimMapping;
use serde_json::{Value, json};

use crate::evil_op::Script;
use crate::world::{MAX, SECONDS, World, cpr, word};

#[tokio::test]
async fn l1_every_preset_vouches_for_a_private_person_with_a_cpr_number() {
    for (preset, level, level_name) in [
        ("nets", Assurance::Substantial, "substantial"),
        ("idura", Assurance::Substantial, "substantial"),
        ("signicat", Assurance::High, "high"),
    ] {
        let world = World::new(ClaimMapping::preset(preset).unwrap()).await;
        let vouched = world.journey(|_| {}).await.unwrap();
        assert_eq!(vouched.cpr, cpr(MAX), "{preset}");
        assert_eq!(vouched.subject, "a1b2", "{preset}");
        assert_eq!(vouched.name.as_deref(), Some("Max Test Berggren"), "{preset}");
        assert_eq!(vouched.assurance, level, "{preset}: {level_name}");
        assert_eq!(vouched.authenticated_at, Timestamp((SECONDS + 8) * 1000), "{preset}");
        assert_eq!(vouched.session.is_some(), preset == "nets", "{preset}");
    }
}

#[tokio::test]
async fn l1_the_request_demands_fresh_login_with_pkce_state_and_nonce() {
    let world = World::new(ClaimMapping::idura()).await;
    let away = world.begin().await.unwrap();
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "client 1"),
        ("redirect_uri", "https://portal.example.dk/mitid/return"),
        ("scope", "openid ssn"),
        ("state", "state-1"),
        ("prompt", "login"),
        ("max_age", "900"),
        ("code_challenge_method", "S256"),
        ("ui_locales", "en"),
        ("acr_values", "urn:grn:authn:dk:mitid:substantial"),
    ] {
        assert_eq!(away.sent.get(name).map(String::as_str), Some(value), "{name}");
    }
    let other = world.begin().await.unwrap();
    for name in ["nonce", "code_challenge"] {
        assert!(away.sent[name].len() >= 22, "{name}");
        assert_ne!(away.sent[name], other.sent[name], "{name}");
    }
    let nets = World::new(ClaimMapping::nets()).await.begin().await.unwrap();
    assert_eq!(nets.sent["idp_values"], "mitid");
    assert_eq!(nets.sent["scope"], "openid mitid ssn");
}

#[tokio::test]
async fn l1_the_code_is_exchanged_with_the_verifier_under_the_clients_secret() {
    let world = World::new(ClaimMapping::nets()).await;
    world.journey(|_| {}).await.unwrap();
    let script = world.op.script();
    let (_, authorization, body) = script.seen.iter().find(|(path, ..)| path == "/token").unwrap();
    assert!(authorization.starts_with("Basic "), "{authorization}");
    for part in ["grant_type=authorization_code", "code=code-1", "code_verifier=", "redirect_uri=https"] {
        assert!(body.contains(part), "{part} in {body}");
    }
    assert!(!body.contains("secret"), "{body}");
    let (_, bearer, _) = script.seen.iter().find(|(path, ..)| path == "/userinfo").unwrap();
    assert_eq!(bearer, "Bearer at-1");
}

#[tokio::test]
async fn l1_a_provider_that_takes_the_secret_only_in_the_body_gets_it_there() {
    let world = World::new(ClaimMapping::idura()).await;
    world.op.script().description = json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]});
    world.journey(|_| {}).await.unwrap();
    let script = world.op.script();
    let (_, authorization, body) = script.seen.iter().find(|(path, ..)| path == "/token").unwrap();
    assert_eq!(authorization, "");
    assert!(body.contains("client_secret=the"), "{body}");
}

#[tokio::test]
async fn l1_the_persons_claims_decide_by_each_preset() {
    type Change = fn(&mut Script);
    let cases: [(&str, &str, Change, &str); 20] = [
        ("nets", "cpr without hyphen", |s| s.userinfo["dk.cpr"] = json!("0107729995"), "ok"),
        ("nets", "the other name of cpr", |s| rename(&mut s.userinfo, "dk.cpr", "da.cpr"), "ok"),
        ("nets", "two numbers", |s| s.userinfo["da.cpr"] = json!("2512489996"), "claim-contradictory"),
        ("nets", "a list of numbers", |s| s.userinfo["dk.cpr"] = json!(["1", "2"]), "claim-several-values"),
        ("nets", "no cpr", |s| s.userinfo["dk.cpr"] = Value::Null, "NoCpr"),
        ("nets", "flagged as without", |s| s.userinfo["mitid.has_cpr"] = json!(false), "NoCpr"),
        ("nets", "business", |s| both(s, "identity_type", "professional"), "NotPrivate"),
        ("nets", "test identity", |s| both(s, "identity_type", "test"), "NotPrivate"),
        ("nets", "kinds that differ", |s| s.userinfo["identity_type"] = json!("test"), "claim-contradictory"),
        ("nets", "another eID", |s| both(s, "idp", "nemid"), "NotPrivate"),
        ("nets", "low", |s| both(s, "loa", "https://data.gov.dk/concept/core/nsis/Low"), "AssuranceTooLow"),
        ("idura", "low", |s| s.id_token["loA"] = json!("LOW"), "AssuranceTooLow"),
        ("idura", "no level", |s| s.id_token["loA"] = Value::Null, "AssuranceTooLow"),
        ("idura", "an unknown level", |s| s.id_token["loA"] = json!("SUPER"), "AssuranceTooLow"),
        ("idura", "business", |s| s.id_token["identityscheme"] = json!("dkmitid-erhverv"), "NotPrivate"),
        ("idura", "no kind", |s| s.id_token["identityscheme"] = Value::Null, "NotPrivate"),
        ("idura", "malformed", |s| s.id_token["cprNumberIdentifier"] = json!("31029012"), "cpr-malformed"),
        ("idura", "born tomorrow", |s| s.id_token["cprNumberIdentifier"] = json!("2311269996"), "cpr-malformed"),
        ("idura", "no uuid", |s| s.id_token["uuid"] = Value::Null, "subject-missing"),
        (
            "signicat",
            "no cpr",
            |s| s.userinfo.as_object_mut().unwrap().retain(|name, _| !name.starts_with("nin")),
            "NoCpr",
        ),
    ];
    for (preset, what, change, expected) in cases {
        let world = World::new(ClaimMapping::preset(preset).unwrap()).await;
        assert_eq!(word(&world.journey(change).await), expected, "{preset}: {what}");
    }
}

#[tokio::test]
async fn l1_brokers_that_only_compare_confirm_the_typed_number() {
    let world = World::new(ClaimMapping::nets_match()).await;
    assert!(world.provider.compares_typed_cpr());
    let away = world.begin().await.unwrap();
    assert_eq!(away.sent["scope"], "openid mitid");
    let issuer = world.op.issuer.clone();
    let query = [("code", "code-1"), ("state", "state-1"), ("iss", issuer.as_str())];
    let (right, wrong) = (cpr(MAX), cpr("251248-9996"));
    for (typed, expected) in [
        (Some(&right), "ok"),
        (None, "NoCpr"),
        (Some(&wrong), "OtherPerson"),
        (Some(&wrong), "OtherPerson"),
        (Some(&right), "cpr-match-exceeded"),
    ] {
        assert_eq!(word(&world.bring(&away, &query, typed).await), expected);
    }
    let script = world.op.script();
    let (_, bearer, body) = script.seen.iter().find(|(path, ..)| path.ends_with("matchCpr")).unwrap();
    assert_eq!((bearer.as_str(), body.as_str()), ("Bearer at-1", r#"{"cpr":"0107729995"}"#));
}

#[tokio::test]
async fn l9_logging_out_ends_the_brokers_session_as_each_preset_does() {
    let back = "client_id=client+1&post_logout_redirect_uri=https%3A%2F%2Fportal.example.dk%2F";
    let nets = World::new(ClaimMapping::nets()).await;
    assert_eq!(nets.provider.end_session(Some(b"token")).await, None, "nothing is known of the provider yet");
    nets.provider.refresh().await.unwrap();
    let url = nets.provider.end_session(Some(b"to.k.en")).await.unwrap();
    assert_eq!(url, format!("{}/logout?tenant=1&id_token_hint=to.k.en&{back}", nets.op.issuer));
    assert_eq!(nets.provider.end_session(None).await, None);

    let idura = World::new(ClaimMapping::idura()).await;
    let vouched = idura.journey(|_| {}).await.unwrap();
    let url = idura.provider.end_session(vouched.session.as_deref()).await.unwrap();
    assert_eq!(url, format!("{}/logout?tenant=1&{back}", idura.op.issuer));

    let silent = World::new(ClaimMapping::idura()).await;
    silent.op.script().description = json!({"end_session_endpoint": null});
    silent.provider.refresh().await.unwrap();
    assert_eq!(silent.provider.end_session(None).await, None);
}

fn both(script: &mut Script, name: &str, value: &str) {
    script.id_token[name] = json!(value);
    script.userinfo[name] = json!(value);
}

fn rename(object: &mut Value, from: &str, to: &str) {
    object[to] = object[from].take();
}
