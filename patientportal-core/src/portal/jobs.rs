//! The queue: mail goes out, recovery is decided, what is over is purged (M3).

use std::time::Duration;

use crate::audit::AuditEvent;
use crate::decision::{Note, Step};
use crate::fault::Fault;
use crate::flow::recovery::{self, RecoveryRequest};
use crate::ids::{JobId, Lease};
use crate::mail::{Mail, retry_after};
use crate::measures;
use crate::moment::Timestamp;
use crate::ports::MailFailure;
use crate::record::decode;
use crate::sealing::Purpose;
use crate::store::{Change, Cursor, Job, JobKind, LeasedJob, List, Listed, Outcome};

use super::jobs_in_hand::Finished;
use super::{ATTEMPTS, Portal, Settled};

/// A mail that was given up, as far as it may be shown: neither its address nor its words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadMail {
    /// The job.
    pub job: JobId,
    /// When it was last due.
    pub due: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
}

impl Portal {
    /// Does up to `limit` jobs that are due and answers how many there were. Call it again when it was `limit`, when
    /// woken, and every second besides: what another node queued, and what one that died has left, wakes nobody here.
    /// Several tasks and nodes may call it side by side, each job is one caller's. While it runs, another task must
    /// call [`keep_house`](Self::keep_house), or a delivery that outlasts [`Policy::job_lease`](crate::policy::Policy::job_lease) is
    /// begun again elsewhere.
    ///
    /// Dropped half-way it leaves its job to whoever asks when the lease has run out.
    ///
    /// # Errors
    /// Only faults of the store; a job that fails is tried again later.
    pub async fn work(&self, limit: u16) -> Result<usize, Fault> {
        let mut done = 0;
        while done < usize::from(limit) {
            self.write_outcomes().await?;
            let now = self.now();
            let until = now + self.policy().job_lease;
            // One at a time: the lease of a job must not run while others are done.
            let Some(leased) = self.store().lease(now, until, 1).await?.pop() else { break };
            measures::job_begun(leased.job.kind, leased.job.due, now);
            let _in_hand = self.0.in_hand.take(&leased, until);
            if let Err(fault) = self.do_job(&leased).await {
                tracing::error!(
                    fault = fault.chain(),
                    job = leased.job.id.0,
                    "a job failed; unless it was done, it will be tried again"
                );
            }
            done += 1;
        }
        Ok(done)
    }

    /// Extends the leases of the jobs that this portal has in hand, writes down what came of jobs and when sessions were
    /// last seen, and removes what is over. Call it every few seconds, in a task of its own: a lease is extended once half of it has
    /// passed, so two calls must be less than half of [`Policy::job_lease`](crate::policy::Policy::job_lease) apart.
    ///
    /// # Errors
    /// Only faults of the store; what could be done is done.
    pub async fn keep_house(&self) -> Result<(), Fault> {
        let finished = self.write_outcomes().await;
        let extended = self.extend_leases().await;
        let written = self.write_seen().await;
        while self.store().purge(self.now(), PURGE).await? == PURGE {
            // Clearing out after a long pause may take longer than a lease.
            self.extend_leases().await?;
        }
        finished.and(extended).and(written)
    }

    /// Mails that were given up, a page at a time.
    ///
    /// # Errors
    /// Only faults of the store.
    pub async fn dead_mails(
        &self,
        after: Option<Cursor>,
        limit: u16,
    ) -> Result<(Vec<DeadMail>, Option<Cursor>), Fault> {
        let page = self.store().list(List::DeadJobs, after, limit).await?;
        let dead = |row| match row {
            Listed::Job(Job { id, due, attempts, kind: JobKind::Mail, .. }) => {
                Some(DeadMail { job: id, due, attempts })
            }
            _ => None,
        };
        Ok((page.rows.into_iter().filter_map(dead).collect(), page.next))
    }

    async fn do_job(&self, leased: &LeasedJob) -> Result<(), Fault> {
        let too_late = self.now() >= leased.job.give_up;
        match leased.job.kind {
            JobKind::Mail if too_late => self.give_up(leased).await,
            JobKind::Mail => self.deliver(leased).await,
            // Nobody was promised anything, so nobody need see that it came to nothing (F1).
            JobKind::Recovery if too_late => self.finish(leased, Outcome::Done).await,
            JobKind::Recovery => self.decide_recovery(leased).await,
            JobKind::Task => self.run_task(leased).await,
        }
    }

    async fn give_up(&self, leased: &LeasedJob) -> Result<(), Fault> {
        match Mail::open(leased.job.id, &leased.job.payload, self.ring()) {
            Ok(mail) => self.finish_mail(leased, &mail, Outcome::Dead).await,
            // Which mail it was, nobody will know.
            Err(_) => self.finish(leased, Outcome::Dead).await,
        }
    }

    async fn deliver(&self, leased: &LeasedJob) -> Result<(), Fault> {
        let job = &leased.job;
        let mail = match Mail::open(job.id, &job.payload, self.ring()) {
            Ok(mail) => mail,
            Err(fault) => {
                // Perhaps it was sealed with a key that this node will get at its next start.
                tracing::error!(fault = fault.chain(), job = job.id.0, "a mail cannot be opened");
                return self.finish(leased, Outcome::RetryAt(self.now() + LATER)).await;
            }
        };
        let clinic = mail.clinic.and_then(|id| self.clinics().by_id(id));
        let message = mail.write(job.id, clinic, self.public_url());
        let outcome = match self.0.ports.mailer.send(&message).await {
            Ok(()) => Outcome::Done,
            Err(failure) => {
                tracing::warn!(%failure, job = job.id.0, attempts = job.attempts, "a mail was not delivered");
                self.after_failure(job, &failure)
            }
        };
        measures::mail_tried(outcome);
        self.finish_mail(leased, &mail, outcome).await
    }

