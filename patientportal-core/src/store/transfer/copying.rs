//! Copying a portal from one store into another: move every row, then look at every row again, and only then say that
//! the copy may be used.

use crate::fault::Fault;
use crate::ids::KeyId;
use crate::sealing::KeyRing;

use super::{CopySource, CopyTarget, Place, Progress, Row, Rows, Table};

/// What has been done, as it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// A table is in the target whole.
    Moved {
        /// Which.
        table: Table,
        /// How many of its rows were moved now; the others were there from a copying that was broken off.
        rows: u64,
    },
    /// A table in the target is the source's: as many rows, each of them alike; audit entries and their batches also by their MACs.
    Verified {
        /// Which.
        table: Table,
        /// How many rows it has.
        rows: u64,
    },
}

/// Why a copy was not finished. The target stays a copy to be gone on with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// The source failed.
    #[error("the store that is copied from failed")]
    Source(#[source] Fault),
    /// The target failed.
    #[error("the store that is copied to failed")]
    Target(#[source] Fault),
    /// A table has more or fewer rows in the target than in the source.
    #[error(
        "{table}: {there} rows were to be copied and {here} are in the copy; one of them was changed meanwhile: \
         remove the copy and begin again"
    )]
    Counts {
        /// Which table.
        table: Table,
        /// The rows of the source.
        there: u64,
        /// The rows of the target.
        here: u64,
    },
    /// A row of the source is not in the target, or not alike.
    #[error(
        "{0}: a row is not in the copy as it is where it was copied from; one of them was changed meanwhile: remove \
         the copy and begin again"
    )]
    Row(Table),
    /// A key that the portal was written with is not among those given.
    #[error("the portal was written with a key of id {}, which is not among these keys: give the portal's own", .0.0)]
    Key(KeyId),
    /// An audit entry's MAC fails (I9).
    #[error(
        "audit entry {0} was not written under any of these keys, or was changed since: are they the portal's keys?"
    )]
    Audit(u64),
    /// The MAC of a batch of audit entries fails (I9).
    #[error(
        "audit batch {0} was not sealed under any of these keys, or was changed since: are they the portal's keys?"
    )]
    Batch(u64),
}

/// Copies everything, or what a copying that was broken off has left to do; verifies all of it; finishes the target.
/// `ring` are the portal's keys, and `tell` is told of each table.
///
/// # Errors
/// [`CopyError`]; the target is then not finished, and opens for nothing but copying.
pub async fn copy(
    from: &dyn CopySource,
    to: &dyn CopyTarget,
    ring: &KeyRing,
    mut tell: impl FnMut(Told),
) -> Result<(), CopyError> {
    let from = Vouched { from, ring };
    for table in Table::ALL {
        let rows = move_rows(&from, to, table).await?;
        tell(Told::Moved { table, rows });
    }
    for table in Table::ALL {
        let rows = verify(&from, to, table).await?;
        tell(Told::Verified { table, rows });
    }
    to.finish().await.map_err(CopyError::Target)
}

/// Moves what is left of a table; answers how many rows that were.
async fn move_rows(from: &Vouched<'_>, to: &dyn CopyTarget, table: Table) -> Result<u64, CopyError> {
    let mut moved = 0;
    while let Progress::At(after) = to.progress(table).await.map_err(CopyError::Target)? {
        let Rows { rows, next } = from.rows(table, after).await?;
        let progress = next.map_or(Progress::Done, |next| Progress::At(Some(next)));
        to.put(table, &rows, &progress).await.map_err(CopyError::Target)?;
        moved += rows.len() as u64;
    }
    Ok(moved)
}

/// Compares a table; answers how many rows it has.
async fn verify(from: &Vouched<'_>, to: &dyn CopyTarget, table: Table) -> Result<u64, CopyError> {
    let there = from.from.count(table).await.map_err(CopyError::Source)?;
    let here = to.count(table).await.map_err(CopyError::Target)?;
    let (mut read, mut after, mut more) = (0, None, true);
    while more {
        let Rows { rows, next } = from.rows(table, after).await?;
        if !to.holds(table, &rows).await.map_err(CopyError::Target)? {
            return Err(CopyError::Row(table));
        }
        read += rows.len() as u64;
        (more, after) = (next.is_some(), next);
    }
    match [there, read].into_iter().find(|rows| *rows != here) {
        None => Ok(here),
        Some(there) => Err(CopyError::Counts { table, there, here }),
    }
}

/// A source of which nothing is taken that the keys do not vouch for.
struct Vouched<'a> {
    from: &'a dyn CopySource,
    ring: &'a KeyRing,
}

impl Vouched<'_> {
    async fn rows(&self, table: Table, after: Option<Place>) -> Result<Rows, CopyError> {
        let page = self.from.rows(table, after, ROWS_A_PAGE).await.map_err(CopyError::Source)?;
        page.rows.iter().try_for_each(|row| self.check(row))?;
        Ok(page)
    }

    fn check(&self, row: &Row) -> Result<(), CopyError> {
        match row {
            Row::Key(key) if self.ring.proofs().all(|own| own != *key) => Err(CopyError::Key(key.id)),
            Row::Audit(entry, _) if !self.ring.wrote(entry) => Err(CopyError::Audit(entry.id)),
            Row::Batch(batch) if !self.ring.sealed(batch) => Err(CopyError::Batch(batch.number)),
            _ => Ok(()),
        }
    }
}

/// Enough that the syncing of each page costs little, and a page is small in memory.
const ROWS_A_PAGE: u32 = 1000;
