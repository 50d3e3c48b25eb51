//! A changed CPR number: A11, and S4's way for those without MitID.

use patientportal_core::account::{IdentityStanding, MembershipState};
use patientportal_core::audit::{AuditEvent, AuditRecord, IdentityCheck};
use patientportal_core::ids::AccountId;
use patientportal_core::portal::{Meeting, MitIdOutcome};
use patientportal_core::ports::VouchedIdentity;
use patientportal_core::refusal::Refusal;
use patientportal_core::store::{List, Listed};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, NEIGHBOUR, World, refusal};

use crate::coming_of_age::numbered;
use crate::{MINUTE, SECOND};

const NANCY: Person = Person::NANCY;
/// The same person, with a new number.
const RENUMBERED: Person = numbered(Person::NANCY, "020160-9995");

/// Nancy with an account, and out of it again.
async fn nancy() -> World {
    let world = World::new();
    drop(world.proven(&NANCY, AUTOMATIC).await);
    world
}

/// What MitID says since the number has changed: the same person as ever.
fn renumbered(browser: &Browser<'_>) -> VouchedIdentity {
    browser.identity(&RENUMBERED)
}

async fn account_of(browser: &Browser<'_>) -> AccountId {
    browser.principal().await.expect("logged in").account()
}

async fn wrong(world: &World, person: &Person) -> bool {
    let answer = world.browser(AUTOMATIC).submit_password(person.cpr, person.password).await;
    answer.err() == Some(Refusal::WrongCredentials)
}

#[tokio::test]
async fn a11_whom_mitid_knows_under_another_number_is_asked_and_the_account_moves() {
    let world = World::new();
    let mut earlier = world.proven(&NANCY, AUTOMATIC).await;
    let own = account_of(&earlier).await;
    let mut browser = world.browser(AUTOMATIC);
    let identity = renumbered(&browser);
    let flow = browser.asked_for_number(identity).await;
    assert!(browser.principal().await.is_none(), "asked before anything is opened");
    let shown = refusal(world.portal.changed_number(&browser.visitor, flow).await).expect("asked");
    assert!(shown.before.starts_with("251248") && shown.now.starts_with("020160"), "{} {}", shown.before, shown.now);
    assert!(!shown.before.contains("9996") && !shown.now.contains("9995"), "masked");
    assert!(earlier.principal().await.is_some(), "and before anything changes");

    let landed = browser.confirm_number(flow).await.expect("moved");
    assert_eq!((landed.meeting, landed.account), (Meeting::NumberChanged, own));
    assert!(earlier.principal().await.is_none(), "sessions end");
    let told = world.mail("Brugeren har fået nyt CPR-nummer").await;
    assert_eq!(told.to.as_str(), NANCY.email);
    assert!(!told.text.contains("0201") && !told.text.contains("2512"), "M2");

    assert!(wrong(&world, &NANCY).await, "the old number is as unknown");
    earlier = world.browser(AUTOMATIC);
    earlier.log_in_with_code(&RENUMBERED).await;
    assert_eq!(account_of(&earlier).await, own);
    let again = browser.confirm_number(flow).await;
    assert_eq!(again.err(), Some(Refusal::FlowFinished), "I4: once");
    assert_eq!(browser.log_in_with_mitid(&RENUMBERED).await.expect("back").account, own);
}

#[tokio::test]
async fn a11_registering_under_the_new_number_asks_too_and_what_was_typed_changes_nothing() {
    let world = nancy().await;
    let mut browser = world.browser(NEIGHBOUR);
    let departure = browser.submit_registration(&RENUMBERED.form()).await.expect("a good form");
    let identity = renumbered(&browser);
    let asked = browser.come_back(&departure, Ok(identity)).await.expect("asked").0;
    let MitIdOutcome::NumberChanged { flow } = asked else { panic!("not asked: {asked:?}") };
    browser.confirm_number(flow).await.expect("moved");
    world.mail("Brugeren har fået nyt CPR-nummer").await;
    let principal = browser.principal().await.expect("logged in");
    assert!(principal.access().membership(world.clinic(NEIGHBOUR)).is_none());
}

#[tokio::test]
async fn a11_without_consent_nothing_changes() {
    let world = nancy().await;
    let mut browser = world.browser(AUTOMATIC);
    let identity = renumbered(&browser);
    let flow = browser.asked_for_number(identity).await;
    refusal(world.portal.deny_changed_number(&browser.visitor, flow).await).expect("no");
    assert_eq!(browser.confirm_number(flow).await.err(), Some(Refusal::FlowFinished), "the identity is forgotten");
    world.browser(AUTOMATIC).log_in_with_code(&NANCY).await;
    let identity = renumbered(&browser);
    browser.asked_for_number(identity).await;
}