    fn after_failure(&self, job: &Job, failure: &MailFailure) -> Outcome {
        let next = self.now() + retry_after(job.attempts);
        match failure {
            MailFailure::Temporary(_) if next < job.give_up => Outcome::RetryAt(next),
            MailFailure::Temporary(_) | MailFailure::Permanent(_) => Outcome::Dead,
        }
    }

    async fn decide_recovery(&self, leased: &LeasedJob) -> Result<(), Fault> {
        let id = leased.job.id.0.to_be_bytes();
        let opened = self.ring().open(Purpose::Job, &id, &leased.job.payload);
        let request: RecoveryRequest = match opened.and_then(|plain| decode(&plain)) {
            Ok(request) => request,
            Err(fault) => {
                tracing::error!(fault = fault.chain(), "a recovery request cannot be opened");
                return self.finish(leased, Outcome::RetryAt(self.now() + LATER)).await;
            }
        };
        let indexes = self.ring().cpr_indexes(&request.cpr, Some(request.clinic));
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let account = self.account_under(&indexes).await?;
            let (before, email) = match &account {
                None => (None, None),
                Some(account) => {
                    let before = self.open_flow(recovery::link_flow_of(self.ring(), &account.value)).await?;
                    (before, Some(account.value.details.person.open(account.value.id, self.ring())?.email))
                }
            };
            let known = account.as_ref().zip(email.as_ref());
            let step = recovery::answer_request(&mut self.facts(now, &mut draw), &request, known, before.as_ref())?
                .with([finishing(leased, Outcome::Done)]);
            match self.commit(step, now, &mut draw).await? {
                Settled::Answer(Ok(_)) => return Ok(()),
                // The caps are reached: no mail, and nobody is told (F1).
                Settled::Answer(Err(_)) => return self.finish(leased, Outcome::Done).await,
                Settled::Again => {}
            }
        }
        self.finish(leased, Outcome::RetryAt(self.now() + LATER)).await
    }

    /// Holds on to the jobs in hand, so that no other node begins what this one is doing.
    async fn extend_leases(&self) -> Result<(), Fault> {
        let mut outcome = Ok(());
        for (job, lease) in self.0.in_hand.more_than_half_over(self.now(), self.policy().job_lease) {
            outcome = outcome.and(self.extend_lease(job, lease).await);
        }
        outcome
    }

    async fn extend_lease(&self, job: JobId, lease: Lease) -> Result<(), Fault> {
        let now = self.now();
        let until = now + self.policy().job_lease;
        let extension = Change::Finish { job, lease, outcome: Outcome::UnderwayUntil(until) };
        let step = Step::answering(Ok(())).with([extension]);
        match self.commit(step, now, &mut self.draw()?).await? {
            Settled::Answer(_) => self.0.in_hand.extended(job, lease, until),
            // Done meanwhile, or another node's by now.
            Settled::Again => self.0.in_hand.forget(job, lease),
        }
        Ok(())
    }

    pub(super) async fn finish(&self, leased: &LeasedJob, outcome: Outcome) -> Result<(), Fault> {
        self.finish_as(leased, Finished { outcome, note: None }).await
    }

    /// The same of a mail: staff can see afterwards that it went, or did not (S1).
    async fn finish_mail(&self, leased: &LeasedJob, mail: &Mail, outcome: Outcome) -> Result<(), Fault> {
        let event = match outcome {
            Outcome::Done => Some(AuditEvent::MailDelivered),
            Outcome::Dead => Some(AuditEvent::MailGivenUp),
            Outcome::RetryAt(_) | Outcome::UnderwayUntil(_) => None,
        };
        let note = event.map(|event| Note::of_mail(mail.kind.topic(), (mail.account, mail.clinic), event));
        self.finish_as(leased, Finished { outcome, note }).await
    }

    async fn finish_as(&self, leased: &LeasedJob, finished: Finished) -> Result<(), Fault> {
        let LeasedJob { job, lease } = leased;
        let written = self.write_outcome(job.id, *lease, finished.clone()).await;
        // A mail that went out while the store was away is not to go out once more because of that.
        if written.as_ref().is_err_and(Fault::is_transient) {
            self.0.in_hand.remember(job.id, *lease, finished);
        }
        written
    }

    /// Writes down what came of jobs while the store was away.
    async fn write_outcomes(&self) -> Result<(), Fault> {
        for ((job, lease), finished) in self.0.in_hand.unwritten() {
            let written = self.write_outcome(job, lease, finished).await;
            if !written.as_ref().is_err_and(Fault::is_transient) {
                self.0.in_hand.written(&(job, lease));
            }
            written?;
        }
        Ok(())
    }

    async fn write_outcome(&self, job: JobId, lease: Lease, finished: Finished) -> Result<(), Fault> {
        let Finished { outcome, note } = finished;
        let step = Step::answering(Ok(())).with([Change::Finish { job, lease, outcome }]);
        let step = note.into_iter().fold(step, Step::noting);
        // Stale: it was written after all, or another has leased it since and will finish it.
        self.commit(step, self.now(), &mut self.draw()?).await.map(|_| ())
    }
}

pub(super) fn finishing(leased: &LeasedJob, outcome: Outcome) -> Change {
    Change::Finish { job: leased.job.id, lease: leased.lease, outcome }
}

/// When a job is looked at again that cannot be done as things are.
const LATER: Duration = Duration::from_secs(180);
const PURGE: u32 = 1000;
