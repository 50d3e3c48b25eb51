//! Coming of age: L7, A4, I2, F1, S4 where there is no MitID.

use std::sync::Arc;

use patientportal_core::account::{Custody, MembershipState};
use patientportal_core::clinic::FunctionKind;
use patientportal_core::moment::Timestamp;
use patientportal_core::policy::{Deed, Denial, OutstandingStep};
use patientportal_core::portal::{Meeting, Principal, Renewal, RenewalForm};
use patientportal_core::refusal::{Field, Flaw, Refusal};
use patientportal_core::session::Proof;
use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, NEIGHBOUR, World};
use time::Date;
use time::macros::date;

use crate::{HOUR, MINUTE};

const CHILD: Person = Person::CHILD;
/// 15 on a winter's day, where [`CHILD`] is 15 in summer time.
pub(crate) const WINTER: Person = numbered(CHILD, "021215-9995");
const OWN: &str = "selv@example.dk";
const NEW: &str = "Sommerfugl-9";

pub(crate) const fn numbered(person: Person, cpr: &'static str) -> Person {
    let mut person = person;
    person.cpr = cpr;
    person
}

pub(crate) fn birthday() -> Timestamp {
    midnight(date!(2031 - 10 - 13))
}

pub(crate) fn midnight(date: Date) -> Timestamp {
    Timestamp::copenhagen_midnight(date)
}

pub(crate) fn just_before(moment: Timestamp) -> Timestamp {
    Timestamp(moment.0 - 1)
}

/// A world with this child's account, made by a guardian who holds custody; its address is proved and its mail is read.
pub(crate) async fn with(child: &Person) -> World {
    with_in(World::new(), child).await
}

async fn with_over(child: &Person, store: Arc<MemoryStore>) -> World {
    with_in(World::with(store, |_| {}), child).await
}

pub(crate) async fn with_in(world: World, child: &Person) -> World {
    world.custody_is(child, &Person::MAX, Custody::Holder);
    world.browser(AUTOMATIC).register_child(child, &Person::MAX).await.expect("confirmed");
    world.mail("Brugeren er oprettet").await;
    world.browser(AUTOMATIC).log_in_with_code(child).await;
    world.work().await;
    world
}

/// The same on the morning of the birthday, long after the reminder.
async fn fifteen() -> World {
    let world = with(&CHILD).await;
    world.clock.set(birthday() + 8 * HOUR);
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "nobody is told that it will be, once it is");
    world
}

fn chosen() -> RenewalForm {
    CHILD.renewal(OWN, NEW)
}

fn may(world: &World, principal: &Principal) -> Result<(), Denial> {
    let clinic = world.portal.clinics().by_slug(AUTOMATIC).expect("there");
    principal.may(clinic, FunctionKind::Booking, Deed::Read)
}

async fn logged_in<'w>(world: &'w World, slug: &str) -> Browser<'w> {
    let mut browser = world.browser(slug);
    browser.log_in_with_mitid(&CHILD).await.expect("their own MitID");
    browser
}

async fn taken_over(world: &World) -> Browser<'_> {
    let mut owner = logged_in(world, AUTOMATIC).await;
    owner.renew(&chosen()).await;
    for to in [CHILD.email, OWN] {
        let told = world.mail("Brugeren er overtaget").await;
        assert!([CHILD.email, OWN].contains(&told.to.as_str()), "{to}");
    }
    owner
}

const RENEW: Result<(), Denial> = Err(Denial::StepOutstanding(OutstandingStep::Renew));

