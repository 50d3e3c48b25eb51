//! Jobs are done by one worker at a time, and not forgotten when it dies.

use patientportal_core::ids::{JobId, Lease};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::{
    Change, Job, JobKind, LeasedJob, List, Listed, NewJob, NotCommitted, Outcome, Tending,
};

use super::StoreUnderTest;
use super::clerk::Clerk;
use super::samples::{DAY, HOUR, MINUTE, NOW, job, sealed};

/// What is due first is leased first; what is not due or leased is not.
pub async fn jobs_are_leased_oldest_due_first(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let due = [(4, NOW), (1, NOW + HOUR), (3, NOW + MINUTE), (2, NOW + MINUTE), (5, NOW + DAY)];
    clerk.write(due.map(|(id, due)| Change::Enqueue(job(id, due))).to_vec()).await;
    assert_eq!(clerk.lease(Timestamp(NOW.0 - 1), NOW + HOUR, 9).await, []);
    assert_eq!(ids(&clerk.lease(NOW + HOUR, NOW + DAY, 2).await), [4, 2]);
    assert_eq!(ids(&clerk.lease(NOW + HOUR, NOW + DAY, 9).await), [3, 1]);
    assert_eq!(clerk.lease(NOW + HOUR, NOW + DAY, 9).await, []);
}

/// A worker that died holds a job no longer than its lease.
pub async fn a_lease_that_ended_is_given_to_another(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let recovery = NewJob { kind: JobKind::Recovery, payload: sealed("whom"), ..job(1, NOW) };
    clerk.write(vec![Change::Enqueue(recovery)]).await;
    let first = one(clerk.lease(NOW, NOW + MINUTE, 9).await);
    let expected = Job {
        id: JobId(1),
        kind: JobKind::Recovery,
        due: NOW,
        give_up: NOW + DAY,
        attempts: 1,
        dead: false,
        account: None,
        payload: sealed("whom"),
    };
    assert_eq!(first.job, expected, "this try is counted");
    let almost = Timestamp(NOW.0 + 59_999);
    assert_eq!(clerk.lease(almost, NOW + HOUR, 9).await, []);
    let second = one(clerk.lease(NOW + MINUTE, NOW + HOUR, 9).await);
    assert_eq!(second.job, Job { attempts: 2, ..expected });
    assert_ne!(second.lease, first.lease);
}

/// A worker that was thought dead does not finish what another does by now.
pub async fn only_the_latest_lease_finishes_a_job(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write(vec![Change::Enqueue(job(1, NOW)), Change::Enqueue(job(2, NOW + DAY))]).await;
    let first = one(clerk.lease(NOW, NOW + MINUTE, 9).await).lease;
    let second = one(clerk.lease(NOW + MINUTE, NOW + HOUR, 9).await).lease;
    let outcomes = [Outcome::Done, Outcome::RetryAt(NOW), Outcome::UnderwayUntil(NOW + DAY), Outcome::Dead];
    let others = [(1, first), (1, Lease(second.0 + 1)), (2, Lease(0)), (3, second)];
    let stale = others.iter().flat_map(|(job, lease)| outcomes.map(|outcome| finish(*job, *lease, outcome)));
    for stale in stale {
        let refused = clerk.commit(vec![stale]).await;
        assert!(matches!(refused, Err(NotCommitted::Stale)), "{refused:?}");
    }
    let late = vec![finish(1, second, Outcome::RetryAt(NOW + DAY))];
    clerk.commit_at(NOW + HOUR, late).await.expect("a lease that ended and was not given away");
    let again = clerk.commit(vec![finish(1, second, Outcome::Done)]).await;
    assert!(matches!(again, Err(NotCommitted::Stale)), "a lease finishes once");
    assert_eq!(ids(&clerk.lease(NOW + DAY, NOW + 2 * DAY, 9).await), [1, 2]);
}

/// Whoever is still at it says so, and keeps the job for as long as it says; once it went to another, not any more.
pub async fn a_job_underway_is_kept_from_others(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write(vec![Change::Enqueue(job(1, NOW)), Change::Enqueue(job(2, NOW))]).await;
    let leased = clerk.lease(NOW, NOW + MINUTE, 9).await;
    let [first, other] = leased.as_slice() else { panic!("two are due: {leased:?}") };
    let underway = |lease, until| finish(1, lease, Outcome::UnderwayUntil(until));
    clerk.write(vec![underway(first.lease, NOW + HOUR)]).await;
    assert_eq!(ids(&clerk.lease(NOW + MINUTE, NOW + 2 * HOUR, 9).await), [2], "the lease of the first runs on");
    clerk.write(vec![underway(first.lease, NOW + 2 * HOUR)]).await;
    assert_eq!(clerk.lease(Timestamp((NOW + 2 * HOUR).0 - 1), NOW + DAY, 1).await, [], "the second runs as long");

    let again = clerk.lease(NOW + 2 * HOUR, NOW + DAY, 1).await;
    assert_eq!(ids(&again), [1]);
    let latest = one(again);
    assert_eq!((latest.job.attempts, latest.job.due), (2, NOW), "saying so is no try");
    assert_ne!(latest.lease, first.lease);
    for stale in [underway(first.lease, NOW + DAY), finish(2, other.lease, Outcome::UnderwayUntil(NOW + DAY))] {
        let refused = clerk.commit(vec![stale]).await;
        assert!(matches!(refused, Err(NotCommitted::Stale)), "{refused:?}");
    }
    clerk.write(vec![underway(latest.lease, NOW + 2 * DAY)]).await;
    clerk.write(vec![finish(1, latest.lease, Outcome::Done)]).await;
    let gone = clerk.commit(vec![underway(latest.lease, NOW + DAY)]).await;
    assert!(matches!(gone, Err(NotCommitted::Stale)), "what is done is not underway");
}

