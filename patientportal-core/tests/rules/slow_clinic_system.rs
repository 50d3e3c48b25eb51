//! A clinic's system that answers when the test lets it: for what happens while it is being asked or told.

use std::sync::Arc;

use async_trait::async_trait;
use patientportal_core::account::Contact;
use patientportal_core::fault::Fault;
use patientportal_core::ids::ClinicId;
use patientportal_core::portal::Portal;
use patientportal_core::ports::{ClinicPatient, ClinicSystem};
use patientportal_core::value::Cpr;
use patientportal_testkit::clinic_system::ClinicCall;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World, contact, refusal};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::SECOND;
use crate::contact::{MOBILE, keeping, step};

struct SlowClinicSystem {
    system: Arc<dyn ClinicSystem>,
    come: Semaphore,
    may_answer: Semaphore,
}

impl SlowClinicSystem {
    fn before(system: Arc<dyn ClinicSystem>) -> Arc<Self> {
        Arc::new(Self { system, come: Semaphore::new(0), may_answer: Semaphore::new(0) })
    }

    async fn call_has_come(&self) {
        self.come.acquire().await.expect("open").forget();
    }

    async fn wait(&self) {
        self.come.add_permits(1);
        self.may_answer.acquire().await.expect("open").forget();
    }
}

#[async_trait]
impl ClinicSystem for SlowClinicSystem {
    async fn patient(&self, clinic: ClinicId, cpr: &Cpr) -> Result<Option<ClinicPatient>, Fault> {
        self.wait().await;
        self.system.patient(clinic, cpr).await
    }

    async fn update(&self, clinic: ClinicId, cpr: &Cpr, contact: &Contact) -> Result<(), Fault> {
        self.wait().await;
        self.system.update(clinic, cpr, contact).await
    }

    async fn left(&self, clinic: ClinicId, cpr: &Cpr) -> Result<(), Fault> {
        self.system.left(clinic, cpr).await
    }
}

/// A worker beside the others, until there is nothing to do.
fn worker(portal: &Portal) -> JoinHandle<()> {
    let portal = portal.clone();
    tokio::spawn(async move { while portal.work(1).await.expect("the store works") > 0 {} })
}

#[tokio::test]
async fn k1_a_system_that_hangs_keeps_neither_logins_nor_mails_waiting() {
    let world = World::new().with_clinic_systems();
    let slow = SlowClinicSystem::before(world.clinic_system.clone());
    let node = world.another_node(|ports, _| ports.clinic_system = slow.clone());
    let persons = [Person::NANCY, Person::MAX, Person::KIRSTEN, Person::SIXTEEN];
    let mut workers = Vec::new();
    for person in &persons {
        node.browser(AUTOMATIC).register(person).await;
    }
    for _ in 0..2 {
        workers.push(worker(&node.portal));
        slow.call_has_come().await;
    }
    // Two questions hang; a third worker has its hands free, whatever is asked besides.
    let third = worker(&node.portal);
    third.await.expect("it comes to an end");
    for _ in &persons {
        world.mailer.read().expect("every mail has gone");
    }
    let mut browser = node.browser(AUTOMATIC);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    worker(&node.portal).await.expect("it comes to an end");
    let mail = world.mailer.read().expect("the code has gone");
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
    let code = mail.text.lines().find(is_code).expect("a code").to_owned();
    browser.submit_code(&page, &code).await.expect("logged in");
    slow.may_answer.add_permits(Semaphore::MAX_PERMITS / 2);
    for worker in workers {
        worker.await.expect("done");
    }
}

#[tokio::test]
async fn a7_the_news_that_somebody_left_takes_its_turn_like_all_that_is_said_to_a_clinics_system() {
    let world = World::new().with_clinic_systems();
    let nancy = world.registered(&Person::NANCY, AUTOMATIC).await;
    world.clinic_system.take_calls();
    let slow = SlowClinicSystem::before(world.clinic_system.clone());
    let node = world.another_node(|ports, _| ports.clinic_system = slow.clone());
    let mut workers = Vec::new();
    for person in [Person::MAX, Person::KIRSTEN] {
        node.browser(AUTOMATIC).register(&person).await;
        workers.push(worker(&node.portal));
        slow.call_has_come().await;
    }
    let principal = nancy.led_to(&node).principal().await.expect("logged in");
    refusal(node.portal.leave_clinic(&principal, nancy.to.clinic).await).expect("left");
    worker(&node.portal).await.expect("it comes to an end");
    assert_eq!(world.clinic_system.take_calls(), [], "two are talking already");
    slow.may_answer.add_permits(Semaphore::MAX_PERMITS / 2);
    for worker in workers {
        worker.await.expect("done");
    }
    world.wait(2 * SECOND);
    node.work().await;
    let told = world.clinic_system.take_calls();
    assert!(told.iter().any(|call| matches!(call, ClinicCall::Left(..))), "{told:?}");
    for subject in ["Din bruger er oprettet", "Din bruger er oprettet", "Din adgang er ophørt"] {
        world.mail(subject).await;
    }
}

#[tokio::test]
async fn k1_what_is_changed_while_the_clinic_is_told_is_told_too() {
    let world = World::new().with_clinic_systems();
    world.clinic_holds(AUTOMATIC, &Person::NANCY, "old@example.dk", "");
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    assert!(step(&world, &browser, AUTOMATIC).await.is_some());
    let slow = SlowClinicSystem::before(world.clinic_system.clone());
    let node = world.another_node(|ports, _| ports.clinic_system = slow.clone());
    let browser = browser.led_to(&node);
    browser.confirm_contact(&keeping(&Person::NANCY, MOBILE)).await.expect("confirmed");
    let telling = worker(&node.portal);
    slow.call_has_come().await;
    // By the other node, whose word arrives first.
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.change_mobile(&principal, browser.to.clinic, "20 99 88 77").await).expect("changed");
    world.work().await;
    let latest = Some(contact(Person::NANCY.email, "20998877"));
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), latest);
    slow.may_answer.add_permits(Semaphore::MAX_PERMITS / 2);
    telling.await.expect("told");
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), latest, "the last word is today's");
}
