//! A database to copy a portal from, which nobody else uses meanwhile, and one to copy it to, which nobody uses yet.

mod begin;
mod pages;
mod put;
pub(crate) mod statements;

use std::path::Path;

use async_trait::async_trait;
use patientportal_core::fault::Fault;
use patientportal_core::store::transfer::{CopySource, CopyTarget, Place, Progress, Row, Rows, Table};

use crate::open::{OpenError, SqliteOptions, alone, create, existing, writing};
use crate::readers::Readers;
use crate::schema::is_empty;
use crate::store::SqliteStore;
use crate::writer::Writer;

pub(crate) use begin::refuse_unfinished;

/// A database to copy from. While this lives, no other connection reads or writes the file; dropping it lets it go.
pub struct SqliteSource {
    readers: Readers,
}

/// A database to copy to: a new one, or one into which copying was broken off. It opens as a store once it is finished.
pub struct SqliteTarget {
    writer: Writer,
}

impl SqliteSource {
    /// Takes the database at `path` for itself.
    ///
    /// # Errors
    /// [`OpenError::InUse`] when another connection has it open, [`OpenError::NoPortal`] when there is nothing in it, and
    /// whatever else is wrong with the file.
    pub fn open(path: impl AsRef<Path>, options: &SqliteOptions) -> Result<Self, OpenError> {
        let path = existing(path.as_ref())?;
        let mut connection = alone(&path, options)?;
        if is_empty(&connection)? {
            return Err(OpenError::NoPortal);
        }
        crate::schema::migrate(&mut connection)?;
        refuse_unfinished(&connection)?;
        connection.pragma_update(None, "query_only", true)?;
        let readers = Readers::start(vec![connection]).map_err(OpenError::Threads)?;
        Ok(Self { readers })
    }
}

impl SqliteTarget {
    /// Opens the database at `path` to copy into it, and makes it if there is none.
    ///
    /// # Errors
    /// [`OpenError::HoldsPortal`] when it is in use as a store already, and whatever else is wrong with the file.
    pub fn open(path: impl AsRef<Path>, options: &SqliteOptions) -> Result<Self, OpenError> {
        let path = create(path.as_ref())?;
        let mut connection = writing(&path, options)?;
        begin::begin(&mut connection)?;
        let writer = Writer::start(connection).map_err(OpenError::Threads)?;
        Ok(Self { writer })
    }
}

/// A store that is in use shows its rows too; what is written meanwhile may be missed.
#[async_trait]
impl CopySource for SqliteStore {
    async fn rows(&self, table: Table, after: Option<Place>, limit: u32) -> Result<Rows, Fault> {
        self.readers().read(move |connection| pages::page(connection, table, after.as_ref(), limit)).await
    }

    async fn count(&self, table: Table) -> Result<u64, Fault> {
        self.readers().read(move |connection| pages::count(connection, table)).await
    }
}

#[async_trait]
impl CopySource for SqliteSource {
    async fn rows(&self, table: Table, after: Option<Place>, limit: u32) -> Result<Rows, Fault> {
        self.readers.read(move |connection| pages::page(connection, table, after.as_ref(), limit)).await
    }

    async fn count(&self, table: Table) -> Result<u64, Fault> {
        self.readers.read(move |connection| pages::count(connection, table)).await
    }
}

#[async_trait]
impl CopyTarget for SqliteTarget {
    async fn progress(&self, table: Table) -> Result<Progress, Fault> {
        self.writer.write(move |connection| begin::progress(connection, table)).await
    }

    async fn put(&self, table: Table, rows: &[Row], progress: &Progress) -> Result<(), Fault> {
        let (rows, progress) = (rows.to_vec(), progress.clone());
        let put = move |connection: &_| {
            begin::note_progress(connection, table, &progress)?;
            rows.iter().try_for_each(|row| put::put(connection, row))
        };
        self.writer.write(put).await
    }

    async fn holds(&self, _: Table, rows: &[Row]) -> Result<bool, Fault> {
        let rows = rows.to_vec();
        let holds = move |connection: &_| {
            for row in &rows {
                if pages::same(connection, row)?.as_ref() != Some(row) {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        self.writer.write(holds).await
    }

    async fn count(&self, table: Table) -> Result<u64, Fault> {
        self.writer.write(move |connection| pages::count(connection, table)).await
    }

    async fn finish(&self) -> Result<(), Fault> {
        self.writer.write(begin::finish).await
    }
}
