//! The code flow by hand: what a portal may do, and what it may not.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use mitid_simulator::{Shape, Simulator, SimulatorConfig, StartError};
use serde_json::{Value, json};

use crate::world::{BACK, MovableClock, NOW, ROOT, VERIFIER, World, request};

#[tokio::test]
async fn a_login_gives_a_token_about_the_chosen_person() {
    let world = World::new(Shape::Idura).await;
    let back = world.press(&request(&[]), &[("person", "max")]).await;
    assert_eq!(back["state"], "state 1");
    assert_eq!(back["iss"], world.simulator.issuer());
    world.clock.wait(20);
    let (status, answer) = world.redeem(&back["code"], &[]).await;
    assert_eq!(status, 200, "{answer}");
    let claims = claims(answer["id_token"].as_str().unwrap());
    let seconds = NOW.0 / 1000;
    for (name, expected) in [
        ("iss", json!(world.simulator.issuer())),
        ("aud", json!("portal")),
        ("nonce", json!("nonce-1")),
        ("auth_time", json!(seconds)),
        ("iat", json!(seconds + 20)),
        ("exp", json!(seconds + 320)),
        ("cprNumberIdentifier", json!("0107729995")),
        ("loA", json!("SUBSTANTIAL")),
        ("age", json!(54)),
    ] {
        assert_eq!(claims[name], expected, "{name}");
    }
}

#[tokio::test]
async fn a_code_is_for_its_client_address_and_verifier() {
    for (changes, status, error) in [
        (vec![("code_verifier", "another-verifier-of-forty-three-characters---")], 400, "invalid_grant"),
        (vec![("code_verifier", "")], 400, "invalid_grant"),
        (vec![("redirect_uri", "http://127.0.0.1:8080/elsewhere")], 400, "invalid_grant"),
        (vec![("code", "guessed")], 400, "invalid_grant"),
        (vec![("client_secret", "wrong")], 401, "invalid_client"),
        (vec![("client_id", "other")], 401, "invalid_client"),
        (vec![("grant_type", "password")], 400, "unsupported_grant_type"),
        (vec![("code", "x"), ("code", "y")], 400, "invalid_request"),
    ] {
        let world = World::new(Shape::Idura).await;
        let code = world.code("max").await;
        assert_eq!(world.redeem(&code, &changes).await, (status, json!({ "error": error })), "{changes:?}");
    }
}

#[tokio::test]
async fn a_code_works_once_and_a_second_use_ends_the_access() {
    let world = World::new(Shape::Nets).await;
    let code = world.code("max").await;
    let (_, answer) = world.redeem(&code, &[]).await;
    let access = answer["access_token"].as_str().unwrap().to_owned();
    assert_eq!(bearer(&world, "/userinfo", &access, "").await["dk.cpr"], "0107729995");
    assert_eq!(world.redeem(&code, &[]).await, (400, json!({"error": "invalid_grant"})));
    assert_eq!(bearer(&world, "/userinfo", &access, "").await, json!({"error": "invalid_token"}));
    let guessed = world.code("max").await;
    world.redeem(&guessed, &[("code_verifier", "wrong")]).await;
    assert_eq!(world.redeem(&guessed, &[]).await.0, 400, "a code tried with a wrong verifier is spent");
}

#[tokio::test]
async fn a_code_lives_a_minute() {
    let world = World::new(Shape::Idura).await;
    let (early, late) = (world.code("max").await, world.code("max").await);
    world.clock.wait(60);
    assert_eq!(world.redeem(&early, &[]).await.0, 200);
    world.clock.wait(1);
    assert_eq!(world.redeem(&late, &[]).await, (400, json!({"error": "invalid_grant"})));
}

