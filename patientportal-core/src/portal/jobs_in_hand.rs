//! The jobs that this portal has leased and not yet finished: what [`Portal::keep_house`](super::Portal::keep_house)
//! holds on to.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::ids::{JobId, Lease};
use crate::moment::Timestamp;
use crate::store::LeasedJob;

/// Until when each is leased.
#[derive(Default)]
pub(super) struct JobsInHand(Mutex<HashMap<(JobId, Lease), Timestamp>>);

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
        self.lock().insert((job, lease), until);
        InHand { jobs: self, job, lease }
    }

    /// Those of which less than half of a lease of `life` is left.
    pub(super) fn more_than_half_over(&self, now: Timestamp, life: Duration) -> Vec<(JobId, Lease)> {
        let over = |until: &Timestamp| until.since(now) < life / 2;
        self.lock().iter().filter(|(_, until)| over(until)).map(|(job, _)| *job).collect()
    }

    /// It may have been finished meanwhile; then it is not taken up again.
    pub(super) fn extended(&self, job: JobId, lease: Lease, until: Timestamp) {
        self.lock().entry((job, lease)).and_modify(|known| *known = until);
    }

    pub(super) fn forget(&self, job: JobId, lease: Lease) {
        self.lock().remove(&(job, lease));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(JobId, Lease), Timestamp>> {
        // Nothing that can panic is done under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.jobs.forget(self.job, self.lease);
    }
}
