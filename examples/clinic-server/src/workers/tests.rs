//! The queue is looked at once a second by a node that has nothing to do, and what is in it waits for no slow mail.

use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use patientportal_core::ports::{MailFailure, Mailer, Message};
use patientportal_testkit::mailer::RecordingMailer;
use patientportal_testkit::memory::{Call, MemoryStore};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use super::*;

/// The first mail is never taken.
struct StuckOnce {
    stuck: AtomicBool,
    rest: Arc<RecordingMailer>,
}

#[async_trait]
impl Mailer for StuckOnce {
    async fn send(&self, message: &Message) -> Result<(), MailFailure> {
        if !self.stuck.swap(true, Ordering::SeqCst) {
            return pending().await;
        }
        self.rest.send(message).await
    }
}

#[tokio::test(start_paused = true)]
async fn m3_of_the_workers_that_have_nothing_to_do_one_looks_every_second() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    let (_stop, stopped) = watch::channel(false);
    let _jobs = start_jobs(&world.portal, &Arc::default(), &stopped);
    let looks = || store.calls().into_iter().filter(|call| *call == Call::Lease).count();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(looks(), MAIL_WORKERS, "each at its start");
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(looks(), MAIL_WORKERS + 20, "and then one of them");
}

#[tokio::test(start_paused = true)]
async fn m3_a_mail_that_another_node_queued_waits_a_second_and_for_no_slow_mail() {
    let world = World::new();
    let node = world.another_node(|ports, _| {
        ports.mailer = Arc::new(StuckOnce { stuck: AtomicBool::new(false), rest: world.mailer.clone() });
    });
    let (_stop, stopped) = watch::channel(false);
    let _jobs = start_jobs(&node.portal, &Arc::default(), &stopped);
    // Nobody here is woken by these.
    for person in [Person::NANCY, Person::MAX, Person::KIRSTEN] {
        world.browser(AUTOMATIC).register(&person).await;
    }
    tokio::time::sleep(LOOK_AGAIN * 2).await;
    let told: Vec<_> = std::iter::from_fn(|| world.mailer.read()).map(|mail| mail.to).collect();
    assert_eq!(told.len(), 2, "all but the one that is under way: {told:?}");
}
