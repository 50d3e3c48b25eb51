//! What outlives a closed account: A7, A9, S1.

use patientportal_core::account::{Custody, MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::ids::AccountId;
use patientportal_core::portal::{ClinicMember, LoggedIn, MitIdOutcome, Principal, UserMade};
use patientportal_core::refusal::Refusal;
use patientportal_core::store::{List, Listed};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, NEIGHBOUR, World, refusal};

use crate::nodes::ring;
use crate::{HOUR, MINUTE};

const NANCY: Person = Person::NANCY;

async fn principal(browser: &Browser<'_>) -> Principal {
    browser.principal().await.expect("logged in")
}

async fn state(browser: &Browser<'_>, world: &World, slug: &str) -> Option<MembershipState> {
    principal(browser).await.access().membership(world.clinic(slug)).map(|here| here.state)
}

/// Closes the account of whoever is logged in by MitID a moment ago.
async fn close(world: &World, browser: &Browser<'_>) -> AccountId {
    let principal = principal(browser).await;
    let closed = world.portal.close_account(&browser.visitor, &principal, browser.to.clinic, "").await;
    assert_eq!(refusal(closed), Ok(()));
    world.mail("Din bruger er lukket").await;
    principal.account()
}

async fn decide(world: &World, slug: &str, account: AccountId, command: MembershipCommand) {
    let decided = world.portal.decide_membership(&world.staff(slug), account, command, "").await;
    assert_eq!(refusal(decided), Ok(()));
}

async fn suspend(world: &World, browser: &Browser<'_>, slug: &str) {
    decide(world, slug, principal(browser).await.account(), MembershipCommand::Suspend).await;
    world.mail("Din adgang er lukket for nu").await;
}

/// An account that was suspended at `AUTOMATIC` and then closed by its owner.
async fn suspended_and_closed(world: &World) -> AccountId {
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    suspend(world, &browser, AUTOMATIC).await;
    close(world, &browser).await
}

/// Registers where the clinic is asked first.
async fn asked<'w>(world: &'w World, slug: &str) -> (Browser<'w>, LoggedIn) {
    let mut browser = world.browser(slug);
    let logged_in = browser.register(&NANCY).await;
    world.mail("Din anmodning er sendt").await;
    assert_eq!(state(&browser, world, slug).await, Some(MembershipState::Pending));
    (browser, logged_in)
}

/// What the clinic's staff see of the one who stands there so.
async fn seen(world: &World, slug: &str, state: MembershipState) -> ClinicMember {
    let page = world.portal.clinic_members(&world.staff(slug), state, None).await.expect("no fault");
    let [member] = &page.members[..] else { panic!("one: {:?}", page.members) };
    member.clone()
}

#[tokio::test]
async fn a7_s1_staff_see_that_there_was_an_account_before() {
    let world = World::new();
    let (browser, _) = asked(&world, APPROVAL).await;
    assert_eq!(seen(&world, APPROVAL, MembershipState::Pending).await.had_account, None, "the first");
    world.wait(MINUTE);
    let (closed, at) = (close(&world, &browser).await, world.portal.now());
    world.wait(HOUR);
    let (browser, again) = asked(&world, APPROVAL).await;
    assert_ne!(again.account, closed, "another account");
    let had = seen(&world, APPROVAL, MembershipState::Pending).await.had_account.expect("one before");
    assert_eq!((had.account, had.closed, had.suspended_here), (closed, at, false));
    world.portal.join(&principal(&browser).await, world.clinic(NEIGHBOUR)).await.expect("joined");
    let had =
        seen(&world, NEIGHBOUR, MembershipState::Active).await.had_account.expect("seen at every clinic of theirs");
    assert_eq!((had.account, had.suspended_here), (closed, false));
}

