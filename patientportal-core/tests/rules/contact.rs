//! How a person is reached, here and at the clinics: K1, L8.

use std::time::Duration;

use patientportal_core::account::MembershipCommand;
use patientportal_core::clinic::FunctionKind;
use patientportal_core::policy::{Deed, Denial, OutstandingStep};
use patientportal_core::portal::{ContactForm, ContactOutcome, RegistrationForm};
use patientportal_core::refusal::{Field, FieldFlaw, Flaw, Refusal};
use patientportal_core::value::EmailError;
use patientportal_testkit::clinic_system::{ClinicCall, MemoryFault};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, NEIGHBOUR, World, contact, refusal};

use crate::coming_of_age::{birthday, with_in};
use crate::{HOUR, MINUTE, SECOND};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);
pub(crate) const MOBILE: &str = "20 12 34 56";

/// What is typed to keep one's own address.
pub(crate) fn keeping(person: &Person, mobile: &str) -> ContactForm {
    ContactForm { email: person.email.to_owned(), mobile: mobile.to_owned(), password: String::new() }
}

/// The step at a clinic, as every request asks for it.
pub(crate) async fn step(world: &World, browser: &Browser<'_>, slug: &str) -> Option<OutstandingStep> {
    let principal = browser.principal().await.expect("logged in");
    principal.outstanding_step(world.portal.clinics().by_slug(slug).expect("a clinic of the world"))
}

/// Nancy, just registered, of whom the clinic's system holds this.
async fn nancy_beside<'w>(world: &'w World, email: &str, mobile: &str) -> Browser<'w> {
    world.clinic_holds(AUTOMATIC, &Person::NANCY, email, mobile);
    world.registered(&Person::NANCY, AUTOMATIC).await
}

const ASKED: Option<OutstandingStep> = Some(OutstandingStep::ConfirmContact);

#[tokio::test]
async fn k1_a_difference_is_asked_about_at_the_first_login_and_both_sides_get_what_is_confirmed() {
    let world = World::new().with_clinic_systems();
    let browser = nancy_beside(&world, "old@example.dk", "20 11 22 33").await;
    assert_eq!(step(&world, &browser, AUTOMATIC).await, ASKED);
    let clinic = world.portal.clinics().by_slug(AUTOMATIC).expect("there");
    let principal = browser.principal().await.expect("logged in");
    for deed in [Deed::Read, Deed::Act] {
        let denied = Err(Denial::StepOutstanding(OutstandingStep::ConfirmContact));
        assert_eq!(principal.may(clinic, FunctionKind::Booking, deed), denied, "L8");
    }
    let page = browser.contact_page().await.expect("they differ");
    assert_eq!(page.own, contact(Person::NANCY.email, ""), "the portal's, to be chosen");
    assert_eq!(page.clinics, contact("old@example.dk", "20112233"), "and the clinic's beside it");

    let outcome = browser.confirm_contact(&keeping(&Person::NANCY, MOBILE)).await;
    assert_eq!(outcome, Ok(ContactOutcome::Confirmed));
    assert_eq!(step(&world, &browser, AUTOMATIC).await, None);
    assert_eq!(browser.contact_page().await, None);
    world.work().await;
    let both = contact(Person::NANCY.email, MOBILE);
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), Some(both.clone()));
    // The portal's side too: asked anew, the two are at one.
    world.wait(DAY);
    let mut again = world.browser(AUTOMATIC);
    again.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    world.work().await;
    assert_eq!(step(&world, &again, AUTOMATIC).await, None);
    let last = world.clinic_system.calls().pop();
    assert!(matches!(last, Some(ClinicCall::Patient(..))), "it was asked, and not told again: {last:?}");
    world.clinic_holds(AUTOMATIC, &Person::NANCY, "", "");
    world.wait(DAY);
    again.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    world.work().await;
    assert_eq!(again.contact_page().await.expect("they differ").own, both, "the portal has taken it over");
}

