//! ID tokens that must be refused, and returns that must not be believed.

use patientportal_oidc::ClaimMapping;
use serde_json::{Value, json};

use crate::evil_op::Script;
use crate::keys::{Sign, ec_jwk};
use crate::world::{SECONDS, World, word};

type Change = fn(&mut Script);

#[tokio::test]
async fn l1_only_rs256_ps256_and_es256_by_a_published_key_are_believed() {
    let cases: [(&str, Change, &str); 12] = [
        ("ES256", |_| {}, "ok"),
        ("RS256", |s| s.sign = Sign::Rs256, "ok"),
        ("PS256", |s| s.sign = Sign::Ps256, "ok"),
        ("alg none", |s| s.sign = Sign::Nothing, "algorithm-refused"),
        ("HS256 under the client secret", |s| s.sign = Sign::Hs256, "algorithm-refused"),
        (
            "HS256 claiming the EC key",
            |s| (s.sign, s.header) = (Sign::Hs256, json!({"kid": "ec-1"})),
            "algorithm-refused",
        ),
        ("ES512", |s| s.header = json!({"alg": "ES512"}), "algorithm-refused"),
        ("an unknown key", |s| s.sign = Sign::Es256Other, "key-unknown"),
        (
            "another key by this kid",
            |s| (s.sign, s.header) = (Sign::Es256Other, json!({"kid": "ec-1"})),
            "signature-wrong",
        ),
        (
            "its own key in the header",
            |s| (s.sign, s.header) = (Sign::Es256Other, json!({"jwk": ec_jwk(2)})),
            "key-unknown",
        ),
        ("no kid, one fitting key", |s| s.header = json!({"kid": null}), "ok"),
        ("crit", |s| s.header = json!({"crit": ["x"]}), "id-token-refused"),
    ];
    for (what, change, expected) in cases {
        assert_eq!(word(&World::new(ClaimMapping::idura()).await.journey(change).await), expected, "{what}");
    }
    let ambiguous = World::new(ClaimMapping::idura()).await;
    ambiguous.op.script().keys.push(ec_jwk(2));
    let outcome = ambiguous.journey(|s| s.header = json!({"kid": null})).await;
    assert_eq!(word(&outcome), "key-ambiguous");
    let partly = World::new(ClaimMapping::idura()).await;
    partly.op.script().keys.insert(0, json!({"kty": "XYZ", "kid": "ec-1"}));
    assert_eq!(word(&partly.journey(|_| {}).await), "ok", "a key that nobody understands is passed over");
}

#[tokio::test]
async fn l1_every_claim_of_the_id_token_is_checked() {
    let cases: [(&str, Change, &str); 24] = [
        ("wrong issuer", |s| s.id_token["iss"] = json!("http://127.0.0.1:1"), "token-issuer-wrong"),
        ("no issuer", |s| remove(s, "iss"), "token-answer-unreadable"),
        ("no subject", |s| remove(s, "sub"), "token-answer-unreadable"),
        ("wrong audience", |s| s.id_token["aud"] = json!("client 2"), "audience-wrong"),
        ("no audience", |s| remove(s, "aud"), "audience-wrong"),
        ("two audiences", |s| s.id_token["aud"] = json!(["client 1", "client 2"]), "audience-wrong"),
        ("audience as a list of one", |s| s.id_token["aud"] = json!(["client 1"]), "ok"),
        ("authorized party", |s| s.id_token["azp"] = json!("client 1"), "ok"),
        ("another authorized party", |s| s.id_token["azp"] = json!("client 2"), "authorized-party-wrong"),
        ("no iat", |s| remove(s, "iat"), "token-answer-unreadable"),
        ("iat before the journey", |s| s.id_token["iat"] = json!(SECONDS - 61), "token-time-wrong"),
        ("iat in the future", |s| s.id_token["iat"] = json!(SECONDS + 71), "token-time-wrong"),
        ("expired", |s| s.id_token["exp"] = json!(SECONDS - 50), "token-time-wrong"),
        ("just within the skew", |s| s.id_token["exp"] = json!(SECONDS - 49), "ok"),
        ("not yet valid", |s| s.id_token["nbf"] = json!(SECONDS + 71), "token-not-yet-valid"),
        ("wrong nonce", |s| s.id_token["nonce"] = json!("another"), "nonce-wrong"),
        ("no nonce", |s| remove(s, "nonce"), "nonce-wrong"),
        ("old login", |s| s.id_token["auth_time"] = json!(SECONDS - 61), "NotFresh"),
        ("login within the skew", |s| s.id_token["auth_time"] = json!(SECONDS - 60), "ok"),
        ("login in the future", |s| s.id_token["auth_time"] = json!(SECONDS + 71), "NotFresh"),
        ("no auth_time", |s| remove(s, "auth_time"), "NotFresh"),
        ("the access token's hash", |s| s.id_token["at_hash"] = json!("R8PYaIQdcYEdkSc9TeGyiQ"), "ok"),
        (
            "another access token's hash",
            |s| s.id_token["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA"),
            "access-token-wrong",
        ),
        ("a claim twice", |s| s.raw_payload = Some(twice(&s.id_token)), "id-token-unreadable"),
    ];
    for (what, change, expected) in cases {
        assert_eq!(word(&World::new(ClaimMapping::idura()).await.journey(change).await), expected, "{what}");
    }
}

