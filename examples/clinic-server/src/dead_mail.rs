//! `mail dead`: the mails that were given up, without their addresses or words.

use std::io::Write;
use std::path::Path;

use patientportal_core::fault::Fault;
use patientportal_core::portal::Portal;

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

const PAGE: u16 = 100;
