//! The issuer for clinics' staff, and the portal's adapter against it.

use mitid_simulator::{STAFF, Shape};
use patientportal_core::language::Language;
use patientportal_core::portal::Role;
use patientportal_core::ports::{
    Clock, IdentityCallback, IdentityFailure, IdentityRequest, StaffIdentityProvider, VouchedStaff,
};
use patientportal_oidc::{StaffOidcConfig, StaffOidcProvider};

use crate::world::{STAFF_BACK, World, request};

fn provider(world: &World, change: impl FnOnce(&mut StaffOidcConfig)) -> StaffOidcProvider {
    let issuer = world.simulator.staff_issuer();
    let mut config = StaffOidcConfig::new(issuer, "portal-staff", "s e+c:ret", STAFF_BACK, "http://127.0.0.1:8080/");
    change(&mut config);
    StaffOidcProvider::new(config).unwrap()
}

async fn journey(
    world: &World,
    provider: &StaffOidcProvider,
    press: &[(&str, &str)],
) -> Result<VouchedStaff, IdentityFailure> {
    let asked = IdentityRequest::new("state-1".to_owned(), Language::Danish, world.clock.now());
    let departure = provider.begin(&asked).await?;
    let query = departure.url.split_once('?').unwrap().1;
    let form: Vec<_> = [("request", query)].into_iter().chain(press.iter().copied()).collect();
    let answer = world.post("/personale/authorize", &form).await;
    let (address, query) = answer.location().split_once('?').unwrap();
    assert_eq!(address, STAFF_BACK);
    let back: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    provider.complete(&IdentityCallback::new(&back, &departure.remember, None, world.clock.now())).await
}

#[tokio::test]
async fn s2_all_staff_are_vouched_for_with_clinics_and_role() {
    let world = World::new(Shape::Idura).await;
    for from_userinfo in [false, true] {
        let provider = provider(&world, |config| config.claims.from_userinfo = from_userinfo);
        for person in STAFF {
            let vouched = journey(&world, &provider, &[("person", person.id)]).await.unwrap();
            let post = person.post.unwrap();
            assert_eq!(
                (vouched.name.as_deref(), vouched.clinics.as_slice()),
                (Some(person.name), &*owned(post.clinics))
            );
            let role = if post.role == "administrator" { Role::Administrator } else { Role::Secretary };
            assert_eq!(vouched.role, Some(role), "{}", person.id);
            assert!(provider.end_session(vouched.session.as_deref()).await.unwrap().contains("id_token_hint="));
        }
    }
}

#[tokio::test]
async fn s2_old_and_broken_off_sign_ins_are_refused() {
    let world = World::new(Shape::Idura).await;
    let provider = provider(&world, |_| {});
    let old = journey(&world, &provider, &[("person", "sara"), ("old_login", "on")]).await;
    assert!(matches!(old, Err(IdentityFailure::NotFresh)), "{old:?}");
    let aborted = journey(&world, &provider, &[("abort", "1")]).await;
    assert!(matches!(aborted, Err(IdentityFailure::Aborted)), "{aborted:?}");
}

#[tokio::test]
async fn patients_and_staff_are_two_providers() {
    let world = World::new(Shape::Idura).await;
    let described = world.get("/personale/.well-known/openid-configuration").await;
    assert!(described.body.contains(&world.simulator.staff_issuer()));
    // A client of one is unknown at the other, and so are its persons.
    assert_eq!(world.get(&format!("/personale/authorize?{}", request(&[]))).await.status, 400);
    let crossed = provider(&world, |config| config.client_secret = patientportal_oidc::Secret::new("another"));
    let refused = journey(&world, &crossed, &[("person", "sara")]).await;
    assert!(matches!(refused, Err(IdentityFailure::Refused("code-refused"))), "{refused:?}");
    let asked = IdentityRequest::new("state-1".to_owned(), Language::English, world.clock.now());
    let departure = provider(&world, |_| {}).begin(&asked).await.unwrap();
    let page = world.get(&format!("/personale/authorize?{}", departure.url.split_once('?').unwrap().1)).await;
    assert!(page.body.contains("Sara Test Skov") && !page.body.contains("Nancy"), "{}", page.body);
    assert!(page.body.contains("action=\"/personale/authorize\"") && !page.body.contains("no_cpr"));
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}
