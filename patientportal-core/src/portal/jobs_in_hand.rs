//! The jobs that this portal has leased and not yet finished: what [`Portal::keep_house`](super::Portal::keep_house)
//! holds on to; and what came of those that it could not write down yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::decision::Note;
use crate::ids::{JobId, Lease};
use crate::moment::Timestamp;
use crate::store::{LeasedJob, Outcome};

type Leased = (JobId, Lease);

#[derive(Default)]
pub(super) struct JobsInHand {
    /// Until when each is leased.
    leases: Mutex<HashMap<Leased, Timestamp>>,
    unwritten: Mutex<HashMap<Leased, Finished>>,
}

/// What came of a job, and what the audit trail says of it.
#[derive(Clone)]
pub(super) struct Finished {
    pub(super) outcome: Outcome,
    pub(super) note: Option<Note>,
}

/// A job is in hand as long as this lives: also one whose future is dropped half-way is let go of.
#[must_use]
pub(super) struct InHand<'a> {
    jobs: &'a JobsInHand,
    job: JobId,
    lease: Lease,
}

impl JobsInHand {
    pub(super) fn take(&self, leased: &LeasedJob, until: Timestamp) -> InHand<'_> {
        let (job, lease) = (leased.job.id, leased.lease);
        lock(&self.leases).insert((job, lease), until);
        InHand { jobs: self, job, lease }
    }

    /// Those of which less than half of a lease of `life` is left.
    pub(super) fn more_than_half_over(&self, now: Timestamp, life: Duration) -> Vec<Leased> {
        let over = |until: &Timestamp| until.since(now) < life / 2;
        lock(&self.leases).iter().filter(|(_, until)| over(until)).map(|(job, _)| *job).collect()
    }

    /// It may have been finished meanwhile; then it is not taken up again.
    pub(super) fn extended(&self, job: JobId, lease: Lease, until: Timestamp) {
        lock(&self.leases).entry((job, lease)).and_modify(|known| *known = until);
    }

    pub(super) fn forget(&self, job: JobId, lease: Lease) {
        lock(&self.leases).remove(&(job, lease));
    }

    /// What came of a job, and could not be written down for now.
    pub(super) fn remember(&self, job: JobId, lease: Lease, finished: Finished) {
        lock(&self.unwritten).insert((job, lease), finished);
    }

    pub(super) fn unwritten(&self) -> Vec<(Leased, Finished)> {
        lock(&self.unwritten).iter().map(|(leased, finished)| (*leased, finished.clone())).collect()
    }

    pub(super) fn written(&self, leased: &Leased) {
        lock(&self.unwritten).remove(leased);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic is done under the lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.jobs.forget(self.job, self.lease);
    }
}
