//! Jobs in hand, over several nodes: M3.

use std::sync::Arc;

use async_trait::async_trait;
use patientportal_core::audit::{AuditEvent, AuditRecord};
use patientportal_core::fault::Fault;
use patientportal_core::ports::{MailFailure, Mailer, Message};
use patientportal_core::store::transfer::{CopySource, Row, Table};
use patientportal_testkit::mailer::RecordingMailer;
use patientportal_testkit::memory::{Call, MemoryStore};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::{MINUTE, SECOND};

const WELCOME: &str = "Din bruger er oprettet";

/// A mail server that takes its time: a mail is on its way until the test lets it arrive.
struct SlowMailer {
    begun: Semaphore,
    may_arrive: Semaphore,
    arrived: Arc<RecordingMailer>,
}

#[async_trait]
impl Mailer for SlowMailer {
    async fn send(&self, message: &Message) -> Result<(), MailFailure> {
        self.begun.add_permits(1);
        self.may_arrive.acquire().await.expect("open").forget();
        self.arrived.send(message).await
    }
}

type SlowDelivery = (World, Arc<SlowMailer>, JoinHandle<Result<usize, Fault>>);

/// A mail, and a node that is slow to deliver it.
async fn delivering_slowly(world: &World) -> SlowDelivery {
    world.browser(AUTOMATIC).register(&Person::NANCY).await;
    working_slowly(world).await
}

/// A node that is slow to deliver, with one mail in hand.
async fn working_slowly(world: &World) -> SlowDelivery {
    let (begun, may_arrive) = (Semaphore::new(0), Semaphore::new(0));
    let mailer = Arc::new(SlowMailer { begun, may_arrive, arrived: world.mailer.clone() });
    let node = world.another_node(|ports, _| ports.mailer = mailer.clone());
    let portal = node.portal.clone();
    let delivery = tokio::spawn(async move { portal.work(1).await });
    mailer.begun.acquire().await.expect("open").forget();
    (node, mailer, delivery)
}

#[tokio::test]
async fn m3_a_slow_delivery_is_nobody_elses_while_its_own_node_keeps_house() {
    let world = World::new();
    let (node, mailer, delivery) = delivering_slowly(&world).await;
    for _ in 0..30 {
        world.wait(29 * SECOND);
        node.portal.keep_house().await.expect("no fault");
        world.portal.keep_house().await.expect("no fault");
        assert_eq!(world.portal.work(16).await.expect("no fault"), 0);
    }
    mailer.may_arrive.add_permits(1);
    assert_eq!(delivery.await.expect("no panic").expect("no fault"), 1);
    world.wait(10 * MINUTE);
    world.mail(WELCOME).await;
    assert_eq!(world.portal.work(16).await.expect("no fault"), 0, "it is done");
}

#[tokio::test]
async fn m3_the_mail_of_a_node_that_died_is_delivered_by_another_when_the_lease_has_run_out_and_once() {
    let world = World::new();
    let (node, _mailer, delivery) = delivering_slowly(&world).await;
    world.wait(29 * SECOND);
    node.portal.keep_house().await.expect("no fault");
    delivery.abort();
    assert!(delivery.await.expect_err("dropped").is_cancelled());
    world.wait(2 * SECOND);
    node.portal.keep_house().await.expect("a delivery that was dropped is not held on to");
    world.wait(28 * SECOND);
    assert_eq!(world.portal.work(16).await.expect("no fault"), 0, "59 seconds");
    world.wait(SECOND);
    assert_eq!(world.portal.work(16).await.expect("no fault"), 1, "a minute");
    world.mail(WELCOME).await;
    world.wait(10 * MINUTE);
    assert_eq!(world.portal.work(16).await.expect("no fault"), 0);
}

