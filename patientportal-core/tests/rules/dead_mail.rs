//! Mails that were given up: sent again when told so, and forgotten in the end: M3.

use patientportal_core::ports::MailFailure;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::{HOUR, MINUTE};

/// Whoever registers, while the mail server refuses for good.
async fn given_up(world: &World, person: &Person) {
    world.mailer.fail_next(MailFailure::Permanent("550".to_owned()));
    world.browser(AUTOMATIC).register(person).await;
    world.work().await;
}

async fn dead(world: &World) -> usize {
    world.portal.dead_mails(None, 10).await.expect("no fault").0.len()
}

#[tokio::test]
async fn m3_a_mail_that_was_given_up_is_sent_again_when_told_so() {
    let world = World::new();
    given_up(&world, &Person::NANCY).await;
    given_up(&world, &Person::MAX).await;
    let only = world.portal.dead_mails(None, 1).await.expect("no fault").0[0].job;
    assert_eq!(world.portal.retry_dead_mails(Some(only)).await.expect("no fault").queued, 1);
    let first = world.mail("Din bruger er oprettet").await;
    assert_eq!(dead(&world).await, 1);
    assert_eq!(world.portal.retry_dead_mails(Some(only)).await.expect("no fault").queued, 0, "it is dead no more");
    assert_eq!(world.portal.retry_dead_mails(None).await.expect("no fault").queued, 1);
    let second = world.mail("Din bruger er oprettet").await;
    assert_ne!(first.to, second.to);
    assert_eq!(dead(&world).await, 0);
}

#[tokio::test]
async fn m3_a_revived_mail_is_tried_for_another_day() {
    let world = World::new();
    given_up(&world, &Person::NANCY).await;
    world.wait(100 * HOUR);
    world.portal.retry_dead_mails(None).await.expect("no fault");
    world.mailer.fail_next(MailFailure::Temporary("451".to_owned()));
    world.work().await;
    assert_eq!((world.mailer.unread(), dead(&world).await), (0, 0));
    world.wait(2 * MINUTE);
    world.mail("Din bruger er oprettet").await;
}

#[tokio::test]
async fn l3_a_code_that_is_over_is_never_sent_again() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    world.mailer.fail_next(MailFailure::Permanent("550".to_owned()));
    let browser = world.browser(AUTOMATIC);
    browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    world.work().await;
    world.wait(11 * MINUTE);
    let retried = world.portal.retry_dead_mails(None).await.expect("no fault");
    assert_eq!((retried.queued, retried.over), (0, 1));
    world.work().await;
    assert_eq!((world.mailer.unread(), dead(&world).await), (0, 1));
}

#[tokio::test]
async fn m3_a_mail_that_was_given_up_is_forgotten_after_a_month_and_not_before() {
    let world = World::new();
    given_up(&world, &Person::NANCY).await;
    world.wait(29 * 24 * HOUR);
    given_up(&world, &Person::MAX).await;
    assert_eq!(world.portal.forget_dead_mails().await.expect("no fault"), 0);
    world.wait(24 * HOUR);
    assert_eq!(world.portal.forget_dead_mails().await.expect("no fault"), 1);
    assert_eq!(dead(&world).await, 1, "the younger one stays");
}
