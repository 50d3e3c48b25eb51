//! A portal is moved from its file to a PostgreSQL: the copying is killed in the middle and gone on with, and afterwards
//! nobody notices but the operator.

use std::path::Path;
use std::process::{ExitStatus, Stdio};

use patientportal_core::ids::{CommandId, FlowId, Sealed};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::{Change, ChangeSet, FlowRecord, Store};
use patientportal_sqlite::{SqliteOptions, SqliteStore};
use patientportal_tests::journey::is_logged_in;
use patientportal_tests::mailbox::CREATED_SUBJECT;
use patientportal_tests::server::{binary, run};
use patientportal_tests::{Installation, Patient, ServerProcess, Visitor};
use postgres_server::PostgresServer;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_a_copy_that_was_killed_goes_on_and_the_portal_with_it() {
    let old = Installation::new().await;
    let server = ServerProcess::start(&old).await;
    let (patient, other) = (Patient::named("nancy"), Patient::named("max"));
    let mut visitor = Visitor::at(&old);
    let page = visitor.register(&patient).await.unwrap();
    assert!(is_logged_in(&page, &patient), "{}", page.words());
    visitor.mailbox.next(&patient.email, CREATED_SUBJECT, &[]).await;
    Visitor::at(&old).register(&other).await.unwrap();
    server.stop().await;
    add_flows(&old.database()).await;

    let database = PostgresServer::shared().new_database();
    let new = Installation::on_database(&database).await;
    std::fs::copy(old.folder.path().join("portal.keys"), new.folder.path().join("portal.keys")).unwrap();
    let arguments = copy_arguments(&old, &database);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (told, status) = copy_and_kill(&arguments, "sessions: ").await;
    assert!(!status.success(), "it was killed while flows were copied");
    assert_eq!(told[1], "accounts: 2 copied");

    let config = new.config().display().to_string();
    let refused = run(&["--config", &config]).await;
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(refused.stderr.contains("copied into the database only by half"), "{refused:?}");
    let resumed = run(&arguments).await;
    assert!(resumed.status.success(), "{resumed:?}");
    assert!(resumed.stdout.starts_with("master keys: 0 copied\naccounts: 0 copied\n"), "{resumed:?}");
    let verified = resumed.stdout.lines().find(|line| line.starts_with("verified")).unwrap();
    assert!(verified.contains(" 2 accounts, "), "{verified}");
    let again = run(&arguments).await;
    assert!(again.stderr.contains("the database holds a portal already"), "{again:?}");

    let server = ServerProcess::start(&new).await;
    let mut visitor = Visitor::new(visitor.client, new.mailbox(), new.url(""));
    let page = visitor.start().await.unwrap();
    assert!(is_logged_in(&page, &patient), "her session was moved: {}", page.words());
    let mut visitor = Visitor::at(&new);
    let page = visitor.log_in_with_code(&other).await.unwrap();
    assert!(is_logged_in(&page, &other), "{}", page.words());
    server.stop().await;
}

fn copy_arguments(from: &Installation, to: &str) -> [String; 7] {
    let keys = from.folder.path().join("portal.keys").display().to_string();
    let from = format!("sqlite:{}", from.database().display());
    ["copy".into(), "--from".into(), from, "--to".into(), to.into(), "--keys".into(), keys]
}

/// Runs a copy, kills it when it says a line that begins like this, and answers what it said.
async fn copy_and_kill(arguments: &[&str], line: &str) -> (Vec<String>, ExitStatus) {
    let mut command = Command::new(binary("clinic-server"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut copying = command.spawn().unwrap();
    let mut lines = BufReader::new(copying.stdout.take().unwrap()).lines();
    let mut told = Vec::new();
    while let Some(next) = lines.next_line().await.unwrap() {
        told.push(next);
        if told.last().is_some_and(|last| last.starts_with(line)) {
            copying.start_kill().unwrap();
        }
    }
    (told, copying.wait().await.unwrap())
}

/// So many that copying them takes a while.
async fn add_flows(database: &Path) {
    let store = SqliteStore::open(database, SqliteOptions::default()).unwrap();
    for set in 0..SETS {
        let flows = (0..FLOWS_A_SET).map(|number| {
            let id = FlowId(u128::from(set * FLOWS_A_SET + number).wrapping_mul(SPREAD).to_be_bytes());
            let to = FlowRecord { id, expires: FAR, consumed: true, body: Sealed(vec![0; 300]) };
            Change::Flow { expect: None, to: Box::new(to) }
        });
        let set = ChangeSet::new(CommandId(set + 1), Timestamp(0), flows.collect(), vec![]);
        store.commit(&set).await.unwrap();
    }
}

const SETS: u64 = 30;
const FLOWS_A_SET: u64 = 1000;
/// So that ids lie where random ones would.
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
const FAR: Timestamp = Timestamp(i64::MAX / 2);
