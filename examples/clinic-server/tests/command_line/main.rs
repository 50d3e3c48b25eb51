//! The program as an operator meets it: what it says, what it makes, how it ends.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod copy;
mod harness;
mod operations;
mod postgres;
mod tls;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

use harness::{Folder, HOST, Running, assert_protected, config, dead_issuer, exchange, get, start, text};

#[test]
fn what_is_wrong_is_one_sentence_exit_code_2_and_nothing_is_made() {
    let folder = Folder::new();
    let good = config("http://127.0.0.1:1");
    let table = [
        (good.replace("[terms]", "[term]"), "portal.toml, line 13: unknown field `term`"),
        (good.replace("\"clinea\"", "\"mitid\""), "portal.toml, line 17: `clinic.slug` may not be \"mitid\""),
        (good.replace("sqlite:portal.db", "sqlite:no/portal.db"), "portal.toml, line 3: `database` lies in no"),
        (good.replace("127.0.0.1:0\"", "192.0.2.1:80\""), "192.0.2.1:80: this address cannot be listened on"),
    ];
    for (file, sentence) in table {
        folder.write("portal.toml", &file);
        let output = folder.run("--config portal.toml");
        assert_eq!(output.status.code(), Some(2), "{sentence}");
        let said = text(&output.stderr).trim_end();
        assert!(said.starts_with(&format!("clinic-server: {sentence}")) && said.lines().count() == 1, "{said}");
        assert_eq!(folder.names(), ["portal.toml"], "{sentence}");
    }
}

#[test]
fn a_database_that_is_none_is_told_and_left_alone() {
    let folder = Folder::new();
    folder.write("portal.toml", &config("http://127.0.0.1:1"));
    fs::create_dir(folder.0.join("mails")).unwrap();
    let (mut running, _) = start(&folder);
    running.terminate();
    let notes = "these are somebody's notes, not a database ".repeat(100);
    fs::remove_file(folder.0.join("portal.db-wal")).ok();
    fs::remove_file(folder.0.join("portal.db-shm")).ok();
    folder.write("portal.db", &notes);
    let output = folder.run("--config portal.toml");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr).trim_end(), "clinic-server: portal.db: the file is not an SQLite database");
    assert_eq!(fs::read_to_string(folder.0.join("portal.db")).unwrap(), notes);
}

#[test]
fn i8_a_database_without_its_keys_is_not_started_on() {
    let folder = Folder::new();
    folder.write("portal.toml", &config("http://127.0.0.1:1"));
    folder.write("portal.db", "");
    for line in ["--config portal.toml", "check --config portal.toml"] {
        let output = folder.run(line);
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stderr);
        assert!(said.starts_with("clinic-server: portal.keys: the file of keys is missing but the database is there"));
    }
}

#[test]
fn check_tells_what_is_reached_and_makes_nothing() {
    let folder = Folder::new();
    let issuer = dead_issuer();
    folder.write("portal.toml", &config(&issuer));
    let output = folder.run("check --config portal.toml");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said: Vec<_> = text(&output.stdout).lines().collect();
    assert_eq!(said[0], "portal.toml: the file is good");
    assert_eq!(said[1], "keys: portal.keys is not there and will be made at the first start");
    assert_eq!(said[2], "database: portal.db is not there and will be made at the first start");
    assert!(said[3].starts_with(&format!("mitid: {issuer} cannot be reached")), "{said:?}");
    assert_eq!(said[4], "mail: goes into mails");
    assert_eq!(folder.names(), ["portal.toml"]);
}

#[test]
fn k1_check_knocks_at_a_clinics_own_system_and_asks_nothing() {
    let folder = Folder::new();
    let there = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (there_at, gone) = (there.local_addr().unwrap().to_string(), dead_issuer());
    let system = |url: &str| format!("[clinic.system]\nurl = \"{url}/portal\"\ntoken = \"t0ken\"\n");
    for (url, said) in [(format!("http://{there_at}"), "is reached"), (gone, "cannot be reached")] {
        folder.write("portal.toml", &(config(&dead_issuer()) + &system(&url)));
        let output = folder.run("check --config portal.toml");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let host = url.trim_start_matches("http://");
        let line = format!("clinic clinea: its own system at {host} {said}");
        assert!(text(&output.stdout).lines().any(|told| told.starts_with(&line)), "{}", text(&output.stdout));
    }
    let (mut knock, mut heard) = (there.accept().unwrap().0, String::new());
    std::io::Read::read_to_string(&mut knock, &mut heard).unwrap();
    assert_eq!(heard, "");
}

#[test]
fn it_serves_until_told_to_stop_and_starts_again_on_its_files() {
    let folder = Folder::new();
    folder.write("portal.toml", &config(&dead_issuer()));
    for _ in 0..2 {
        let (mut running, address) = start(&folder);
        assert!(get(&address, HOST, "/healthz").starts_with("HTTP/1.1 200 "));
        let ready = get(&address, HOST, "/readyz");
        assert!(ready.starts_with("HTTP/1.1 200 "), "{ready}");
        assert!(ready.ends_with("{\"mitid\":\"not-ok\",\"store\":\"ok\"}"), "{ready}");
        let front = get(&address, HOST, "/clinea");
        assert!(front.contains("Log ind med sikkerhedskode") && front.contains("Clinea Lægeklinik"), "{front}");
        assert!(!front.contains("Demonstration"), "the simulator's banner is the demonstration's only");
        for path in ["/demo/mails", "/demo/klinik"] {
            assert!(get(&address, HOST, path).starts_with("HTTP/1.1 404 "), "{path}");
        }
        assert_eq!(running.terminate(), Some(0));
    }
    assert_eq!(folder.names().iter().filter(|name| name.starts_with("portal.db")).collect::<Vec<_>>(), ["portal.db"]);
    let listed = folder.run("mail dead --config portal.toml");
    assert_eq!((listed.status.code(), text(&listed.stdout)), (Some(0), "0 given up\n"));
}