#[tokio::test]
async fn l7_a4_a_session_of_a_child_ends_at_the_midnight_of_the_birthday_in_summer_and_winter() {
    for (child, day) in [(CHILD, date!(2031 - 10 - 13)), (WINTER, date!(2030 - 12 - 02))] {
        let world = with(&child).await;
        world.clock.set(Timestamp(midnight(day).0 - 5 * 60_000));
        world.work().await;
        let mut browser = world.browser(AUTOMATIC);
        let page = browser.submit_password(child.cpr, child.password).await.expect("right");
        let told = world.mail("En bruger fylder snart 15 år").await;
        assert_eq!(told.to.as_str(), child.email);
        let code = world.mailed_code().await;
        browser.submit_code(&page, &code).await.expect("right");
        world.clock.set(just_before(midnight(day)));
        let principal = browser.principal().await.expect("still");
        assert_eq!((principal.proof(), may(&world, &principal)), (Proof::PasswordAndCode, Ok(())));
        assert_eq!(principal.ends(), midnight(day));
        world.clock.set(midnight(day));
        assert!(browser.principal().await.is_none());
        browser.log_in_with_code(&child).await;
        let principal = browser.principal().await.expect("logged in");
        assert_eq!((principal.proof(), may(&world, &principal)), (Proof::CodeToRenew, RENEW));
    }
}

#[tokio::test]
async fn l7_a_password_typed_before_midnight_and_a_code_after_it_open_nothing_but_the_way_to_mitid() {
    let world = with(&CHILD).await;
    world.clock.set(Timestamp(birthday().0 - 60_000));
    world.work().await;
    world.mail("En bruger fylder snart 15 år").await;
    let mut browser = world.browser(AUTOMATIC);
    let page = browser.submit_password(CHILD.cpr, CHILD.password).await.expect("right");
    let code = world.mailed_code().await;
    world.clock.set(birthday());
    browser.submit_code(&page, &code).await.expect("right");
    let principal = browser.principal().await.expect("logged in");
    assert_eq!((principal.proof(), may(&world, &principal)), (Proof::CodeToRenew, RENEW));
    // The same code, sent again by a browser that did not hear, is the same session.
    browser.submit_code(&page, &code).await.expect("again");
    assert_eq!(browser.principal().await.expect("logged in").proof(), Proof::CodeToRenew);
}

#[tokio::test]
async fn l7_i2_a_return_from_mitid_counts_on_the_day_that_it_comes() {
    let world = with(&CHILD).await;
    world.clock.set(Timestamp(birthday().0 - 60_000));
    world.work().await;
    world.mail("En bruger fylder snart 15 år").await;
    let mut browser = world.browser(AUTOMATIC);
    assert_eq!(browser.log_in_with_mitid(&CHILD).await, Err(Refusal::TooYoungForMitId));
    let departure = browser.leave_for_mitid().await.expect("there");
    world.clock.set(birthday());
    browser.come_back(&departure, Ok(browser.identity(&CHILD))).await.expect("of age");
    assert_eq!(may(&world, &browser.principal().await.expect("logged in")), RENEW);
}

#[tokio::test]
async fn a4_born_on_the_29th_of_february_is_15_on_the_first_of_march() {
    // A clinic's own number for a child: day + 60.
    let leap = numbered(CHILD, "890216-9996");
    let world = World::new();
    let (_, link) = world.invited(&leap, AUTOMATIC).await;
    world.browser(AUTOMATIC).activate(&link, &leap).await.expect("activated");
    world.clock.set(midnight(date!(2031 - 02 - 28)) + 8 * HOUR);
    world.work().await;
    world.mail("En bruger fylder snart 15 år").await;
    let mut browser = world.browser(AUTOMATIC);
    browser.log_in_with_code(&leap).await;
    assert_eq!(browser.principal().await.expect("in").proof(), Proof::PasswordAndCode);
    world.clock.set(midnight(date!(2031 - 03 - 01)));
    assert!(browser.principal().await.is_none());
    browser.log_in_with_code(&leap).await;
    assert_eq!(browser.principal().await.expect("in").proof(), Proof::CodeToRenew);
}

