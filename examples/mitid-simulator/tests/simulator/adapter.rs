//! The portal's adapter against the simulator, broker by broker and person by person.

use mitid_simulator::{PERSONS, Shape};
use patientportal_core::language::Language;
use patientportal_core::ports::{Clock, IdentityCallback, IdentityFailure, IdentityProvider, IdentityRequest};
use patientportal_core::value::Cpr;
use patientportal_oidc::{ClaimMapping, OidcConfig, OidcProvider};

use crate::world::{BACK, NOW, ROOT, World};

/// A portal beside a simulator.
struct Pair {
    world: World,
    provider: OidcProvider,
}

impl Pair {
    async fn new(shape: Shape, mapping: ClaimMapping) -> Self {
        let world = World::new(shape).await;
        let issuer = world.simulator.issuer();
        let provider = OidcProvider::new(OidcConfig::new(issuer, "portal", "s e+c:ret", BACK, ROOT, mapping)).unwrap();
        provider.refresh().await.unwrap();
        Self { world, provider }
    }

    /// A journey with a press on the page after half a minute: the number vouched for, or why none is.
    async fn journey(&self, press: &[(&str, &str)], typed: Option<&str>) -> Result<Cpr, IdentityFailure> {
        let begins = self.world.clock.now();
        let request = IdentityRequest::new("state-1".to_owned(), Language::Danish, begins);
        let departure = self.provider.begin(&request).await?;
        let query = departure.url.split_once('?').unwrap().1;
        assert_eq!(self.world.get(&format!("/authorize?{query}")).await.status, 200);
        self.world.clock.wait(30);
        let back: Vec<_> = self.world.press(query, press).await.into_iter().collect();
        let typed = typed.map(cpr);
        let callback = IdentityCallback::new(&back, &departure.remember, typed.as_ref(), self.world.clock.now());
        let vouched = self.provider.complete(&callback).await?;
        assert_eq!(vouched.authenticated_at, self.world.clock.now());
        Ok(vouched.cpr)
    }
}

#[tokio::test]
async fn l1_every_person_is_vouched_for_as_every_broker_would() {
    for (shape, mapping) in [
        (Shape::Idura, ClaimMapping::idura()),
        (Shape::Nets, ClaimMapping::nets()),
        (Shape::Signicat, ClaimMapping::signicat()),
    ] {
        let pair = Pair::new(shape, mapping).await;
        for person in PERSONS {
            let outcome = pair.journey(&[("person", person.id)], None).await;
            match person.cpr {
                Some(number) => assert_eq!(outcome.unwrap(), cpr(number), "{shape:?}"),
                None => assert!(matches!(outcome, Err(IdentityFailure::NoCpr)), "{shape:?}: {outcome:?}"),
            }
        }
    }
}

#[tokio::test]
async fn l1_every_fault_on_the_page_is_noticed_at_every_broker() {
    for (shape, mapping) in [
        (Shape::Idura, ClaimMapping::idura()),
        (Shape::Nets, ClaimMapping::nets()),
        (Shape::Signicat, ClaimMapping::signicat()),
    ] {
        let pair = Pair::new(shape, mapping).await;
        for (flaw, expected) in [
            ("low_assurance", "the assurance level is too low"),
            ("no_cpr", "the identity has no CPR number"),
            ("business", "not a private person's identity"),
            ("old_login", "the authentication is not fresh"),
            ("abort", "broken off by the person"),
        ] {
            let outcome = pair.journey(&[("person", "max"), (flaw, "on")], None).await;
            assert_eq!(outcome.unwrap_err().to_string(), expected, "{shape:?}");
        }
    }
}

#[tokio::test]
async fn l1_a_typed_number_is_matched_at_the_broker_that_only_compares() {
    let pair = Pair::new(Shape::Nets, ClaimMapping::nets_match()).await;
    let press = [("person", "max")];
    assert_eq!(pair.journey(&press, Some("010772-9995")).await.unwrap(), cpr("010772-9995"));
    let other = pair.journey(&press, Some("251248-9996")).await;
    assert!(matches!(other, Err(IdentityFailure::OtherPerson)), "{other:?}");
    let without = pair.journey(&[("person", "lone")], Some("251248-9996")).await;
    assert!(matches!(without, Err(IdentityFailure::NoCpr)), "{without:?}");
}

#[tokio::test]
async fn l9_the_logout_address_leads_back_to_the_portal() {
    let pair = Pair::new(Shape::Nets, ClaimMapping::nets()).await;
    let request = IdentityRequest::new("state-1".to_owned(), Language::Danish, NOW);
    let departure = pair.provider.begin(&request).await.unwrap();
    let query = departure.url.split_once('?').unwrap().1;
    let back: Vec<_> = pair.world.press(query, &[("person", "max")]).await.into_iter().collect();
    let callback = IdentityCallback::new(&back, &departure.remember, None, NOW);
    let vouched = pair.provider.complete(&callback).await.unwrap();
    for (provider, session) in [
        (&pair.provider, vouched.session.as_deref()),
        (&Pair::new(Shape::Idura, ClaimMapping::idura()).await.provider, None),
    ] {
        let address = provider.end_session(session).await.unwrap();
        let target = address.split_once("/logout").unwrap().1;
        let world = if session.is_some() { &pair.world } else { &World::new(Shape::Idura).await };
        let answer = world.get(&format!("/logout{target}")).await;
        assert_eq!((answer.status, answer.location()), (303, ROOT));
    }
}

fn cpr(text: &str) -> Cpr {
    Cpr::parse(text, NOW.copenhagen_date()).unwrap()
}