#[tokio::test]
async fn a11_the_question_is_of_one_browser_for_five_minutes() {
    let world = nancy().await;
    let mut browser = world.browser(AUTOMATIC);
    let identity = renumbered(&browser);
    let flow = browser.asked_for_number(identity).await;
    assert_eq!(world.browser(AUTOMATIC).confirm_number(flow).await.err(), Some(Refusal::OtherBrowser));
    world.wait(5 * MINUTE + SECOND);
    assert_eq!(browser.confirm_number(flow).await.err(), Some(Refusal::FlowOver));
    assert!(!wrong(&world, &NANCY).await, "the code is on its way");
    world.mailed_code().await;
}

#[tokio::test]
async fn a11_l1_neither_another_level_nor_another_person_is_asked() {
    let world = nancy().await;
    let mut browser = world.browser(AUTOMATIC);
    let departure = browser.leave_for_mitid().await.expect("there");
    let low = VouchedIdentity { assurance: patientportal_core::ports::Assurance::Low, ..renumbered(&browser) };
    assert_eq!(browser.come_back(&departure, Ok(low)).await.err(), Some(Refusal::AssuranceTooLow));
    let departure = browser.leave_for_mitid().await.expect("there");
    let other = VouchedIdentity { subject: "uuid-of-somebody".to_owned(), ..renumbered(&browser) };
    let offered = browser.come_back(&departure, Ok(other)).await.expect("offered").0;
    assert!(matches!(offered, MitIdOutcome::OfferRegistration { .. }), "{offered:?}");
}

#[tokio::test]
async fn a11_p2_who_proves_in_a_session_that_it_is_theirs_is_asked_as_well() {
    let world = nancy().await;
    let mut own = world.browser(AUTOMATIC);
    own.log_in_with_code(&NANCY).await;
    let before = account_of(&own).await;
    let asked = own.prove_with_mitid(&RENUMBERED).await.expect("asked").0;
    let MitIdOutcome::NumberChanged { flow } = asked else { panic!("not asked: {asked:?}") };
    assert_eq!(account_of(&own).await, before, "the session goes on meanwhile");
    let landed = own.confirm_number(flow).await.expect("moved");
    assert_eq!((landed.account, landed.meeting), (before, Meeting::NumberChanged));
    world.mail("Brugeren har fået nyt CPR-nummer").await;
    assert!(own.principal().await.expect("logged in anew").proof().is_mitid());
}

#[tokio::test]
async fn a11_p2_somebody_elses_new_number_is_somebody_elses_in_a_session() {
    let world = nancy().await;
    let mut max = world.registered(&Person::MAX, AUTOMATIC).await;
    let before = account_of(&max).await;
    assert_eq!(max.prove_with_mitid(&RENUMBERED).await.err(), Some(Refusal::OtherOwner));
    assert_eq!(account_of(&max).await, before);
}

#[tokio::test]
async fn a11_r7_an_account_that_a_clinic_made_claims_its_owners_id_at_their_first_mitid() {
    for by_code_first in [false, true] {
        let world = World::new();
        let (own, link) = world.invited(&NANCY, AUTOMATIC).await;
        let mut browser = world.browser(AUTOMATIC);
        if by_code_first {
            browser.activate(&link, &NANCY).await.expect("activated");
            browser.log_in_with_code(&NANCY).await;
            browser.prove_with_mitid(&NANCY).await.expect("her own");
        } else {
            browser.log_in_with_mitid(&NANCY).await.expect("activated");
        }
        world.mail("Ny måde at logge ind på").await;
        let mut later = world.browser(AUTOMATIC);
        let identity = renumbered(&later);
        let flow = later.asked_for_number(identity).await;
        assert_eq!(later.confirm_number(flow).await.expect("moved").account, own, "by code first: {by_code_first}");
        world.mail("Brugeren har fået nyt CPR-nummer").await;
    }
}

#[tokio::test]
async fn a11_where_both_numbers_have_accounts_nothing_is_merged() {
    let world = nancy().await;
    let mut browser = world.browser(AUTOMATIC);
    let departure = browser.submit_registration(&RENUMBERED.form()).await.expect("a good form");
    let other = VouchedIdentity { subject: "uuid-before".to_owned(), ..renumbered(&browser) };
    let second = browser.come_back(&departure, Ok(other)).await.expect("created").logged_in().account;
    world.mail("Din bruger er oprettet").await;
    assert_eq!(browser.log_in_with_mitid(&RENUMBERED).await.expect("in").account, second);
    let first = world.browser(AUTOMATIC).log_in_with_mitid(&NANCY).await.expect("in").account;
    assert_ne!(first, second);
}

