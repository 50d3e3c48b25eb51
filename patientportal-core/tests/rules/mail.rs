//! Mail: M1, M2, M3.

use patientportal_core::language::Language;
use patientportal_core::ports::MailFailure;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::{HOUR, MINUTE};

#[tokio::test]
async fn m3_a_mail_that_fails_for_now_is_tried_again_after_one_two_four_minutes() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    for _ in 0..3 {
        world.mailer.fail_next(MailFailure::Temporary("451".to_owned()));
    }
    browser.register(&Person::NANCY).await;
    let mut ids = Vec::new();
    for minutes in [1, 2, 4] {
        world.work().await;
        assert_eq!(world.mailer.unread(), 0);
        world.wait(minutes * MINUTE);
    }
    ids.push(world.mail("Din bruger er oprettet").await.id);
    assert!(ids.iter().all(|id| id.ends_with("@portal.example.dk")));
}

#[tokio::test]
async fn m3_a_mail_that_never_goes_is_given_up_and_seen() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    world.mailer.fail_next(MailFailure::Permanent("550".to_owned()));
    browser.register(&Person::NANCY).await;
    world.work().await;
    let (dead, next) = world.portal.dead_mails(None, 10).await.expect("no fault");
    assert_eq!((dead.len(), next), (1, None));
    assert_eq!(dead[0].attempts, 1);

    for _ in 0..40 {
        world.mailer.fail_next(MailFailure::Temporary("451".to_owned()));
    }
    world.browser(AUTOMATIC).register(&Person::MAX).await;
    for _ in 0..30 {
        world.work().await;
        world.wait(HOUR);
    }
    let (dead, _) = world.portal.dead_mails(None, 10).await.expect("no fault");
    assert_eq!(dead.len(), 2, "after a day");
}

#[tokio::test]
async fn m3_a_code_that_could_not_be_mailed_in_time_is_not_mailed_late() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let browser = world.browser(AUTOMATIC);
    browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    world.wait(10 * MINUTE);
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);
    assert_eq!(world.portal.dead_mails(None, 10).await.expect("no fault").0.len(), 1);
}

#[tokio::test]
async fn m2_no_mail_holds_a_number_a_name_or_a_slug_in_either_language() {
    let world = World::new();
    for (person, language) in [(Person::NANCY, Language::Danish), (Person::MAX, Language::English)] {
        let mut browser = world.browser(AUTOMATIC);
        browser.visitor.language = language;
        browser.register(&person).await;
        let mut messages = vec![world.next_mail().await];
        let page = browser.submit_password(person.cpr, person.password).await.expect("right");
        let code_mail = world.next_mail().await;
        let code = code_mail.text.lines().find(|line| line.len() == 6).expect("a code").to_owned();
        browser.submit_code(&page, &code).await.expect("right");
        browser.request_reset(person.cpr, person.email).await.expect("taken");
        messages.extend([code_mail, world.next_mail().await]);
        for message in messages {
            assert_eq!(message.language, language);
            for part in [&message.subject, &message.text, &message.html] {
                for secret in [person.cpr, &person.cpr.replace('-', ""), person.first_name, "Berggren", "/automatic"] {
                    assert!(!part.contains(secret), "{secret} in {part}");
                }
            }
            assert!(message.html.contains(&format!("lang=\"{}\"", language.tag())));
            assert!(message.text.contains("Lægehuset Automatik"));
        }
    }
}
