//! `audit export`: entries as lines of JSON. Events, actors and staff by name, clinics by slug, accounts by their random
//! numbers; no person data is in the trail. Each entry has what proves that it is under its batch's root.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use patientportal_core::audit::{AuditEntry, AuditRecord, SealedBatch, TreeHash};
use patientportal_core::clinic::ClinicDirectory;
use patientportal_core::moment::Timestamp;
use patientportal_core::portal::{AuditExport, AuditLine, AuditSpan, Portal};
use serde::Serialize;

use super::hex;
use crate::config::Config;
use crate::parts::{self, StartError, sentence};

/// Which entries.
pub(crate) struct Wanted {
    /// The slug of a clinic.
    pub(crate) clinic: Option<String>,
    /// From this moment on.
    pub(crate) from: Option<Timestamp>,
    /// Before this moment.
    pub(crate) until: Option<Timestamp>,
}

/// Writes a new file. It has its name only when it is whole.
///
/// # Errors
/// [`StartError::Flaws`] when there are entries that no root proves; the file is there then.
pub(crate) async fn export(
    file: &Path,
    wanted: Wanted,
    to: &Path,
    out: &mut (dyn Write + Send),
) -> Result<(), StartError> {
    let config = Config::read(file)?;
    let Wanted { clinic, from, until } = wanted;
    let clinic = clinic.map(|slug| match config.clinics.by_slug(&slug) {
        Some(clinic) => Ok(clinic.id),
        None => Err(not_exported(to, format!("--clinic: there is no clinic {slug:?}"))),
    });
    let span = AuditSpan { clinic: clinic.transpose()?, from, until };
    let portal = parts::look_into(&config).await?;
    let unwritten = |error: io::Error| not_exported(to, error.to_string());
    let mut lines = Lines::begin(to, &config.clinics).map_err(unwritten)?;
    let exported = write_all(&portal, span, &mut lines).await.and_then(|exported| {
        lines.finish(to).map_err(|error| error.to_string())?;
        Ok(exported)
    });
    let exported = exported.map_err(|cause| not_exported(to, cause));
    let AuditExport { entries, unsealed, unproved, .. } = exported.inspect_err(|_| lines.discard())?;
    let _closed = writeln!(out, "{}: {entries} entries", to.display());
    if unsealed > 0 {
        let _closed = writeln!(out, "{unsealed} of them wait to be sealed, and nothing proves them yet");
    }
    if unproved > 0 {
        let _closed = writeln!(out, "FLAW: {unproved} batches do not come to their roots; audit verify tells more");
        return Err(StartError::Flaws(unproved));
    }
    Ok(())
}

fn not_exported(to: &Path, cause: String) -> StartError {
    StartError::AuditFile { file: to.to_owned(), cause: format!("nothing was exported: {cause}") }
}

async fn write_all(portal: &Portal, span: AuditSpan, lines: &mut Lines<'_>) -> Result<AuditExport, String> {
    let mut failed = None;
    let mut write = |line| match lines.write(&line) {
        Ok(()) => true,
        Err(error) => {
            failed = Some(error);
            false
        }
    };
    let exported = portal.export_audit(span, &mut write).await;
    match (exported, failed) {
        (_, Some(error)) => Err(error.to_string()),
        (Err(fault), None) => Err(sentence(&fault)),
        (Ok(exported), None) => Ok(exported),
    }
}

/// The file while it is written.
struct Lines<'a> {
    file: BufWriter<File>,
    unfinished: PathBuf,
    clinics: &'a ClinicDirectory,
}

impl<'a> Lines<'a> {
    fn begin(to: &Path, clinics: &'a ClinicDirectory) -> io::Result<Self> {
        if to.try_exists()? {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the file is there already: name another"));
        }
        let mut unfinished = to.as_os_str().to_owned();
        unfinished.push(".unfinished");
        let unfinished = PathBuf::from(unfinished);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        Ok(Self { file: BufWriter::new(file), unfinished, clinics })
    }

    fn write(&mut self, line: &AuditLine) -> io::Result<()> {
        match line {
            AuditLine::Batch(batch) => serde_json::to_writer(&mut self.file, &BatchLine::of(batch))?,
            AuditLine::Entry { entry, record, proof } => {
                let slug = entry.clinic.and_then(|id| self.clinics.by_id(id)).map(|clinic| clinic.slug.as_str());
                serde_json::to_writer(&mut self.file, &EntryLine::of(entry, record.as_ref(), slug, proof.as_ref()))?;
            }
            _ => return Err(io::Error::other("this program does not know a kind of line")),
        }
        self.file.write_all(b"\n")
    }

    fn finish(&mut self, to: &Path) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        std::fs::rename(&self.unfinished, to)
    }

    fn discard(&self) {
        // Whoever wants to know that it is left is told by the failure that led here.
        let _left = std::fs::remove_file(&self.unfinished);
    }
}

/// A batch, before its entries.
#[derive(Serialize)]
struct BatchLine {
    batch: u64,
    sealed: String,
    sealed_ms: i64,
    entries: u64,
    previous: String,
    root: String,
}

impl BatchLine {
    fn of(batch: &SealedBatch) -> Self {
        let SealedBatch { number, at, count, previous, root, .. } = batch;
        Self {
            batch: *number,
            sealed: at.utc(),
            sealed_ms: at.0,
            entries: *count,
            previous: hex(previous),
            root: hex(root),
        }
    }
}

/// An entry: first in words, then what its leaf is made of, then what proves it.
#[derive(Serialize)]
struct EntryLine<'a> {
    entry: String,
    time: String,
    clinic: Option<&'a str>,
    actor: Option<String>,
    event: Option<String>,
    staff: Option<&'a str>,
    identity_check: Option<String>,
    mail: Option<String>,
    time_ms: i64,
    account_id: Option<String>,
    clinic_id: Option<String>,
    record: String,
    mac: String,
    place: Option<usize>,
    proof: Option<Vec<String>>,
}

impl<'a> EntryLine<'a> {
    fn of(
        entry: &AuditEntry,
        record: Option<&'a AuditRecord>,
        slug: Option<&'a str>,
        proof: Option<&(usize, Vec<TreeHash>)>,
    ) -> Self {
        let name = |value: &dyn std::fmt::Debug| format!("{value:?}");
        Self {
            entry: number(entry.id),
            time: entry.at.utc(),
            clinic: slug,
            actor: record.map(|record| name(&record.actor)),
            event: record.map(|record| name(&record.event)),
            staff: record.and_then(|record| record.staff.as_ref()).map(|staff| staff.0.as_str()),
            identity_check: record.and_then(|record| record.check.as_ref()).map(|check| name(check)),
            mail: record.and_then(|record| record.mail.as_ref()).map(|mail| name(mail)),
            time_ms: entry.at.0,
            account_id: entry.account.map(|account| number(account.0)),
            clinic_id: entry.clinic.map(|clinic| number(clinic.0)),
            record: hex(&entry.record),
            mac: hex(&entry.mac),
            place: proof.map(|(place, _)| *place),
            proof: proof.map(|(_, path)| path.iter().map(|hash| hex(hash)).collect()),
        }
    }
}

fn number(id: u64) -> String {
    format!("{id:016x}")
}