#[tokio::test]
async fn k1_what_differs_is_judged_after_trimming_folding_and_without_the_country_code() {
    for (email, mobile, differs) in [
        ("nancy@example.dk", "+45 20 12 34 56", false),
        (" Nancy@EXAMPLE.dk ", "0045 20123456", false),
        ("nancy@example.dk", "", true),
        ("", "20123456", true),
        ("nancy@example.com", "20123456", true),
        ("nancy@example.dk", "20123457", true),
        ("nancy@example.dk", "+46 20123456", true),
    ] {
        let world = World::new().with_clinic_systems();
        world.clinic_holds(AUTOMATIC, &Person::NANCY, email, mobile);
        let mut browser = world.browser(AUTOMATIC);
        let form = RegistrationForm { mobile: MOBILE.to_owned(), ..Person::NANCY.form() };
        let departure = browser.submit_registration(&form).await.expect("a good form");
        browser.come_back(&departure, Ok(browser.identity(&Person::NANCY))).await.expect("MitID vouches");
        world.mail("Din bruger er oprettet").await;
        assert_eq!(step(&world, &browser, AUTOMATIC).await.is_some(), differs, "{email:?} {mobile:?}");
    }
}

#[tokio::test]
async fn k1_a_pair_once_confirmed_is_asked_again_only_when_a_side_changes() {
    let world = World::new().with_clinic_systems();
    let mut browser = nancy_beside(&world, "old@example.dk", "").await;
    browser.confirm_contact(&keeping(&Person::NANCY, "")).await.expect("confirmed");
    world.work().await;
    for (held, asked) in [("old@example.dk", false), ("other@example.dk", true)] {
        // A system that took the update and forgot it again.
        world.clinic_holds(AUTOMATIC, &Person::NANCY, held, "");
        world.wait(DAY);
        browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
        world.work().await;
        assert_eq!(step(&world, &browser, AUTOMATIC).await.is_some(), asked, "{held}");
    }
}

#[tokio::test]
async fn k1_nobody_is_asked_where_the_clinic_knows_nobody_of_the_number_or_has_not_let_them_in() {
    let world = World::new().with_clinic_systems();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    assert_eq!(step(&world, &browser, AUTOMATIC).await, None);
    world.clinic_holds(APPROVAL, &Person::MAX, "old@example.dk", "");
    let mut waiting = world.browser(APPROVAL);
    waiting.register(&Person::MAX).await;
    world.mail("Din anmodning er sendt").await;
    assert_eq!(step(&world, &waiting, APPROVAL).await, None);
    let about = world.clinic_system.calls().into_iter().filter(|call| clinic_of(call) == waiting.to.clinic);
    let asked = ClinicCall::Patient(waiting.to.clinic, world.cpr(&Person::MAX));
    assert_eq!(about.collect::<Vec<_>>(), [asked], "whether it is a patient of theirs, once, and nothing else (S1)");
}

#[tokio::test]
async fn k1_a_system_is_asked_once_a_day_and_not_at_every_login() {
    let world = World::new().with_clinic_systems();
    let mut browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    assert_eq!(world.clinic_system.take_calls().len(), 1);
    for (wait, calls) in [(HOUR, 0), (22 * HOUR, 0), (HOUR, 1), (HOUR, 0)] {
        world.wait(wait);
        browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
        world.work().await;
        assert_eq!(world.clinic_system.take_calls().len(), calls);
    }
}

#[tokio::test]
async fn k1_a_system_that_is_down_holds_up_nobody_and_is_asked_next_time() {
    let world = World::new().with_clinic_systems();
    world.clinic_system.set_down(world.clinic(AUTOMATIC), true);
    let mut browser = nancy_beside(&world, "old@example.dk", "").await;
    assert_eq!(step(&world, &browser, AUTOMATIC).await, None, "the functions are open");
    world.wait(HOUR);
    world.work().await;
    assert_eq!(world.clinic_system.take_calls().len(), 1, "and it is left alone until then");
    world.clinic_system.set_down(world.clinic(AUTOMATIC), false);
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    world.work().await;
    assert_eq!(step(&world, &browser, AUTOMATIC).await, ASKED);
}

