//! What is to be done later by an ordinary command. When a task is due tells nobody's birth date: what hangs on one is due
//! at the start of a month and looks again from day to day.

use minicbor::{Decode, Encode};

use crate::account::{Account, MembershipCommand};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId};
use crate::mail::{Mail, Notice};
use crate::moment::Timestamp;
use crate::record::{decode, encode};
use crate::refusal::{Failure, Refusal};
use crate::sealing::Purpose;
use crate::store::{Change, JobKind, LeasedJob, NewJob, Outcome, Versioned};

use super::Portal;

/// A job that is no mail.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) enum Task {
    /// A clinic that has not decided a request in time (R4).
    #[n(0)]
    LapseRequest {
        #[n(0)]
        account: AccountId,
        #[n(1)]
        clinic: ClinicId,
        /// When it was asked: a later request has a task of its own.
        #[n(2)]
        since: Timestamp,
    },
}

/// What came of a task.
enum Ran {
    Done,
    /// It is to be looked at again.
    #[expect(dead_code, reason = "the tasks that look again from day to day are yet to come")]
    Again(Timestamp),
}

impl Task {
    /// The job that does it from `due` on. Nothing gives it up.
    pub(crate) fn enqueue(&self, facts: &mut Facts<'_>, due: Timestamp) -> Result<Change, Fault> {
        let id = facts.draw.job();
        let payload = facts.ring.seal(Purpose::Job, &id.0.to_be_bytes(), &encode(self)?, facts.draw)?;
        Ok(Change::Enqueue(NewJob { id, kind: JobKind::Task, due, give_up: NEVER, payload }))
    }
}

impl Portal {
    /// Runs a task. A fault leaves it to its lease, and it is tried again.
    pub(super) async fn run_task(&self, leased: &LeasedJob) -> Result<(), Fault> {
        let id = leased.job.id.0.to_be_bytes();
        let task: Task = decode(&self.ring().open(Purpose::Job, &id, &leased.job.payload)?)?;
        let ran = match task {
            Task::LapseRequest { account, clinic, since } => self.lapse_request(account, clinic, since).await,
        };
        match ran {
            Ok(Ran::Again(due)) => self.finish(leased, Outcome::RetryAt(due)).await,
            // A refusal means that there is nothing left to do.
            Ok(Ran::Done) | Err(Failure::Refused(_)) => self.finish(leased, Outcome::Done).await,
            Err(Failure::Failed(fault)) => Err(fault),
        }
    }

    async fn lapse_request(&self, account: AccountId, clinic: ClinicId, since: Timestamp) -> Result<Ran, Failure> {
        self.decide_on(account, Refusal::NoOpenFlow, |facts, account| lapse(facts, account, clinic, since)).await?;
        Ok(Ran::Done)
    }
}

fn lapse(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    clinic: ClinicId,
    since: Timestamp,
) -> Result<Step<()>, Fault> {
    let mut changed = account.value.clone();
    let asked = changed.access.memberships.iter_mut().find(|here| here.clinic == clinic && here.since == since);
    let Some(asked) = asked else { return Ok(Step::refusing(Refusal::NoOpenFlow)) };
    let Ok(lapsed) = asked.after(MembershipCommand::Lapse, facts.now) else {
        return Ok(Step::refusing(Refusal::NoOpenFlow));
    };
    *asked = lapsed;
    let email = changed.details.person.open(changed.id, facts.ring)?.email;
    let told = Mail::notice(email, changed.details.language, clinic, Notice::RequestLapsed).enqueue(facts)?;
    let note = Note::by_portal(changed.id, Some(clinic), AuditEvent::RequestLapsed);
    Ok(Step::answering(Ok(()))
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }, told])
        .noting(note))
}

/// A task is done, however late.
const NEVER: Timestamp = Timestamp(i64::MAX);
