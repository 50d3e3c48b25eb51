//! A child that has an account already: R6, A8, I4, I6.

use std::sync::Arc;

use patientportal_core::account::{Custody, MembershipCommand, MembershipState, Rights};
use patientportal_core::audit::AuditEvent;
use patientportal_core::ids::FlowId;
use patientportal_core::portal::{ChildOutcome, MitIdOutcome, NewLoginForm, NewUser, UserMade};
use patientportal_core::refusal::Refusal;
use patientportal_testkit::crowd::all_at_once;
use patientportal_testkit::memory::{Call, MemoryStore};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, NEIGHBOUR, World, contact, refusal};

use crate::MINUTE;
use crate::activation_attacks::events;
use crate::children::children_are_automatic;

/// A world where the child has an account at the automatic clinic, made by Max, who holds custody or not.
pub(crate) async fn known(custody: Custody) -> World {
    known_in(World::new(), custody).await
}

pub(crate) async fn known_in(world: World, custody: Custody) -> World {
    world.custody_is(&Person::CHILD, &Person::MAX, custody);
    let open = world.another_node(|_, settings| children_are_automatic(settings));
    open.browser(AUTOMATIC).register_child(&Person::CHILD, &Person::MAX).await.expect("confirmed");
    drop(open);
    world.mail("Brugeren er oprettet").await;
    world
}

/// The flow of a guardian who has a say, come back from MitID.
pub(crate) async fn offered(browser: &mut Browser<'_>, guardian: &Person) -> FlowId {
    match browser.register_child(&Person::CHILD, guardian).await {
        Ok(MitIdOutcome::ChildExists { flow }) => flow,
        other => panic!("no choice: {other:?}"),
    }
}

fn new_login() -> NewLoginForm {
    NewLoginForm {
        email: "ny@example.dk".to_owned(),
        email_again: "ny@example.dk".to_owned(),
        password: "Sommerfugl-9".to_owned(),
        password_again: "Sommerfugl-9".to_owned(),
    }
}

async fn state_at(world: &World, slug: &str, browser: &Browser<'_>) -> Option<MembershipState> {
    let principal = browser.principal().await.expect("logged in");
    principal.access().membership(world.clinic(slug)).map(|membership| membership.state)
}

#[tokio::test]
async fn r6_a_guardian_on_the_account_chooses_a_new_address_and_password_and_everything_open_ends() {
    let world = known(Custody::Unknown).await;
    let mut child = world.browser(AUTOMATIC);
    child.log_in_with_code(&Person::CHILD).await;
    let mut parent = world.browser(AUTOMATIC);
    let flow = offered(&mut parent, &Person::MAX).await;
    assert!(child.principal().await.is_some(), "asking changes nothing");
    let shown = refusal(world.portal.known_child(&parent.visitor, flow).await).expect("open");
    assert_eq!((shown.form.email.as_str(), shown.form.password.as_str()), (Person::CHILD.email, ""));
    assert!(!shown.may_join && !shown.renewing_joins, "the child is at this clinic already");

    let renewed = refusal(world.portal.renew_child(&parent.visitor, flow, &new_login()).await);
    assert_eq!(renewed, Ok(ChildOutcome::Renewed));
    assert!(child.principal().await.is_none() && parent.principal().await.is_none());
    let mut told = [world.next_mail().await, world.next_mail().await, world.next_mail().await]
        .map(|mail| (mail.to.as_str().to_owned(), mail.subject));
    told.sort();
    let expected = [
        ("ny@example.dk", "Mailadressen er ændret"),
        (Person::CHILD.email, "Din adgangskode er ændret"),
        (Person::CHILD.email, "Mailadressen er ændret"),
    ];
    assert_eq!(told, expected.map(|(to, subject)| (to.to_owned(), subject.to_owned())));
    let old = world.browser(AUTOMATIC).submit_password(Person::CHILD.cpr, Person::CHILD.password).await;
    assert_eq!(old.err(), Some(Refusal::WrongCredentials));
    let mut child = world.browser(AUTOMATIC);
    let page = child.submit_password(Person::CHILD.cpr, "Sommerfugl-9").await.expect("the new one");
    let code = world.next_mail().await;
    assert_eq!(code.to.as_str(), "ny@example.dk");
    let digits = code.text.lines().find(|line| line.len() == 6 && line.parse::<u32>().is_ok()).expect("a code");
    child.submit_code(&page, digits).await.expect("logged in");
    let again = refusal(world.portal.renew_child(&parent.visitor, flow, &new_login()).await);
    assert_eq!(again, Err(Refusal::FlowFinished), "once");
}

