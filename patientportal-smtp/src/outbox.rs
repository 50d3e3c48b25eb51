//! [`FileMailer`]: a directory with one `.eml` file for each mail, for demos, tests and other programs to send.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use patientportal_core::ports::{MailFailure, Mailer, Message};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::render::render;
use crate::sender::Sender;

/// Puts mails into a directory. A file appears whole or not at all, is named for its `Message-ID`, and can be read by
/// its owner only; the same mail once more replaces it.
#[derive(Debug)]
pub struct FileMailer {
    directory: PathBuf,
    from: Sender,
}

impl FileMailer {
    /// A mailer into `directory`, which is made if need be, for its owner only.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn new(directory: impl Into<PathBuf>, from: Sender) -> io::Result<Self> {
        let directory = directory.into();
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&directory)?;
        Ok(Self { directory, from })
    }
}

#[async_trait]
impl Mailer for FileMailer {
    async fn send(&self, message: &Message) -> Result<(), MailFailure> {
        let bytes = render(&self.from, message)?.bytes;
        let directory = self.directory.clone();
        let name = format!("{}.eml", utf8_percent_encode(&message.id, &NOT_IN_A_NAME));
        let written = tokio::task::spawn_blocking(move || write_whole(&directory, &name, &bytes)).await;
        written.map_err(io::Error::from).flatten().map_err(|error| failed(&error))
    }
}

fn write_whole(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let number = UNFINISHED.fetch_add(1, Ordering::Relaxed);
    let unfinished = directory.join(format!(".{}-{number}.tmp", std::process::id()));
    let written = write_new(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, directory.join(name)));
    if written.is_err() {
        // There may be nothing to remove; the first error is the one that counts.
        let _nothing = fs::remove_file(&unfinished);
    }
    written?;
    #[cfg(unix)]
    File::open(directory)?.sync_all()?;
    Ok(())
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn failed(error: &io::Error) -> MailFailure {
    tracing::error!(%error, "the outbox cannot be written");
    MailFailure::Temporary(format!("the outbox cannot be written: {}", error.kind()))
}

/// Everything but what is harmless in a file name; escaping keeps two ids apart.
const NOT_IN_A_NAME: AsciiSet = NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'+');
static UNFINISHED: AtomicU64 = AtomicU64::new(0);
