//! Configurations that must be refused, with words that help, and what may be printed of one.

use patientportal_oidc::{ClaimMapping, ClaimSource, CprSource, Level, Logout, OidcConfig, OidcProvider};
use serde_json::{Value, json};

use crate::keys::SECRET;
use crate::world::{World, config};

#[tokio::test]
async fn a_wrong_setting_is_named() {
    type Change = fn(&mut OidcConfig);
    let cases: [(Change, &str); 12] = [
        (|c| c.issuer = "idura.broker".into(), "`issuer`: is not an absolute address"),
        (|c| c.issuer = "http://idura.broker".into(), "`issuer`: must be https (http is for loopback only)"),
        (|c| c.issuer = "ftp://idura.broker".into(), "`issuer`: must be https"),
        (|c| c.issuer = "https://idura.broker?x".into(), "`issuer`: has a query or a fragment"),
        (|c| c.issuer = "https://me:pw@idura.broker".into(), "`issuer`: holds a user name or password"),
        (|c| c.redirect_url = "/mitid".into(), "`redirect_url`: is not an absolute address"),
        (
            |c| c.post_logout_redirect_url = "http://a.dk".into(),
            "`post_logout_redirect_url`: must be https (http is for loopback only)",
        ),
        (|c| c.client_id = " ".into(), "`client_id` is empty"),
        (
            |c| drop(c.broker.parameters.insert("prompt".into(), "none".into())),
            "`broker.parameters` may not set `prompt`: the adapter sets it",
        ),
        (|c| c.broker.subject.names.clear(), "`broker.subject` names no claim"),
        (|c| c.broker.assurance_values.clear(), "`broker.assurance_values` has no value for substantial or high"),
        (
            |c| c.extra_root_certificates = Some("PEM?".into()),
            "`extra_root_certificates` is not a list of PEM certificates",
        ),
    ];
    for (change, expected) in cases {
        let mut config = config("https://idura.broker", ClaimMapping::idura());
        change(&mut config);
        assert_eq!(OidcProvider::new(config).unwrap_err().to_string(), expected);
    }
    for issuer in ["http://localhost:1", "http://127.0.0.1:1/op", "http://[::1]:1"] {
        assert!(OidcProvider::new(config(issuer, ClaimMapping::nets())).is_ok(), "{issuer}");
    }
}

#[test]
fn a_broker_is_a_presets_name_or_a_table() {
    let read = |broker: Value| {
        serde_json::from_value::<OidcConfig>(json!({
            "issuer": "https://op.example", "client_id": "a", "client_secret": "b", "broker": broker,
            "redirect_url": "https://p.example/r", "post_logout_redirect_url": "https://p.example/",
        }))
    };
    for name in ClaimMapping::PRESETS {
        assert_eq!(Some(read(json!(name)).unwrap().broker), ClaimMapping::preset(name));
    }
    let table = json!({
        "parameters": {"acr_values": "x"},
        "cpr": {"claim": {"from": "any", "names": ["/person/cpr"]}},
        "subject": {"from": "id_token", "names": ["sub"]},
        "assurance": {"from": "id_token", "names": ["acr"]},
        "assurance_values": {"URN:Two": "substantial"},
        "private": [{"claim": {"from": "userinfo", "names": ["kind"]}, "accepted": ["person"]}],
        "logout": "without_id_token",
    });
    let own = read(table.clone()).unwrap().broker;
    assert_eq!(own.logout, Logout::WithoutIdToken);
    assert_eq!(own.assurance_values["urn:two"], Level::Substantial);
    assert_eq!(own.private[0].claim.from, ClaimSource::Userinfo);
    let mut matching = table.clone();
    matching["cpr"] = json!({"match": "api/match"});
    assert_eq!(read(matching).unwrap().broker.cpr, CprSource::Match("api/match".to_owned()));
    let mut unknown = table;
    unknown["cpr_claim"] = json!("x");
    assert!(read(unknown).unwrap_err().to_string().contains("unknown field `cpr_claim`"));
    assert!(read(json!("neb")).unwrap_err().to_string().contains("nets, nets-match, idura, signicat"));
}

#[tokio::test]
async fn i7_nothing_printed_holds_the_secret_or_a_digit_of_the_number() {
    let world = World::new(ClaimMapping::nets()).await;
    let away = world.begin().await.unwrap();
    let vouched = world.arrive(&away).await.unwrap();
    let shown = format!("{:?} {:?} {:?}", world.provider, away.departure, vouched.cpr);
    for secret in [SECRET, "0107729995", "010772-9995", away.sent["nonce"].as_str()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