#[tokio::test]
async fn l7_the_owner_takes_the_account_over_and_the_guardians_end() {
    let world = fifteen().await;
    let mut parent = world.browser(AUTOMATIC);
    parent.log_in_with_code(&CHILD).await;
    let mut owner = logged_in(&world, AUTOMATIC).await;
    assert_eq!(owner.renewal().await, Some(Renewal::ByForm));
    let page = owner.submit_renewal(&chosen()).await.expect("a good form");
    assert!(matches!(owner.renewal().await, Some(Renewal::ByCode(_))));
    let before = owner.principal().await.expect("logged in");
    assert!(before.access().ward, "nothing changes before the code");
    let code = world.mailed_email_code(OWN).await;
    let landed = owner.submit_renewal_code(&page, &code).await.expect("right");
    assert_eq!(landed.meeting, Meeting::CameOfAge);
    world.mail("Brugeren er overtaget").await;
    world.mail("Brugeren er overtaget").await;

    let principal = owner.principal().await.expect("goes on");
    assert_eq!((principal.access().ward, may(&world, &principal)), (false, Ok(())));
    assert_eq!(principal.proof(), Proof::MitIdSubstantial);
    assert!(parent.principal().await.is_none(), "every other session is dead");
    assert_eq!(owner.renewal().await, None);
    let staff = world.staff(AUTOMATIC);
    let members = world.portal.clinic_members(&staff, MembershipState::Active, None).await.expect("no fault").members;
    assert_eq!(members[0].guardians[0].cpr.formatted(), Person::MAX.cpr, "kept as history (A8)");

    let old = world.browser(AUTOMATIC).submit_password(CHILD.cpr, CHILD.password).await;
    assert_eq!(old.err(), Some(Refusal::WrongCredentials));
    let mut owner = world.browser(AUTOMATIC);
    let page = owner.submit_password(CHILD.cpr, NEW).await.expect("the new one");
    let code = world.next_mail().await;
    assert_eq!((code.subject.as_str(), code.to.as_str()), ("Din sikkerhedskode", OWN));
    let digits = code.text.lines().find(|line| line.len() == 6 && line.parse::<u32>().is_ok()).expect("a code");
    owner.submit_code(&page, digits).await.expect("right");
    let principal = owner.principal().await.expect("logged in");
    assert_eq!((principal.proof(), may(&world, &principal)), (Proof::PasswordAndCode, Ok(())), "an adult's like any");
}

#[tokio::test]
async fn l7_mails_go_to_the_old_and_the_new_address_and_to_one_that_stays_once() {
    let world = fifteen().await;
    taken_over(&world).await;
    let world = fifteen().await;
    logged_in(&world, AUTOMATIC).await.renew(&CHILD.renewal(CHILD.email, NEW)).await;
    assert_eq!(world.mail("Brugeren er overtaget").await.to.as_str(), CHILD.email);
}

#[tokio::test]
async fn l7_a_parent_who_knows_the_childs_password_gets_nowhere() {
    let world = with_in(World::new().with_clinic_systems(), &CHILD).await;
    world.clinic_holds(AUTOMATIC, &CHILD, "hemmelig@example.dk", "20304050");
    world.clock.set(Timestamp(birthday().0 - 48 * 3_600_000));
    world.work().await;
    world.mail("En bruger fylder snart 15 år").await;
    let mut child = world.browser(AUTOMATIC);
    child.log_in_with_code(&CHILD).await;
    world.work().await;
    assert!(child.contact_page().await.is_some(), "a clinic holds something else");
    world.clock.set(birthday());
    let mut parent = world.browser(AUTOMATIC);
    parent.log_in_with_code(&CHILD).await;
    let principal = parent.principal().await.expect("logged in");
    assert_eq!(parent.renewal().await, Some(Renewal::ByMitId));
    let step = Refusal::Denied(Denial::StepOutstanding(OutstandingStep::Renew));
    assert_eq!(parent.submit_renewal(&chosen()).await, Err(step.clone()));
    let accepted = world.portal.accept_terms(&principal, world.clinic(AUTOMATIC)).await;
    assert_eq!(patientportal_testkit::world::refusal(accepted), Err(step.clone()));
    assert!(parent.contact_page().await.is_none(), "what a clinic holds of the owner");
    assert_eq!(parent.resend_renewal_code().await, Err(Refusal::NoOpenFlow));
    let joined = patientportal_testkit::world::refusal(world.portal.join(&principal, world.clinic(NEIGHBOUR)).await);
    assert_eq!(joined, Err(step.clone()));
    assert_eq!(parent.change_email("foraelder@example.dk", CHILD.password).await, Err(step));
    assert_eq!(parent.prove_with_mitid(&Person::MAX).await.err(), Some(Refusal::OtherOwner), "their own MitID");
    assert_eq!(parent.principal().await.expect("still").proof(), Proof::CodeToRenew, "and nothing changes");
    assert_eq!(parent.submit_child(&CHILD, &Person::MAX).await, Err(Refusal::NotAChild));
    // The owner's MitID, from there.
    parent.prove_with_mitid(&CHILD).await.expect("their own");
    assert_eq!(parent.renewal().await, Some(Renewal::ByForm));
}

