//! Committing: one transaction in three round trips, tried again under the command's id until its outcome is
//! known.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use patientportal_core::fault::Fault;
use patientportal_core::store::{ChangeSet, NotCommitted};
use tokio::time::{Instant, sleep};

use crate::apply::{Steps, Unmet, steps};
use crate::columns::{id, values};
use crate::connection::{Answer, Ask, whole};
use crate::counters::{Counting, countings};
use crate::database::{Database, Lent};
use crate::error::{Cause, Remedy};
use crate::shard;
use crate::statements as sql;

/// Commits a set. What was begun is finished also when nobody waits for it any more, so that no transaction is left
/// open on a connection that others use.
pub(crate) async fn commit(database: Arc<Database>, set: ChangeSet) -> Result<(), NotCommitted> {
    let committing = tokio::spawn(async move { try_until_known(&database, &set).await });
    committing.await.map_err(|error| Fault::permanent("a commit came to no end", error))?
}

async fn try_until_known(database: &Database, set: &ChangeSet) -> Result<(), NotCommitted> {
    let _permit = database.writer().await.map_err(Cause::fault)?;
    let plan = Plan::new(set)?;
    let end = Instant::now() + database.commit_patience;
    database.counts.commits.fetch_add(1, Ordering::Relaxed);
    for tries in 0_u32.. {
        database.counts.attempts.fetch_add(1, Ordering::Relaxed);
        let cause = match plan.attempt(database).await {
            Ok(()) => return Ok(()),
            Err(Unmet::Refused(refusal)) => return Err(refusal),
            Err(Unmet::Unclear(cause)) => cause,
        };
        let pause = match cause.remedy {
            Remedy::Again => plan.jitter(tries),
            Remedy::Reconnect if tries == 0 => Duration::ZERO,
            Remedy::Reconnect | Remedy::ReconnectLater => FIRST_PAUSE * 2_u32.pow(tries.min(4)) + plan.jitter(tries),
            Remedy::GiveUp | Remedy::Mend => return Err(cause.fault().into()),
        };
        if Instant::now() + pause >= end {
            tracing::warn!(cause = cause.text(), tries, "a commit was given up");
            return Err(cause.fault().into());
        }
        tracing::debug!(cause = cause.text(), tries, "a commit is tried again");
        sleep(pause).await;
    }
    Err(Fault::new("a commit was tried too often").into())
}

/// A set as statements.
struct Plan<'set> {
    set: &'set ChangeSet,
    known: Ask,
    command: Ask,
    countings: Vec<Counting<'set>>,
    steps: Steps,
}

/// How a transaction is to end.
enum End {
    Commit,
    /// The command was committed before.
    Known,
}

impl<'set> Plan<'set> {
    fn new(set: &'set ChangeSet) -> Result<Self, Fault> {
        let (shard, number) = (shard::of_command(set.id()), id(set.id().0)?);
        let known = Ask::new(sql::KNOWN_COMMAND, values![shard, number]);
        let command = Ask::new(sql::NEW_COMMAND, values![shard, number, set.at().0]);
        Ok(Self { set, known, command, countings: countings(set), steps: steps(set)? })
    }

    /// One transaction, ended on the server, or on a connection that is thrown away.
    async fn attempt(&self, database: &Database) -> Result<(), Unmet> {
        let connection = database.connection().await.map_err(Unmet::Unclear)?;
        let outcome = match self.write(database, &connection).await {
            Err(Unmet::Unclear(cause)) if cause.breaks_connection() => Err(Unmet::Unclear(cause)),
            written => self.end(database, &connection, written).await,
        };
        if let Err(Unmet::Unclear(cause)) = &outcome
            && cause.breaks_connection()
        {
            database.discard(connection, cause);
        }
        outcome
    }

    /// Writes everything, once the transaction is there and the counters are locked. Sent along with a `BEGIN` that fails,
    /// each statement would be applied by itself: so what comes before its answer writes nothing that counts.
    async fn write(&self, database: &Database, connection: &Lent) -> Result<End, Unmet> {
        let begin = Ask::bare(sql::BEGIN);
        let locks: Vec<Vec<Ask>> = self.countings.iter().map(Counting::locks).collect();
        // Last: an earlier try whose outcome was unknown lets go of the counters when it has one.
        let opening: Vec<&Ask> = [&begin].into_iter().chain(locks.iter().flatten()).chain([&self.known]).collect();
        let mut opened = whole(database.ask_on(connection, &opening).await?)?;
        if opened.pop().is_some_and(|known| known.touched > 0) {
            return Ok(End::Known);
        }
        let counters = self.count(&locks, opened.into_iter().skip(1))?;
        let rest: Vec<&Ask> = [&self.command].into_iter().chain(&counters).chain(&self.steps.asks).collect();
        let mut answers = database.ask_on(connection, &rest).await?.into_iter();
        let written = whole(answers.by_ref().take(1 + counters.len()))?;
        if written.first().is_none_or(|command| command.touched == 0) {
            return Ok(End::Known);
        }
        self.steps.judge(answers)?;
        Ok(End::Commit)
    }

    /// Climbs the ladders of the rows that are locked.
    fn count(&self, locks: &[Vec<Ask>], mut locked: impl Iterator<Item = Answer>) -> Result<Vec<Ask>, Unmet> {
        let mut writes = Vec::new();
        for (counting, locks) in self.countings.iter().zip(locks) {
            // The last of a counter's locks reads it.
            let Some(read) = locked.by_ref().take(locks.len()).last() else { continue };
            writes.extend(counting.write(&read, self.set.at())?);
        }
        Ok(writes)
    }

    async fn end(&self, database: &Database, connection: &Lent, written: Result<End, Unmet>) -> Result<(), Unmet> {
        match written {
            Ok(End::Commit) => run(database, connection, &Ask::bare(sql::COMMIT)).await.map_err(Unmet::Unclear),
            undone => {
                // A connection whose transaction did not end is of no use.
                let ended = run(database, connection, &Ask::bare(sql::ROLLBACK)).await;
                ended.map_err(|cause| Unmet::Unclear(cause.with(Remedy::Reconnect)))?;
                match undone {
                    Err(unmet) => Err(unmet),
                    Ok(_) => self.confirm(database, connection).await,
                }
            }
        }
    }

    /// What is told to be committed must be where commits wait to be, a standby perhaps. Reading it does not wait for
    /// that; a write that comes after it does.
    async fn confirm(&self, database: &Database, connection: &Lent) -> Result<(), Unmet> {
        let values = values![shard::of_command(self.set.id()), id(self.set.id().0)?];
        Ok(run(database, connection, &Ask::new(sql::CONFIRM_COMMAND, values)).await?)
    }

    /// A little time that differs from caller to caller and from try to try.
    fn jitter(&self, tries: u32) -> Duration {
        let spread = self.set.id().0.rotate_right(tries.wrapping_mul(7)) % LONGEST_JITTER_MICROSECONDS;
        Duration::from_micros(spread)
    }
}

async fn run(database: &Database, connection: &Lent, ask: &Ask) -> Result<(), Cause> {
    database.ask_on(connection, &[ask]).await.and_then(whole).map(drop)
}

/// The pause after a connection broke for the second time; it doubles, four times at most.
const FIRST_PAUSE: Duration = Duration::from_millis(25);
const LONGEST_JITTER_MICROSECONDS: u64 = 10_000;
