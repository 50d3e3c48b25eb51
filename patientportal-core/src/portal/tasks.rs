//! What is to be done later by an ordinary command. When a task is due tells nobody's birth date: what hangs on one is due
//! at the start of a month and looks again from day to day.

use std::time::Duration;

use minicbor::{Decode, Encode};

use crate::account::child::{self, OF_AGE};
use crate::account::clinic_made;
use crate::account::{Account, Membership, MembershipCommand, Person};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId};
use crate::mail::{Mail, MailKind, Notice};
use crate::moment::Timestamp;
use crate::record::{decode, encode};
use crate::refusal::{Failure, Refusal};
use crate::sealing::Purpose;
use crate::store::{Change, JobKind, LeasedJob, NewJob, Outcome, Versioned};
use crate::value::Cpr;

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
    /// An account that nobody has activated in time (A10).
    #[n(1)]
    RemoveUnactivated {
        #[n(0)]
        account: AccountId,
    },
    /// A child comes of age in three weeks: whoever it concerns is told (L7).
    #[n(20)]
    TellOfAge {
        #[n(0)]
        account: AccountId,
    },
    /// A clinic's system is asked whether who has asked the clinic is a patient of its (S1).
    #[n(13)]
    AskOwnPatient {
        #[n(0)]
        account: AccountId,
        #[n(1)]
        clinic: ClinicId,
        /// When the clinic was asked: a later request has a task of its own.
        #[n(2)]
        since: Timestamp,
    },
    /// A clinic is told how many requests wait (S5).
    #[n(30)]
    TellOfRequests {
        #[n(0)]
        clinic: ClinicId,
    },
    /// A clinic's system is asked how a patient is reached, who has just logged in (K1).
    #[n(10)]
    AskClinicSystem {
        #[n(0)]
        account: AccountId,
        #[n(1)]
        clinic: ClinicId,
        /// When they logged in.
        #[n(2)]
        at: Timestamp,
    },
    /// A clinic's system is told how a patient is reached (K1).
    #[n(11)]
    UpdateClinicSystem {
        #[n(0)]
        account: AccountId,
        #[n(1)]
        clinic: ClinicId,
    },
    /// A clinic's system is told that a person has left (A7). The account may be gone by then, so the number is here.
    #[n(12)]
    TellClinicLeft {
        #[n(0)]
        clinic: ClinicId,
        #[n(1)]
        cpr: Cpr,
    },
}

/// What came of a task.
pub(super) enum Ran {
    Done,
    /// It is to be looked at again.
    Again(Timestamp),
}

impl Task {
    /// When a request is first looked at: a child's from day to day, since it also lapses when the child comes of age,
    /// and no date may tell when that is.
    pub(crate) fn first_look(facts: &Facts<'_>, since: Timestamp, ward: bool) -> Timestamp {
        let over = since + facts.policy.request_life;
        if ward { over.min(facts.now + A_DAY) } else { over }
    }

    /// The job that does it from `due` on. Nothing gives it up.
    pub(crate) fn enqueue(&self, facts: &mut Facts<'_>, due: Timestamp) -> Result<Change, Fault> {
        let id = facts.draw.job();
        let payload = facts.ring.seal(Purpose::Job, &id.0.to_be_bytes(), &encode(self)?, facts.draw)?;
        Ok(Change::Enqueue(NewJob { id, kind: JobKind::Task, due, give_up: NEVER, account: None, payload }))
    }
}

