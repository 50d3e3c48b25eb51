//! The program on a PostgreSQL: one node and two, keys that are not the database's, and a database that goes away.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;

use postgres_server::{PostgresConfig, PostgresServer};

use crate::harness::{Folder, HOST, Running, config, get, start, start_logging, text, until};

/// MedCom's Nancy.
const CPR: &str = "251248-9996";

fn folder(database: &str) -> Folder {
    let folder = Folder::new();
    folder.write("portal.toml", &config("http://127.0.0.1:1").replace("sqlite:portal.db", database));
    folder
}

/// A node with a copy of another's keys.
fn second(first: &Folder, database: &str) -> Folder {
    let second = folder(database);
    fs::copy(first.0.join("portal.keys"), second.0.join("portal.keys")).unwrap();
    second
}

fn write_keys(folder: &Folder, text: &str) {
    folder.write("portal.keys", text);
    fs::set_permissions(folder.0.join("portal.keys"), fs::Permissions::from_mode(0o600)).unwrap();
}

/// What the program says when it ends at once, in one sentence.
#[track_caller]
fn refusal(folder: &Folder, line: &str) -> String {
    let output = folder.run(line);
    let said = text(&output.stderr).trim_end().to_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[track_caller]
fn is_ready(address: &str) {
    let ready = get(address, HOST, "/readyz");
    assert!(ready.starts_with("HTTP/1.1 200 "), "{ready}");
}

/// Asks with a form what only the database can answer: the front page, filled in by somebody who has no account.
pub(crate) fn log_in(address: &str) -> String {
    let front = get(address, HOST, "/clinea");
    let token = front.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let cookies: Vec<_> = front
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: "))
        .map(|cookie| cookie.split(';').next().unwrap())
        .collect();
    let body = format!("token={token}&cpr={CPR}&adgangskode=Hemmelig-nok-1");
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /clinea/log-ind HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nCookie: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        cookies.join("; "),
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn it_starts_on_an_empty_database_and_again_and_lets_go_of_it_at_the_end() {
    let server = PostgresServer::shared();
    let database = server.new_database();
    let name = database.rsplit('/').next().unwrap();
    let folder = folder(&database);
    for _ in 0..2 {
        let (mut running, address) = start(&folder);
        is_ready(&address);
        assert!(log_in(&address).starts_with("HTTP/1.1 422 "));
        assert_eq!(running.terminate(), Some(0));
        let connections = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'");
        until("the connections to end", || (server.sql("postgres", &connections).trim() == "0").then_some(()));
    }
    assert_eq!(folder.names(), ["mails", "portal.keys", "portal.toml"]);
    let listed = folder.run("mail dead --config portal.toml");
    assert_eq!((listed.status.code(), text(&listed.stdout)), (Some(0), "0 given up\n"));
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn a_second_node_with_a_copy_of_the_keys_serves_beside_the_first() {
    let database = PostgresServer::shared().new_database();
    let first = folder(&database);
    let (_first_runs, one) = start(&first);
    let second = second(&first, &database);
    let (_second_runs, two) = start(&second);
    for address in [&one, &two] {
        is_ready(address);
        assert!(log_in(address).starts_with("HTTP/1.1 422 "), "{address}");
    }
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn i8_a_node_whose_keys_are_not_the_databases_is_refused() {
    let database = PostgresServer::shared().new_database();
    let first = folder(&database);
    drop(start(&first));
    let without = folder(&database);
    for line in ["--config portal.toml", "check --config portal.toml", "mail dead --config portal.toml"] {
        let said = refusal(&without, line);
        let sentence = "clinic-server: portal.keys: the file of keys is missing and the database was written with keys 1: \
                        copy the file from another node";
        assert_eq!(said, sentence, "{line}");
        assert!(!without.names().contains(&"portal.keys".to_owned()), "no keys are made beside others");
    }
    let hexadecimal = "ab".repeat(32);
    for (keys, sentence) in [
        (
            format!("1 {hexadecimal}"),
            "portal.keys: the key with id 1 is another one than the database was written with",
        ),
        (
            format!("2 {hexadecimal}"),
            "portal.keys: the database was written with a key of id 1 that is not in the keys",
        ),
    ] {
        write_keys(&without, &keys);
        for line in ["--config portal.toml", "check --config portal.toml", "mail dead --config portal.toml"] {
            let said = refusal(&without, line);
            assert!(said.starts_with(&format!("clinic-server: {sentence}")), "{line}: {said}");
            assert!(!said.contains(&hexadecimal), "{said}");
        }
    }
    let (_runs, address) = start(&first);
    is_ready(&address);
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn i8_keys_are_rotated_in_two_rounds_while_nodes_serve() {
    let database = PostgresServer::shared().new_database();
    let first = folder(&database);
    drop(start(&first));
    let old = fs::read_to_string(first.0.join("portal.keys")).unwrap();
    let new = format!("2 {}\n", "cd".repeat(32));
    let nodes = [first, folder(&database)];
    for keys in [format!("{old}{new}"), format!("{new}{old}")] {
        let mut running: Vec<Running> = Vec::new();
        for node in &nodes {
            write_keys(node, &keys);
            let (runs, address) = start(node);
            assert!(log_in(&address).starts_with("HTTP/1.1 422 "));
            running.push(runs);
        }
    }
    write_keys(&nodes[1], &old);
    let said = refusal(&nodes[1], "--config portal.toml");
    assert!(said.contains("a key of id 2 that is not in the keys file"), "{said}");
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn i7_a_database_that_cannot_be_opened_is_one_sentence_without_the_password() {
    let locked = PostgresServer::start(PostgresConfig { password: Some("rigtig".into()), ..PostgresConfig::default() });
    let newer = PostgresServer::shared().new_database();
    drop(start(&folder(&newer)));
    let schema = "INSERT INTO patientportal.migration (version, checksum) VALUES (99, '')";
    PostgresServer::shared().sql(newer.rsplit('/').next().unwrap(), schema);
    let with_password = |url: &str| url.replace("portal@", "portal:forkert@");
    let port = locked.port();
    let table = [
        (locked.url().replace("rigtig", "forkert"), format!("127.0.0.1:{port}/postgres"), "refuses the login"),
        (
            "postgres://portal:forkert@127.0.0.1:1/portal".to_owned(),
            "127.0.0.1:1/portal".to_owned(),
            "cannot be reached",
        ),
        (with_password(&newer), newer.split('@').nth(1).unwrap().to_owned(), "the database has schema version 99"),
    ];
    for (database, place, sentence) in table {
        let folder = folder(&database);
        for line in ["--config portal.toml", "check --config portal.toml", "mail dead --config portal.toml"] {
            let said = refusal(&folder, line);
            assert!(said.starts_with(&format!("clinic-server: postgres://{place}: ")), "{line}: {said}");
            assert!(said.contains(sentence) && !said.contains("forkert"), "{line}: {said}");
        }
        assert!(!folder.names().contains(&"portal.keys".to_owned()));
    }
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn check_tells_of_the_database_and_makes_nothing_in_it() {
    let server = PostgresServer::shared();
    let database = server.new_database();
    let (name, place) = (database.rsplit('/').next().unwrap(), database.split('@').nth(1).unwrap());
    let folder = folder(&database);
    let check = || {
        let output = folder.run("check --config portal.toml");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let lines: Vec<_> = text(&output.stdout).lines().map(str::to_owned).collect();
        (lines[1].clone(), lines[2].clone())
    };
    let (keys, told) = check();
    assert_eq!(keys, "keys: portal.keys is not there and will be made at the first start");
    assert!(
        told.starts_with(&format!("database: postgres://{place} is reached: there is no portal in the database yet")),
        "{told}"
    );
    assert_eq!(folder.names(), ["portal.toml"]);
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'patientportal'";
    assert_eq!(server.sql(name, schemas).trim(), "0");
    drop(start(&folder));
    let (keys, told) = check();
    assert_eq!(keys, "keys: portal.keys is good and the database's");
    let stands = format!("database: postgres://{place} is reached and has schema version ");
    assert!(told.strip_prefix(&stands).is_some_and(|version| version.parse::<u32>().is_ok()), "{told}");
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn while_the_database_is_away_it_says_so_and_afterwards_all_is_well_by_itself() {
    let server = PostgresServer::start(PostgresConfig { fsync: false, ..PostgresConfig::default() });
    let folder = folder(&server.new_database());
    let (_running, address, log) = start_logging(&folder);
    assert!(log_in(&address).starts_with("HTTP/1.1 422 "));
    server.stop();
    until("not being ready", || {
        let ready = get(&address, HOST, "/readyz");
        ready.starts_with("HTTP/1.1 503 ").then(|| assert!(ready.contains("\r\nretry-after: 5\r\n"), "{ready}"))
    });
    for _ in 0..3 {
        let again = log_in(&address);
        assert!(again.starts_with("HTTP/1.1 503 ") && again.contains("\r\nretry-after: 5\r\n"), "{again}");
        assert!(again.contains(&format!("value=\"{CPR}\"")) && !again.contains("Hemmelig-nok-1"), "{again}");
        assert!(get(&address, HOST, "/clinea").starts_with("HTTP/1.1 200 "), "what needs no database is there");
    }
    server.restart();
    until("being ready", || get(&address, HOST, "/readyz").starts_with("HTTP/1.1 200 ").then_some(()));
    assert!(log_in(&address).starts_with("HTTP/1.1 422 "));
    let well = until("being well", || log.with("the store is well again").pop());
    assert!(well.contains("\"seconds\":"), "{well}");
    assert_eq!(log.with("the store fails for now").len(), 1);
    assert_eq!(log.with("the store is well again").len(), 1);
    assert_eq!(log.with("a request failed").len(), 1, "once a minute");
    for quiet in ["the queue could not be read", "housekeeping failed", "the store is not ready"] {
        assert_eq!(log.with(quiet), [""; 0], "{quiet}");
    }
}