#[tokio::test]
async fn r6_a_form_with_flaws_changes_nothing_and_may_be_sent_again() {
    let world = known(Custody::Holder).await;
    let mut parent = world.browser(AUTOMATIC);
    let flow = offered(&mut parent, &Person::MAX).await;
    let mut form = new_login();
    form.password = "Oskar".to_owned();
    form.email_again = "andet@example.dk".to_owned();
    let refused = refusal(world.portal.renew_child(&parent.visitor, flow, &form).await);
    assert!(matches!(refused, Err(Refusal::InvalidForm(flaws)) if flaws.len() == 3));
    assert!(refusal(world.portal.known_child(&parent.visitor, flow).await).is_ok());
}

#[tokio::test]
async fn r6_r3_a_guardian_asks_for_access_at_another_clinic_and_joins_at_once_with_custody_only() {
    for (custody, outcome, state) in [
        (Custody::Holder, ChildOutcome::Joined, MembershipState::Active),
        (Custody::Unknown, ChildOutcome::JoinRequested, MembershipState::Pending),
    ] {
        let world = known(custody).await;
        let mut parent = world.browser(NEIGHBOUR);
        let flow = offered(&mut parent, &Person::MAX).await;
        assert!(refusal(world.portal.known_child(&parent.visitor, flow).await).expect("open").may_join);
        assert_eq!(refusal(world.portal.join_child(&parent.visitor, flow).await), Ok(outcome));
        assert!(parent.principal().await.is_none(), "no session is opened");
        if state == MembershipState::Pending {
            world.mail("Din anmodning er sendt").await;
        }
        let mut child = world.browser(NEIGHBOUR);
        child.log_in_with_code(&Person::CHILD).await;
        assert_eq!(state_at(&world, NEIGHBOUR, &child).await, Some(state));
        assert_eq!(state_at(&world, AUTOMATIC, &child).await, Some(MembershipState::Active));
    }
}

#[tokio::test]
async fn r6_the_other_parent_has_a_say_by_the_registers_word_and_is_kept_as_a_guardian() {
    let world = known(Custody::Holder).await;
    world.custody_is(&Person::CHILD, &Person::KIRSTEN, Custody::Holder);
    let mut parent = world.browser(APPROVAL);
    let flow = offered(&mut parent, &Person::KIRSTEN).await;
    assert_eq!(refusal(world.portal.join_child(&parent.visitor, flow).await), Ok(ChildOutcome::JoinRequested));
    world.mail("Din anmodning er sendt").await;
    let requests = world.portal.pending_requests(&world.staff(APPROVAL), None).await.expect("no fault").members;
    let guardians: Vec<_> = requests[0].guardians.iter().map(|guardian| guardian.cpr.formatted()).collect();
    assert_eq!(guardians, [Person::MAX.cpr, Person::KIRSTEN.cpr]);
}

#[tokio::test]
async fn r6_the_choice_is_for_its_own_browser_and_five_minutes_and_ends_when_the_account_changes() {
    let world = known(Custody::Holder).await;
    let (mut parent, mut other) = (world.browser(AUTOMATIC), world.browser(AUTOMATIC));
    let flow = offered(&mut parent, &Person::MAX).await;
    let stolen = refusal(world.portal.join_child(&other.visitor, flow).await);
    assert_eq!(stolen, Err(Refusal::OtherBrowser));
    let second = offered(&mut other, &Person::MAX).await;
    refusal(world.portal.renew_child(&other.visitor, second, &new_login()).await).expect("renewed");
    let outdated = refusal(world.portal.renew_child(&parent.visitor, flow, &new_login()).await);
    assert_eq!(outdated, Err(Refusal::FlowOver));
    for _ in 0..3 {
        drop(world.next_mail().await);
    }
    let third = offered(&mut parent, &Person::MAX).await;
    world.wait(5 * MINUTE);
    assert!(refusal(world.portal.known_child(&parent.visitor, third).await).is_err());
}

