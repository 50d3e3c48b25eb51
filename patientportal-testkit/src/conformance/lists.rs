//! Lists come in pages, in their order.

use patientportal_core::account::{Membership, MembershipCommand, MembershipState, Rights};
use patientportal_core::audit::AuditEntry;
use patientportal_core::ids::{AccountId, ClinicId, JobId, Revision, SessionNo};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::{Change, List, Listed, NewJob, NotCommitted, Outcome};

use super::StoreUnderTest;
use super::clerk::Clerk;
use super::jobs::finish;
use super::samples::{HOUR, MINUTE, NOW, account, entry, job, key, new_account, open, session};

/// Whatever the size of the page, every row comes once, also where many have the same time.
pub async fn pages_have_no_gap_and_no_double(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let times = |id: u64| Timestamp(NOW.0 + i64::try_from(id % 3).unwrap_or(0));
    let sessions = (0..10).map(|no| open(session(OWNER, no)));
    let jobs = (0..10).map(|id| Change::Enqueue(about(OWNER, job(id, times(id)))));
    let changes: Vec<Change> = [new_account(OWNER)].into_iter().chain(sessions).chain(jobs).collect();
    let entries = (0..10).map(|id| entry(id, times(id), OWNER)).collect();
    clerk.store.commit(&clerk.audited(NOW, changes, entries)).await.expect("nothing is in the way");
    for leased in clerk.lease(NOW + HOUR, NOW + 2 * HOUR, 10).await {
        clerk.write(vec![finish(leased.job.id.0, leased.lease, Outcome::Dead)]).await;
    }

    let by_time = [0, 3, 6, 9, 1, 4, 7, 2, 5, 8];
    let by_number = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    let mut newest_first = by_time;
    newest_first.reverse();
    let lists = [
        (List::DeadJobs, by_time),
        (List::Audit(OWNER), by_time),
        (List::LatestAudit(OWNER), newest_first),
        (List::MemberAudit { clinic: HERE, account: OWNER }, newest_first),
        (List::ClinicAudit(HERE), newest_first),
        (List::JobsOf(OWNER), by_time),
        (List::Sessions(OWNER), by_number),
    ];
    for (what, expected) in lists {
        for limit in [1, 2, 3, 9, 10, 11, u16::MAX] {
            let rows = clerk.pages(what, limit).await;
            assert_eq!(ids(&rows), expected, "{what:?} in pages of {limit}");
        }
        let full = clerk.store.list(what, None, 10).await.expect("it can be read");
        assert_eq!(full.next, None, "{what:?}: no page comes after the last row");
    }
}

/// The oldest first, and only the dead.
pub async fn dead_jobs_are_listed_oldest_due_first(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    assert_eq!(clerk.pages(List::DeadJobs, 9).await, []);
    let due = [(1, NOW + MINUTE), (2, NOW), (3, NOW)];
    clerk.write(due.map(|(id, due)| Change::Enqueue(job(id, due))).to_vec()).await;
    for leased in clerk.lease(NOW + HOUR, NOW + 2 * HOUR, 9).await {
        let outcome = if leased.job.id.0 == 3 { Outcome::RetryAt(NOW) } else { Outcome::Dead };
        clerk.write(vec![finish(leased.job.id.0, leased.lease, outcome)]).await;
    }
    assert_eq!(ids(&clerk.pages(List::DeadJobs, 1).await), [2, 1]);
}

