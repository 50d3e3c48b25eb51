//! The reminder three weeks before the 15th birthday, and that its job tells no birthday: L7, I7.

use patientportal_core::moment::Timestamp;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, NEIGHBOUR, World};
use time::macros::date;

use crate::HOUR;
use crate::changed_number::change;
use crate::coming_of_age::{WINTER, just_before, midnight, with};

const CHILD: Person = Person::CHILD;

#[tokio::test]
async fn l7_account_and_guardian_are_told_once_three_weeks_before() {
    let world = with(&CHILD).await;
    drop(world.registered(&Person::MAX, NEIGHBOUR).await);
    world.clock.set(just_before(midnight(date!(2031 - 09 - 22))));
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "not before");
    for day in [date!(2031 - 09 - 22), date!(2031 - 09 - 23)] {
        world.clock.set(midnight(day) + 23 * HOUR);
        world.work().await;
    }
    let mut told = [world.next_mail().await, world.next_mail().await].map(|mail| {
        assert_eq!(mail.subject, "En bruger fylder snart 15 år");
        mail.to.as_str().to_owned()
    });
    told.sort();
    assert_eq!(told, [Person::MAX.email, CHILD.email]);
    for day in 0..40 {
        world.clock.set(midnight(date!(2031 - 09 - 24)) + day * 24 * HOUR);
        world.work().await;
    }
    assert_eq!(world.mailer.unread(), 0, "and never again");
}

/// Whether a job is due at `moment`; it is given back at once.
async fn is_due(world: &World, moment: Timestamp) -> bool {
    !world.store.lease(moment, moment, 16).await.expect("no fault").is_empty()
}

#[tokio::test]
async fn l7_i7_when_the_reminder_is_due_tells_no_birthday() {
    let world = with(&CHILD).await;
    let month = midnight(date!(2031 - 09 - 01));
    assert!(!is_due(&world, just_before(month)).await && is_due(&world, month).await, "the start of a month");
    world.clock.set(month + 3 * HOUR);
    world.work().await;
    let next = month + 27 * HOUR;
    assert!(!is_due(&world, just_before(next)).await && is_due(&world, next).await, "and from day to day");
}

#[tokio::test]
async fn l7_two_nodes_tell_it_once() {
    let world = with(&CHILD).await;
    world.clock.set(midnight(date!(2031 - 09 - 22)) + 8 * HOUR);
    let other = world.another_node(|_, _| {});
    let (one, two) = tokio::join!(world.portal.work(16), other.portal.work(16));
    assert!(one.is_ok() && two.is_ok());
    world.mail("En bruger fylder snart 15 år").await;
    assert_eq!(world.mailer.unread(), 0);
}

#[tokio::test]
async fn l7_a11_it_is_told_once_also_of_a_number_that_was_put_right() {
    let world = World::new();
    let (account, link) = world.invited(&CHILD, AUTOMATIC).await;
    world.browser(AUTOMATIC).activate(&link, &CHILD).await.expect("activated");
    for number in [WINTER.cpr, CHILD.cpr] {
        change(&world, AUTOMATIC, account, number).await.expect("moved");
        world.mail("Brugeren har fået nyt CPR-nummer").await;
    }
    for day in 0..40 {
        world.clock.set(midnight(date!(2031 - 09 - 22)) + day * 24 * HOUR + HOUR);
        world.work().await;
    }
    world.mail("En bruger fylder snart 15 år").await;
    assert_eq!(world.mailer.unread(), 0);
}
