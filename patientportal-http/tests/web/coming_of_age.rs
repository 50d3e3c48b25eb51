//! Coming of age by the pages: L7, L8.

use http::StatusCode;
use patientportal_core::account::Custody;
use patientportal_core::moment::Timestamp;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::browser::{Browser, Page};

const CHILD: Person = Person::CHILD;
const STEP: &str = "/automatic/overtag";
const RESEND: &str = "/automatic/ny-kode-til-overtagelse";
/// Eight in the morning of 13 October 2031 in Copenhagen.
const BIRTHDAY: Timestamp = Timestamp(1_949_637_600_000);
const OWN: &str = "selv@example.dk";
const NEW: &str = "Sommerfugl-9";

/// A world on the morning of the child's 15th birthday, its account there and its mail read.
async fn fifteen() -> World {
    let world = World::new();
    world.custody_is(&CHILD, &Person::MAX, Custody::Holder);
    assert!(world.browser(AUTOMATIC).register_child(&CHILD, &Person::MAX).await.is_ok());
    world.mail("Brugeren er oprettet").await;
    world.clock.set(BIRTHDAY);
    world.work().await;
    world
}

async fn by_code(world: &World) -> (Browser, Page) {
    let mut browser = Browser::new(world);
    let front = browser.visit("/automatic/tidsbestilling").await;
    let typed = [("cpr", CHILD.cpr), ("adgangskode", CHILD.password)];
    let code = browser.submit(&front, "/automatic/log-ind", &typed).await;
    let digits = world.mailed_code().await;
    let page = browser.submit(&code, "/automatic/sikkerhedskode", &[("kode", &digits)]).await;
    (browser, page)
}

async fn by_mitid(world: &World) -> (Browser, Page) {
    let mut browser = Browser::new(world);
    let front = browser.visit("/automatic/tidsbestilling").await;
    let departure = browser.post(&front, "/automatic/mitid", &[]).await;
    let page = browser.come_back(world, &departure, Ok(CHILD.identity(world.portal.now()))).await;
    (browser, page)
}

fn chosen(password: &'static str) -> [(&'static str, &'static str); 5] {
    [("email", OWN), ("email-igen", OWN), ("mobil", ""), ("adgangskode", password), ("adgangskode-igen", password)]
}

#[tokio::test]
async fn l7_password_and_code_lead_to_mitid_from_every_page() {
    let world = fifteen().await;
    let (mut browser, page) = by_code(&world).await;
    page.says("Brugeren er fyldt 15 år");
    page.says("tel:12345678");
    for address in ["start", "tidsbestilling", "registrer", "vilkaar", "kontaktoplysninger", "vaelg-adgangskode"] {
        browser.visit(&format!("/automatic/{address}")).await.says("Brugeren er fyldt 15 år");
    }
    // Posting what a form would, without having seen it, comes no further.
    let mut fields = page.unseen_fields(STEP);
    fields.extend(chosen(NEW).map(|(name, value)| (name.to_owned(), value.to_owned())));
    let posted = browser.post_fields(STEP, &fields, &[("sec-fetch-site", "same-origin")]).await;
    posted.departs_to();
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "no code goes anywhere");
}

#[tokio::test]
async fn l7_another_persons_mitid_leads_back_and_the_owners_own_to_the_form() {
    let world = fifteen().await;
    let (mut browser, page) = by_code(&world).await;
    let departure = browser.post(&page, STEP, &[]).await;
    let back = browser.come_back(&world, &departure, Ok(Person::MAX.identity(world.portal.now()))).await;
    back.says("MitID bekræftede en anden person");
    back.says("Brugeren er fyldt 15 år");
    let departure = browser.post(&back, STEP, &[]).await;
    let form = browser.come_back(&world, &departure, Ok(CHILD.identity(world.portal.now()))).await;
    form.says("Gør brugeren til din egen");
}

#[tokio::test]
async fn l7_mistakes_keep_what_was_typed_and_the_code_takes_the_account_over() {
    let world = fifteen().await;
    let (mut browser, form) = by_mitid(&world).await;
    form.says("Gør brugeren til din egen");
    let wrong = browser.post(&form, STEP, &chosen(CHILD.password)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says("Det er adgangskoden fra før");
    wrong.says(&format!("value=\"{OWN}\""));
    wrong.says_nothing_of(CHILD.password);
    let stale: Vec<_> = chosen(NEW).iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let stale = browser.post_fields(STEP, &stale, &[("sec-fetch-site", "same-origin")]).await;
    stale.says(&format!("value=\"{OWN}\""));

    let proof = browser.submit(&wrong, STEP, &chosen(NEW)).await;
    proof.says("s•••@example.dk");
    let early = browser.post(&proof, RESEND, &[]).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    let code = world.mailed_email_code(OWN).await;
    let mistyped = browser.post(&proof, STEP, &[("kode", "12")]).await;
    mistyped.says("Skriv sikkerhedskodens seks cifre");
    browser.visit("/automatic/overtag?ret=1").await.says("Gør brugeren til din egen");
    let done = browser.submit(&mistyped, STEP, &[("kode", &code)]).await;
    done.says("Brugeren er din");
    for _ in 0..2 {
        world.mail("Brugeren er overtaget").await;
    }
    browser.visit("/automatic/tidsbestilling").await.says("Tidsbestilling");
    assert_eq!(browser.get(STEP).await.location().as_deref(), Some("/automatic/start"), "the step is over");
}