/// Those that wait and those that are dead, of one account and no other, until they are done.
pub async fn jobs_are_listed_by_account(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let neighbour = AccountId(OWNER.0 + 1);
    let jobs = [about(OWNER, job(1, NOW)), job(2, NOW), about(neighbour, job(3, NOW)), about(OWNER, job(4, NOW))];
    clerk.write(jobs.into_iter().map(Change::Enqueue).collect()).await;
    assert_eq!(ids(&clerk.pages(List::JobsOf(OWNER), 1).await), [1, 4]);
    let expected = |id: JobId| match id.0 {
        2 => None,
        3 => Some(neighbour),
        _ => Some(OWNER),
    };
    for leased in clerk.lease(NOW, NOW + HOUR, 9).await {
        assert_eq!(leased.job.account, expected(leased.job.id));
        let outcome = if leased.job.id.0 == 4 { Outcome::Dead } else { Outcome::Done };
        clerk.write(vec![finish(leased.job.id.0, leased.lease, outcome)]).await;
    }
    let left = clerk.pages(List::JobsOf(OWNER), 9).await;
    assert!(matches!(left.as_slice(), [Listed::Job(job)] if job.dead && job.account == Some(OWNER)), "{left:?}");
    assert_eq!(clerk.pages(List::JobsOf(neighbour), 9).await, []);
}

/// A clinic's entries and no other's; an account's at one clinic, and none of what happened elsewhere.
pub async fn entries_are_listed_by_clinic_newest_first(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let at = |id, clinic: Option<ClinicId>, account| {
        let time = Timestamp(NOW.0 + i64::try_from(id).unwrap_or(0));
        AuditEntry { clinic, account, ..entry(id, time, OWNER) }
    };
    let (there, other) = (ClinicId(HERE.0 + 1), AccountId(OWNER.0 + 1));
    let entries = vec![
        at(1, Some(HERE), Some(OWNER)),
        at(2, Some(there), Some(OWNER)),
        at(3, Some(HERE), None),
        at(4, None, Some(OWNER)),
        at(5, Some(HERE), Some(other)),
        at(6, Some(HERE), Some(OWNER)),
    ];
    clerk.store.commit(&clerk.audited(NOW, Vec::new(), entries)).await.expect("nothing is in the way");
    for limit in [1, 2, 9] {
        assert_eq!(ids(&clerk.pages(List::ClinicAudit(HERE), limit).await), [6, 5, 3, 1], "in pages of {limit}");
        let member = List::MemberAudit { clinic: HERE, account: OWNER };
        assert_eq!(ids(&clerk.pages(member, limit).await), [6, 1], "in pages of {limit}");
    }
    assert_eq!(ids(&clerk.pages(List::ClinicAudit(there), 9).await), [2]);
    assert_eq!(clerk.pages(List::ClinicAudit(ClinicId(HERE.0 + 2)), 9).await, []);
}

/// Each key once, by its id, and none under another's id.
pub async fn a_master_key_is_registered_once(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    assert_eq!(clerk.pages(List::Keys, 9).await, []);
    let [lowest, first, highest] = [(0, 7), (1, 255), (u16::MAX, 0)].map(|(id, byte)| key(id, byte));
    clerk.write(vec![Change::RegisterKey(highest), Change::RegisterKey(first)]).await;
    clerk.write(vec![Change::RegisterKey(first), Change::RegisterKey(lowest)]).await;
    let listed = [lowest, first, highest].map(Listed::Key);
    for limit in [1, 2, 3, 9] {
        assert_eq!(clerk.pages(List::Keys, limit).await, listed, "in pages of {limit}");
    }
    let other = clerk.commit(vec![new_account(OWNER), Change::RegisterKey(key(1, 254))]).await;
    assert!(matches!(other, Err(NotCommitted::Stale)), "{other:?}");
    assert_eq!(clerk.account(OWNER).await, None, "and nothing of its set is applied");
    assert_eq!(clerk.pages(List::Keys, 9).await, listed);
}

