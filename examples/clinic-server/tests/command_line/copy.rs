//! `copy` as an operator meets it, from file to file.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::harness::{Folder, HOST, config, get, start, text};
use crate::postgres::log_in;

const COPY: &str = "copy --from sqlite:portal.db --to sqlite:new.db --keys portal.keys";

/// A folder with a portal in it that somebody has used.
fn used() -> Folder {
    let folder = Folder::new();
    folder.write("portal.toml", &config("http://127.0.0.1:1"));
    let (mut running, address) = start(&folder);
    assert!(log_in(&address).starts_with("HTTP/1.1 422 "));
    assert_eq!(running.terminate(), Some(0));
    folder
}

/// What the program says when it ends at once, in one sentence.
#[track_caller]
fn refusal(folder: &Folder, line: &str) -> String {
    let output = folder.run(line);
    let said = text(&output.stderr).trim_end().to_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    said.strip_prefix("clinic-server: ").unwrap().to_owned()
}

#[track_caller]
fn copied(folder: &Folder, line: &str) -> String {
    let output = folder.run(line);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

#[test]
fn i8_a_portal_is_copied_verified_and_served_from_its_copy() {
    let folder = used();
    let said = copied(&folder, COPY);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines[0], "master keys: 1 copied");
    assert_eq!(lines[7], "audit entries: 1 copied");
    let (verified, whole) = (lines[10], lines[11]);
    assert!(verified.starts_with("verified, each alike in both and every audit entry by its MAC: 1 master keys, "));
    assert!(verified.contains(", 1 audit entries, "), "{verified}");
    let sentence = "new.db is whole. Serve it with the same file of keys, and portal.db never again.";
    assert_eq!((whole, lines.len()), (sentence, 12));

    folder.write("portal.toml", &config("http://127.0.0.1:1").replace("portal.db", "new.db"));
    let (mut running, address) = start(&folder);
    assert!(get(&address, HOST, "/readyz").starts_with("HTTP/1.1 200 "));
    assert!(log_in(&address).starts_with("HTTP/1.1 422 "));
    running.terminate();
    assert_eq!(refusal(&folder, COPY), "new.db: the database holds a portal already: copy to a new one");

    let by_config = "copy --from config:portal.toml --to sqlite:third.db --keys portal.keys";
    assert!(copied(&folder, by_config).contains("audit entries: 2 copied"), "what the copy served is in it");
}

#[test]
fn i8_a_portal_that_is_served_is_not_copied() {
    let folder = used();
    let (_running, address) = start(&folder);
    let sentence = "portal.db: the database is in use: stop every server that uses it first";
    assert_eq!(refusal(&folder, COPY), sentence);
    assert!(!folder.names().contains(&"new.db".to_owned()));
    assert!(log_in(&address).starts_with("HTTP/1.1 422 "), "it is served as before");
}

#[test]
fn i9_a_copy_that_is_not_verified_serves_nobody() {
    let folder = used();
    folder.write("other.keys", &format!("1 {}\n", "ab".repeat(32)));
    fs::set_permissions(folder.0.join("other.keys"), fs::Permissions::from_mode(0o600)).unwrap();
    let said = refusal(&folder, &COPY.replace("portal.keys", "other.keys"));
    assert!(
        said.starts_with("portal.db: the portal was written with a key of id 1, which is not among these"),
        "{said}"
    );

    folder.write("portal.toml", &config("http://127.0.0.1:1").replace("portal.db", "new.db"));
    let unfinished = "new.db: the database is a copy that was broken off: \
                      go on with the copying, or remove it and copy again";
    assert_eq!(refusal(&folder, "--config portal.toml"), unfinished);
    let from_half = "copy --from sqlite:new.db --to sqlite:third.db --keys portal.keys";
    assert_eq!(refusal(&folder, from_half), unfinished);
    assert!(copied(&folder, COPY).contains("new.db is whole"), "it goes on");
    drop(start(&folder));
}

#[test]
fn what_cannot_be_copied_is_told_in_one_sentence_and_nothing_is_made() {
    let folder = used();
    let names = folder.names();
    let (from, to, keys) = ("sqlite:portal.db", "sqlite:new.db", "portal.keys");
    let table = [
        (from, "sqlite:./portal.db", keys, "the copy cannot be set up: --from and --to are both portal.db"),
        ("sqlite:none.db", to, keys, "none.db: there is no portal in the database"),
        ("sqlite:portal.toml", to, keys, "portal.toml: the file is not an SQLite database"),
        (from, "sqlite:no/new.db", keys, "no/new.db: the database file no/new.db can be neither opened nor created"),
        (from, to, "none.keys", "none.keys: the file of keys cannot be read or made: "),
        (from, "config:none.toml", keys, "none.toml: the file cannot be read"),
        (from, "postgres://portal@127.0.0.1:1/portal", keys, "postgres://127.0.0.1:1/portal: "),
        (from, "postgres://portal:hemmelig@127.0.0.1:1/portal", keys, "--to holds a password, which everybody"),
    ];
    for (from, to, keys, sentence) in table {
        let said = refusal(&folder, &format!("copy --from {from} --to {to} --keys {keys}"));
        assert!(said.starts_with(sentence) && !said.contains("hemmelig"), "{said}");
        assert_eq!(folder.names(), names, "{said}");
    }
}