#[tokio::test]
async fn a7_a9_closing_is_open_to_whom_a_clinic_suspended_and_coming_anew_that_clinic_is_asked() {
    let world = World::new().with_clinic_systems();
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    suspend(&world, &browser, AUTOMATIC).await;
    let left = world.portal.leave_clinic(&principal(&browser).await, world.clinic(AUTOMATIC)).await;
    assert_eq!(refusal(left), Err(Refusal::ClosedByClinic), "leaving one clinic is not the way around it");
    world.clinic_system.take_calls();
    let closed = close(&world, &browser).await;
    world.work().await;
    assert_eq!(world.clinic_system.take_calls().len(), 1, "its system is told");

    let (browser, again) = asked(&world, AUTOMATIC).await;
    let had = seen(&world, AUTOMATIC, MembershipState::Pending).await.had_account.expect("one before");
    assert_eq!((had.account, had.suspended_here), (closed, true));
    world.portal.join(&principal(&browser).await, world.clinic(NEIGHBOUR)).await.expect("joined");
    assert_eq!(
        state(&browser, &world, NEIGHBOUR).await,
        Some(MembershipState::Active),
        "A9: it touches no other clinic"
    );
    let had = seen(&world, NEIGHBOUR, MembershipState::Active).await.had_account.expect("one before");
    assert!(!had.suspended_here, "and is told to no other");

    decide(&world, AUTOMATIC, again.account, MembershipCommand::Approve(Rights::default())).await;
    world.mail("Din anmodning er godkendt").await;
    assert_eq!(state(&browser, &world, AUTOMATIC).await, Some(MembershipState::Active));
    let had = seen(&world, AUTOMATIC, MembershipState::Active).await.had_account.expect("one before");
    assert!(!had.suspended_here, "they were let in again");
    close(&world, &browser).await;
    drop(world.registered(&NANCY, AUTOMATIC).await);
}

#[tokio::test]
async fn a9_neither_withdrawing_nor_a_refusal_nor_closing_again_gets_around_a_suspension() {
    let world = World::new();
    suspended_and_closed(&world).await;
    let (browser, again) = asked(&world, AUTOMATIC).await;
    let (owner, clinic) = (principal(&browser).await, world.clinic(AUTOMATIC));
    world.portal.withdraw_request(&owner, clinic).await.expect("taken back");
    world.mail("Din anmodning er trukket tilbage").await;
    let asks = async |slug| world.portal.joining_asks(&principal(&browser).await, world.clinic(slug)).await;
    let told = [asks(AUTOMATIC).await.expect("no fault"), asks(NEIGHBOUR).await.expect("no fault")];
    assert_eq!(told, [true, false], "told before pressing");
    world.portal.join(&principal(&browser).await, clinic).await.expect("asked");
    world.mail("Din anmodning er sendt").await;
    decide(&world, AUTOMATIC, again.account, MembershipCommand::Refuse(RefusalReason::ContactClinic)).await;
    world.next_mail().await;
    world.portal.join(&principal(&browser).await, clinic).await.expect("asked");
    world.mail("Din anmodning er sendt").await;
    let second = close(&world, &browser).await;
    let (browser, _) = asked(&world, AUTOMATIC).await;
    let had = seen(&world, AUTOMATIC, MembershipState::Pending).await.had_account.expect("two before");
    assert_eq!((had.account, had.suspended_here), (second, true), "the last is named, the first is not forgotten");
    close(&world, &browser).await;
    asked(&world, AUTOMATIC).await;
}

#[tokio::test]
async fn a9_l2_an_offered_registration_is_asked_about_too() {
    let world = World::new();
    suspended_and_closed(&world).await;
    let mut browser = world.browser(AUTOMATIC);
    let departure = browser.leave_for_mitid().await.expect("there");
    let identity = browser.identity(&NANCY);
    let offered = browser.come_back(&departure, Ok(identity)).await.expect("offered").0;
    let MitIdOutcome::OfferRegistration { flow } = offered else { panic!("not offered: {offered:?}") };
    let made = world.portal.submit_proven_registration(&browser.visitor, flow, &NANCY.form()).await;
    browser.visitor.session = Some(refusal(made).expect("created").session);
    world.mail("Din anmodning er sendt").await;
    assert_eq!(state(&browser, &world, AUTOMATIC).await, Some(MembershipState::Pending));
}

#[tokio::test]
async fn a9_r7_staff_who_make_the_user_themselves_let_the_person_in_again() {
    let world = World::new();
    let closed = suspended_and_closed(&world).await;
    let (account, _) = world.invited(&NANCY, AUTOMATIC).await;
    let had = seen(&world, AUTOMATIC, MembershipState::Active).await.had_account.expect("one before");
    assert_eq!((had.account, had.suspended_here), (closed, false));
    decide(&world, AUTOMATIC, account, MembershipCommand::End).await;
    world.mail("Din adgang er ophørt").await;
}

