//! `audit verify`.

use std::io::{self, Write};
use std::path::Path;

use patientportal_core::audit::AuditFlaw;
use patientportal_core::moment::Timestamp;
use patientportal_core::portal::{AuditTally, Portal};

use super::roots::Roots;
use crate::config::Config;
use crate::parts::{self, StartError, sentence};

/// Verifies the audit trail, and compares it with the roots in a file.
///
/// # Errors
/// [`StartError::Flaws`] when there are any; each was told by then.
pub(crate) async fn verify(
    file: &Path,
    roots: Option<&Path>,
    kept_from: Option<Timestamp>,
    out: &mut (dyn Write + Send),
) -> Result<(), StartError> {
    let config = Config::read(file)?;
    let portal = parts::look_into(&config).await?;
    let failed = |fault| StartError::Database { place: config.database.to_string(), cause: sentence(&fault) };
    let mut flaws = 0;
    let tell = &mut |flaw: AuditFlaw| {
        flaws += 1;
        // Who has closed the pipe does not want to be told; here and below.
        let _closed = writeln!(out, "FLAW: {flaw}");
    };
    // Before what is sealed meanwhile can get into the file: a root that is known then is of a batch that is there.
    let compared = match roots {
        Some(path) => Some(compare(&portal, path, tell).await?),
        None => None,
    };
    let tally = portal.verify_audit(kept_from, tell).await.map_err(failed)?;
    sum_up(&tally, out);
    match compared {
        Some(Compared { roots, passed_over: 0 }) => {
            let _closed = writeln!(out, "{roots} roots are known outside, and compared");
        }
        Some(Compared { roots, passed_over }) => {
            let _closed =
                writeln!(out, "{roots} roots are known outside, and compared; {passed_over} lines are no roots");
        }
        None => {
            let _closed = writeln!(out, "no roots are known outside (--roots FILE): a cut-off end would not be seen");
        }
    }
    if flaws == 0 { Ok(()) } else { Err(StartError::Flaws(flaws)) }
}

struct Compared {
    roots: u64,
    passed_over: u64,
}

async fn compare(
    portal: &Portal,
    path: &Path,
    tell: &mut (dyn FnMut(AuditFlaw) + Send),
) -> Result<Compared, StartError> {
    let wrong = |cause: String| StartError::AuditFile { file: path.to_owned(), cause };
    let unread = |error: io::Error| wrong(format!("the roots cannot be read: {error}"));
    let mut file = Roots::of(path).map_err(unread)?;
    let mut roots = 0;
    loop {
        let known = file.next().map_err(unread)?;
        if known.is_empty() {
            return Ok(Compared { roots, passed_over: file.passed_over });
        }
        roots += known.len() as u64;
        portal.compare_roots(&known, tell).await.map_err(|fault| wrong(sentence(&fault)))?;
    }
}

fn sum_up(tally: &AuditTally, out: &mut (dyn Write + Send)) {
    let AuditTally { batches, emptied, entries, unsealed, oldest_unsealed, newest, .. } = tally;
    let _closed = writeln!(out, "{batches} batches with {entries} entries were verified");
    if *emptied > 0 {
        let _closed = writeln!(out, "{emptied} of the batches are older than what is kept, and without their entries");
    }
    if let Some(oldest) = oldest_unsealed {
        let _closed = writeln!(out, "{unsealed} entries wait to be sealed, the oldest since {}", oldest.utc());
    }
    if let Some(newest) = newest {
        let _closed = writeln!(out, "the newest batch, whose root stands for all of them: {newest}");
    }
}