/// Nobody's list shows another's rows, and an ended session is in none.
pub async fn an_account_lists_its_own_sessions_and_entries(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let neighbours = [AccountId(OWNER.0 - 1), AccountId(OWNER.0 + 1)];
    for (account, id) in [(OWNER, 5), (neighbours[0], 6), (neighbours[1], 4)] {
        let changes = vec![new_account(account), open(session(account, id))];
        let set = clerk.audited(NOW, changes, vec![entry(id, NOW, account)]);
        clerk.store.commit(&set).await.expect("nothing is in the way");
    }
    let sessions = clerk.pages(List::Sessions(OWNER), 9).await;
    assert_eq!(sessions, [Listed::Session(session(OWNER, 5))]);
    for entries in [List::Audit(OWNER), List::LatestAudit(OWNER)] {
        assert_eq!(clerk.pages(entries, 9).await, [Listed::Audit(entry(5, NOW, OWNER))]);
    }
    clerk.write(vec![Change::EndSession { account: OWNER, no: SessionNo(5) }]).await;
    assert_eq!(clerk.pages(List::Sessions(OWNER), 9).await, []);
    assert_eq!(clerk.pages(List::Sessions(AccountId(99)), 9).await, []);
}

/// By clinic and state, longest in it first; what the account's last write says.
pub async fn members_are_listed_by_clinic_and_state(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let asked = |id: u64| Membership::pending(HERE, Timestamp(NOW.0 + i64::try_from(id % 3).unwrap_or(0)));
    let elsewhere = || Membership::pending(ClinicId(HERE.0 + 1), NOW);
    clerk.write((0..10).map(|id| write_members(None, id, vec![elsewhere(), asked(id)])).collect()).await;
    let requests = List::Members { clinic: HERE, state: MembershipState::Pending };
    for limit in [1, 2, 3, 9, 10, 11, u16::MAX] {
        let rows = clerk.pages(requests, limit).await;
        assert_eq!(ids(&rows), [0, 3, 6, 9, 1, 4, 7, 2, 5, 8], "in pages of {limit}");
        assert_eq!(rows[4], Listed::Member { account: AccountId(1), since: asked(1).since });
    }

    let first = Some(Revision(1));
    let approved = asked(3).after(MembershipCommand::Approve(Rights::default()), NOW + HOUR).expect("it waits");
    let moved = vec![
        write_members(first, 3, vec![approved]),
        write_members(first, 4, Vec::new()),
        write_members(first, 5, vec![elsewhere()]),
    ];
    clerk.write(moved).await;
    assert_eq!(ids(&clerk.pages(requests, 4).await), [0, 6, 9, 1, 7, 2, 8]);
    let active = List::Members { clinic: HERE, state: MembershipState::Active };
    let since = NOW + HOUR;
    assert_eq!(clerk.pages(active, 9).await, [Listed::Member { account: AccountId(3), since }]);
    let stale = clerk.commit(vec![write_members(first, 3, vec![asked(3)])]).await;
    assert!(matches!(stale, Err(NotCommitted::Stale)), "{stale:?}");
    assert_eq!(ids(&clerk.pages(active, 9).await), [3], "what was not written is not listed");

    for (clinic, state) in [(HERE, MembershipState::Ended), (ClinicId(99), MembershipState::Pending)] {
        assert_eq!(clerk.pages(List::Members { clinic, state }, 9).await, []);
    }
    drop(clerk);
    let reopened = Clerk::open(store).await;
    assert_eq!(ids(&reopened.pages(active, 9).await), [3]);
}

/// Writes an account with these memberships.
fn write_members(expect: Option<Revision>, id: u64, memberships: Vec<Membership>) -> Change {
    let mut account = account(AccountId(id), "first");
    account.access.memberships = memberships;
    Change::Account { expect, to: Box::new(account) }
}

fn about(account: AccountId, job: NewJob) -> NewJob {
    NewJob { account: Some(account), ..job }
}

fn ids(rows: &[Listed]) -> Vec<u64> {
    rows.iter()
        .map(|row| match row {
            Listed::Job(job) => job.id.0,
            Listed::Session(session) => session.no.0,
            Listed::Audit(entry) | Listed::Unsealed(entry) | Listed::Sealed { entry, .. } => entry.id,
            Listed::Batch(batch) => batch.number,
            Listed::Key(key) => u64::from(key.id.0),
            Listed::Member { account, .. } => account.0,
            _ => panic!("a row of a list that this suite does not know"),
        })
        .collect()
}

const HERE: ClinicId = ClinicId(7);
const OWNER: AccountId = AccountId(50);