#[tokio::test]
async fn k1_an_answer_that_would_come_late_interrupts_nobody() {
    let world = World::new().with_clinic_systems();
    world.clinic_holds(AUTOMATIC, &Person::NANCY, "old@example.dk", "");
    let mut browser = world.browser(AUTOMATIC);
    browser.register(&Person::NANCY).await;
    // The queue was long.
    world.wait(20 * SECOND);
    world.mail("Din bruger er oprettet").await;
    assert_eq!(step(&world, &browser, AUTOMATIC).await, None, "who is in the middle of something is not stopped");
    assert!(world.clinic_system.calls().is_empty());
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    world.work().await;
    assert_eq!(step(&world, &browser, AUTOMATIC).await, ASKED);
}

#[tokio::test]
async fn k1_an_update_is_told_until_it_is_taken() {
    let world = World::new().with_clinic_systems();
    let clinic = world.clinic(AUTOMATIC);
    let browser = nancy_beside(&world, "old@example.dk", "").await;
    for fault in [MemoryFault::Transient, MemoryFault::Permanent, MemoryFault::Permanent, MemoryFault::AnswerLost] {
        world.clinic_system.fail_next(clinic, fault);
    }
    world.clinic_system.take_calls();
    browser.confirm_contact(&keeping(&Person::NANCY, MOBILE)).await.expect("confirmed");
    let mut told = Vec::new();
    // After a minute; then slowly, every six hours, while somebody mends it; then after some minutes.
    for wait in [Duration::ZERO, MINUTE, MINUTE, 5 * HOUR, HOUR, 6 * HOUR, HOUR, DAY] {
        world.wait(wait);
        world.work().await;
        told.push(world.clinic_system.take_calls().len());
    }
    assert_eq!(told, [1, 1, 0, 0, 1, 1, 1, 0]);
    let both = contact(Person::NANCY.email, MOBILE);
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), Some(both));
}

#[tokio::test]
async fn k1_an_update_that_waits_tells_what_holds_when_it_is_told_and_nothing_of_who_has_left() {
    let world = World::new().with_clinic_systems();
    let clinic = world.clinic(AUTOMATIC);
    let browser = nancy_beside(&world, "old@example.dk", "").await;
    world.clinic_system.set_down(clinic, true);
    browser.confirm_contact(&keeping(&Person::NANCY, MOBILE)).await.expect("confirmed");
    world.work().await;
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.change_mobile(&principal, clinic, "20 99 88 77").await).expect("changed");
    world.clinic_system.set_down(clinic, false);
    world.wait(HOUR);
    world.work().await;
    let latest = Some(contact(Person::NANCY.email, "20998877"));
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), latest);

    world.clinic_system.set_down(clinic, true);
    refusal(world.portal.change_mobile(&principal, clinic, MOBILE).await).expect("changed");
    world.work().await;
    let staff = world.staff(AUTOMATIC);
    let ended = world.portal.decide_membership(&staff, principal.account(), MembershipCommand::End, "").await;
    refusal(ended).expect("ended");
    world.mail("Din adgang er ophørt").await;
    world.clinic_system.set_down(clinic, false);
    world.clinic_system.take_calls();
    world.wait(DAY);
    world.work().await;
    assert!(world.clinic_system.take_calls().is_empty(), "no member any more");
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), latest);
}

