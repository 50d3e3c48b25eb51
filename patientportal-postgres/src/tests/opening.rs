//! Databases that are opened, and those that are refused with a sentence that says why.

use std::time::Duration;

use patientportal_core::store::Store;
use patientportal_core::store::transfer::{CopyTarget, Progress, Table};
use postgres_server::{PostgresConfig, PostgresServer};

use super::{Scratch, command, flow_id, options};
use crate::schema::VERSION;
use crate::{OpenError, PostgresOptions, PostgresStore};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn of_many_nodes_that_start_at_once_one_makes_the_schema() {
    let scratch = Scratch::new();
    let url = scratch.url.clone();
    let opening = (0..8).map(|_| {
        tokio::spawn({
            let url = url.clone();
            async move { PostgresStore::open(&url, options()).await }
        })
    });
    for (number, opening) in (1..).zip(opening.collect::<Vec<_>>()) {
        opening.await.unwrap().unwrap().commit(&command(number)).await.unwrap();
    }
    assert_eq!(scratch.sql("SELECT count(*), max(version) FROM migration"), format!("{VERSION}|{VERSION}"));
    // Of this database: other tests are migrating theirs on the same server.
    let held = "SELECT count(*) FROM pg_locks AS held JOIN pg_database AS here ON here.oid = held.database
        WHERE held.locktype = 'advisory' AND here.datname = current_database()";
    assert_eq!(scratch.sql(held), "0");
    assert!(scratch.store().await.flow(flow_id(8)).await.unwrap().is_some(), "and it is opened again");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn a_newer_schema_is_refused() {
    let scratch = Scratch::new();
    drop(scratch.store().await);
    scratch.sql("INSERT INTO migration (version, checksum) VALUES (99, '')");
    let refused = refusal(&scratch).await;
    assert!(matches!(refused, OpenError::Newer { found: 99, known: VERSION }), "{refused:?}");
    assert!(refused.to_string().contains("install the newer program"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn a_schema_made_by_other_steps_is_refused() {
    let scratch = Scratch::new();
    drop(scratch.store().await);
    scratch.sql("UPDATE migration SET checksum = 'x'");
    assert!(matches!(refusal(&scratch).await, OpenError::OtherHistory));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn another_programs_schema_is_refused_and_left_alone() {
    for table in ["letter (text TEXT)", "migration (id BIGINT)", "migration (version TEXT, checksum TEXT)"] {
        let scratch = Scratch::new();
        scratch.sql(&format!("CREATE SCHEMA patientportal; CREATE TABLE patientportal.{table}"));
        if table.contains("TEXT, ") {
            scratch.sql("INSERT INTO migration VALUES ('one', 'two')");
        }
        let refused = refusal(&scratch).await;
        assert!(matches!(refused, OpenError::OtherProgram), "{table}: {refused:?}");
        let tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'patientportal'";
        assert_eq!(scratch.sql(tables), "1");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn two_portals_share_a_database_in_two_schemas() {
    let scratch = Scratch::new();
    scratch.sql("CREATE SCHEMA second");
    let second = PostgresOptions { schema: "second".into(), ..options() };
    let (first, second) = (scratch.store().await, PostgresStore::open(&scratch.url, second).await.unwrap());
    first.commit(&command(1)).await.unwrap();
    assert!(second.flow(flow_id(1)).await.unwrap().is_none());
    second.commit(&command(1)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn a_user_who_may_not_make_tables_is_refused_and_one_who_may_only_use_them_is_not() {
    let scratch = Scratch::new();
    let user = format!("clerk_of_{}", scratch.database());
    scratch.sql(&format!("CREATE ROLE {user} LOGIN"));
    let url = scratch.url.replace("portal@", &format!("{user}@"));
    let refused = PostgresStore::open(&url, options()).await.err().unwrap();
    assert!(matches!(refused, OpenError::NotPermitted(_)), "{refused:?}");
    drop(scratch.store().await);
    scratch.sql(&format!(
        "GRANT USAGE ON SCHEMA patientportal TO {user};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA patientportal TO {user}"
    ));
    let store = PostgresStore::open(&url, options()).await.unwrap();
    store.commit(&command(1)).await.unwrap();
    store.ready().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_reached_or_makes_no_sense_is_refused() {
    let open = async |url: &str, options| PostgresStore::open(url, options).await.err().unwrap();
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = open(&format!("postgres://portal@{nobody}/x"), options()).await;
    assert!(matches!(refused, OpenError::Unreachable(_)), "{refused:?}");
    assert!(refused.to_string().contains("check that it runs"), "{refused}");
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hurry = PostgresOptions { connect_timeout: Duration::from_millis(50), ..options() };
    let refused = open(&format!("postgres://portal@{}/x", silent.local_addr().unwrap()), hurry).await;
    assert!(matches!(refused, OpenError::Unreachable(_)), "one who does not answer: {refused:?}");
    for schema in ["", "Portal", "pg_portal", "1portal", "portal\"; DROP", &"x".repeat(64)] {
        let refused = open("postgres://a@localhost/x", PostgresOptions { schema: schema.into(), ..options() }).await;
        assert!(matches!(refused, OpenError::BadOption(_)), "{schema}: {refused:?}");
    }
    let none = open("postgres://a@localhost/x", PostgresOptions { connections: 0, ..options() }).await;
    assert!(matches!(none, OpenError::BadOption(_)), "{none:?}");
    let roots = PostgresOptions { root_certificates: Some("none".into()), ..options() };
    let refused = open("postgres://a@localhost/x?sslmode=require", roots).await;
    assert!(matches!(refused, OpenError::RootCertificates), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i7_the_password_is_in_no_error_and_no_print() {
    let secret = "s3cret-and-æøå";
    let config = PostgresConfig { fsync: false, password: Some(secret.into()), ..PostgresConfig::default() };
    let server = PostgresServer::start(config);
    let right = PostgresOptions { password: Some(secret.into()), ..options() };
    assert!(!format!("{right:?}").contains("s3cret"), "{right:?}");
    let wrong = server.url().replace("s3cret", "s3cret-and-wrong");
    let nameless = server.url().replace(&server.url()["postgres://portal".len()..server.url().find('@').unwrap()], "");
    for url in [&wrong, &nameless, &server.url().replace("/postgres", "/s3cret")] {
        let refused = PostgresStore::open(url, options()).await.err().unwrap();
        let mut text = format!("{refused:?} {refused}");
        if let Some(source) = std::error::Error::source(&refused) {
            text.push_str(&source.to_string());
        }
        assert!(matches!(refused, OpenError::Refused(_)), "{text}");
        assert!(!text.contains("s3cret") || url.ends_with("/s3cret"), "{text}");
    }
    drop(PostgresStore::open(&nameless, right).await.unwrap());
    drop(PostgresStore::open(&server.url(), options()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn what_is_copied_by_half_opens_for_copying_only() {
    let scratch = Scratch::new();
    let target = PostgresStore::open_for_copy(&scratch.url, options()).await.unwrap();
    let refused = refusal(&scratch).await;
    assert!(matches!(refused, OpenError::HalfCopied), "{refused:?}");
    assert!(target.finish().await.is_err(), "no table is whole yet");
    assert!(matches!(refusal(&scratch).await, OpenError::HalfCopied));
    let target = PostgresStore::open_for_copy(&scratch.url, options()).await.unwrap();
    for table in Table::ALL {
        target.put(table, &[], &Progress::Done).await.unwrap();
    }
    target.finish().await.unwrap();
    scratch.store().await.commit(&command(1)).await.unwrap();
    let refused = PostgresStore::open_for_copy(&scratch.url, options()).await.err().unwrap();
    assert!(matches!(refused, OpenError::NotEmpty), "{refused:?}");
    assert!(target.put(Table::Keys, &[], &Progress::Done).await.is_err(), "the copy is finished");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_of_two_who_copy_into_one_database_the_later_has_it() {
    let scratch = Scratch::new();
    let earlier = PostgresStore::open_for_copy(&scratch.url, options()).await.unwrap();
    earlier.put(Table::Keys, &[], &Progress::Done).await.unwrap();
    let later = PostgresStore::open_for_copy(&scratch.url, options()).await.unwrap();
    assert_eq!(later.progress(Table::Keys).await.unwrap(), Progress::Done, "it goes on where the other was");
    for table in Table::ALL {
        let refused = earlier.put(table, &[], &Progress::At(None)).await.unwrap_err();
        assert!(refused.to_string().contains("another copying"), "{refused}");
        later.put(table, &[], &Progress::Done).await.unwrap();
    }
    assert!(earlier.finish().await.is_err(), "it has not verified what is there now");
    later.finish().await.unwrap();
    drop(scratch.store().await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn a_copy_that_was_broken_off_as_it_began_is_gone_on_with() {
    let scratch = Scratch::new();
    drop(PostgresStore::open_for_copy(&scratch.url, options()).await.unwrap());
    scratch.sql("UPDATE copying SET done = TRUE WHERE portion = 0; DELETE FROM copying WHERE portion > 3");
    let target = PostgresStore::open_for_copy(&scratch.url, options()).await.unwrap();
    assert_eq!(target.progress(Table::Keys).await.unwrap(), Progress::Done);
    assert_eq!(target.progress(Table::Commands).await.unwrap(), Progress::At(None));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn a_step_of_the_schema_that_fails_says_why() {
    let scratch = Scratch::new();
    scratch.sql("CREATE SCHEMA patientportal; CREATE TYPE patientportal.account AS (id BIGINT)");
    let OpenError::Failed(why) = refusal(&scratch).await else { panic!("it cannot be made") };
    assert!(why.to_string().contains("already exists"), "{why}");
}

async fn refusal(scratch: &Scratch) -> OpenError {
    PostgresStore::open(&scratch.url, options()).await.err().unwrap()
}