#[tokio::test]
async fn l7_another_persons_mitid_is_written_down_on_the_account() {
    let store = Arc::new(MemoryStore::new());
    let world = with_over(&CHILD, store.clone()).await;
    world.clock.set(birthday());
    world.work().await;
    let mut parent = world.browser(AUTOMATIC);
    parent.log_in_with_code(&CHILD).await;
    let before = world.store.account(parent.principal().await.expect("in").account()).await.expect("no fault");
    store.forget_calls();
    assert!(parent.prove_with_mitid(&Person::MAX).await.is_err());
    assert!(format!("{:?}", store.calls()).ends_with("audit: 1 }]"), "audited");
    let after = world.store.account(parent.principal().await.expect("in").account()).await.expect("no fault");
    assert_eq!(before, after);
}

#[tokio::test]
async fn l7_f1_a_forgotten_password_is_answered_with_advice_and_an_older_link_is_dead() {
    let store = Arc::new(MemoryStore::new());
    let world = with_over(&CHILD, store.clone()).await;
    world.clock.set(Timestamp(birthday().0 - 10 * 60_000));
    world.work().await;
    world.mail("En bruger fylder snart 15 år").await;
    let parent = world.browser(AUTOMATIC);
    store.forget_calls();
    parent.request_reset(CHILD.cpr, CHILD.email).await.expect("taken");
    let before = format!("{:?}", store.calls());
    let link = world.mailed_link().await;
    world.clock.set(birthday());
    let late = world.portal.submit_reset(&parent.visitor, &link, NEW, NEW).await;
    assert_eq!(patientportal_testkit::world::refusal(late), Err(Refusal::LinkDead));
    store.forget_calls();
    parent.request_reset(CHILD.cpr, CHILD.email).await.expect("taken");
    assert_eq!(format!("{:?}", store.calls()), before, "I6: the same work");
    let advice = world.mail("Log ind med MitID").await;
    assert_eq!(advice.to.as_str(), CHILD.email);
    assert!(!advice.text.contains("/nulstil/"));
    for _ in 0..3 {
        parent.request_reset(CHILD.cpr, CHILD.email).await.expect("taken");
        world.work().await;
    }
    while world.mailer.read().is_some() {}
    parent.request_reset(CHILD.cpr, CHILD.email).await.expect("taken");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "no oftener than links");
}

#[tokio::test]
async fn l7_a_form_with_flaws_changes_nothing_and_the_old_password_is_one() {
    let world = fifteen().await;
    let owner = logged_in(&world, AUTOMATIC).await;
    for (form, field, flaw) in [
        (CHILD.renewal(OWN, CHILD.password), Field::Password, Flaw::PasswordAsBefore),
        (RenewalForm { email_again: "x@example.dk".to_owned(), ..chosen() }, Field::EmailAgain, Flaw::EmailsDiffer),
        (RenewalForm { password_again: String::new(), ..chosen() }, Field::PasswordAgain, Flaw::PasswordsDiffer),
        (RenewalForm { mobile: "1".to_owned(), ..chosen() }, Field::Mobile, Flaw::Mobile),
    ] {
        let Err(Refusal::InvalidForm(flaws)) = owner.submit_renewal(&form).await else { panic!("not refused") };
        assert_eq!(flaws.iter().map(|each| (each.field, each.flaw)).collect::<Vec<_>>(), [(field, flaw)]);
    }
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);
    assert_eq!(owner.renewal().await, Some(Renewal::ByForm));
}

