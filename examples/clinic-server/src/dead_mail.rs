//! `mail dead`: the mails that were given up, without their addresses or words. `mail retry`: they are sent again.

use std::io::Write;
use std::path::Path;

use patientportal_core::fault::Fault;
use patientportal_core::ids::JobId;
use patientportal_core::portal::{Portal, RetriedMails};

use crate::config::Config;
use crate::parts::{self, StartError, sentence};

/// Writes the list to `out`. The server may be running.
///
/// # Errors
/// [`StartError`] when the file is wrong or the database cannot be read.
pub(crate) async fn list(file: &Path, out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    let config = Config::read(file)?;
    let written = write_all(&parts::look_into(&config).await?, out).await;
    written.map_err(|fault| StartError::Database { place: config.database.to_string(), cause: sentence(&fault) })
}

async fn write_all(portal: &Portal, out: &mut (dyn Write + Send)) -> Result<(), Fault> {
    let (mut after, mut count) = (None, 0);
    loop {
        let (mails, next) = portal.dead_mails(after, PAGE).await?;
        for mail in &mails {
            let (day, clock) = (mail.due.copenhagen_date(), mail.due.copenhagen_clock());
            let line = format!("{:016x}  last tried {day} {clock}  {} tries", mail.job.0, mail.attempts);
            // Who has closed the pipe does not want to be told.
            let _closed = writeln!(out, "{line}");
        }
        count += mails.len();
        match next {
            Some(cursor) => after = Some(cursor),
            None => break,
        }
    }
    let _closed = writeln!(out, "{count} given up");
    Ok(())
}

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// All.
    All,
    /// The one with this number.
    One(u64),
}

/// Puts them back into the queue, for the server to send, and tells `out` of it.
///
/// # Errors
/// [`StartError`] when the file is wrong, the database cannot be written, or there is no such mail.
pub(crate) async fn retry(file: &Path, which: Which, out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    let config = Config::read(file)?;
    let failed = |cause| StartError::Database { place: config.database.to_string(), cause };
    let only = match which {
        Which::All => None,
        Which::One(id) => Some(JobId(id)),
    };
    let retried = parts::look_into(&config).await?.retry_dead_mails(only).await;
    let RetriedMails { queued, over, .. } = retried.map_err(|fault| failed(sentence(&fault)))?;
    if let Some(JobId(id)) = only.filter(|_| queued + over == 0) {
        return Err(failed(format!("no mail {id:016x} was given up; `mail dead` lists those that were")));
    }
    let _closed = writeln!(out, "{queued} will be sent again");
    if over > 0 {
        let _closed = writeln!(out, "{over} will not: the code or link in them is over, and another can be asked for");
    }
    Ok(())
}

const PAGE: u16 = 100;
