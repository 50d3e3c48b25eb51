//! A backup that is taken while everybody makes their journeys, put in the place of a database that was lost: whoever was
//! told of an account before it began has that account.

use patientportal_tests::journey::is_logged_in;
use patientportal_tests::{Installation, ServerProcess, Visitor};

use crate::journeys::{Journeys, portal, two_halves};

#[tokio::test(flavor = "multi_thread")]
async fn i8_a_backup_under_load_restores_to_a_portal_that_knows_everybody() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let (early, late) = two_halves();
    for patient in &early {
        let page = Visitor::at(&installation).register(patient).await.unwrap();
        assert!(is_logged_in(&page, patient), "{}", page.words());
    }

    let load = Journeys::of(&installation, &early, late);
    load.go_on(early.len()).await;
    let backup = installation.folder.path().join("backup.db").display().to_string();
    let backed_up = portal(&installation, "backup", &["--to", &backup]).await;
    assert!(backed_up.status.success(), "{backed_up:?}");
    assert!(backed_up.stdout.contains("The master keys are not in it"), "{backed_up:?}");
    let again = portal(&installation, "backup", &["--to", &backup]).await;
    assert!(again.stderr.contains("there is a file already; --force replaces it"), "{again:?}");
    let refused = portal(&installation, "restore", &["--from", &backup]).await;
    assert!(refused.stderr.contains("the database is in use: stop every server that uses it first"), "{refused:?}");
    load.go_on(2).await;
    load.end().await;
    let server = server.stop().await;
    assert!(!server.stderr.contains("\"level\":\"ERROR\""), "{}", server.stderr);

    std::fs::remove_file(installation.database()).unwrap();
    let restored = portal(&installation, "restore", &["--from", &backup]).await;
    assert!(restored.status.success(), "{restored:?}");
    let server = ServerProcess::start(&installation).await;
    for patient in &early {
        let page = Visitor::at(&installation).log_in_with_code(patient).await.unwrap();
        assert!(is_logged_in(&page, patient), "{}: {}", patient.email, page.words());
    }
    server.stop().await;
    let verified = portal(&installation, "audit verify", &[]).await;
    assert!(verified.status.success(), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn i7_a_backup_is_restored_beside_its_own_keys_only() {
    let (one, other) = (Installation::new().await, Installation::new().await);
    for installation in [&one, &other] {
        ServerProcess::start(installation).await.stop().await;
    }
    let backup = one.folder.path().join("backup.db").display().to_string();
    assert!(portal(&one, "backup", &["--to", &backup]).await.status.success());
    let before = std::fs::read(other.database()).unwrap();
    let refused = portal(&other, "restore", &["--from", &backup]).await;
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(
        refused.stderr.contains("the key with id 1 is another one than the database was written with"),
        "{refused:?}"
    );
    assert_eq!(std::fs::read(other.database()).unwrap(), before);

    let restored = portal(&one, "restore", &["--from", &backup]).await;
    assert!(restored.stdout.contains("What was there is kept as "), "{restored:?}");
    ServerProcess::start(&one).await.stop().await;
}
