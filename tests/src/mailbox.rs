//! The mails that arrived: a folder of `.eml` files (the server's outbox, or what a mail server took), or what our own
//! mail server holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::mail::Mail;
use crate::mail_server::Deliveries;
use crate::waiting::{LIMIT, until_there};

/// Mails to look into.
#[derive(Debug, Clone)]
pub struct Mailbox {
    source: Source,
    /// How long somebody waits for a mail.
    patience: Duration,
}

#[derive(Debug, Clone)]
enum Source {
    Folder(PathBuf),
    Server(Deliveries),
}

impl Mailbox {
    /// The mails in `folder`, which need not be there yet.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self { source: Source::Folder(folder), patience: LIMIT }
    }

    /// The mails that a mail server of ours took.
    #[must_use]
    pub fn of_server(deliveries: Deliveries) -> Self {
        Self { source: Source::Server(deliveries), patience: LIMIT }
    }

    /// The same with somebody who waits so long for a mail.
    #[must_use]
    pub fn waiting(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// All deliveries so far, in order of their file names or of their arrival.
    ///
    /// # Panics
    /// When one cannot be read.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Mail> {
        match &self.source {
            Source::Folder(folder) => read_folder(folder),
            Source::Server(deliveries) => deliveries.all().iter().map(|delivery| (*delivery.mail).clone()).collect(),
        }
    }

    /// All mails so far, one `Message-ID` counted once.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        once_each(self.deliveries())
    }

    /// The `Message-ID`s of all mails so far.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        match &self.source {
            Source::Folder(_) => self.mails().into_iter().map(|mail| mail.id).collect(),
            Source::Server(deliveries) => deliveries.ids(),
        }
    }

    /// The mails to an address that have this subject.
    #[must_use]
    pub fn of(&self, to: &str, subject: &str) -> Vec<Mail> {
        let mails = match &self.source {
            Source::Folder(folder) => read_folder(folder),
            Source::Server(deliveries) => deliveries.to(to),
        };
        once_each(mails.into_iter().filter(|mail| mail.to == to && mail.subject == subject).collect())
    }

    /// Waits for a mail that is none of `seen`.
    ///
    /// # Panics
    /// When none comes.
    pub async fn next(&self, to: &str, subject: &str, seen: &[Mail]) -> Mail {
        let what = format!("a mail {subject:?} to {to}");
        let find = || self.of(to, subject).into_iter().find(|mail| !seen.contains(mail));
        until_there(self.patience, &what, find).await
    }

    /// Waits for the mail with a code whose text has the page's two letters, to a mail address, and whose `Message-ID`
    /// is none of `seen`: of many codes two may have the same letters.
    ///
    /// # Panics
    /// When none comes.
    pub async fn code(&self, to: &str, reference: &str, seen: &[String]) -> String {
        let find = || {
            self.of(to, CODE_SUBJECT).into_iter().find(|mail| has_letters(mail, reference) && !seen.contains(&mail.id))
        };
        until_there(self.patience, &format!("the code {reference} to {to}"), find).await.code()
    }
}

/// Whether a mail with a code names these two letters.
#[must_use]
pub fn has_letters(mail: &Mail, letters: &str) -> bool {
    mail.text.contains(&format!("bogstaver: {letters}."))
}

fn read_folder(folder: &Path) -> Vec<Mail> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("a folder can be read").path());
    let mut mails: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|kind| kind == "eml")).collect();
    mails.sort();
    mails.iter().map(|path| Mail::read(&std::fs::read_to_string(path).expect("a mail can be read"))).collect()
}

fn once_each(mails: Vec<Mail>) -> Vec<Mail> {
    let by_id: BTreeMap<String, Mail> = mails.into_iter().map(|mail| (mail.id.clone(), mail)).collect();
    by_id.into_values().collect()
}

/// The subject of a mail with a code, in Danish.
pub const CODE_SUBJECT: &str = "Din sikkerhedskode";
/// The subject of a mail with a reset link.
pub const RESET_SUBJECT: &str = "Ny adgangskode";
/// The subject of the mail to a new user.
pub const CREATED_SUBJECT: &str = "Din bruger er oprettet";
/// The subject of the mail after a new password.
pub const CHANGED_SUBJECT: &str = "Din adgangskode er ændret";