#[tokio::test]
async fn the_secret_may_come_in_the_header() {
    let world = World::new(Shape::Idura).await;
    let code = world.code("max").await;
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", BACK)])
        .extend_pairs([("code_verifier", VERIFIER)])
        .finish();
    let basic = format!("Basic {}", STANDARD.encode("portal:s+e%2Bc%3Aret"));
    let request = Request::post("/token").header(AUTHORIZATION, basic);
    let answer =
        world.send(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form).unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn requests_that_cannot_be_trusted_stay_and_others_go_back_with_an_error() {
    let world = World::new(Shape::Idura).await;
    for change in [("client_id", "other"), ("redirect_uri", "http://127.0.0.1:8080/elsewhere"), ("redirect_uri", "")] {
        let answer = world.get(&format!("/authorize?{}", request(&[change]))).await;
        assert_eq!(answer.status, 400, "{change:?}");
        assert!(!answer.headers.contains_key("location"));
    }
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "ssn"), "invalid_scope"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("prompt", "none"), "login_required"),
    ] {
        let back = world.get(&format!("/authorize?{}", request(&[change]))).await.returned();
        assert_eq!(back["error"], error, "{change:?}");
        assert_eq!(back["state"], "state 1");
    }
    let back = world.press(&request(&[]), &[("abort", "1")]).await;
    assert_eq!((back["error"].as_str(), back["error_description"].as_str()), ("access_denied", "mitid_user_aborted"));
}

#[tokio::test]
async fn typed_numbers_are_matched_three_times() {
    let world = World::new(Shape::Nets).await;
    let code = world.press(&request(&[("scope", "openid mitid")]), &[("person", "max")]).await["code"].clone();
    let (_, answer) = world.redeem(&code, &[]).await;
    let access = answer["access_token"].as_str().unwrap();
    assert_eq!(bearer(&world, "/userinfo", access, "").await["dk.cpr"], Value::Null, "not without the scope");
    for (body, expected) in [
        (r#"{"cpr":"0107729995"}"#, json!({"cprNumberMatch": true})),
        (r#"{}"#, json!({"errorMessage": "Missing Cpr parameter"})),
        (r#"{"cpr":"010772-9995"}"#, json!({"cprNumberMatch": true})),
        (r#"{"cpr":"2512489996"}"#, json!({"cprNumberMatch": false})),
        (
            r#"{"cpr":"0107729995"}"#,
            json!({"errorMessage": "Cpr Match exceeded. Only 3 tries is allowed within a session."}),
        ),
    ] {
        assert_eq!(bearer(&world, "/api/v1/mitid/matchCpr", access, body).await, expected);
    }
}

#[tokio::test]
async fn logging_out_goes_back_to_registered_addresses_only() {
    let world = World::new(Shape::Idura).await;
    let answer = world.get(&format!("/logout?client_id=portal&post_logout_redirect_uri={ROOT}&state=a%26b")).await;
    assert_eq!((answer.status, answer.location()), (303, "http://127.0.0.1:8080/?state=a%26b"));
    for query in [
        String::new(),
        "post_logout_redirect_uri=https://evil.example/".to_owned(),
        format!("client_id=other&post_logout_redirect_uri={ROOT}"),
        format!("id_token_hint=a.b.c&post_logout_redirect_uri={ROOT}"),
    ] {
        let answer = world.get(&format!("/logout?{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        assert!(answer.body.contains("Du er logget ud"), "{query}");
    }
    let nets = World::new(Shape::Nets).await;
    let answer = nets.get(&format!("/logout?client_id=portal&post_logout_redirect_uri={ROOT}")).await;
    assert_eq!(answer.status, 200, "this broker wants the hint");
}

#[tokio::test]
async fn it_serves_this_machine_only() {
    let clock = World::new(Shape::Idura).await.clock;
    let mut config = SimulatorConfig::new("portal", "secret", clock as Arc<MovableClock>);
    config.address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    assert!(matches!(Simulator::start(config.clone()).await, Err(StartError::NotLoopback(_))));
    let world = World::new(Shape::Idura).await;
    config.address = world.simulator.address();
    assert!(matches!(Simulator::start(config.clone()).await, Err(StartError::Listen(..))));
    let foreign = Request::get("/jwks").header(HOST, "evil.example:80").body(String::new()).unwrap();
    assert_eq!(world.send(foreign).await.status, 421);
    let large = Request::post("/token").body("x".repeat(65 * 1024)).unwrap();
    assert_eq!(world.send(large).await.status, 413);
    world.simulator.shutdown().await;
    assert!(Simulator::start(config).await.is_ok(), "the port is free again");
}

async fn bearer(world: &World, target: &str, access: &str, body: &str) -> Value {
    let request = Request::post(target).header(AUTHORIZATION, format!("Bearer {access}")).body(body.to_owned());
    serde_json::from_str(&world.send(request.unwrap()).await.body).unwrap()
}

fn claims(jwt: &str) -> Value {
    let payload = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}