#[test]
fn another_host_is_refused_unless_the_file_allows_any_but_health_is_always_told() {
    let folder = Folder::new();
    let strict = config("http://127.0.0.1:1");
    let open = strict.replace("[[clinic]]", "[web]\nany_host = true\n[[clinic]]");
    for (file, status) in [(strict, "421"), (open, "200")] {
        folder.write("portal.toml", &file);
        let (_running, address) = start(&folder);
        assert!(get(&address, "evil.example", "/clinea").starts_with(&format!("HTTP/1.1 {status} ")), "{status}");
        assert!(get(&address, HOST, "/clinea").starts_with("HTTP/1.1 200 "));
        for path in ["/healthz", "/readyz"] {
            let health = get(&address, "10.0.0.7", path);
            assert!(health.starts_with("HTTP/1.1 200 "), "{health}");
            assert_protected(&health);
        }
    }
}

#[test]
fn a_taken_port_is_told() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    folder.write("portal.toml", &config("http://127.0.0.1:1").replace("127.0.0.1:0", &address));
    let output = folder.run("--config portal.toml");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with(&format!("clinic-server: {address}: this address cannot be listened on")));
    assert_eq!(folder.names(), ["portal.toml"]);
}

#[test]
fn arguments_that_are_not_understood_are_told() {
    let folder = Folder::new();
    let output = folder.run("serve it");
    let sentence = "clinic-server: \"serve it\" is not understood; --help tells what is\n";
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(2), sentence));
    assert!(text(&folder.run("--help").stdout).contains("check --config FILE"));
    assert_eq!(text(&folder.run("--version").stdout), concat!("clinic-server ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[cfg(feature = "demo")]
#[test]
fn the_demonstration_refuses_a_folder_that_is_not_its_own() {
    let folder = Folder::new();
    let data = folder.0.join("portal-data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("portal.db"), "real").unwrap();
    let output = folder.run("");
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("portal-data holds something that no demonstration made"), "{said}");
    assert_eq!(file_names(&data), ["portal.db"]);
}

#[cfg(feature = "demo")]
#[test]
fn only_the_desks_own_page_decides() {
    let folder = Folder::new();
    let (mut running, address) = demonstration(&folder);
    let post = |host: &str, more: &str| {
        let head = format!("Host: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n{more}");
        let body = "account=1&deed=suspend";
        let length = body.len();
        let posted = format!(
            "POST /demo/klinik/skovby HTTP/1.1\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        exchange(&address, &posted)
    };
    let own = format!("Origin: http://{address}\r\n");
    assert!(post("evil.example", &own).starts_with("HTTP/1.1 421 "));
    for more in
        ["", "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n", "Origin: https://evil.example\r\n"]
    {
        assert!(post(&address, more).starts_with("HTTP/1.1 403 "), "{more}");
    }
    for more in ["Sec-Fetch-Site: same-origin\r\n", own.as_str()] {
        let page = post(&address, more);
        assert!(page.starts_with("HTTP/1.1 422 ") && page.contains("Der er ingen sådan patient"), "{page}");
    }
    assert_eq!(running.terminate(), Some(0));
}

#[cfg(feature = "demo")]
#[test]
fn the_demonstration_is_on_loopback_with_a_banner_on_every_page() {
    let folder = Folder::new();
    let (mut running, address) = demonstration(&folder);
    let address = address.as_str();
    assert!(address.starts_with("127.0.0.1:"));
    let paths =
        ["/", "/clinea", "/clinea/opret", "/skovby", "/havnely", "/hjaelp", "/vilkaar", "/nowhere", "/demo/mails"];
    for path in paths.into_iter().chain(["/demo/klinik", "/demo/klinik/skovby"]) {
        let page = get(address, address, path);
        assert!(page.contains("Demonstration: opfundne klinikker"), "{path}: {page}");
    }
    for path in ["/demo/mails", "/demo/klinik/skovby"] {
        let elsewhere = get(address, "evil.example", path);
        assert!(elsewhere.starts_with("HTTP/1.1 421 "), "a page elsewhere may not read {path}");
        assert_protected(&get(address, address, path));
    }
    let names = file_names(&folder.0.join("portal-data"));
    assert!(names.contains(&"portal.keys".to_owned()) && names.contains(&"this-is-a-demonstration".to_owned()));
    assert_eq!(running.terminate(), Some(0));
}

/// Starts a demonstration in the folder; answers where it is.
#[cfg(feature = "demo")]
fn demonstration(folder: &Folder) -> (Running, String) {
    let mut child = folder.program("").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let out = child.stdout.take().unwrap();
    let running = Running(child);
    let mut lines = BufReader::new(out).lines().map(|line| line.unwrap());
    let open = lines.find(|line| line.contains("/ Open ")).unwrap();
    let url = open.split_whitespace().last().unwrap().to_owned();
    lines.find(|line| line.contains("Ctrl-C")).unwrap();
    (running, url.strip_prefix("http://").unwrap().strip_suffix("/clinea").unwrap().to_owned())
}

#[cfg(feature = "demo")]
fn file_names(folder: &std::path::Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
