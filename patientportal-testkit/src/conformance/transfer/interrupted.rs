//! A source in small pages, and a target that breaks off.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use patientportal_core::fault::Fault;
use patientportal_core::store::transfer::{CopySource, CopyTarget, Place, Progress, Row, Rows, Table};

/// Gives two rows where any number was asked for.
pub(super) struct SmallPages(pub(super) Arc<dyn CopySource>);

/// Fails a put and everything after it.
pub(super) struct BreaksOff {
    target: Arc<dyn CopyTarget>,
    puts_left: AtomicU32,
    /// Whether what is put at last is written and only not heard of.
    written: bool,
}

impl BreaksOff {
    /// Breaks off after so many puts.
    pub(super) fn at(target: Arc<dyn CopyTarget>, puts: u32, written: bool) -> Self {
        Self { target, puts_left: AtomicU32::new(puts), written }
    }
}

#[async_trait]
impl CopySource for SmallPages {
    async fn rows(&self, table: Table, after: Option<Place>, limit: u32) -> Result<Rows, Fault> {
        self.0.rows(table, after, limit.min(2)).await
    }

    async fn count(&self, table: Table) -> Result<u64, Fault> {
        self.0.count(table).await
    }
}

#[async_trait]
impl CopyTarget for BreaksOff {
    async fn progress(&self, table: Table) -> Result<Progress, Fault> {
        self.target.progress(table).await
    }

    async fn put(&self, table: Table, rows: &[Row], progress: &Progress) -> Result<(), Fault> {
        let left = self.puts_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if left.is_ok() {
            return self.target.put(table, rows, progress).await;
        }
        if self.written {
            self.target.put(table, rows, progress).await?;
        }
        Err(Fault::transient("the copying was broken off", "ordered by the test"))
    }

    async fn holds(&self, table: Table, rows: &[Row]) -> Result<bool, Fault> {
        self.target.holds(table, rows).await
    }

    async fn count(&self, table: Table) -> Result<u64, Fault> {
        self.target.count(table).await
    }

    async fn finish(&self) -> Result<(), Fault> {
        self.target.finish().await
    }
}
