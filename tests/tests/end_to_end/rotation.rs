//! The master key is rotated while everybody makes their journeys: nobody's fails, the old key is not dropped too early,
//! and when it is, everybody is found under the new one.

use patientportal_core::moment::Timestamp;
use patientportal_core::store::Store;
use patientportal_sqlite::{SqliteOptions, SqliteStore};
use patientportal_tests::journey::is_logged_in;
use patientportal_tests::{Installation, ServerProcess, Visitor};

use crate::journeys::{Journeys, portal, two_halves};

#[tokio::test(flavor = "multi_thread")]
async fn i7_the_master_key_is_rotated_under_load_and_no_journey_fails() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let (early, late) = two_halves();
    for patient in &early {
        Visitor::at(&installation).register(patient).await.unwrap();
    }
    let journeys = Journeys::of(&installation, &early, late);
    let too_early = portal(&installation, "keys use", &["--id", "2"]).await;
    assert!(too_early.stderr.contains("there is no key 2 in the file of keys"), "{too_early:?}");
    said(&installation, "keys add", &[], "key 2 is at the end of").await;
    let too_early = portal(&installation, "keys use", &["--id", "2"]).await;
    assert!(too_early.stderr.contains("no server has been started with key 2 yet"), "{too_early:?}");
    let server = started_anew(server, &installation).await;
    said(&installation, "keys use", &["--id", "2"], "key 2 is the first of").await;
    let server = started_anew(server, &installation).await;
    journeys.go_on(early.len()).await;
    let too_early = portal(&installation, "keys drop", &["--id", "1"]).await;
    assert!(too_early.stderr.contains("key 1 is still needed ("), "{too_early:?}");
    said(&installation, "keys rewrap", &[], "key 1: still: 0 accounts, 0 jobs, ").await;
    journeys.go_on(early.len()).await;
    assert!(journeys.end().await >= 2 * early.len());

    server.stop().await;
    let store = SqliteStore::open(installation.database(), SqliteOptions::default()).unwrap();
    store.purge(LATER, u32::MAX).await.unwrap();
    drop(store);
    let server = ServerProcess::start(&installation).await;
    said(&installation, "keys drop", &["--id", "1"], "key 1 is dropped from").await;
    let server = started_anew(server, &installation).await;
    said(&installation, "keys rewrap", &[], "everything is under key 2").await;
    let listed = portal(&installation, "keys list", &[]).await;
    let dropped = listed.stdout.lines().find(|line| line.starts_with("key 1: dropped")).unwrap_or_default();
    assert!(dropped.ends_with("0 accounts, 0 jobs, 0 open flows, 0 open sessions, 0 indexes"), "{listed:?}");
    for patient in &early {
        let page = Visitor::at(&installation).log_in_with_code(patient).await.unwrap();
        assert!(is_logged_in(&page, patient), "{}: {}", patient.email, page.words());
        let page = Visitor::at(&installation).log_in_with_mitid(patient).await.unwrap();
        assert!(is_logged_in(&page, patient), "{}: {}", patient.email, page.words());
    }
    let ended = server.stop().await;
    assert!(!ended.stderr.contains("\"level\":\"ERROR\""), "{}", ended.stderr);
}

async fn started_anew(server: ServerProcess, installation: &Installation) -> ServerProcess {
    server.stop().await;
    ServerProcess::start(installation).await
}

async fn said(installation: &Installation, command: &str, options: &[&str], words: &str) {
    let ended = portal(installation, command, options).await;
    assert!(ended.status.success() && ended.stdout.contains(words), "{command}: {ended:?}");
}

/// When every flow and session is over.
const LATER: Timestamp = Timestamp(i64::MAX / 2);
