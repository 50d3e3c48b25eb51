//! Mails that were given up: tried again when the operator says so, and forgotten in the end (M3).

use std::time::Duration;

use crate::decision::Step;
use crate::fault::Fault;
use crate::ids::JobId;
use crate::mail::Mail;
use crate::store::{Change, Job, JobKind, List, Listed, Tending};

use super::{Portal, Settled};

/// What became of mails that were to be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RetriedMails {
    /// They are in the queue again.
    pub queued: u64,
    /// The code or link in them is over: whoever waits for it has to ask for another.
    pub over: u64,
}

impl Portal {
    /// Puts mails that were given up back into the queue, for another day or as long as the link in them lives: one of
    /// them, or all.
    ///
    /// # Errors
    /// Faults of the store, and mails that no key opens.
    pub async fn retry_dead_mails(&self, only: Option<JobId>) -> Result<RetriedMails, Fault> {
        let (mut retried, mut after) = (RetriedMails::default(), None);
        loop {
            let page = self.store().list(List::DeadJobs, after, JOBS_AT_A_TIME).await?;
            for row in page.rows {
                let Listed::Job(job) = row else { continue };
                if job.kind == JobKind::Mail && only.is_none_or(|only| only == job.id) {
                    self.retry(&job, &mut retried).await?;
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(retried);
            }
        }
    }

    /// Forgets mails that were given up longer than [`Policy::dead_mail_kept`](crate::policy::Policy::dead_mail_kept) ago;
    /// answers how many. Call it now and then.
    ///
    /// # Errors
    /// Only faults of the store.
    pub async fn forget_dead_mails(&self) -> Result<u64, Fault> {
        let (mut forgotten, mut after) = (0, None);
        loop {
            let page = self.store().list(List::DeadJobs, after, JOBS_AT_A_TIME).await?;
            for row in page.rows {
                let Listed::Job(job) = row else { continue };
                if job.due + self.policy().dead_mail_kept > self.now() {
                    return Ok(forgotten);
                }
                forgotten += u64::from(self.tend(job.id, Tending::Forget).await?);
            }
            after = page.next;
            if after.is_none() {
                return Ok(forgotten);
            }
        }
    }

    async fn retry(&self, job: &Job, retried: &mut RetriedMails) -> Result<(), Fault> {
        let (now, mail) = (self.now(), Mail::open(job.id, &job.payload, self.ring())?);
        let over = mail.kind.over();
        if over.is_some_and(|over| over <= now) {
            retried.over += 1;
            return Ok(());
        }
        let give_up = over.map_or(now + A_DAY, |over| over.min(now + A_DAY));
        retried.queued += u64::from(self.tend(job.id, Tending::Revive { due: now, give_up }).await?);
        Ok(())
    }

    /// Answers whether it was done: another may have been faster.
    async fn tend(&self, job: JobId, tending: Tending) -> Result<bool, Fault> {
        let step = Step::answering(Ok(())).with([Change::Tend { job, tending }]);
        Ok(matches!(self.commit(step, self.now(), &mut self.draw()?).await?, Settled::Answer(_)))
    }
}

const JOBS_AT_A_TIME: u16 = 100;
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