#[tokio::test]
async fn r6_i6_a_stranger_is_answered_as_for_a_new_child_with_the_same_work() {
    for (slug, automatic, outcome, mail) in [
        (AUTOMATIC, false, ChildOutcome::Requested, "Din anmodning er sendt"),
        (APPROVAL, false, ChildOutcome::Requested, "Din anmodning er sendt"),
        (AUTOMATIC, true, ChildOutcome::Created, "Brugeren er oprettet"),
    ] {
        let stores = [Arc::new(MemoryStore::new()), Arc::new(MemoryStore::new())];
        let new = World::with(stores[0].clone(), |_| {});
        let met = known_in(World::with(stores[1].clone(), |_| {}), Custody::Holder).await;
        let [fresh, stranger] =
            [trace(&new, &stores[0], slug, automatic).await, trace(&met, &stores[1], slug, automatic).await];
        assert_eq!(fresh, stranger, "{slug}");
        assert_eq!(fresh.0, MitIdOutcome::Child(outcome));
        new.mail(mail).await;
        let told = met.mail("Brugeren findes allerede").await;
        assert_eq!(told.to.as_str(), Person::CHILD.email);
        assert!(told.text.contains("Registrer"));
    }
}

/// What a stranger's registration comes to: the answer, and how often each port was called. Of the one commit that
/// differs, how many lines of audit it has.
async fn trace(
    world: &World,
    store: &MemoryStore,
    slug: &str,
    automatic: bool,
) -> (MitIdOutcome, Vec<String>, u64, usize) {
    let node = world.another_node(|_, settings| {
        if automatic {
            children_are_automatic(settings);
        }
    });
    let (hashed, asked) = (world.hasher.hashed(), world.custody.asked());
    store.forget_calls();
    let mut stranger = node.browser(slug);
    let outcome = stranger.register_child(&Person::CHILD, &Person::KIRSTEN).await.expect("answered");
    assert!(stranger.principal().await.is_none());
    let calls = store.calls().into_iter().map(|call| match call {
        Call::Commit { audit, .. } => format!("commit, {audit} audited"),
        other => format!("{other:?}"),
    });
    (outcome, calls.collect(), world.hasher.hashed() - hashed, world.custody.asked() - asked)
}

#[tokio::test]
async fn r6_who_asked_first_has_no_say_once_a_holder_of_custody_comes_before_any_clinic_has_judged() {
    let world = World::new();
    let mut first = world.browser(APPROVAL);
    first.register_child(&Person::CHILD, &Person::KIRSTEN).await.expect("confirmed");
    world.mail("Din anmodning er sendt").await;
    world.custody_is(&Person::CHILD, &Person::MAX, Custody::Holder);
    let mut holder = world.browser(AUTOMATIC);
    let flow = offered(&mut holder, &Person::MAX).await;
    let shown = refusal(world.portal.known_child(&holder.visitor, flow).await).expect("open");
    assert!(!shown.may_join && shown.renewing_joins);
    let early = refusal(world.portal.join_child(&holder.visitor, flow).await);
    assert_eq!(early, Err(Refusal::NoOpenFlow), "not with the password that somebody else typed");
    assert_eq!(refusal(world.portal.renew_child(&holder.visitor, flow, &new_login()).await), Ok(ChildOutcome::Renewed));
    for _ in 0..3 {
        drop(world.next_mail().await);
    }
    let mut child = world.browser(AUTOMATIC);
    let page = child.submit_password(Person::CHILD.cpr, "Sommerfugl-9").await.expect("open: the holder joined here");
    child.submit_code(&page, &world.mailed_code().await).await.expect("logged in");
    assert_eq!(state_at(&world, AUTOMATIC, &child).await, Some(MembershipState::Active));
    assert_eq!(
        first.register_child(&Person::CHILD, &Person::KIRSTEN).await,
        Ok(MitIdOutcome::Child(ChildOutcome::Requested))
    );
    world.mail("Brugeren findes allerede").await;
}