#[tokio::test]
async fn a11_a_number_that_gets_an_account_while_its_owner_is_asked_is_not_taken_from_it() {
    let world = nancy().await;
    let mut browser = world.browser(AUTOMATIC);
    let identity = renumbered(&browser);
    let flow = browser.asked_for_number(identity).await;
    let mut other = world.browser(AUTOMATIC);
    let departure = other.submit_registration(&RENUMBERED.form()).await.expect("a good form");
    let identity = VouchedIdentity { subject: "uuid-of-somebody".to_owned(), ..renumbered(&other) };
    other.come_back(&departure, Ok(identity)).await.expect("created");
    world.mail("Din bruger er oprettet").await;
    assert_eq!(browser.confirm_number(flow).await.err(), Some(Refusal::FlowOver));
    assert!(other.principal().await.is_some());
}

#[tokio::test]
async fn a11_a_form_with_a_proven_identity_makes_no_second_account_of_one_person() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    let departure = browser.leave_for_mitid().await.expect("there");
    let identity = renumbered(&browser);
    let offered = browser.come_back(&departure, Ok(identity)).await.expect("offered").0;
    let MitIdOutcome::OfferRegistration { flow } = offered else { panic!("not offered: {offered:?}") };
    drop(world.registered(&NANCY, AUTOMATIC).await);
    let mut form = RENUMBERED.form();
    form.cpr = "020160-••••".to_owned();
    let sent = world.portal.submit_proven_registration(&browser.visitor, flow, &form).await;
    assert_eq!(refusal(sent).err(), Some(Refusal::FlowOver));
    let identity = renumbered(&browser);
    browser.asked_for_number(identity).await;
}

#[tokio::test]
async fn a11_one_yes_sent_by_many_at_once_moves_the_account_once() {
    let world = nancy().await;
    let mut browser = world.browser(AUTOMATIC);
    let identity = renumbered(&browser);
    let flow = browser.asked_for_number(identity).await;
    let mut tries = tokio::task::JoinSet::new();
    for node in (0..8).map(|_| world.another_node(|_, _| {})) {
        let visitor = browser.visitor.clone();
        tries.spawn(async move { node.portal.confirm_changed_number(&visitor, flow).await.is_ok() });
    }
    assert_eq!(tries.join_all().await.into_iter().filter(|moved| *moved).count(), 1);
    world.mail("Brugeren har fået nyt CPR-nummer").await;
}

#[tokio::test]
async fn a11_the_old_number_is_held_and_opens_nothing() {
    let world = nancy().await;
    let mut browser = world.browser(AUTOMATIC);
    let identity = renumbered(&browser);
    let flow = browser.asked_for_number(identity).await;
    browser.confirm_number(flow).await.expect("moved");
    world.mail("Brugeren har fået nyt CPR-nummer").await;
    let mut old = world.browser(AUTOMATIC);
    assert_eq!(old.log_in_with_mitid(&NANCY).await, Err(Refusal::FormerNumber));
    let departure = old.submit_registration(&NANCY.form()).await.expect("a good form");
    let identity = old.identity(&NANCY);
    assert_eq!(old.come_back(&departure, Ok(identity)).await.err(), Some(Refusal::FormerNumber));
    old.request_reset(NANCY.cpr, NANCY.email).await.expect("taken");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "no link either");
}

#[tokio::test]
async fn a11_an_account_made_without_mitid_is_known_by_it_from_the_first_login_on() {
    let world = World::new();
    let (_, link) = world.invited(&NANCY, AUTOMATIC).await;
    let mut browser = world.browser(AUTOMATIC);
    browser.activate(&link, &NANCY).await.expect("activated");
    let own = browser.log_in_with_mitid(&NANCY).await.expect("in").account;
    world.next_mail().await;
    let mut browser = world.browser(AUTOMATIC);
    let identity = renumbered(&browser);
    let flow = browser.asked_for_number(identity).await;
    assert_eq!(browser.confirm_number(flow).await.expect("moved").account, own);
    world.mail("Brugeren har fået nyt CPR-nummer").await;
}

/// An exempt member of the clinic.
async fn exempt(world: &World) -> AccountId {
    let (account, link) = world.invited_exempt(&NANCY, AUTOMATIC).await;
    world.browser(AUTOMATIC).activate(&link, &NANCY).await.expect("activated");
    account
}

pub(crate) async fn change(world: &World, slug: &str, account: AccountId, number: &str) -> Result<(), Refusal> {
    let changed = world.portal.change_number(&world.staff(slug), account, IdentityCheck::PhotoId, number).await;
    refusal(changed)
}

