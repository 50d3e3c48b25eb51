//! Counting: a counter's row is locked, its ladder climbed here, and the result written.

use patientportal_core::ids::CounterKey;
use patientportal_core::moment::Timestamp;
use patientportal_core::store::{Change, ChangeSet, NotCommitted};
use patientportal_core::throttle::Counter;

use crate::apply::Unmet;
use crate::columns::values;
use crate::connection::{Answer, Ask};
use crate::read::counter_in;
use crate::shard;
use crate::statements as sql;

/// What a set does to one counter, in its order.
pub(crate) struct Counting<'set> {
    key: CounterKey,
    changes: Vec<&'set Change>,
}

/// The counters of a set, in the order to lock them.
pub(crate) fn countings(set: &ChangeSet) -> Vec<Counting<'_>> {
    let mut countings: Vec<Counting<'_>> = Vec::new();
    for change in set.changes() {
        let (Change::Count { key, .. } | Change::Uncount(key) | Change::Forget(key)) = change else { continue };
        match countings.last_mut().filter(|counting| counting.key == *key) {
            Some(counting) => counting.changes.push(change),
            None => countings.push(Counting { key: *key, changes: vec![change] }),
        }
    }
    countings
}

impl Counting<'_> {
    /// What locks the row and, last, reads it. Only what counts makes one, at nought; it is undone with its set.
    pub(crate) fn locks(&self) -> Vec<Ask> {
        let ask = |statement| Ask::new(statement, values![shard::of_counter(self.key), self.key.0.to_vec()]);
        let new = self.counts().then(|| ask(sql::NEW_COUNTER));
        new.into_iter().chain([ask(sql::LOCK_COUNTER)]).collect()
    }

    /// What is to be written, if anything, to the row that was locked.
    pub(crate) fn write(&self, locked: &Answer, now: Timestamp) -> Result<Option<Ask>, Unmet> {
        let Some(row) = locked.rows.first() else {
            // It was there when it was to be made, and purged before it was locked.
            return if self.counts() { Err(Unmet::gave_way()) } else { Ok(None) };
        };
        let mut counter = Some(counter_in(row)?.1);
        for change in &self.changes {
            counter = self.after(change, counter, now)?;
        }
        Ok(Some(self.set(counter)))
    }

    fn after(&self, change: &Change, before: Option<Counter>, now: Timestamp) -> Result<Option<Counter>, Unmet> {
        let blocked = |until| Unmet::Refused(NotCommitted::Blocked { key: self.key, until });
        match change {
            Change::Count { ladder, .. } => ladder.count(before, now).map(Some).map_err(blocked),
            Change::Uncount(_) => Ok(before.map(Counter::uncounted)),
            _ => Ok(None),
        }
    }

    fn set(&self, counter: Option<Counter>) -> Ask {
        let (shard, key) = (shard::of_counter(self.key), self.key.0.to_vec());
        match counter {
            None => Ask::new(sql::FORGET_COUNTER, values![shard, key]),
            Some(Counter { count, since, blocked_until, expires }) => {
                let count = i64::from(count);
                Ask::new(sql::SET_COUNTER, values![shard, key, count, since.0, blocked_until.0, expires.0])
            }
        }
    }

    fn counts(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, Change::Count { .. }))
    }
}