impl Portal {
    /// Runs a task. A fault leaves it to its lease, and it is tried again.
    pub(super) async fn run_task(&self, leased: &LeasedJob) -> Result<(), Fault> {
        let id = leased.job.id.0.to_be_bytes();
        let task: Task = decode(&self.ring().open(Purpose::Job, &id, &leased.job.payload)?)?;
        let ran = match task {
            Task::TellOfAge { account } => return self.tell_of_age(leased, account).await,
            Task::TellOfRequests { clinic } => return self.tell_of_requests(leased, clinic).await,
            Task::AskOwnPatient { account, clinic, since } => {
                self.ask_own_patient(account, clinic, since, leased.job.attempts).await
            }
            Task::LapseRequest { account, clinic, since } => self.lapse_request(account, clinic, since).await,
            Task::RemoveUnactivated { account } => self.remove_unactivated(account).await,
            Task::AskClinicSystem { account, clinic, at } => self.ask_clinic_system(account, clinic, at).await,
            Task::UpdateClinicSystem { account, clinic } => {
                self.update_clinic_system(account, clinic, leased.job.attempts).await
            }
            Task::TellClinicLeft { clinic, cpr } => self.tell_clinic_left(clinic, &cpr, leased.job.attempts).await,
        };
        match ran {
            Ok(Ran::Again(due)) => self.finish(leased, Outcome::RetryAt(due)).await,
            // A refusal means that there is nothing left to do.
            Ok(Ran::Done) | Err(Failure::Refused(_)) => self.finish(leased, Outcome::Done).await,
            Err(Failure::Failed(fault)) => Err(fault),
        }
    }

    async fn remove_unactivated(&self, account: AccountId) -> Result<Ran, Failure> {
        self.decide_on(account, Refusal::NoOpenFlow, |facts, account| {
            Ok(match clinic_made::remove(facts, account) {
                Ok(step) => step.map(|()| Ran::Done),
                Err(later) => Step::answering(Ok(later.map_or(Ran::Done, Ran::Again))),
            })
        })
        .await
    }

    async fn lapse_request(&self, account: AccountId, clinic: ClinicId, since: Timestamp) -> Result<Ran, Failure> {
        self.decide_on(account, Refusal::NoOpenFlow, |facts, account| lapse(facts, account, clinic, since)).await
    }
}

impl Portal {
    /// Lapses what has come of age meanwhile, for whoever cannot wait until it is looked at.
    pub(super) async fn lapse_requests_of(&self, account: &Account) -> Result<(), Fault> {
        for Membership { clinic, since, .. } in &account.access.memberships {
            match self.lapse_request(account.id, *clinic, *since).await {
                Ok(_) | Err(Failure::Refused(_)) => {}
                Err(Failure::Failed(fault)) => return Err(fault),
            }
        }
        Ok(())
    }
}

fn lapse(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    clinic: ClinicId,
    since: Timestamp,
) -> Result<Step<Ran>, Fault> {
    let mut changed = account.value.clone();
    let asked = changed.access.memberships.iter_mut().find(|here| here.clinic == clinic && here.since == since);
    let Some(asked) = asked else { return Ok(Step::refusing(Refusal::NoOpenFlow)) };
    let Ok(lapsed) = asked.after(MembershipCommand::Lapse, facts.now) else {
        return Ok(Step::refusing(Refusal::NoOpenFlow));
    };
    *asked = lapsed;
    let Person { cpr, email, .. } = changed.details.person.open(changed.id, facts.ring)?;
    let over = since + facts.policy.request_life;
    let has_come_of_age = changed.access.ward && cpr.age_on(facts.today()) >= OF_AGE;
    if facts.now < over && !has_come_of_age {
        return Ok(Step::answering(Ok(Ran::Again(over.min(facts.now + A_DAY)))));
    }
    let mail = MailKind::Notice(Notice::RequestLapsed);
    let mail = if child::is_let_in_nowhere(&changed) { mail.for_nobody_let_in() } else { mail };
    let told = Mail::to(changed.id, email, changed.details.language, Some(clinic), mail).enqueue(facts)?;
    let note = Note::by_portal(changed.id, Some(clinic), AuditEvent::RequestLapsed);
    let step = Step::answering(Ok(Ran::Done)).with([told]).noting(note);
    Ok(child::write(step, clinic, account.revision, changed))
}

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A task is done, however late.
const NEVER: Timestamp = Timestamp(i64::MAX);
