//! Keys change: new ones are fetched once, and not at everybody's command.

use std::time::Duration;

use patientportal_oidc::ClaimMapping;
use serde_json::json;

use crate::keys::{Sign, ec_jwk};
use crate::world::{World, word};

#[tokio::test]
async fn l1_a_new_key_is_fetched_when_a_token_names_it() {
    let world = World::new(ClaimMapping::idura()).await;
    let away = world.begin().await.unwrap();
    assert_eq!(world.op.count("/jwks"), 1);
    {
        let mut script = world.op.script();
        (script.sign, script.keys) = (Sign::Es256Other, vec![ec_jwk(2)]);
    }
    assert_eq!(word(&world.arrive(&away).await), "ok");
    assert_eq!(word(&world.arrive(&away).await), "ok");
    assert_eq!(world.op.count("/jwks"), 2, "fetched once, then kept");
}

#[tokio::test]
async fn l1_tokens_by_unknown_keys_do_not_cause_a_storm_of_fetches() {
    let world = World::new(ClaimMapping::idura()).await;
    for _ in 0..4 {
        assert_eq!(word(&world.journey(|script| script.sign = Sign::Es256Other).await), "key-unknown");
    }
    assert_eq!(world.op.count("/jwks"), 2);
    let eager = World::with(ClaimMapping::idura(), |config| config.limits.pause = Duration::ZERO).await;
    for _ in 0..2 {
        assert_eq!(word(&eager.journey(|script| script.sign = Sign::Es256Other).await), "key-unknown");
    }
    assert_eq!(eager.op.count("/jwks"), 3, "after the pause it is tried again");
}

#[tokio::test]
async fn l1_a_key_changed_without_a_key_id_is_found_too() {
    let world = World::new(ClaimMapping::idura()).await;
    let away = world.begin().await.unwrap();
    {
        let mut script = world.op.script();
        (script.sign, script.keys, script.header) = (Sign::Es256Other, vec![ec_jwk(2)], json!({"kid": null}));
    }
    assert_eq!(word(&world.arrive(&away).await), "ok");
}
