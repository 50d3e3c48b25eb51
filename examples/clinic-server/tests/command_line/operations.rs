//! Back-up, keys, dead mail, clinics and help as an operator meets them.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::harness::{Folder, HOST, config, get, start, text};

/// A folder with a portal in it that was served once.
fn served() -> Folder {
    let folder = Folder::new();
    folder.write("portal.toml", &config("http://127.0.0.1:1"));
    let (mut running, _) = start(&folder);
    assert_eq!(running.terminate(), Some(0));
    folder
}

#[track_caller]
fn refusal(folder: &Folder, line: &str) -> String {
    let output = folder.run(line);
    let said = text(&output.stderr).trim_end().to_owned();
    assert_eq!((output.status.code(), said.lines().count()), (Some(2), 1), "{said}");
    said.strip_prefix("clinic-server: ").unwrap().to_owned()
}

#[track_caller]
fn said(folder: &Folder, line: &str) -> String {
    let output = folder.run(line);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

#[test]
fn i8_a_backup_is_made_beside_the_server_and_restored_without_it() {
    let folder = served();
    let (mut running, address) = start(&folder);
    let made = said(&folder, "backup --config portal.toml --to b.db");
    assert!(made.starts_with("b.db: portal.db is backed up, whole and on disk: "), "{made}");
    assert_eq!(fs::metadata(folder.0.join("b.db")).unwrap().permissions().mode() & 0o777, 0o600);
    let again = refusal(&folder, "backup --config portal.toml --to b.db");
    assert_eq!(again, "b.db: there is a file already; --force replaces it");
    said(&folder, "backup --config portal.toml --to b.db --force");
    let itself = refusal(&folder, "backup --config portal.toml --to portal.db --force");
    assert!(itself.contains("would take the place of the database itself"), "{itself}");
    let in_use = refusal(&folder, "restore --config portal.toml --from b.db");
    assert!(in_use.contains("the database is in use: stop every server that uses it first"), "{in_use}");
    assert!(get(&address, HOST, "/readyz").starts_with("HTTP/1.1 200 "), "it is served as before");
    assert_eq!(running.terminate(), Some(0));

    let names = folder.names();
    for (from, words) in [
        ("none.db", "portal.db: the backup: there is no portal in the database"),
        ("portal.toml", "portal.db: the backup: the file is not an SQLite database"),
    ] {
        let told = refusal(&folder, &format!("restore --config portal.toml --from {from}"));
        assert!(told.starts_with(words), "{told}");
        assert_eq!(folder.names(), names, "nothing is left behind");
    }
    let restored = said(&folder, "restore --config portal.toml --from b.db");
    assert!(restored.starts_with("portal.db: restored from b.db; the keys of portal.keys fit\n"), "{restored}");
    assert!(folder.names().iter().any(|name| name.starts_with("portal.db.before-restore-")));
    let (mut running, address) = start(&folder);
    assert!(get(&address, HOST, "/readyz").starts_with("HTTP/1.1 200 "));
    assert_eq!(running.terminate(), Some(0));
}

#[test]
fn i7_keys_are_rotated_step_by_step_and_no_step_is_skipped() {
    let folder = served();
    let keys = |line: &str| format!("keys {line} --config portal.toml");
    assert!(said(&folder, &keys("add")).starts_with("key 2 is at the end of portal.keys: "));
    let early = refusal(&folder, &keys("use --id 2"));
    assert_eq!(early, "portal.keys: no server has been started with key 2 yet: start every node anew first");
    drop(start(&folder));
    said(&folder, &keys("use --id 2"));
    let current = refusal(&folder, &keys("drop --id 2"));
    assert_eq!(
        current,
        "portal.keys: key 2 is the current one: put another one first, and start every node, before it is dropped"
    );
    drop(start(&folder));
    assert_eq!(said(&folder, &keys("rewrap")), "everything is under key 2\n");
    assert!(said(&folder, &keys("drop --id 1")).starts_with("key 1 is dropped from portal.keys: "));
    let file = fs::read_to_string(folder.0.join("portal.keys")).unwrap();
    assert!(file.lines().any(|line| line.starts_with("1 past ")), "{file}");
    drop(start(&folder));
    assert!(said(&folder, &keys("list")).starts_with("key 2: current, written with: 0 accounts, "));

    let without: Vec<&str> = file.lines().filter(|line| !line.starts_with("1 ")).collect();
    folder.write("portal.keys", &(without.join("\n") + "\n"));
    let missing = refusal(&folder, "--config portal.toml");
    assert!(
        missing.contains("written with a key of id 1 that is not in the keys file"),
        "what stays must stay: {missing}"
    );
}

#[test]
fn m3_dead_mails_and_clinics_are_listed_and_every_command_has_its_help() {
    let folder = served();
    assert_eq!(said(&folder, "mail retry --config portal.toml --all"), "0 will be sent again\n");
    let none = refusal(&folder, "mail retry --config portal.toml --id ff");
    assert!(none.contains("no mail 00000000000000ff was given up"), "{none}");
    let clinics = said(&folder, "clinics list --config portal.toml");
    assert!(
        clinics.starts_with("clinea: Clinea Lægeklinik, 00 10 20 30\n    http://127.0.0.1:8080/clinea\n"),
        "{clinics}"
    );
    assert!(clinics.ends_with("\n1 clinic\n"), "{clinics}");
    assert!(said(&folder, "keys rewrap --help").starts_with("clinic-server keys rewrap --config FILE\n"));
    let meant = refusal(&folder, "bakcup --config portal.toml");
    assert_eq!(meant, "\"bakcup\" is not understood; did you mean \"backup\"? --help tells what is");
}
