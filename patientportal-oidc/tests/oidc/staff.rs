//! The staff's provider stands on the same journey as MitID's: what is refused there is refused here.

use std::collections::HashMap;
use std::time::Duration;

use patientportal_core::language::Language;
use patientportal_core::portal::Role;
use patientportal_core::ports::{
    IdentityCallback, IdentityFailure, IdentityRequest, StaffIdentityProvider, VouchedStaff,
};
use patientportal_oidc::{ConfigError, StaffOidcConfig, StaffOidcProvider};
use serde_json::json;

use crate::evil_op::{Op, Script};
use crate::keys::SECRET;
use crate::world::{NOW, SECONDS};

fn config(issuer: &str) -> StaffOidcConfig {
    let back = "https://portal.example.dk/personale/retur";
    let mut config = StaffOidcConfig::new(issuer, "client 1", SECRET, back, "https://portal.example.dk/");
    config.limits.pause = Duration::from_secs(3600);
    config
}

type Change = fn(&mut Script);

/// A whole sign-in, with the provider's script and the browser's return changed on the way.
async fn sign_in(
    state: &str,
    change: impl FnOnce(&mut Script),
) -> (HashMap<String, String>, Result<VouchedStaff, IdentityFailure>) {
    let op = Op::start().await;
    let provider = StaffOidcProvider::new(config(&op.issuer)).unwrap();
    let request = IdentityRequest::new("state-1".to_owned(), Language::Danish, NOW);
    let departure = provider.begin(&request).await.unwrap();
    let query = departure.url.split_once('?').unwrap().1;
    let sent: HashMap<_, _> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let at = SECONDS + 8;
    op.script().id_token = json!({
        "iss": op.issuer, "sub": "a1", "aud": "client 1", "nonce": sent["nonce"], "iat": at, "exp": at + 300,
        "auth_time": at, "name": "Sara", "clinics": ["skovby"], "role": "secretary",
    });
    change(&mut op.script());
    let query = [("code", "code-1"), ("state", state), ("iss", &op.issuer)];
    let query: Vec<_> = query.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let now = NOW + Duration::from_secs(10);
    let told = provider.complete(&IdentityCallback::new(&query, &departure.remember, None, now)).await;
    (sent, told)
}

#[tokio::test]
async fn s2_a_sign_in_is_asked_for_freshly_with_a_nonce_and_a_challenge() {
    let (sent, told) = sign_in("state-1", |_| {}).await;
    for (name, value) in [("prompt", "login"), ("code_challenge_method", "S256"), ("scope", "openid profile")] {
        assert_eq!(sent[name], value);
    }
    assert!(sent.contains_key("max_age") && sent["nonce"].len() > 16 && sent["code_challenge"].len() == 43);
    let staff = told.unwrap();
    assert_eq!((staff.id.as_str(), staff.role), ("a1", Some(Role::Secretary)));
    assert_eq!(staff.clinics, ["skovby"]);
}

#[tokio::test]
async fn s2_what_cannot_be_believed_is_refused() {
    let refused = |told: Result<VouchedStaff, IdentityFailure>| match told {
        Err(IdentityFailure::Refused(code)) => code,
        Err(IdentityFailure::NotFresh) => "not-fresh",
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(sign_in("state-2", |_| {}).await.1), "state-wrong");
    let table: [(&str, Change); 5] = [
        ("nonce-wrong", |script| script.id_token["nonce"] = json!("another")),
        ("audience-wrong", |script| script.id_token["aud"] = json!("another")),
        ("not-fresh", |script| script.id_token["auth_time"] = json!(SECONDS - 3600)),
        ("subject-missing", |script| script.id_token["sub"] = json!("")),
        ("claim-malformed", |script| script.id_token["clinics"] = json!({ "a": 1 })),
    ];
    for (code, change) in table {
        assert_eq!(refused(sign_in("state-1", change).await.1), code);
    }
}

#[test]
fn s2_a_setting_that_cannot_work_is_told() {
    type Setting = fn(&mut StaffOidcConfig);
    let table: [(&str, Setting); 4] = [
        ("`role_claim` is empty", |config| config.claims.role.clear()),
        ("`client_id` is empty", |config| config.client_id.clear()),
        ("`secretary` and `administrator` are one name", |config| config.claims.secretary = "administrator".to_owned()),
        ("`issuer`: must be https (http is for loopback only)", |config| config.issuer = "http://a.example".to_owned()),
    ];
    for (said, change) in table {
        let mut config = config("https://login.example.dk");
        change(&mut config);
        let error: ConfigError = StaffOidcProvider::new(config).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), said);
    }
    let printed = format!("{:?}", config("https://login.example.dk"));
    assert!(!printed.contains(SECRET), "{printed}");
}