#[tokio::test]
async fn m3_a_node_that_was_thought_dead_neither_takes_the_job_back_nor_has_it_done_a_third_time() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    let (node, mailer, delivery) = delivering_slowly(&world).await;
    world.wait(MINUTE);
    let (other, other_mailer, other_delivery) = working_slowly(&world).await;
    node.portal.keep_house().await.expect("it has lost the job, which is no fault");
    world.wait(31 * SECOND);
    other.portal.keep_house().await.expect("no fault");
    store.forget_calls();
    node.portal.keep_house().await.expect("no fault");
    assert_eq!(store.calls(), [Call::Purge], "what was lost is forgotten");
    mailer.may_arrive.add_permits(1);
    delivery.await.expect("no panic").expect("no fault");
    world.wait(31 * SECOND);
    assert_eq!(world.portal.work(16).await.expect("no fault"), 0, "it is the other's");
    other_mailer.may_arrive.add_permits(1);
    other_delivery.await.expect("no panic").expect("no fault");
    world.wait(10 * MINUTE);
    let (first, second) = (world.mail(WELCOME).await, world.mail(WELCOME).await);
    assert_eq!(first.id, second.id, "duplicates have one Message-ID");
    assert_eq!(world.portal.work(16).await.expect("no fault"), 0);
}

#[tokio::test]
async fn m3_a_lease_is_extended_when_half_of_it_has_passed_and_forgotten_when_the_job_is_done() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |policy| policy.job_lease = 10 * SECOND);
    let (node, mailer, delivery) = delivering_slowly(&world).await;
    let mut commits = Vec::new();
    for _ in 0..4 {
        world.wait(3 * SECOND);
        store.forget_calls();
        node.portal.keep_house().await.expect("no fault");
        commits.push(store.calls().into_iter().filter(|call| matches!(call, Call::Commit { .. })).collect::<Vec<_>>());
    }
    let extension = vec![Call::Commit { changes: vec!["finish"], audit: 0 }];
    assert_eq!(commits, [vec![], extension.clone(), vec![], extension]);
    mailer.may_arrive.add_permits(1);
    delivery.await.expect("no panic").expect("no fault");
    world.mail(WELCOME).await;
    world.wait(MINUTE);
    store.forget_calls();
    node.portal.keep_house().await.expect("no fault");
    assert_eq!(store.calls(), [Call::Purge]);
}

#[tokio::test]
async fn m3_a_lease_that_could_not_be_extended_is_extended_the_next_time() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    let (node, mailer, delivery) = delivering_slowly(&world).await;
    world.wait(40 * SECOND);
    store.fail_next_commit();
    assert!(node.portal.keep_house().await.is_err());
    assert_eq!(store.calls().last(), Some(&Call::Purge), "the rest is done all the same");
    world.wait(10 * SECOND);
    node.portal.keep_house().await.expect("no fault");
    world.wait(40 * SECOND);
    assert_eq!(world.portal.work(16).await.expect("no fault"), 0);
    mailer.may_arrive.add_permits(1);
    delivery.await.expect("no panic").expect("no fault");
    world.mail(WELCOME).await;
}

#[tokio::test]
async fn m3_a_mail_that_went_out_while_the_store_was_away_does_not_go_out_again() {
    let outages: [fn(&MemoryStore); 2] = [MemoryStore::fail_next_commit, MemoryStore::fail_next_commit_after_applying];
    for goes_away in outages {
        let store = Arc::new(MemoryStore::new());
        let world = World::with(store.clone(), |_| {});
        let (node, mailer, delivery) = delivering_slowly(&world).await;
        goes_away(&store);
        mailer.may_arrive.add_permits(1);
        delivery.await.expect("no panic").expect("the store fails for now");
        world.mail(WELCOME).await;
        world.wait(20 * SECOND);
        store.fail_next_commit();
        assert!(node.portal.work(1).await.is_err(), "it is still away");
        world.wait(20 * SECOND);
        assert_eq!(node.portal.work(1).await.expect("no fault"), 0);
        world.wait(10 * MINUTE);
        assert_eq!(world.portal.work(16).await.expect("no fault"), 0, "it is done");
        store.forget_calls();
        node.portal.keep_house().await.expect("no fault");
        assert_eq!(store.calls(), [Call::Purge], "and forgotten");
        assert_eq!(written(&store, AuditEvent::MailDelivered).await, 1, "and written down once (S1)");
    }
}

/// How often the audit trail says so.
async fn written(store: &MemoryStore, event: AuditEvent) -> usize {
    let rows = store.rows(Table::Audit, None, u32::MAX).await.expect("readable").rows;
    let records = rows.iter().filter_map(|row| match row {
        Row::Audit(entry, _) => minicbor::decode::<AuditRecord>(&entry.record).ok(),
        _ => None,
    });
    records.filter(|record| record.event == event).count()
}
