//! The mails that arrived: a folder of `.eml` files, the server's outbox or what a mail server took.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::mail::Mail;
use crate::waiting::until;

/// A folder of mails.
#[derive(Debug, Clone)]
pub struct Mailbox {
    folder: PathBuf,
}

impl Mailbox {
    /// The mails in `folder`, which need not be there yet.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// All deliveries so far, in order of their file names.
    ///
    /// # Panics
    /// When one cannot be read.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Mail> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let paths = entries.map(|entry| entry.expect("a folder can be read").path());
        let mut mails: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|kind| kind == "eml")).collect();
        mails.sort();
        mails.iter().map(|path| Mail::read(&std::fs::read_to_string(path).expect("a mail can be read"))).collect()
    }

    /// All mails so far, one `Message-ID` counted once.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        let by_id: BTreeMap<String, Mail> = self.deliveries().into_iter().map(|mail| (mail.id.clone(), mail)).collect();
        by_id.into_values().collect()
    }

    /// The mails to an address that have this subject.
    #[must_use]
    pub fn of(&self, to: &str, subject: &str) -> Vec<Mail> {
        self.mails().into_iter().filter(|mail| mail.to == to && mail.subject == subject).collect()
    }

    /// Waits for a mail that is none of `seen`.
    ///
    /// # Panics
    /// When none comes.
    pub async fn next(&self, to: &str, subject: &str, seen: &[Mail]) -> Mail {
        let what = format!("a mail {subject:?} to {to}");
        until(&what, async || self.of(to, subject).into_iter().find(|mail| !seen.contains(mail))).await
    }

    /// Waits for the mail with a code whose text has the page's two letters, to a mail address, and is none of `seen`:
    /// of many codes two may have the same letters.
    ///
    /// # Panics
    /// When none comes.
    pub async fn code(&self, to: &str, reference: &str, seen: &[Mail]) -> String {
        let named = |mail: &Mail| mail.text.contains(&format!("bogstaver: {reference}."));
        let find = async || self.of(to, CODE_SUBJECT).into_iter().find(|mail| named(mail) && !seen.contains(mail));
        until(&format!("the code {reference} to {to}"), find).await.code()
    }
}

/// The subject of a mail with a code, in Danish.
pub const CODE_SUBJECT: &str = "Din sikkerhedskode";
/// The subject of a mail with a reset link.
pub const RESET_SUBJECT: &str = "Ny adgangskode";
/// The subject of the mail to a new user.
pub const CREATED_SUBJECT: &str = "Din bruger er oprettet";
/// The subject of the mail after a new password.
pub const CHANGED_SUBJECT: &str = "Din adgangskode er ændret";
