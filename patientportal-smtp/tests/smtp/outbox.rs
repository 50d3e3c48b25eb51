//! The mailer into a directory.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use patientportal_core::ports::{MailFailure, Mailer, Message};
use patientportal_smtp::FileMailer;

use crate::{message, sender};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A directory of its own, gone with the test.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("patientportal-outbox-{}-{number}", std::process::id())))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _gone_already = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn each_mail_is_one_private_file_named_for_its_id() {
    let directory = Directory::new();
    let mailer = FileMailer::new(directory.0.join("out"), sender()).unwrap();
    mailer.send(&message()).await.unwrap();
    mailer.send(&Message { id: "a/b%c@portal.example".into(), ..message() }).await.unwrap();
    mailer.send(&message()).await.unwrap();

    let out = Directory(directory.0.join("out"));
    assert_eq!(out.names(), ["1@portal.example.eml", "a%2Fb%25c@portal.example.eml"]);
    let file = out.0.join("1@portal.example.eml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&out.0).unwrap().permissions().mode() & 0o777, 0o700);
    let mail = fs::read_to_string(file).unwrap();
    assert!(mail.contains("Message-ID: <1@portal.example>\r\n") && mail.contains("Koden er 123456"));
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_temporary_and_no_piece_is_left() {
    let directory = Directory::new();
    let mailer = FileMailer::new(&directory.0, sender()).unwrap();
    fs::create_dir(directory.0.join("1@portal.example.eml")).unwrap();
    fs::write(directory.0.join("1@portal.example.eml/in-the-way"), "").unwrap();
    assert!(matches!(mailer.send(&message()).await, Err(MailFailure::Temporary(_))));
    assert_eq!(directory.names(), ["1@portal.example.eml"]);
    fs::remove_dir_all(&directory.0).unwrap();
    assert!(matches!(mailer.send(&message()).await, Err(MailFailure::Temporary(_))));
}

#[test]
fn a_directory_that_cannot_be_made_is_refused_at_start() {
    let directory = Directory::new();
    fs::write(&directory.0, "a file").unwrap();
    assert!(FileMailer::new(directory.0.join("out"), sender()).is_err());
    fs::remove_file(&directory.0).unwrap();
}
