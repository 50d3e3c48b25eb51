//! The server of the tests is tested itself: what it promises about lives and deaths.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use postgres_server::{PostgresConfig, PostgresServer, Tls};

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn it_starts_and_gives_each_test_a_database_of_its_own() {
    let (first, second) = (PostgresServer::shared().new_database(), PostgresServer::shared().new_database());
    assert_ne!(first, second);
    let database = first.rsplit('/').next().unwrap();
    let said = PostgresServer::shared().sql(database, "SELECT current_database(), current_setting('fsync')");
    assert_eq!(said, format!("{database}|off"));
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn what_was_committed_survives_a_kill_and_a_stop() {
    let server = PostgresServer::start(PostgresConfig::default());
    let url = server.url();
    server.sql("postgres", "CREATE TABLE kept (value int)");
    server.sql("postgres", "INSERT INTO kept VALUES (1)");
    server.kill();
    server.restart();
    assert!(server.log().contains("not properly shut down"), "{}", server.log());
    server.sql("postgres", "INSERT INTO kept VALUES (2)");
    server.stop();
    server.restart();
    server.restart();
    assert_eq!(server.sql("postgres", "SELECT count(*), current_setting('fsync') FROM kept"), "2|on");
    assert_eq!(server.url(), url);
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn a_paused_server_holds_what_is_asked_until_it_is_resumed() {
    let server = PostgresServer::start(PostgresConfig::default());
    server.pause();
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| server.sql("postgres", "SELECT 7"));
        assert!(std::net::TcpStream::connect(("127.0.0.1", server.port())).is_ok());
        assert!(!asked.is_finished());
        server.resume();
        assert_eq!(asked.join().unwrap(), "7");
    });
    let folder = folder_of(&server);
    server.pause();
    drop(server);
    assert!(!folder.exists(), "a paused server is gone when dropped");
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn a_standby_has_what_was_acknowledged_and_takes_over() {
    let primary = PostgresServer::start(PostgresConfig::default());
    let standby = primary.standby();
    primary.sql("postgres", "CREATE TABLE kept (value int)");
    primary.sql("postgres", "INSERT INTO kept VALUES (1)");
    primary.kill();
    standby.promote();
    assert_eq!(standby.sql("postgres", "SELECT count(*) FROM kept"), "1");
    standby.sql("postgres", "INSERT INTO kept VALUES (2)");
    let url = standby.with_fail_over(&primary.url());
    let hosts = format!("127.0.0.1:{},127.0.0.1:{}", primary.port(), standby.port());
    assert_eq!(url, format!("postgres://portal@{hosts}/postgres?target_session_attrs=read-write"));
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn a_password_is_asked_for_on_the_port_and_stands_in_the_url() {
    let password = Some("a'b/c:d e".to_owned());
    let server = PostgresServer::start(PostgresConfig { password, ..PostgresConfig::default() });
    assert!(server.url().starts_with("postgres://portal:a%27b%2Fc%3Ad%20e@127.0.0.1:"), "{}", server.url());
    assert_eq!(said_by_psql(&server.url()).as_deref(), Ok("1"));
    let refused = said_by_psql(&server.url().replace(":a%27b", ":wrong")).unwrap_err();
    assert!(refused.contains("password authentication failed"), "{refused}");
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn with_a_certificate_nobody_connects_in_the_clear() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let tls = Some(Tls { certificate: made.cert.pem(), key: made.signing_key.serialize_pem() });
    let server = PostgresServer::start(PostgresConfig { tls, ..PostgresConfig::default() });
    assert_eq!(said_by_psql(&format!("{}?sslmode=require", server.url())).as_deref(), Ok("1"));
    let refused = said_by_psql(&format!("{}?sslmode=disable", server.url())).unwrap_err();
    assert!(refused.contains("no encryption"), "{refused}");
}

#[test]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
fn nothing_is_left_of_it_when_the_test_process_is_killed() {
    // This test again, in a process of its own that starts a server and then waits for its end.
    if std::env::var_os(VICTIM).is_some() {
        let server = PostgresServer::shared();
        println!("\nfolder {}", folder_of(server).display());
        loop {
            std::thread::park();
        }
    }
    let mut victim = Command::new(std::env::current_exe().unwrap());
    victim.args(["--include-ignored", "--nocapture", "--exact"]);
    victim.arg("nothing_is_left_of_it_when_the_test_process_is_killed").env(VICTIM, "1").stdout(Stdio::piped());
    let mut victim = victim.spawn().unwrap();
    let said = std::io::BufRead::lines(std::io::BufReader::new(victim.stdout.take().unwrap()));
    let folder = said.map_while(Result::ok).find_map(|line| line.strip_prefix("folder ").map(std::path::PathBuf::from));
    let folder = folder.expect("the other process says where its server is");
    let pid = std::fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
    let server = std::path::PathBuf::from(format!("/proc/{}/cmdline", pid.lines().next().unwrap()));
    let lives =
        || std::fs::read(&server).is_ok_and(|line| line.starts_with(b"/usr/lib") || line.starts_with(b"postgres"));
    assert!(lives());
    victim.kill().unwrap();
    victim.wait().unwrap();
    let begin = Instant::now();
    while folder.exists() || lives() {
        assert!(begin.elapsed() < Duration::from_secs(30), "the server lives on in {}", folder.display());
        std::thread::yield_now();
    }
}

fn folder_of(server: &PostgresServer) -> std::path::PathBuf {
    server.sql("postgres", "SHOW unix_socket_directories").into()
}

#[expect(clippy::expect_used, reason = "a test")]
fn said_by_psql(url: &str) -> Result<String, String> {
    let binaries = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folder = binaries.map(|entry| entry.path().join("bin")).max();
    let psql = folder.map_or_else(|| "psql".into(), |folder| folder.join("psql"));
    let output = Command::new(psql).args(["-XAt", url, "-c", "SELECT 1"]).output().expect("psql runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

const VICTIM: &str = "POSTGRES_SERVER_VICTIM";
