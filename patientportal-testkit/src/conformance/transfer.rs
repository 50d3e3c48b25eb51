//! Moving a portal from any store to any other: everything arrives, once, and alike, also when the copying is broken
//! off and gone on with.
//!
//! ```
//! # use std::sync::Arc;
//! # use patientportal_core::store::Store;
//! # use patientportal_core::store::transfer::{CopySource, CopyTarget};
//! # use patientportal_testkit::conformance::StoreUnderTest;
//! # use patientportal_testkit::conformance::transfer::TransferUnderTest;
//! # use patientportal_testkit::memory::MemoryStore;
//! # #[derive(Default)]
//! # struct Mine(Arc<MemoryStore>);
//! # #[async_trait::async_trait]
//! # impl StoreUnderTest for Mine {
//! #     async fn open(&self) -> Arc<dyn Store> {
//! #         self.0.clone()
//! #     }
//! # }
//! #[async_trait::async_trait]
//! impl TransferUnderTest for Mine {
//!     async fn source(&self) -> Arc<dyn CopySource> {
//!         self.0.clone()
//!     }
//!
//!     async fn target(&self) -> Arc<dyn CopyTarget> {
//!         self.0.clone()
//!     }
//! }
//!
//! patientportal_testkit::transfer_conformance!(Mine::default() => Mine::default());
//! # fn main() {}
//! ```

mod filled;
mod interrupted;
mod lived;

use std::sync::Arc;

use async_trait::async_trait;
use patientportal_core::ids::{CommandId, KeyId};
use patientportal_core::sealing::{KeyRing, MasterKey};
use patientportal_core::store::transfer::{
    CopyError, CopySource, CopyTarget, Place, Progress, Row, Rows, Table, Told, copy,
};
use patientportal_core::store::{Change, ChangeSet, List};

use crate::world::keys;

use super::StoreUnderTest;
use super::audit::seal;
use super::clerk::Clerk;
use super::samples::{NOW, entry, key};
use filled::{OWNER, changed, check, fill};
use interrupted::{BreaksOff, SmallPages};
use lived::live;

/// A [`StoreUnderTest`] that can be copied from and to.
#[async_trait]
pub trait TransferUnderTest: StoreUnderTest {
    /// The store as one to copy from, after all its handles were dropped.
    async fn source(&self) -> Arc<dyn CopySource>;

    /// The store as one to copy to: empty, or after all handles of an unfinished target were dropped.
    async fn target(&self) -> Arc<dyn CopyTarget>;
}

/// Runs one rule for a pair of stores on a runtime of several threads.
pub fn run<F: TransferUnderTest, T: TransferUnderTest>(
    from: &F,
    to: &T,
    rule: impl AsyncFnOnce(&dyn TransferUnderTest, &dyn TransferUnderTest),
) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(4).enable_all().build().expect("a runtime starts");
    runtime.block_on(rule(from, to));
}

