//! `keys …`: the master keys, and rotating them while the portal is served.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use patientportal_core::fault::Fault;
use patientportal_core::ids::KeyId;
use patientportal_core::portal::{KeysLeft, LeftUnder, RewrapPlace};

use crate::config::Config;
use crate::keys::{self, Keys, KeysError};
use crate::machine::SystemEntropy;
use crate::parts::{self, Parts, StartError, sentence};

/// What is done with the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Lists them, with what each is needed for.
    List,
    /// Adds a new one.
    Add,
    /// Puts one first.
    Use(u16),
    /// Brings what older ones have sealed under the current one.
    Rewrap,
    /// Leaves of one only what must stay.
    Drop(u16),
}

/// Does it, and tells `out`. Servers may be running.
///
/// # Errors
/// [`StartError`] says in one sentence what is in the way.
pub(crate) async fn carry_out(file: &Path, deed: Deed, out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    let config = Config::read(file)?;
    let told = match deed {
        Deed::List => list(&config).await?,
        Deed::Add => add(&config)?,
        Deed::Use(id) => put_first(&config, id).await?,
        Deed::Rewrap => rewrap(&config, out).await?,
        Deed::Drop(id) => leave_past(&config, id).await?,
    };
    tell(out, &told);
    Ok(())
}

async fn list(config: &Config) -> Result<String, StartError> {
    let parts = parts::look(config).await?;
    let keys = read(config)?;
    let left = left(config, &parts).await?;
    let mut lines = vec![line(keys.current(), "current, written with", &left)];
    lines.extend(keys.older().map(|id| line(id, "read with", &left)));
    lines.extend(keys.past().map(|id| line(id, "dropped; what stays verifies audit entries and passwords", &left)));
    if left.not_indexed > 0 {
        lines.push(format!("{} accounts are not found under the current key yet", left.not_indexed));
    }
    Ok(lines.join("\n"))
}

fn add(config: &Config) -> Result<String, StartError> {
    let id = keys::add(&config.keys, &SystemEntropy).map_err(|cause| failed(config, cause))?;
    Ok(format!(
        "key {id} is at the end of {}: back the file up, copy it to every node, and start each anew. Then: keys use \
         --id {id}",
        config.keys.display()
    ))
}

/// Only a key that the database knows: whoever wrote with another one could be read by nobody else.
async fn put_first(config: &Config, id: u16) -> Result<String, StartError> {
    let parts = parts::look(config).await?;
    let new = parts.portal.new_keys().await.map_err(|check| parts::foreign_keys(config, check))?;
    if new.iter().any(|key| key.id.0 == id) {
        return Err(refusal(
            config,
            format!("no server has been started with key {id} yet: start every node anew first"),
        ));
    }
    keys::put_first(&config.keys, id).map_err(|cause| failed(config, cause))?;
    Ok(format!(
        "key {id} is the first of {}: copy the file to every node, and start each anew. Then: keys rewrap",
        config.keys.display()
    ))
}

async fn rewrap(config: &Config, out: &mut (dyn Write + Send)) -> Result<String, StartError> {
    let parts = parts::look(config).await?;
    let (mut place, mut seen, mut written) = (Some(RewrapPlace::default()), 0, 0);
    while let Some(from) = place {
        let page = parts.portal.rewrap(parts.rows.as_ref(), from, ROWS_A_PAGE).await;
        let page = page.map_err(|fault| of_database(config, &fault))?;
        (place, seen, written) = (page.next, seen + page.seen, written + page.written);
        if page.written > 0 {
            tell(out, &format!("{written} rewritten of {seen} seen"));
            // The servers' own commits come in between.
            tokio::time::sleep(PAUSE).await;
        }
    }
    let left = left(config, &parts).await?;
    let current = read(config)?.current();
    let old = left.under.iter().filter(|(id, left)| **id != current && **left != LeftUnder::default());
    let old: Vec<String> = old.map(|(id, _)| line(*id, "still", &left)).collect();
    Ok(match old.is_empty() {
        true => format!("everything is under key {}", current.0),
        false => format!("{written} rewritten of {seen} seen\n{}", old.join("\n")),
    })
}

async fn leave_past(config: &Config, id: u16) -> Result<String, StartError> {
    if read(config)?.current().0 == id {
        return Err(failed(config, KeysError::Current(id)));
    }
    let parts = parts::look(config).await?;
    let left = left(config, &parts).await?;
    let under = left.under.get(&KeyId(id)).copied().unwrap_or_default();
    if left.not_indexed > 0 || !under.is_free() {
        let more = format!("{} accounts are found by older keys only", left.not_indexed);
        let needed = if under.is_free() { more } else { needed_for(&under) };
        let what =
            format!("key {id} is still needed ({needed}): run keys rewrap, and wait until its sessions are over");
        return Err(refusal(config, what));
    }
    keys::leave_past(&config.keys, id).map_err(|cause| failed(config, cause))?;
    Ok(format!(
        "key {id} is dropped from {}: copy the file to every node, start each anew, and run keys rewrap once more to \
         remove its {} indexes. What stays on its line verifies audit entries and passwords, and opens nothing; backups \
         from before need the key itself.",
        config.keys.display(),
        under.indexes
    ))
}

async fn left(config: &Config, parts: &Parts) -> Result<KeysLeft, StartError> {
    parts.portal.keys_left(parts.rows.as_ref()).await.map_err(|fault| of_database(config, &fault))
}

fn line(id: KeyId, what: &str, left: &KeysLeft) -> String {
    let under = left.under.get(&id).copied().unwrap_or_default();
    format!("key {}: {what}: {}", id.0, needed_for(&under))
}

fn needed_for(left: &LeftUnder) -> String {
    let LeftUnder { accounts, jobs, flows, sessions, indexes, .. } = left;
    format!("{accounts} accounts, {jobs} jobs, {flows} open flows, {sessions} open sessions, {indexes} indexes")
}

fn read(config: &Config) -> Result<Keys, StartError> {
    let keys = Keys::find(&config.keys).map_err(|cause| failed(config, cause))?;
    keys.ok_or_else(|| failed(config, KeysError::File(std::io::ErrorKind::NotFound.into())))
}

fn failed(config: &Config, cause: KeysError) -> StartError {
    StartError::Keys { file: config.keys.clone(), cause }
}

fn refusal(config: &Config, what: String) -> StartError {
    StartError::NotYet { place: config.keys.display().to_string(), what }
}

fn of_database(config: &Config, fault: &Fault) -> StartError {
    StartError::Database { place: config.database.to_string(), cause: sentence(fault) }
}

/// Who has closed the pipe does not want to be told.
fn tell(out: &mut (dyn Write + Send), line: &str) {
    let _closed = writeln!(out, "{line}");
}

const ROWS_A_PAGE: u32 = 50;
const PAUSE: Duration = Duration::from_millis(50);