#[tokio::test]
async fn l7_the_code_dies_like_any_and_another_may_be_sent() {
    let world = fifteen().await;
    let mut owner = logged_in(&world, AUTOMATIC).await;
    let page = owner.submit_renewal(&chosen()).await.expect("a good form");
    let code = world.mailed_email_code(OWN).await;
    assert!(matches!(owner.resend_renewal_code().await, Err(Refusal::NextCodeLater { .. })));
    let wrong = if code == "000000" { "111111" } else { "000000" };
    assert_eq!(owner.submit_renewal_code(&page, wrong).await, Err(Refusal::WrongCode));
    world.wait(11 * MINUTE);
    assert_eq!(owner.submit_renewal_code(&page, &code).await, Err(Refusal::EmailCodeExpired));
    let newer = owner.resend_renewal_code().await.expect("by now");
    let code = world.mailed_email_code(OWN).await;
    assert_eq!(owner.submit_renewal_code(&page, &code).await, Err(Refusal::CodeSuperseded));
    owner.submit_renewal_code(&newer, &code).await.expect("right");
    assert_eq!(owner.submit_renewal_code(&newer, &code).await, Err(Refusal::FlowFinished), "I4: once");
    while world.mailer.unread() > 0 {
        world.mailer.read();
    }
    world.work().await;
    while world.mailer.read().is_some() {}
}

#[tokio::test]
async fn l7_the_code_is_of_the_session_that_chose() {
    let world = fifteen().await;
    let owner = logged_in(&world, AUTOMATIC).await;
    let page = owner.submit_renewal(&chosen()).await.expect("a good form");
    let code = world.mailed_email_code(OWN).await;
    let mut elsewhere = world.browser(AUTOMATIC);
    elsewhere.log_in_with_mitid(&CHILD).await.expect("their own");
    assert_eq!(elsewhere.renewal().await, Some(Renewal::ByForm));
    assert_eq!(elsewhere.submit_renewal_code(&page, &code).await, Err(Refusal::OtherBrowser));
    let mut parent = world.browser(AUTOMATIC);
    parent.log_in_with_code(&CHILD).await;
    assert_eq!(parent.submit_renewal_code(&page, &code).await, Err(Refusal::OtherBrowser));
}

#[tokio::test]
async fn l7_r4_what_a_clinic_has_not_answered_lapses_when_the_owner_takes_over() {
    let world = with(&CHILD).await;
    let mut child = world.browser(APPROVAL);
    world.clock.set(Timestamp(birthday().0 - 60 * 60_000));
    world.work().await;
    world.mail("En bruger fylder snart 15 år").await;
    child.log_in_with_code(&CHILD).await;
    let principal = child.principal().await.expect("logged in");
    world.portal.join(&principal, world.clinic(APPROVAL)).await.expect("asked");
    world.mail("Din anmodning er sendt").await;
    world.clock.set(birthday());
    let owner = taken_over(&world).await;
    let access = owner.principal().await.expect("logged in").access().clone();
    let here = access.membership(world.clinic(APPROVAL)).expect("there");
    assert_eq!(here.state, MembershipState::Lapsed);
    world.wait(24 * HOUR);
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "and is told of once");
}

#[tokio::test]
async fn l7_one_code_sent_by_many_at_once_takes_over_once() {
    let world = fifteen().await;
    let owner = logged_in(&world, AUTOMATIC).await;
    let page = owner.submit_renewal(&chosen()).await.expect("a good form");
    let code = world.mailed_email_code(OWN).await;
    let nodes: Vec<_> = (0..8).map(|_| world.another_node(|_, _| {})).collect();
    let mut tries = tokio::task::JoinSet::new();
    for node in nodes {
        let (visitor, page, code) = (owner.visitor.clone(), page.clone(), code.clone());
        let principal = owner.principal().await.expect("logged in");
        tries.spawn(async move {
            let reference = page.reference.as_deref().unwrap_or_default();
            node.portal.submit_renewal_code(&visitor, &principal, reference, &code).await.is_ok()
        });
    }
    let taken = tries.join_all().await.into_iter().filter(|taken| *taken).count();
    assert_eq!(taken, 1);
    for _ in 0..2 {
        world.mail("Brugeren er overtaget").await;
    }
}