#[tokio::test]
async fn a9_r7_staff_who_link_the_account_let_the_person_in_again() {
    let world = World::new();
    suspended_and_closed(&world).await;
    let (browser, again) = asked(&world, AUTOMATIC).await;
    assert_eq!(world.create_user(&NANCY.new_user(), AUTOMATIC).await, Ok(UserMade::Linked(again.account)));
    world.next_mail().await;
    assert_eq!(state(&browser, &world, AUTOMATIC).await, Some(MembershipState::Active));
    close(&world, &browser).await;
    drop(world.registered(&NANCY, AUTOMATIC).await);
}

#[tokio::test]
async fn a9_r3_a_child_whom_a_clinic_suspended_is_asked_about_although_its_guardian_holds_custody() {
    let world = World::new();
    let (child, parent) = (Person::CHILD, Person::MAX);
    world.custody_is(&child, &parent, Custody::Holder);
    world.browser(AUTOMATIC).register_child(&child, &parent).await.expect("confirmed");
    world.mail("Brugeren er oprettet").await;
    let mut browser = world.browser(AUTOMATIC);
    browser.log_in_with_code(&child).await;
    suspend(&world, &browser, AUTOMATIC).await;
    let owner = principal(&browser).await;
    let closed = world.portal.close_account(&browser.visitor, &owner, browser.to.clinic, child.password).await;
    assert_eq!(refusal(closed), Ok(()));
    world.mail("Din bruger er lukket").await;
    world.browser(AUTOMATIC).register_child(&child, &parent).await.expect("confirmed");
    world.mail("Din anmodning er sendt").await;
    let had = seen(&world, AUTOMATIC, MembershipState::Pending).await.had_account.expect("one before");
    assert!(had.suspended_here);
}

#[tokio::test]
async fn a7_a_closed_account_is_remembered_while_the_keys_rotate() {
    let world = World::new();
    let node = |keys: &'static [u16]| world.another_node(move |_, settings| settings.keys = ring(keys));
    suspended_and_closed(&world).await;
    let rotated = node(&[2, 1]);
    let (browser, _) = asked(&rotated, AUTOMATIC).await;
    let second = close(&rotated, &browser).await;
    // What the second closing wrote is found under the new key alone.
    let alone = node(&[2]);
    let (_, again) = asked(&alone, AUTOMATIC).await;
    assert_ne!(again.account, second);
    let account = world.store.account(again.account).await.expect("no fault").expect("made").value;
    assert_eq!(account.details.former.map(|former| former.account), Some(second));
}

#[tokio::test]
async fn a7_i7_what_is_left_of_an_account_says_nothing_of_the_person() {
    let world = World::new();
    let closed = suspended_and_closed(&world).await;
    let left = world.store.account(closed).await.expect("no fault").expect("an id is left").value;
    assert_eq!(left.details.cpr_index, [], "the number is free");
    assert_eq!(left.details.also_claimed.len(), 1, "and one keyed hash of it finds what is remembered");
    assert!(left.details.password.is_none() && left.access.memberships.is_empty());
    let record = left.to_record().expect("a record").details;
    assert!(record.len() < 120, "{} bytes: no person is in them", record.len());
}

#[tokio::test]
async fn a7_registering_anew_from_two_browsers_at_once_makes_one_account() {
    let world = World::new();
    suspended_and_closed(&world).await;
    let (mut one, mut two) = (world.browser(AUTOMATIC), world.browser(AUTOMATIC));
    let (first, second) = tokio::join!(one.register(&NANCY), two.register(&NANCY));
    assert_eq!(first.account, second.account);
    world.mail("Din anmodning er sendt").await;
    assert_eq!(state(&one, &world, AUTOMATIC).await, Some(MembershipState::Pending));
}

#[tokio::test]
async fn a7_s3_the_audit_of_the_closed_account_stays_its_own() {
    let world = World::new();
    let closed = suspended_and_closed(&world).await;
    let before = world.store.list(List::Audit(closed), None, 100).await.expect("no fault").rows.len();
    let (_, again) = asked(&world, AUTOMATIC).await;
    let after = world.store.list(List::Audit(closed), None, 100).await.expect("no fault").rows;
    assert_eq!(after.len(), before, "nothing is added to it");
    let own = world.store.list(List::Audit(again.account), None, 100).await.expect("no fault").rows;
    let is_own = |row: &Listed| matches!(row, Listed::Audit(entry) if entry.account == Some(again.account));
    assert!(own.iter().all(is_own), "and nothing of it is the new one's");
}