/// Makes one `#[test]` of every rule of copying. Takes two expressions for new, empty
/// [`TransferUnderTest`](crate::conformance::transfer::TransferUnderTest)s, `from => to`; they are evaluated once a
/// rule. Attributes before them are put on every test.
#[macro_export]
macro_rules! transfer_conformance {
    (@attributed [$($attributes:tt)*] #[$attribute:meta] $($rest:tt)+) => {
        $crate::transfer_conformance! { @attributed [$($attributes)* #[$attribute]] $($rest)+ }
    };
    (@attributed $attributes:tt $from:expr => $to:expr) => {
        $crate::transfer_conformance! { @rules $attributes $from => $to;
            i8_what_was_copied_is_there_and_goes_on
            pages_of_any_size_have_every_row_once
            rows_put_twice_are_there_once
            progress_is_kept_with_the_rows
            only_rows_exactly_alike_are_held
            a_finished_copy_takes_no_more_rows
            a_copy_that_breaks_off_anywhere_is_gone_on_with
            i9_a_copy_is_finished_only_when_it_is_the_source
        }
    };
    (@rules $attributes:tt $from:expr => $to:expr; $($rule:ident)+) => {
        $($crate::transfer_conformance! { @rule $attributes $from => $to; $rule })+
    };
    (@rule [$($attributes:tt)*] $from:expr => $to:expr; $rule:ident) => {
        #[test]
        $($attributes)*
        fn $rule() {
            $crate::conformance::transfer::run(&$from, &$to, $crate::conformance::transfer::$rule);
        }
    };
    ($($whole:tt)+) => {
        $crate::transfer_conformance! { @attributed [] $($whole)+ }
    };
}

/// The copy answers as the store that it was copied from, and serves on (I8).
pub async fn i8_what_was_copied_is_there_and_goes_on(from: &dyn TransferUnderTest, to: &dyn TransferUnderTest) {
    let filled = fill(from).await;
    let (source, target) = (from.source().await, to.target().await);
    for table in Table::ALL {
        move_rows(&*source, &*target, table).await;
    }
    target.finish().await.expect("it is whole");
    drop((source, target));
    check(to, &filled).await;
}

/// Whatever the size of a page, and no page but that of an empty table is empty.
pub async fn pages_of_any_size_have_every_row_once(from: &dyn TransferUnderTest, _: &dyn TransferUnderTest) {
    fill(from).await;
    let source = from.source().await;
    for table in Table::ALL {
        let all = rows(&*source, table, u32::MAX).await;
        assert!(all.len() > 1, "{table}: there is something to copy");
        assert!(all.iter().all(|row| row.table() == table), "{table}: {all:?}");
        assert_eq!(source.count(table).await.expect("rows are counted"), all.len() as u64, "{table}");
        for limit in [1, 2, 3, u32::try_from(all.len()).expect("few"), 1000] {
            assert_eq!(rows(&*source, table, limit).await, all, "{table} in pages of {limit}");
        }
    }
}

/// Whoever did not hear that a page was written puts it again.
pub async fn rows_put_twice_are_there_once(from: &dyn TransferUnderTest, to: &dyn TransferUnderTest) {
    fill(from).await;
    let (source, target) = (from.source().await, to.target().await);
    for table in Table::ALL {
        let rows = rows(&*source, table, u32::MAX).await;
        for _ in 0..2 {
            target.put(table, &rows, &Progress::Done).await.expect("rows are written");
            assert_eq!(target.count(table).await.expect("rows are counted"), rows.len() as u64, "{table}");
            assert!(target.holds(table, &rows).await.expect("rows are compared"), "{table}");
        }
    }
}

/// A copying that was broken off knows where it was.
pub async fn progress_is_kept_with_the_rows(_: &dyn TransferUnderTest, to: &dyn TransferUnderTest) {
    let target = to.target().await;
    for table in Table::ALL {
        assert_eq!(target.progress(table).await.expect("it can be read"), Progress::At(None), "{table}");
    }
    let somewhere = Progress::At(Some(Place(vec![0, 255, 1])));
    target.put(Table::Keys, &[Row::Key(key(1, 1))], &somewhere).await.expect("rows are written");
    target.put(Table::Jobs, &[], &Progress::Done).await.expect("an empty table is moved");
    drop(target);
    let target = to.target().await;
    let progress = async |table| target.progress(table).await.expect("it can be read");
    assert_eq!(progress(Table::Keys).await, somewhere);
    assert_eq!(progress(Table::Jobs).await, Progress::Done);
    assert_eq!(progress(Table::Audit).await, Progress::At(None));
    assert_eq!(target.count(Table::Keys).await.expect("rows are counted"), 1);
    assert!(target.holds(Table::Keys, &[Row::Key(key(1, 1))]).await.expect("rows are compared"));
}

/// A row that differs in anything is not held, and one that is not there is not either.
pub async fn only_rows_exactly_alike_are_held(from: &dyn TransferUnderTest, to: &dyn TransferUnderTest) {
    fill(from).await;
    let (source, target) = (from.source().await, to.target().await);
    for table in Table::ALL {
        let rows = rows(&*source, table, u32::MAX).await;
        let (missing, put) = rows.split_last().expect("there are some");
        target.put(table, put, &Progress::At(None)).await.expect("rows are written");
        assert!(target.holds(table, &[]).await.expect("rows are compared"));
        assert!(target.holds(table, put).await.expect("rows are compared"), "{table}");
        assert!(!target.holds(table, &rows).await.expect("rows are compared"), "{table}: {missing:?} is not there");
        for row in put {
            for other in changed(row) {
                assert_ne!(row, &other);
                let held = target.holds(table, std::slice::from_ref(&other)).await.expect("rows are compared");
                assert!(!held, "{other:?} is not {row:?}");
            }
        }
    }
}

/// What is served is safe from a copying that somebody forgot to stop.
pub async fn a_finished_copy_takes_no_more_rows(_: &dyn TransferUnderTest, to: &dyn TransferUnderTest) {
    let target = to.target().await;
    for table in Table::ALL {
        assert!(target.finish().await.is_err(), "{table} is not whole yet");
        target.put(table, &[], &Progress::Done).await.expect("an empty table is moved");
    }
    target.finish().await.expect("an empty portal is a portal");
    for progress in [Progress::At(None), Progress::Done] {
        let late = target.put(Table::Keys, &[Row::Key(key(1, 1))], &progress).await;
        assert!(late.is_err(), "{progress:?}");
    }
    drop(target);
    let clerk = Clerk::open(to).await;
    clerk.store.ready().await.expect("the store is in use");
    assert_eq!(clerk.pages(List::Keys, 9).await, []);
}

/// Whichever page it was: what is there by then stays, the rest comes, and all of it is verified.
pub async fn a_copy_that_breaks_off_anywhere_is_gone_on_with(from: &dyn TransferUnderTest, to: &dyn TransferUnderTest) {
    let lived = live(from).await;
    let source = SmallPages(from.source().await);
    let mut breaks = 0;
    let mut told = Vec::new();
    for put in 0.. {
        let target = BreaksOff::at(to.target().await, put % 3, put % 2 == 0);
        match copy(&source, &target, &keys(), |news| told.push(news)).await {
            Ok(()) => break,
            Err(CopyError::Target(_)) => breaks += 1,
            Err(other) => panic!("only the target breaks off: {other}"),
        }
    }
    assert!(breaks > 10, "it broke off {breaks} times");
    let verified = told.iter().filter_map(|news| match news {
        Told::Verified { table, .. } => Some(*table),
        _ => None,
    });
    assert_eq!(verified.collect::<Vec<_>>(), Table::ALL, "verified once, at the end");
    drop(source);
    lived.goes_on(to).await;
}

/// A wrong key, a forged audit entry or batch, a row that was written meanwhile, a row too many: the copy is not finished (I9).
pub async fn i9_a_copy_is_finished_only_when_it_is_the_source(
    from: &dyn TransferUnderTest,
    to: &dyn TransferUnderTest,
) {
    drop(live(from).await);
    let refused = async |ring: KeyRing| {
        let (source, target) = (from.source().await, to.target().await);
        copy(&*source, &*target, &ring, |_| {}).await.expect_err("it is not the source")
    };
    let others = KeyRing::new(MasterKey::new(KeyId(1), [2; 32]), []).expect("one key is a ring");
    assert!(matches!(refused(others).await, CopyError::Key(KeyId(1))));

    let clerk = Clerk::open(from).await;
    let forged = clerk.audited(NOW, vec![], vec![entry(78, NOW, OWNER)]);
    clerk.store.commit(&forged).await.expect("a store judges nothing");
    drop(clerk);
    assert!(matches!(refused(keys()).await, CopyError::Audit(78)));

    let (source, target) = (from.source().await, to.target().await);
    move_rows(&*source, &*target, Table::Audit).await;
    drop((source, target));
    let clerk = Clerk::open(from).await;
    let forged = ChangeSet::new(CommandId(3), NOW, vec![seal(99, &[])], vec![]);
    clerk.store.commit(&forged).await.expect("a store judges nothing");
    drop(clerk);
    assert!(matches!(refused(keys()).await, CopyError::Batch(99)));

    let (source, target) = (from.source().await, to.target().await);
    for table in [Table::Batches, Table::Commands] {
        move_rows(&*source, &*target, table).await;
    }
    let Row::Account(account) = rows(&*source, Table::Accounts, 1).await.remove(0) else { panic!("no account") };
    drop((source, target));
    let clerk = Clerk::open(from).await;
    let again = Change::Account { expect: Some(account.revision), to: Box::new(account.value) };
    let set = ChangeSet::new(CommandId(2), NOW, vec![again], vec![]);
    clerk.store.commit(&set).await.expect("as it was read");
    drop(clerk);
    assert!(matches!(refused(keys()).await, CopyError::Row(Table::Accounts)));

    let target = to.target().await;
    target.put(Table::Keys, &[Row::Key(key(9, 9))], &Progress::Done).await.expect("rows are written");
    drop(target);
    let refused = refused(keys()).await;
    assert!(matches!(refused, CopyError::Counts { table: Table::Keys, there: 1, here: 2 }), "{refused}");
}

async fn move_rows(from: &dyn CopySource, to: &dyn CopyTarget, table: Table) {
    to.put(table, &rows(from, table, 2).await, &Progress::Done).await.expect("rows are written");
}

/// Every row of a table, fetched in pages of `limit`.
async fn rows(from: &dyn CopySource, table: Table, limit: u32) -> Vec<Row> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let Rows { rows, next } = from.rows(table, after, limit).await.expect("rows can be read");
        assert!(rows.len() <= usize::try_from(limit).expect("64 bits"), "a page keeps to its limit");
        assert!(!rows.is_empty() || all.is_empty() && next.is_none(), "{table}: no page comes after the last row");
        all.extend(rows);
        match next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}