#[tokio::test]
async fn a11_s4_without_mitid_the_clinic_moves_the_account() {
    let world = World::new();
    let account = exempt(&world).await;
    let mut owner = world.browser(AUTOMATIC);
    owner.log_in_with_code(&NANCY).await;
    change(&world, AUTOMATIC, account, RENUMBERED.cpr).await.expect("moved");
    world.mail("Brugeren har fået nyt CPR-nummer").await;
    assert!(owner.principal().await.is_none());
    assert!(wrong(&world, &NANCY).await);
    world.browser(AUTOMATIC).log_in_with_code(&RENUMBERED).await;
    let staff = world.staff(AUTOMATIC);
    let members = world.portal.clinic_members(&staff, MembershipState::Active, None).await.expect("no fault").members;
    assert_eq!(members[0].cpr.formatted(), RENUMBERED.cpr);
    assert_eq!(members[0].identity, IdentityStanding::Exempt);
    let trail = world.store.list(List::Audit(account), None, 100).await.expect("no fault").rows;
    let moved = trail.iter().filter_map(|row| match row {
        Listed::Audit(entry) => minicbor::decode::<AuditRecord>(&entry.record).ok(),
        _ => None,
    });
    let moved: Vec<_> = moved.filter(|record| record.event == AuditEvent::NumberChanged).collect();
    assert_eq!((moved.len(), moved[0].check), (1, Some(IdentityCheck::PhotoId)));
}

#[tokio::test]
async fn a11_s4_a_mistyped_number_is_free_again_when_the_account_goes_back() {
    let world = World::new();
    let account = exempt(&world).await;
    change(&world, AUTOMATIC, account, Person::MAX.cpr).await.expect("a mistake");
    change(&world, AUTOMATIC, account, NANCY.cpr).await.expect("taken back");
    for _ in 0..2 {
        world.mail("Brugeren har fået nyt CPR-nummer").await;
    }
    world.registered(&Person::MAX, AUTOMATIC).await;
    world.browser(AUTOMATIC).log_in_with_code(&NANCY).await;
}

#[tokio::test]
async fn a11_s4_the_clinic_does_it_for_nobody_else() {
    let world = nancy().await;
    let account = account_of(&{
        let mut browser = world.browser(AUTOMATIC);
        browser.log_in_with_code(&NANCY).await;
        browser
    })
    .await;
    let new = RENUMBERED.cpr;
    assert_eq!(change(&world, AUTOMATIC, account, new).await, Err(Refusal::RenewsWithMitId));
    assert_eq!(change(&world, APPROVAL, account, new).await, Err(Refusal::NoSuchMember), "another clinic's");
    let world = World::new();
    let account = exempt(&world).await;
    world.registered(&Person::MAX, AUTOMATIC).await;
    assert_eq!(change(&world, AUTOMATIC, account, Person::MAX.cpr).await, Err(Refusal::NumberTaken));
    assert!(matches!(change(&world, AUTOMATIC, account, "1").await, Err(Refusal::InvalidForm(_))));
    world.browser(AUTOMATIC).log_in_with_code(&NANCY).await;
}

#[tokio::test]
async fn a11_s4_l7_whose_number_was_mistyped_as_a_childs_is_no_child_once_it_is_put_right() {
    for right in [NANCY.cpr, RENUMBERED.cpr] {
        let world = World::new();
        let account = exempt(&world).await;
        change(&world, AUTOMATIC, account, Person::CHILD.cpr).await.expect("a mistake");
        let row = world.store.account(account).await.expect("no fault").expect("there");
        assert!(row.value.access.ward, "a child by that number");
        change(&world, AUTOMATIC, account, right).await.expect("put right");
        for _ in 0..2 {
            world.mail("Brugeren har fået nyt CPR-nummer").await;
        }
        let mut owner = world.browser(AUTOMATIC);
        owner.log_in_with_code(&crate::coming_of_age::numbered(NANCY, right)).await;
        assert_eq!(crate::contact::step(&world, &owner, AUTOMATIC).await, None, "{right}");
    }
}

#[tokio::test]
async fn a11_s4_l7_a_child_stays_one_whatever_was_mistyped() {
    let world = World::new();
    let (account, link) = world.invited(&Person::CHILD, AUTOMATIC).await;
    world.browser(AUTOMATIC).activate(&link, &Person::CHILD).await.expect("activated");
    let winter = crate::coming_of_age::WINTER.cpr;
    for number in [winter, Person::CHILD.cpr] {
        change(&world, AUTOMATIC, account, number).await.expect("moved");
        let row = world.store.account(account).await.expect("no fault").expect("there");
        assert!(row.value.access.ward, "{number}");
    }
}