#[tokio::test]
async fn k1_each_clinic_is_asked_for_itself_and_none_is_told_over_what_was_not_shown() {
    let world = World::new().with_clinic_systems();
    let mut browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.join(&principal, world.clinic(NEIGHBOUR)).await).expect("joined");
    world.clinic_holds(AUTOMATIC, &Person::NANCY, "one@example.dk", "");
    world.clinic_holds(NEIGHBOUR, &Person::NANCY, "two@example.dk", "");
    world.wait(DAY);
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    world.work().await;
    for slug in [AUTOMATIC, NEIGHBOUR] {
        assert_eq!(step(&world, &browser, slug).await, ASKED, "{slug}");
    }
    browser.confirm_contact(&keeping(&Person::NANCY, MOBILE)).await.expect("confirmed");
    world.work().await;
    assert_eq!((step(&world, &browser, AUTOMATIC).await, step(&world, &browser, NEIGHBOUR).await), (None, ASKED));
    let both = Some(contact(Person::NANCY.email, MOBILE));
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), both);
    let unseen = Some(contact("two@example.dk", ""));
    assert_eq!(world.held_by_clinic(NEIGHBOUR, &Person::NANCY), unseen, "she has not seen it");

    browser.to.clinic = world.clinic(NEIGHBOUR);
    assert_eq!(browser.contact_page().await.expect("they differ").clinics, contact("two@example.dk", ""));
    browser.confirm_contact(&keeping(&Person::NANCY, "20998877")).await.expect("confirmed");
    world.work().await;
    let both = Some(contact(Person::NANCY.email, "20998877"));
    for slug in [AUTOMATIC, NEIGHBOUR] {
        assert_eq!(world.held_by_clinic(slug, &Person::NANCY), both, "{slug}: at one, and told of the new number");
        assert_eq!(step(&world, &browser, slug).await, None);
    }
}

#[tokio::test]
async fn k1_what_cannot_be_read_is_said_and_nothing_changes() {
    let world = World::new().with_clinic_systems();
    let browser = nancy_beside(&world, "old@example.dk", "").await;
    let form = ContactForm { email: "nancy".to_owned(), mobile: "12".to_owned(), password: String::new() };
    let flaws = vec![
        FieldFlaw { field: Field::Email, flaw: Flaw::Email(EmailError::Format) },
        FieldFlaw { field: Field::Mobile, flaw: Flaw::Mobile },
    ];
    assert_eq!(browser.confirm_contact(&form).await, Err(Refusal::InvalidForm(flaws)));
    assert_eq!(step(&world, &browser, AUTOMATIC).await, ASKED);
}

#[tokio::test]
async fn l8_terms_come_before_contact_and_nobody_confirms_past_them() {
    let world = World::new().with_clinic_systems();
    let browser = nancy_beside(&world, "old@example.dk", "").await;
    let newer = world.another_node(|_, settings| settings.policy.terms_version = "2".to_owned());
    let browser = browser.led_to(&newer);
    let refused = browser.confirm_contact(&keeping(&Person::NANCY, MOBILE)).await;
    let terms = Denial::StepOutstanding(OutstandingStep::AcceptTerms);
    assert_eq!(refused, Err(Refusal::Denied(terms)));
    newer.work().await;
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), Some(contact("old@example.dk", "")));
}

#[tokio::test]
async fn k1_l7_a_clinic_that_knew_a_childs_address_is_told_the_owners() {
    let world = World::new().with_clinic_systems();
    world.clinic_holds(AUTOMATIC, &Person::CHILD, Person::CHILD.email, "");
    let world = with_in(world, &Person::CHILD).await;
    world.clock.set(birthday());
    let mut owner = world.browser(AUTOMATIC);
    owner.log_in_with_mitid(&Person::CHILD).await.expect("their own");
    owner.renew(&Person::CHILD.renewal("selv@example.dk", "Sommerfugl-9")).await;
    for _ in [Person::CHILD.email, "selv@example.dk"] {
        world.mail("Brugeren er overtaget").await;
    }
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::CHILD), Some(contact("selv@example.dk", "")));
}

fn clinic_of(call: &ClinicCall) -> patientportal_core::ids::ClinicId {
    match call {
        ClinicCall::Patient(clinic, _) | ClinicCall::Update(clinic, ..) | ClinicCall::Left(clinic, _) => *clinic,
        other => panic!("another call: {other:?}"),
    }
}
