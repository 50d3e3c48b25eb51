//! The journey with parts that we did not write: npm's `oidc-provider` as the broker, aiosmtpd as the mail server, and no
//! simulator anywhere. And what becomes of mails that such a server does not take.

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::ids::KeyId;
use patientportal_core::portal::{Portal, Ports, Settings};
use patientportal_core::ports::{NoClinicSystem, NoCustodyRegistry, NoStaffIdentityProvider};
use patientportal_core::sealing::{KeyRing, MasterKey};
use patientportal_testkit::clock::FixedEntropy;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};
use patientportal_tests::installation::{CLIENT_ID, CLIENT_SECRET, FAST, free_port};
use patientportal_tests::journey::is_logged_in;
use patientportal_tests::mailbox::CREATED_SUBJECT;
use patientportal_tests::peer::{Peer, tool};
use patientportal_tests::server::run;
use patientportal_tests::waiting::until;
use patientportal_tests::{Installation, Patient, ServerProcess, Visitor};
use tokio::process::Command;

use crate::smtp_peer::SmtpPeer;
use crate::whole_journey::travel;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node and python: run cargo xtask test"]
async fn journey_with_foreign_parts() {
    let (installation, _broker, post) = foreign().await;
    let checked = run(&["check", "--config", installation.config().to_str().unwrap()]).await;
    assert!(checked.status.success() && checked.stdout.matches("is reached").count() == 2, "{checked:?}");
    let server = ServerProcess::start(&installation).await;
    let mut visitor = Visitor::at(&installation).reading(post.mailbox());
    travel(&mut visitor, &Patient::named("nancy")).await;
    let hosts = visitor.client.visited.iter().filter_map(|url| url.host_str());
    assert!(hosts.clone().any(|host| host == "localhost"), "MitID was somewhere else: {:?}", hosts.collect::<Vec<_>>());
    server.stop().await;
    assert!(!installation.folder.path().join("outbox").exists(), "all mail went to the mail server");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node and python: run cargo xtask test"]
async fn l1_breaking_off_at_a_foreign_provider_leads_back_to_the_filled_form() {
    let (installation, _broker, _post) = foreign().await;
    let server = ServerProcess::start(&installation).await;
    let (mut visitor, patient) = (Visitor::at(&installation), Patient::named("max"));
    let front = visitor.front().await.unwrap();
    let form = visitor.client.open(front.link("Opret ny bruger").unwrap()).await.unwrap();
    let departure = visitor.client.submit(patientportal_tests::journey::registration(&form, &patient)).await.unwrap();
    let provider = visitor.client.open(departure.link("Fortsæt til MitID").unwrap()).await.unwrap();
    let abort = provider.form("Afbryd").press("Afbryd");
    let page = visitor.client.submit(abort).await.unwrap();
    let form = page.form("Opret bruger");
    assert_eq!(
        (form.value("fornavn"), form.value("email")),
        (Some(patient.first_name.as_str()), Some(patient.email.as_str()))
    );
    assert_eq!(form.value("adgangskode"), Some(""), "a password is never kept on a page");
    assert!(visitor.session().is_none());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node and python: run cargo xtask test"]
async fn m3_a_refused_mail_is_kept_as_dead_and_shown() {
    let (installation, _broker, post) = foreign().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("kirsten").with_email("refuse-kirsten@patient.example");
    let mut visitor = Visitor::at(&installation).reading(post.mailbox());
    assert!(is_logged_in(&visitor.register(&patient).await.unwrap(), &patient), "a mail that fails closes no door");
    let config = installation.config();
    let listed = until("the mail to be given up", async || {
        let listed = run(&["mail", "dead", "--config", config.to_str().unwrap()]).await;
        assert!(listed.status.success(), "{listed:?}");
        listed.stdout.contains("1 given up").then_some(listed.stdout)
    });
    let listed = listed.await;
    assert!(listed.contains("1 tries") && !listed.contains("kirsten"), "{listed}");
    assert!(
        !server.logs().contains("patient.example"),
        "I7: the server's words, with the address in them, are not logged"
    );
    server.stop().await;
    assert!(post.mailbox().deliveries().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node and python: run cargo xtask test"]
async fn m3_a_connection_that_drops_holds_up_nobody_else() {
    let (installation, _broker, mut post) = foreign().await;
    let server = ServerProcess::start(&installation).await;
    let unlucky = Patient::named("anders").with_email("drop-anders@patient.example");
    let mut visitor = Visitor::at(&installation).reading(post.mailbox());
    assert!(is_logged_in(&visitor.register(&unlucky).await.unwrap(), &unlucky));
    post.process.line_with("drop ").await;
    let (next, mut other) = (Patient::named("bo"), Visitor::at(&installation).reading(post.mailbox()));
    assert!(is_logged_in(&other.register(&next).await.unwrap(), &next));
    other.mailbox.next(&next.email, CREATED_SUBJECT, &[]).await;
    other.client.jar.clear();
    assert!(is_logged_in(&other.log_in_with_code(&next).await.unwrap(), &next));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs python: run cargo xtask test"]
async fn m3_what_was_not_taken_comes_again_a_minute_later_under_one_id() {
    let mut post = SmtpPeer::start().await;
    let world = World::new();
    let portal = portal_mailing_by(&world, &post);
    let (mut greylisted, mut dropped) = (Person::NANCY, Person::MAX);
    (greylisted.email, dropped.email) = ("retry-nancy@example.dk", "drop-max@example.dk");
    for person in [greylisted, dropped] {
        world.browser(AUTOMATIC).register(&person).await;
    }
    work(&portal).await;
    post.process.line_with("drop ").await;
    let subjects = |post: &SmtpPeer| post.mailbox().deliveries().len();
    assert_eq!(subjects(&post), 1, "one was turned away, the other taken without a word");

    world.wait(Duration::from_secs(59));
    work(&portal).await;
    assert_eq!(subjects(&post), 1, "not before its time");

    world.wait(Duration::from_secs(1));
    work(&portal).await;
    let delivered = post.mailbox().deliveries();
    let to_max: Vec<_> = delivered.iter().filter(|mail| mail.to == dropped.email).collect();
    assert_eq!((delivered.len(), to_max.len()), (3, 2), "{delivered:?}");
    assert_eq!(to_max[0].id, to_max[1].id, "a second delivery has the first one's Message-ID");
    assert_eq!(post.mailbox().of(greylisted.email, CREATED_SUBJECT).len(), 1);
    assert_eq!(post.mailbox().mails().len(), 2, "one Message-ID is one mail");

    world.wait(Duration::from_secs(3600));
    work(&portal).await;
    assert_eq!(subjects(&post), 3, "what was taken does not come again");
    assert!(portal.dead_mails(None, 10).await.unwrap().0.is_empty());
}

/// Files for a server whose MitID and mail are not ours, and those two.
async fn foreign() -> (Installation, Peer, SmtpPeer) {
    let installation = Installation::bare();
    let port = free_port();
    let mut node = Command::new("node");
    node.arg("op.mjs").current_dir(tool("tests/peers/oidc-provider"));
    node.args([port.to_string(), installation.url("/mitid/retur"), installation.url("/logget-ud")]);
    node.args([CLIENT_ID, CLIENT_SECRET]);
    let (broker, issuer) = Peer::start(node).await;
    let post = SmtpPeer::start().await;
    let mitid = format!(
        "issuer = \"{issuer}\"\nclient_id = \"{CLIENT_ID}\"\nclient_secret = \"{CLIENT_SECRET}\"\nbroker = \"custom\"\n{CLAIMS}"
    );
    installation.configure(&mitid, &post.config(), FAST);
    (installation, broker, post)
}

/// A portal over the same files of the same world, which mails through the foreign server: a worker's fresh start.
fn portal_mailing_by(world: &World, post: &SmtpPeer) -> Portal {
    let ports = Ports {
        store: world.store.clone(),
        hasher: world.hasher.clone(),
        identity: world.identity.clone(),
        mailer: Arc::new(post.mailer()),
        custody: Arc::new(NoCustodyRegistry),
        clinic_system: Arc::new(NoClinicSystem),
        staff: Arc::new(NoStaffIdentityProvider),
        clock: world.clock.clone(),
        entropy: Arc::new(FixedEntropy::from_seed(2)),
    };
    let settings = Settings {
        keys: KeyRing::new(MasterKey::new(KeyId(1), [1; 32]), []).unwrap(),
        clinics: world.portal.clinics().clone(),
        policy: world.portal.policy().clone(),
        public_url: world.portal.public_url().to_owned(),
    };
    Portal::new(ports, settings, || {})
}

async fn work(portal: &Portal) {
    while portal.work(8).await.unwrap() > 0 {}
}

/// How the peer speaks, as an operator would write it down.
const CLAIMS: &str = r#"[mitid.claims]
scopes = ["ssn"]
parameters = { acr_values = "urn:grn:authn:dk:mitid:substantial" }
cpr = { claim = { from = "id_token", names = ["cprNumberIdentifier"] } }
subject = { from = "id_token", names = ["uuid"] }
name = { from = "id_token", names = ["name"] }
assurance = { from = "id_token", names = ["loA"] }
assurance_values = { low = "low", substantial = "substantial", high = "high" }
private = [{ claim = { from = "id_token", names = ["identityscheme"] }, accepted = ["dkmitid"] }]
logout = "without_id_token"
"#;