#[tokio::test]
async fn l1_userinfo_must_be_about_the_same_person() {
    let cases: [(&str, Change, &str); 3] = [
        ("another", |s| s.userinfo["sub"] = json!("{c3d4}"), "userinfo-subject-wrong"),
        ("none", |s| s.userinfo["sub"] = Value::Null, "userinfo-subject-wrong"),
        ("a list", |s| s.userinfo = json!([]), "userinfo-unreadable"),
    ];
    for (what, change, expected) in cases {
        assert_eq!(word(&World::new(ClaimMapping::nets()).await.journey(change).await), expected, "{what}");
    }
}

#[tokio::test]
async fn r5_a_return_must_be_this_journeys_and_this_providers() {
    let world = World::new(ClaimMapping::idura()).await;
    let away = world.begin().await.unwrap();
    let issuer = world.op.issuer.clone();
    let iss = ("iss", issuer.as_str());
    let (code, state) = (("code", "code-1"), ("state", "state-1"));
    let error = |code| [("error", code), state];
    let long = "x".repeat(4096);
    for (query, expected) in [
        (vec![code, state, iss], "ok"),
        (vec![("code", long.as_str()), state, iss], "ok"),
        (vec![code, iss], "state-missing"),
        (vec![code, ("state", "state-2"), iss], "state-wrong"),
        (vec![code, state, state, iss], "parameter-twice"),
        (vec![code, code, state, iss], "parameter-twice"),
        (vec![code, state], "issuer-missing"),
        (vec![code, state, ("iss", "https://evil.example")], "issuer-wrong"),
        (vec![state, iss], "code-missing"),
        (vec![("code", ""), state, iss], "code-missing"),
        (error("access_denied").to_vec(), "Aborted"),
        (vec![("error", "access_denied"), ("error_description", "mitid_user_aborted"), state, iss], "Aborted"),
        (vec![("error", "access_denied")], "state-missing"),
        (vec![("error", "access_denied"), state, ("iss", "https://evil.example")], "issuer-wrong"),
        (error("login_required").to_vec(), "login-required"),
        (error("invalid_scope").to_vec(), "request-refused"),
        (error("CPR 2512489996").to_vec(), "provider-error"),
    ] {
        assert_eq!(word(&world.bring(&away, &query, None).await), expected, "{query:?}");
    }
    let fresh = World::new(ClaimMapping::idura()).await;
    fresh.op.script().description = json!({"authorization_response_iss_parameter_supported": null});
    let away = fresh.begin().await.unwrap();
    assert_eq!(word(&fresh.bring(&away, &[code, state], None).await), "ok", "no `iss` announced, none demanded");
}

#[tokio::test]
async fn r5_a_portal_that_restarted_meanwhile_judges_the_return_as_strictly() {
    let world = World::new(ClaimMapping::idura()).await;
    let away = world.begin().await.unwrap();
    let restarted = world.restarted();
    assert_eq!(
        word(&restarted.bring(&away, &[("code", "code-1"), ("state", "state-1")], None).await),
        "issuer-missing"
    );
    assert_eq!(word(&restarted.arrive(&away).await), "ok");
}

#[tokio::test]
async fn r5_a_code_that_no_provider_writes_is_refused_without_asking_anybody() {
    let world = World::new(ClaimMapping::idura()).await;
    let away = world.begin().await.unwrap();
    let long = "x".repeat(4097);
    let world = world.restarted();
    let asked = world.op.script().seen.len();
    for (code, expected) in [
        (long.as_str(), "code-too-long"),
        ("a\nb", "code-malformed"),
        ("a\0b", "code-malformed"),
        ("a\u{7f}b", "code-malformed"),
        ("kød", "code-malformed"),
    ] {
        let outcome = world.bring(&away, &[("code", code), ("state", "state-1")], None).await;
        assert_eq!(word(&outcome), expected, "{code:?}");
    }
    assert_eq!(world.op.script().seen.len(), asked);
    let issuer = world.op.issuer.clone();
    let printable = [("code", "!~ a+b/c=="), ("state", "state-1"), ("iss", issuer.as_str())];
    assert_eq!(word(&world.bring(&away, &printable, None).await), "ok");
}

#[tokio::test]
async fn r5_what_another_journey_remembered_does_not_fit() {
    let world = World::new(ClaimMapping::idura()).await;
    let first = world.begin().await.unwrap();
    let _second = world.begin().await.unwrap();
    assert_eq!(word(&world.arrive(&first).await), "nonce-wrong");
    let mut broken = world.begin().await.unwrap();
    broken.departure.remember.truncate(20);
    assert_eq!(word(&world.arrive(&broken).await), "remembered-unreadable");
}

fn remove(script: &mut Script, name: &str) {
    script.id_token.as_object_mut().unwrap().remove(name);
}

fn twice(claims: &Value) -> String {
    claims.to_string().replacen('{', r#"{"cprNumberIdentifier":"2512489996","#, 1)
}
