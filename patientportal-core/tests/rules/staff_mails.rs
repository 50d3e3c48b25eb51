//! Which mails went to a person, waited, or failed, as staff see it: S1, M3, I7.

use std::time::Duration;

use patientportal_core::account::{MembershipCommand, Rights};
use patientportal_core::audit::{AuditEvent, MailTopic};
use patientportal_core::ids::AccountId;
use patientportal_core::moment::Timestamp;
use patientportal_core::portal::MailState;
use patientportal_core::ports::MailFailure;
use patientportal_core::refusal::Refusal;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, NEIGHBOUR, OFF, World, refusal};

use crate::approval::asked;
use crate::{HOUR, MINUTE};

#[tokio::test]
async fn s1_staff_see_which_mails_wait_went_and_failed_and_when() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    let received = world.portal.now();
    assert_eq!(mails(&world, APPROVAL, account).await, [(MailTopic::Request, MailState::Delivered, received)]);

    world.wait(HOUR);
    decide(&world, account, MembershipCommand::Approve(Rights::default())).await;
    let approved = world.portal.now();
    let waiting = |attempts, at| (MailTopic::Request, MailState::Waiting { attempts }, at);
    assert_eq!(mails(&world, APPROVAL, account).await[0], waiting(0, approved));
    world.mailer.fail_next(MailFailure::Temporary("busy".to_owned()));
    world.work().await;
    assert_eq!(mails(&world, APPROVAL, account).await[0], waiting(1, approved + MINUTE));
    world.wait(MINUTE);
    world.mail("Din anmodning er godkendt").await;

    world.wait(HOUR);
    decide(&world, account, MembershipCommand::Suspend).await;
    world.mailer.fail_next(MailFailure::Permanent("no such mailbox".to_owned()));
    world.work().await;
    let all = mails(&world, APPROVAL, account).await;
    let expected = [
        (MailTopic::Membership, MailState::GivenUp, world.portal.now()),
        (MailTopic::Request, MailState::Delivered, approved + MINUTE),
        (MailTopic::Request, MailState::Delivered, received),
    ];
    assert_eq!(all, expected);
}

#[tokio::test]
async fn s1_a_mail_that_nobody_took_for_a_day_is_one_that_failed() {
    let world = World::new();
    let (account, _) = world.invited(&Person::NANCY, OFF).await;
    world.wait(HOUR);
    refusal(world.portal.resend_activation(&world.staff(OFF), account).await).expect("queued");
    world.wait(Duration::from_secs(24 * 3600));
    world.work().await;
    let all = mails(&world, OFF, account).await;
    assert_eq!(all[0], (MailTopic::ActivationLink, MailState::GivenUp, world.portal.now()));
    assert_eq!(all.len(), 2);
}

#[tokio::test]
async fn s1_mails_about_another_clinic_are_that_clinics() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let account = principal.account();
    refusal(world.portal.join(&principal, world.clinic(NEIGHBOUR)).await).expect("joined");
    let staff = world.staff(NEIGHBOUR);
    refusal(world.portal.decide_membership(&staff, account, MembershipCommand::Suspend, "").await).expect("suspended");
    assert_eq!(topics(&world, AUTOMATIC, account).await, [MailTopic::Account], "while it waits");
    world.mail("Din adgang er lukket for nu").await;
    assert_eq!(topics(&world, AUTOMATIC, account).await, [MailTopic::Account]);
    assert_eq!(topics(&world, NEIGHBOUR, account).await, [MailTopic::Membership]);
    let stranger = world.portal.member_mails(&world.staff(APPROVAL), account, None).await;
    assert_eq!(refusal(stranger).err(), Some(Refusal::NoSuchMember));
}

#[tokio::test]
async fn i7_what_is_kept_of_a_mail_is_which_it_was_and_nothing_of_whom_or_what_it_told() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    let trail = world.portal.member_trail(&world.administrator(APPROVAL), account, None).await.expect("read");
    let entry = trail.entries.iter().find(|entry| entry.record.event == AuditEvent::MailDelivered).expect("kept");
    let kept = minicbor::to_vec(&entry.record).expect("encoded");
    assert_eq!(entry.record.mail, Some(MailTopic::Request));
    assert!(kept.len() < 16, "an actor, an event, a key and a topic: {kept:?}");
}

async fn decide(world: &World, account: AccountId, command: MembershipCommand) {
    refusal(world.portal.decide_membership(&world.staff(APPROVAL), account, command, "").await).expect("decided");
}

/// Which mail, what became of it, and when.
type Seen = (MailTopic, MailState, Timestamp);

async fn mails(world: &World, slug: &str, account: AccountId) -> Vec<Seen> {
    let (mut mails, mut after) = (Vec::new(), None);
    loop {
        let page = world.portal.member_mails(&world.staff(slug), account, after).await.expect("shown");
        mails.extend(page.mails.iter().map(|mail| (mail.topic, mail.state, mail.at)));
        after = page.next;
        if after.is_none() {
            return mails;
        }
    }
}

async fn topics(world: &World, slug: &str, account: AccountId) -> Vec<MailTopic> {
    mails(world, slug, account).await.iter().map(|(topic, ..)| *topic).collect()
}
