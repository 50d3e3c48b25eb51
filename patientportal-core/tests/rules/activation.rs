//! Users whom a clinic creates: R7, A10, L5, L8.

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::account::{IdentityStanding, MembershipState, Rights};
use patientportal_core::clinic::FunctionKind;
use patientportal_core::language::Language;
use patientportal_core::policy::{Deed, Denial, OutstandingStep};
use patientportal_core::portal::{ActivationForm, Meeting, NewUser, UserMade};
use patientportal_core::refusal::Refusal;
use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, NEIGHBOUR, OFF, World, refusal};

use crate::approval::may;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);
const MILLISECOND: Duration = Duration::from_millis(1);

pub(crate) async fn step(world: &World, browser: &Browser<'_>, slug: &str) -> Option<OutstandingStep> {
    let clinic = world.portal.clinics().by_slug(slug).expect("there");
    browser.principal().await.expect("logged in").outstanding_step(clinic)
}

#[tokio::test]
async fn r7_the_link_and_the_number_activate_and_the_first_login_by_code_confirms_with_mitid() {
    let world = World::new();
    let (_, link) = world.invited(&Person::NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    for _ in 0..3 {
        world.portal.check_activation_link(&link).await.expect("opening it changes nothing");
    }
    let activated = browser.activate(&link, &Person::NANCY).await.expect("the right number");
    assert_eq!(activated.clinic, world.clinic(OFF));
    assert!(browser.principal().await.is_none(), "it opens no session");
    assert_eq!(browser.activate(&link, &Person::NANCY).await.err(), Some(Refusal::LinkDead), "once");

    browser.log_in_with_code(&Person::NANCY).await;
    assert_eq!(step(&world, &browser, OFF).await, Some(OutstandingStep::ConfirmIdentity));
    let principal = browser.principal().await.expect("logged in");
    let denied = Denial::StepOutstanding(OutstandingStep::ConfirmIdentity);
    assert_eq!(may(&world, &principal, OFF, Deed::Read), Err(denied));
    browser.prove_with_mitid(&Person::NANCY).await.expect("her own");
    world.mail("Ny måde at logge ind på").await;
    assert_eq!(step(&world, &browser, OFF).await, None);
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(may(&world, &principal, OFF, Deed::Act), Ok(()));
    browser.log_in_with_code(&Person::NANCY).await;
    assert_eq!(step(&world, &browser, OFF).await, None, "confirmed once, and the password stays");
}

#[tokio::test]
async fn a6_activating_accepts_the_terms() {
    let world = World::new();
    let (_, link) = world.invited_exempt(&Person::NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    browser.activate(&link, &Person::NANCY).await.expect("activated");
    browser.log_in_with_code(&Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(principal.access().terms, world.portal.policy().terms_version);
    assert_eq!(may(&world, &principal, OFF, Deed::Act), Ok(()), "exempt: no MitID");
}

#[tokio::test]
async fn r7_under_fifteen_needs_no_mitid_and_somebody_must_answer_for_the_account() {
    let world = World::new();
    let (_, link) = world.invited(&Person::CHILD, OFF).await;
    let mut browser = world.browser(OFF);
    browser.activate(&link, &Person::CHILD).await.expect("activated");
    browser.log_in_with_code(&Person::CHILD).await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(may(&world, &principal, OFF, Deed::Act), Ok(()));
    assert!(principal.access().ward, "L7: it becomes the owner's at 15");
}

#[tokio::test]
async fn r7_the_functions_ticked_are_those_that_open() {
    let world = World::new();
    let rights = Rights::default().without(FunctionKind::Booking);
    let new = NewUser { rights, exempt: true, ..Person::NANCY.new_user() };
    let (_, link) = world.invited_as(&new, OFF).await;
    let mut browser = world.browser(OFF);
    browser.activate(&link, &Person::NANCY).await.expect("activated");
    browser.log_in_with_code(&Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    let clinic = world.portal.clinics().by_slug(OFF).expect("there");
    assert_eq!(principal.may(clinic, FunctionKind::Booking, Deed::Act), Err(Denial::RightRemoved));
    assert_eq!(principal.may(clinic, FunctionKind::EConsultation, Deed::Act), Ok(()));
}

#[tokio::test]
async fn a10_the_owners_mitid_activates_the_link_dies_and_password_and_terms_are_asked_at_once() {
    let world = World::new();
    let (_, link) = world.invited(&Person::NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    browser.log_in_with_mitid(&Person::NANCY).await.expect("it is her account");
    world.mail("Ny måde at logge ind på").await;
    assert_eq!(refusal(world.portal.check_activation_link(&link).await), Err(Refusal::LinkDead));
    assert_eq!(step(&world, &browser, OFF).await, Some(OutstandingStep::ChoosePassword));
    let principal = browser.principal().await.expect("logged in");
    let choose = async |password: &str, again: &str| {
        refusal(world.portal.choose_password(&principal, world.clinic(OFF), password, again).await)
    };
    for (password, again) in
        [("kort", "kort"), ("Test-Berggren-7", "Test-Berggren-7"), (Person::NANCY.password, "Andet-12345")]
    {
        assert!(matches!(choose(password, again).await, Err(Refusal::InvalidForm(_))));
    }
    choose(Person::NANCY.password, Person::NANCY.password).await.expect("chosen");
    let told = world.mail("Ny måde at logge ind på").await;
    assert!(told.text.contains("adgangskode"), "M1: a code opens it too from now on");
    assert_eq!(step(&world, &browser, OFF).await, None, "the terms with it");
    assert_eq!(choose("En-anden-12", "En-anden-12").await, Err(Refusal::FlowFinished), "once");
    browser.log_in_with_code(&Person::NANCY).await;
}

#[tokio::test]
async fn a10_r6_registering_oneself_meets_the_account_and_activates_it() {
    let world = World::new();
    world.invited(&Person::NANCY, OFF).await;
    let mut browser = world.browser(AUTOMATIC);
    let logged_in = browser.register(&Person::NANCY).await;
    assert_eq!(logged_in.meeting, Meeting::HadAccount);
    world.mail("Ny måde at logge ind på").await;
    assert_eq!(step(&world, &browser, AUTOMATIC).await, Some(OutstandingStep::ChoosePassword));
    let typed = world.browser(OFF).submit_password(Person::NANCY.cpr, Person::NANCY.password).await;
    assert_eq!(typed.err(), Some(Refusal::WrongCredentials), "what was typed changes nothing");
}

#[tokio::test]
async fn a10_a_forgotten_password_with_the_right_address_mails_a_fresh_link() {
    let world = World::new();
    let (_, first) = world.invited(&Person::NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    for (cpr, email) in [(Person::NANCY.cpr, Person::MAX.email), (Person::MAX.cpr, Person::NANCY.email)] {
        browser.request_reset(cpr, email).await.expect("the answer is the same");
    }
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);
    browser.request_reset(Person::NANCY.cpr, "NANCY@Example.dk").await.expect("taken");
    let fresh = world.mailed_activation().await;
    assert_eq!(
        browser.activate(&first, &Person::NANCY).await.err(),
        Some(Refusal::LinkDead),
        "a new one ends the older"
    );
    browser.activate(&fresh, &Person::NANCY).await.expect("activated");
}

#[tokio::test]
async fn r7_an_expired_link_offers_a_new_one_to_the_same_address_three_an_hour() {
    let world = World::new();
    let (_, link) = world.invited(&Person::NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    let ask = async |link| refusal(world.portal.request_activation_link(&browser.visitor, link).await);
    ask(&link).await.expect("the answer is the same");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "the link still holds");
    world.wait(7 * DAY - MILLISECOND);
    assert_eq!(refusal(world.portal.check_activation_link(&link).await), Ok(()));
    world.wait(MILLISECOND);
    assert_eq!(refusal(world.portal.check_activation_link(&link).await), Err(Refusal::LinkExpired));
    ask(&link).await.expect("taken");
    let fresh = world.mailed_activation().await;
    ask(&link).await.expect("the answer is the same");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "the older is dead, and gets nothing");
    browser.activate(&fresh, &Person::NANCY).await.expect("activated");
}

#[tokio::test]
async fn a10_not_activated_in_thirty_days_it_is_removed_and_the_number_is_free() {
    let world = World::new();
    let (account, _) = world.invited(&Person::NANCY, OFF).await;
    world.wait(30 * DAY - MILLISECOND);
    world.work().await;
    assert!(!world.store.account(account).await.expect("no fault").expect("there").value.is_activated());
    world.wait(MILLISECOND);
    world.work().await;
    let left = world.store.account(account).await.expect("no fault").expect("its id").value;
    assert!(left.access.memberships.is_empty() && left.details.cpr_index.is_empty(), "erased");
    let members = world.portal.clinic_members(&world.staff(OFF), MembershipState::Active, None).await;
    assert!(members.expect("listed").members.is_empty());
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
}

#[tokio::test]
async fn a10_staff_send_another_link_and_its_thirty_days_begin_anew() {
    let world = World::new();
    let (account, first) = world.invited(&Person::NANCY, OFF).await;
    world.wait(29 * DAY);
    let staff = world.staff(OFF);
    refusal(world.portal.resend_activation(&staff, account).await).expect("sent");
    let second = world.mailed_activation().await;
    world.wait(6 * DAY);
    world.work().await;
    let mut browser = world.browser(OFF);
    assert_eq!(browser.activate(&first, &Person::NANCY).await.err(), Some(Refusal::LinkDead));
    browser.activate(&second, &Person::NANCY).await.expect("activated");
    let again = refusal(world.portal.resend_activation(&staff, account).await);
    assert_eq!(again, Err(Refusal::AlreadyActivated));
    world.wait(60 * DAY);
    world.work().await;
    browser.log_in_with_code(&Person::NANCY).await;
}

#[tokio::test]
async fn r7_staff_of_another_clinic_reach_nobody() {
    let world = World::new();
    let (account, _) = world.invited(&Person::NANCY, OFF).await;
    let stranger = world.staff(APPROVAL);
    let portal = &world.portal;
    for refused in [
        portal.resend_activation(&stranger, account).await,
        portal.exempt(&stranger, account).await,
        portal.withdraw_exemption(&stranger, account).await,
    ] {
        assert_eq!(refusal(refused), Err(Refusal::NoSuchMember));
    }
}

#[tokio::test]
async fn r7_a_number_with_an_account_is_linked_and_nothing_else_in_it_changes() {
    let world = World::new();
    drop(world.proven(&Person::NANCY, AUTOMATIC).await);
    let typed = NewUser { email: "forkert@example.dk".to_owned(), ..Person::NANCY.new_user() };
    let made = world.create_user(&typed, APPROVAL).await.expect("linked");
    let UserMade::Linked(account) = made else { panic!("{made:?}") };
    let told = world.mail("Du har fået adgang hos en klinik").await;
    assert_eq!(told.to.as_str(), Person::NANCY.email);
    let mut browser = world.browser(APPROVAL);
    browser.log_in_with_code(&Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(
        (principal.account(), may(&world, &principal, APPROVAL, Deed::Act)),
        (account, Ok(())),
        "I3: staff did it"
    );
    assert_eq!(principal.access().identity, IdentityStanding::Confirmed);
    assert_eq!(world.create_user(&typed, APPROVAL).await, Err(Refusal::AlreadyMember));
}

#[tokio::test]
async fn r7_linking_answers_a_request_that_waits() {
    let world = World::new();
    let mut browser = world.browser(APPROVAL);
    browser.register(&Person::NANCY).await;
    world.mail("Din anmodning er sendt").await;
    let made = world.create_user(&Person::NANCY.new_user(), APPROVAL).await;
    assert!(matches!(made, Ok(UserMade::Linked(_))), "{made:?}");
    world.mail("Du har fået adgang hos en klinik").await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(may(&world, &principal, APPROVAL, Deed::Act), Ok(()));
    world.wait(31 * DAY);
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "nothing lapses");
}

#[tokio::test]
async fn a10_a_second_clinics_linking_adds_a_membership_and_mails_a_fresh_link() {
    let world = World::new();
    let (account, first) = world.invited(&Person::NANCY, OFF).await;
    let made = world.create_user(&Person::NANCY.new_user(), APPROVAL).await;
    assert_eq!(made, Ok(UserMade::LinkedAndInvited(account)));
    let fresh = world.mailed_activation().await;
    let mut browser = world.browser(APPROVAL);
    assert_eq!(browser.activate(&first, &Person::NANCY).await.err(), Some(Refusal::LinkDead));
    browser.activate(&fresh, &Person::NANCY).await.expect("activated");
    browser.log_in_with_code(&Person::NANCY).await;
    browser.prove_with_mitid(&Person::NANCY).await.expect("her own");
    world.mail("Ny måde at logge ind på").await;
    let principal = browser.principal().await.expect("logged in");
    for slug in [OFF, APPROVAL] {
        assert_eq!(may(&world, &principal, slug, Deed::Act), Ok(()), "{slug}");
    }
    assert_eq!(may(&world, &principal, NEIGHBOUR, Deed::Act), Err(Denial::StepOutstanding(OutstandingStep::Join)));
}

#[tokio::test]
async fn r7_a_form_of_staff_with_flaws_creates_nothing() {
    let world = World::new();
    let new = NewUser { email: "ingen".to_owned(), first_name: String::new(), ..Person::NANCY.new_user() };
    let refused = world.create_user(&new, OFF).await;
    assert!(matches!(refused, Err(Refusal::InvalidForm(flaws)) if flaws.len() == 2));
    assert!(matches!(world.create_user(&Person::NANCY.new_user(), OFF).await, Ok(UserMade::Created(_))));
    world.mailed_activation().await;
}

#[tokio::test]
async fn l5_i6_not_activated_looks_and_costs_as_a_wrong_password_and_an_unknown_number() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    world.invited(&Person::NANCY, OFF).await;
    drop(world.registered(&Person::KIRSTEN, AUTOMATIC).await);
    let browser = world.browser(OFF);
    let mut traces = Vec::new();
    for cpr in [Person::NANCY.cpr, Person::KIRSTEN.cpr, Person::MAX.cpr] {
        store.forget_calls();
        let verified = world.hasher.verified();
        let refused = browser.submit_password(cpr, "Forkert-12").await.err();
        assert_eq!(refused, Some(Refusal::WrongCredentials));
        traces.push((store.calls(), world.hasher.verified() - verified));
    }
    assert_eq!(traces[0], traces[1]);
    assert_eq!(traces[0], traces[2]);
    traces.clear();
    for (cpr, email) in [(Person::NANCY.cpr, Person::NANCY.email), (Person::MAX.cpr, Person::MAX.email)] {
        store.forget_calls();
        browser.request_reset(cpr, email).await.expect("the answer is the same");
        traces.push((store.calls(), 0));
    }
    assert_eq!(traces[0], traces[1]);
    world.mailed_activation().await;
}

#[tokio::test]
async fn m2_the_mail_with_the_link_holds_no_number_name_or_slug_in_either_language() {
    for language in [Language::Danish, Language::English] {
        let world = World::new();
        let new = NewUser { language, ..Person::NANCY.new_user() };
        world.create_user(&new, OFF).await.expect("created");
        let message = world.next_mail().await;
        assert_eq!((message.language, message.to.as_str()), (language, Person::NANCY.email));
        for part in [&message.subject, &message.text, &message.html] {
            for secret in [Person::NANCY.cpr, "251248", Person::NANCY.first_name, "Berggren", "/off"] {
                assert!(!part.contains(secret), "{secret} in {part}");
            }
        }
    }
}

#[tokio::test]
async fn a5_a_password_that_may_not_be_chosen_leaves_the_link_and_its_tries_as_they_were() {
    let world = World::new();
    let (_, link) = world.invited(&Person::NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    for password in ["kort", "Nancy-25124899961", "Test-Berggren-7", "Nancy-12"].repeat(2) {
        let (password, password_again) = (password.to_owned(), password.to_owned());
        let form = ActivationForm { password, password_again, ..Person::NANCY.activation() };
        assert!(matches!(browser.activate_with(&link, &form).await, Err(Refusal::InvalidForm(_))), "{}", form.password);
    }
    browser.activate(&link, &Person::NANCY).await.expect("activated");
}