#[tokio::test]
async fn r7_r4_a_clinic_that_makes_the_user_itself_does_not_let_in_whoever_asked_before() {
    let world = World::new();
    world.browser(APPROVAL).register_child(&Person::CHILD, &Person::KIRSTEN).await.expect("confirmed");
    world.mail("Din anmodning er sendt").await;
    let child = Person::CHILD;
    let new = NewUser {
        cpr: child.cpr.to_owned(),
        first_name: child.first_name.to_owned(),
        last_name: child.last_name.to_owned(),
        email: Person::MAX.email.to_owned(),
        ..NewUser::default()
    };
    let made = refusal(world.portal.create_user(&world.staff(AUTOMATIC), &new).await).expect("made");
    assert!(matches!(made, UserMade::Created(_)), "{made:?}");
    let mut told =
        [world.next_mail().await, world.next_mail().await].map(|mail| (mail.to.as_str().to_owned(), mail.subject));
    told.sort();
    let expected = [(Person::MAX.email, "Aktivér din bruger"), (child.email, "Anmodningen er udløbet")];
    assert_eq!(told, expected.map(|(to, subject)| (to.to_owned(), subject.to_owned())));
    let stranger = world.browser(AUTOMATIC).submit_password(child.cpr, child.password).await;
    assert_eq!(stranger.err(), Some(Refusal::WrongCredentials));
}

#[tokio::test]
async fn r6_who_asked_may_mend_a_mistyped_address_while_the_clinic_has_not_answered() {
    let world = World::new();
    let mut parent = world.browser(APPROVAL);
    parent.register_child(&Person::CHILD, &Person::MAX).await.expect("confirmed");
    world.mail("Din anmodning er sendt").await;
    let flow = offered(&mut parent, &Person::MAX).await;
    refusal(world.portal.renew_child(&parent.visitor, flow, &new_login()).await).expect("renewed");
    for _ in 0..3 {
        drop(world.next_mail().await);
    }
    let closed = world.browser(APPROVAL).submit_password(Person::CHILD.cpr, "Sommerfugl-9").await;
    assert_eq!(closed.err(), Some(Refusal::WrongCredentials), "the clinic still decides");
    let staff = world.staff(APPROVAL);
    let request = world.portal.pending_requests(&staff, None).await.expect("no fault").members[0].account;
    let approve = MembershipCommand::Approve(Rights::default());
    refusal(world.portal.decide_membership(&staff, request, approve, "").await).expect("decided");
    assert_eq!(world.mail("Din anmodning er godkendt").await.to.as_str(), "ny@example.dk");
}