/// Done is gone, tried again comes again, given up stays visible.
pub async fn what_came_of_a_job_is_kept(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write((1..=3).map(|id| Change::Enqueue(job(id, NOW))).collect()).await;
    let outcomes = [Outcome::Done, Outcome::RetryAt(NOW + MINUTE), Outcome::Dead];
    for (leased, outcome) in clerk.lease(NOW, NOW + HOUR, 9).await.iter().zip(outcomes) {
        clerk.write(vec![finish(leased.job.id.0, leased.lease, outcome)]).await;
    }
    assert_eq!(clerk.lease(Timestamp(NOW.0 + 59_999), NOW + DAY, 9).await, []);
    let retried = clerk.lease(NOW + MINUTE, NOW + DAY, 9).await;
    assert_eq!(ids(&retried), [2], "before the lease would have ended");
    assert_eq!(one(retried).job.attempts, 2);
    let dead = clerk.pages(List::DeadJobs, 9).await;
    let [Listed::Job(dead)] = dead.as_slice() else { panic!("one is dead: {dead:?}") };
    assert_eq!((dead.id, dead.attempts, dead.dead, dead.due), (JobId(3), 1, true, NOW));
    assert_eq!(clerk.lease(NOW + 2 * DAY, NOW + 3 * DAY, 9).await.len(), 1, "the dead rest");
}

/// A dead job can be tried again or removed, and no other one can.
pub async fn a_dead_job_is_revived_or_forgotten(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write((1..=3).map(|id| Change::Enqueue(job(id, NOW))).collect()).await;
    for leased in clerk.lease(NOW, NOW + HOUR, 2).await {
        clerk.write(vec![finish(leased.job.id.0, leased.lease, Outcome::Dead)]).await;
    }
    let revive = |id| tend(id, Tending::Revive { due: NOW + HOUR, give_up: NOW + DAY });
    for alive in [revive(3), tend(3, Tending::Forget), revive(9), tend(9, Tending::Forget)] {
        let refused = clerk.commit(vec![alive]).await;
        assert!(matches!(refused, Err(NotCommitted::Stale)), "{refused:?}");
    }
    clerk.write(vec![revive(1)]).await;
    clerk.write(vec![tend(2, Tending::Forget)]).await;
    assert_eq!(clerk.pages(List::DeadJobs, 9).await, []);
    assert_eq!(ids(&clerk.lease(NOW, NOW + DAY, 9).await), [3]);
    let revived = one(clerk.lease(NOW + HOUR, NOW + DAY, 9).await).job;
    assert_eq!((revived.id, revived.attempts, revived.give_up, revived.dead), (JobId(1), 2, NOW + DAY, false));
}

/// A payload is put in another's place only while it is that one, whoever holds the job.
pub async fn a_job_is_sealed_anew(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write((1..=2).map(|id| Change::Enqueue(job(id, NOW))).collect()).await;
    let reseal = |id, from: &str, to: &str| tend(id, Tending::Reseal { from: sealed(from), to: sealed(to) });
    clerk.write(vec![reseal(2, "a mail", "a mail anew")]).await;
    let [first, second] = <[LeasedJob; 2]>::try_from(clerk.lease(NOW, NOW + HOUR, 9).await).expect("both are due");
    assert_eq!((first.job.payload, second.job.payload), (sealed("a mail"), sealed("a mail anew")));
    clerk.write(vec![reseal(1, "a mail", "a mail anew")]).await;
    for stale in [reseal(1, "a mail", "x"), reseal(9, "a mail", "x")] {
        let refused = clerk.commit(vec![stale]).await;
        assert!(matches!(refused, Err(NotCommitted::Stale)), "{refused:?}");
    }
    clerk.write(vec![finish(1, first.lease, Outcome::Dead)]).await;
    let dead = clerk.pages(List::DeadJobs, 9).await;
    assert!(matches!(&dead[..], [Listed::Job(dead)] if dead.payload == sealed("a mail anew")), "{dead:?}");
}

fn tend(job: u64, tending: Tending) -> Change {
    Change::Tend { job: JobId(job), tending }
}

pub(super) fn finish(job: u64, lease: Lease, outcome: Outcome) -> Change {
    Change::Finish { job: JobId(job), lease, outcome }
}

fn ids(leased: &[LeasedJob]) -> Vec<u64> {
    leased.iter().map(|leased| leased.job.id.0).collect()
}

fn one(leased: Vec<LeasedJob>) -> LeasedJob {
    let [leased] = <[LeasedJob; 1]>::try_from(leased).expect("one job is due");
    leased
}