#[tokio::test]
async fn i7_nothing_of_a_child_or_its_guardian_is_printed_or_stored_in_clear() {
    let world = known(Custody::Holder).await;
    let mut parent = world.browser(NEIGHBOUR);
    let flow = offered(&mut parent, &Person::MAX).await;
    let shown = refusal(world.portal.known_child(&parent.visitor, flow).await).expect("open");
    let mut child = world.browser(AUTOMATIC);
    child.log_in_with_code(&Person::CHILD).await;
    let id = child.principal().await.expect("logged in").account();
    let account = world.store.account(id).await.expect("no fault").expect("there").value;
    let flow = world.store.flow(flow).await.expect("no fault").expect("there");
    let form = Person::CHILD.form_by(&Person::MAX);
    let printed = format!("{form:?} {shown:?} {:?} {account:?} {flow:?} {child:?}", new_login(), child = child.visitor);
    let stored = account.to_record().expect("a record");
    for secret in ["010772", "131016", "0107729995", "1310169996", "Oskar", "example.dk", "Sommerfugl"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
        let clear = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!clear(&stored.access) && !clear(&stored.details) && !clear(&flow.value.body.0), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a1_r6_two_parents_at_once_make_one_account_and_the_second_is_told_that_it_exists() {
    let world = World::new();
    let mut returns = Vec::new();
    for parent in [Person::MAX, Person::KIRSTEN] {
        world.custody_is(&Person::CHILD, &parent, Custody::Holder);
        let browser = world.browser(AUTOMATIC);
        let departure = browser.submit_child(&Person::CHILD, &parent).await.expect("a good form");
        let query = world.identity.answer(&departure, Ok(browser.identity(&parent)));
        returns.push((browser.visitor.clone(), query));
    }
    let complete = |(visitor, query): (_, Vec<_>)| {
        let portal = world.portal.clone();
        tokio::spawn(async move { portal.complete_mitid(&visitor, &query).await.expect("no fault").outcome })
    };
    let tasks = returns.into_iter().map(complete).collect::<Vec<_>>();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.expect("no panic").expect("answered"));
    }
    let created = |outcome: &&MitIdOutcome| **outcome == MitIdOutcome::Child(ChildOutcome::Created);
    assert_eq!(outcomes.iter().filter(created).count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().any(|outcome| matches!(outcome, MitIdOutcome::ChildExists { .. })));
    world.mail("Brugeren er oprettet").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i4_one_choice_sent_sixty_four_times_renews_once() {
    let world = known(Custody::Holder).await;
    let mut parent = world.browser(AUTOMATIC);
    let flow = offered(&mut parent, &Person::MAX).await;
    let (portal, visitor) = (world.portal.clone(), parent.visitor.clone());
    let (renewed, refusals) = all_at_once(|_| {
        let (portal, visitor) = (portal.clone(), visitor.clone());
        async move { portal.renew_child(&visitor, flow, &new_login()).await }
    })
    .await;
    assert_eq!(renewed, [ChildOutcome::Renewed]);
    let over = |refusal: &Refusal| matches!(refusal, Refusal::FlowFinished | Refusal::FlowOver);
    assert!(refusals.iter().all(over), "{refusals:?}");
    for _ in 0..3 {
        drop(world.next_mail().await);
    }
}

#[tokio::test]
async fn k1_r6_a_clinic_that_knew_the_old_address_is_told_the_new_one() {
    let world = known_in(World::new().with_clinic_systems(), Custody::Holder).await;
    world.clinic_holds(AUTOMATIC, &Person::CHILD, Person::CHILD.email, "");
    world.browser(AUTOMATIC).log_in_with_code(&Person::CHILD).await;
    world.work().await;
    let mut parent = world.browser(AUTOMATIC);
    let flow = offered(&mut parent, &Person::MAX).await;
    refusal(world.portal.renew_child(&parent.visitor, flow, &new_login()).await).expect("renewed");
    for _ in 0..3 {
        world.next_mail().await;
    }
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::CHILD), Some(contact("ny@example.dk", "")));
}

#[tokio::test]
async fn a8_r6_a_guardian_who_is_added_is_written_down() {
    let world = known(Custody::Holder).await;
    world.custody_is(&Person::CHILD, &Person::KIRSTEN, Custody::Holder);
    let mut child = world.browser(AUTOMATIC);
    child.log_in_with_code(&Person::CHILD).await;
    let account = child.principal().await.expect("logged in").account();
    let added = async || {
        let all = events(&world, account).await;
        all.into_iter().filter(|event| *event == AuditEvent::GuardianAdded).count()
    };
    for (guardian, count) in [(Person::MAX, 0), (Person::KIRSTEN, 1), (Person::KIRSTEN, 1)] {
        let mut parent = world.browser(NEIGHBOUR);
        let flow = offered(&mut parent, &guardian).await;
        refusal(world.portal.join_child(&parent.visitor, flow).await).expect("done");
        assert_eq!(added().await, count, "{}", guardian.first_name);
    }
}
