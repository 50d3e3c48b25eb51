//! A store with rows of every kind, what must come of them in a copy, and rows that are almost alike.

use patientportal_core::account::{Account, MembershipState};
use patientportal_core::audit::{AuditBatch, AuditEntry};
use patientportal_core::ids::{
    AccountId, ClinicId, CommandId, CounterKey, Epoch, FlowId, JobId, Lease, Revision, Sealed, SecretHash, SessionNo,
};
use patientportal_core::moment::Timestamp;
use patientportal_core::session::{Proof, Session};
use patientportal_core::store::transfer::Row;
use patientportal_core::store::{
    Change, ChangeSet, FlowRecord, Job, JobKind, List, NewJob, NotCommitted, Outcome, Versioned,
};
use patientportal_core::throttle::Counter;

use crate::conformance::StoreUnderTest;
use crate::conformance::audit::seal;
use crate::conformance::clerk::Clerk;
use crate::conformance::samples::{
    DAY, HOUR, MINUTE, NOW, claim, consume, count, cpr, entry, flow, job, key, new_account, open, sealed, session,
    window, write_account, write_flow,
};

/// What was in a store before it was copied.
pub(super) struct Filled {
    sets: Vec<ChangeSet>,
    picture: Vec<String>,
}

/// Fills a store with rows of every kind, at the ends of what keys can be too.
pub(super) async fn fill(store: &dyn StoreUnderTest) -> Filled {
    let clerk = Clerk::open(store).await;
    let with_token = Change::OpenSession { session: Box::new(session(OWNER, 2)), provider: Some(sealed("token")) };
    let late = NewJob { kind: JobKind::Recovery, payload: sealed("whom"), ..job(HIGHEST, NOW + DAY) };
    let late = NewJob { account: Some(OWNER), ..late };
    let mut nobodys = entry(HIGHEST, Timestamp(NOW.0 - 1), OWNER);
    (nobodys.account, nobodys.clinic) = (None, None);
    let first = vec![
        Change::RegisterKey(key(0, 0)),
        Change::RegisterKey(key(u16::MAX, 255)),
        new_account(AccountId(0)),
        new_account(OWNER),
        new_account(AccountId(HIGHEST)),
        Change::ClaimCpr { index: vec![cpr(1, 0), cpr(2, 255)], account: OWNER },
        claim(cpr(1, 255), AccountId(HIGHEST)),
        open(session(AccountId(0), HIGHEST)),
        open(session(OWNER, 0)),
        with_token,
        open(session(AccountId(HIGHEST), 1)),
        write_flow(None, flow(LOWEST_FLOW)),
        write_flow(None, flow(WAITING)),
        write_flow(None, flow(USED)),
        count(CounterKey([0; 16]), window(1)),
        count(ONE_LEFT, window(3)),
        count(CounterKey([255; 16]), window(9)),
        Change::Enqueue(job(0, NOW)),
        Change::Enqueue(job(1, NOW + MINUTE)),
        Change::Enqueue(job(2, NOW + MINUTE)),
        Change::Enqueue(late),
    ];
    let (first_entry, last_entry) = (entry(0, NOW, OWNER), entry(7, NOW, AccountId(HIGHEST)));
    let waiting = [entry(6, NOW, OWNER), entry(5, NOW, AccountId(0))];
    let entries = [first_entry.clone(), nobodys.clone(), last_entry.clone()].into_iter().chain(waiting).collect();
    let second = vec![write_account(Some(Revision(1)), OWNER, "second"), count(ONE_LEFT, window(3))];
    let mut sets = vec![
        clerk.audited(NOW, first, entries),
        clerk.set(NOW + MINUTE, second),
        clerk.set(NOW, vec![consume(Revision(1), USED)]),
    ];
    for set in &sets {
        clerk.store.commit(set).await.expect("nothing stands against it");
    }
    // Two entries are in no batch yet.
    sets.push(clerk.set(NOW, vec![seal(1, &[first_entry, last_entry]), seal(2, &[nobodys])]));
    clerk.store.commit(&sets[3]).await.expect("nobody else seals");
    // One job is given up, one was tried before, and one is being done while everything is copied.
    let leased = clerk.lease(NOW, NOW + HOUR, 1).await;
    sets.push(clerk.set(NOW, vec![finish(0, leased[0].lease, Outcome::Dead)]));
    clerk.store.commit(&sets[4]).await.expect("it is leased");
    let leased = clerk.lease(NOW + MINUTE, NOW + HOUR, 1).await;
    clerk.write(vec![finish(1, leased[0].lease, Outcome::RetryAt(NOW + 2 * MINUTE))]).await;
    clerk.lease(NOW + MINUTE, NOW + DAY, 1).await;
    let seen = [(OWNER, SessionNo(2), (NOW + HOUR).minute())];
    clerk.store.touch(&seen).await.expect("touching works");
    Filled { sets, picture: picture(&clerk).await }
}

/// Everything is there as it was, and what comes next goes on from it.
pub(super) async fn check(store: &dyn StoreUnderTest, filled: &Filled) {
    let clerk = Clerk::open(store).await;
    assert_eq!(picture(&clerk).await, filled.picture);
    for set in &filled.sets {
        clerk.store.commit(set).await.expect("each command is known");
    }
    assert_eq!(picture(&clerk).await, filled.picture, "and so not applied again");

    // Its numbers begin anew, and those of the commands that were copied are known.
    let fresh = async |id: u64, changes| {
        let set = ChangeSet::new(CommandId(1000 + id), NOW, changes, vec![]);
        clerk.store.commit(&set).await.map(drop)
    };
    fresh(0, vec![write_account(Some(Revision(2)), OWNER, "third")]).await.expect("at the revision that it had");
    let stale = fresh(1, vec![consume(Revision(1), USED)]).await;
    assert!(matches!(stale, Err(NotCommitted::Stale)), "I4: what was used is used: {stale:?}");
    fresh(2, vec![count(ONE_LEFT, window(3))]).await.expect("the third of three");
    let fourth = fresh(3, vec![count(ONE_LEFT, window(3))]).await;
    assert!(matches!(fourth, Err(NotCommitted::Blocked { until, .. }) if until == NOW + HOUR), "{fourth:?}");
    let taken = fresh(4, vec![claim(cpr(2, 255), AccountId(0))]).await;
    assert!(matches!(taken, Err(NotCommitted::Taken(_))), "A1: {taken:?}");
    let other_key = fresh(5, vec![Change::RegisterKey(key(0, 1))]).await;
    assert!(matches!(other_key, Err(NotCommitted::Stale)), "{other_key:?}");

    let due = clerk.lease(NOW + DAY, NOW + 2 * DAY, 9).await;
    let due: Vec<_> = due.iter().map(|leased| (leased.job.id.0, leased.job.attempts, leased.job.due)).collect();
    let expected = [(2, 2, NOW + MINUTE), (1, 2, NOW + 2 * MINUTE), (HIGHEST, 1, NOW + DAY)];
    assert_eq!(due, expected, "a lease does not move, a try that was counted does");
    let end = Change::EndSession { account: OWNER, no: SessionNo(2) };
    fresh(6, vec![end]).await.expect("a session with a token can be ended");
}

/// What the store answers about every row but the jobs in the queue, which only leasing shows.
async fn picture(clerk: &Clerk) -> Vec<String> {
    let mut picture = Vec::new();
    for account in [AccountId(0), OWNER, AccountId(HIGHEST)] {
        picture.push(format!("{:?}", clerk.account(account).await));
        let sessions = clerk.pages(List::Sessions(account), 9).await;
        assert!(!sessions.is_empty());
        picture.push(format!("{sessions:?} {:?}", clerk.pages(List::Audit(account), 9).await));
        for no in [0, 1, 2, HIGHEST] {
            let provider = clerk.store.provider_session(account, SessionNo(no)).await;
            picture.push(format!("{:?} {provider:?}", clerk.session(account, no).await));
        }
    }
    for index in [cpr(1, 0), cpr(2, 255), cpr(1, 255)] {
        let holder = clerk.store.account_by_cpr(&[index]).await.expect("it can be read");
        picture.push(format!("{:?}", holder.expect("it is claimed").value.id));
    }
    for id in [LOWEST_FLOW, WAITING, USED] {
        picture.push(format!("{:?}", clerk.flow(id).await.expect("it was written")));
    }
    for key in [CounterKey([0; 16]), ONE_LEFT, CounterKey([255; 16])] {
        picture.push(format!("{:?}", clerk.blocked(key, NOW).await));
    }
    let members = List::Members { clinic: ClinicId(7), state: MembershipState::Active };
    let sealed = List::Sealed { from: 0, to: u64::MAX };
    for list in [List::Keys, List::DeadJobs, members, List::Unsealed, sealed, List::Batches] {
        picture.push(format!("{:?}", clerk.pages(list, 9).await));
    }
    picture
}

/// Rows with the key of this one that differ from it, each in one thing.
pub(super) fn changed(row: &Row) -> Vec<Row> {
    match row.clone() {
        Row::Key(known) => vec![Row::Key(key(known.id.0, 9))],
        Row::Account(account) => changed_accounts(&account),
        Row::CprIndex(index, account) => vec![Row::CprIndex(index, AccountId(account.0 ^ 1))],
        Row::Session(session, provider) => changed_sessions(&session, provider.as_ref()),
        Row::Flow(Versioned { revision, value }) => vec![
            Row::Flow(Versioned { revision: Revision(revision.0 + 1), value: value.clone() }),
            Row::Flow(Versioned { revision, value: FlowRecord { expires: later(value.expires), ..value.clone() } }),
            Row::Flow(Versioned { revision, value: FlowRecord { consumed: !value.consumed, ..value.clone() } }),
            Row::Flow(Versioned { revision, value: FlowRecord { body: sealed("other"), ..value } }),
        ],
        Row::Counter(key, counter) => vec![
            Row::Counter(key, Counter { count: counter.count + 1, ..counter }),
            Row::Counter(key, Counter { since: later(counter.since), ..counter }),
            Row::Counter(key, Counter { blocked_until: later(counter.blocked_until), ..counter }),
            Row::Counter(key, Counter { expires: later(counter.expires), ..counter }),
        ],
        Row::Job(job) => vec![
            Row::Job(Job { kind: JobKind::Recovery, payload: sealed("other"), ..job.clone() }),
            Row::Job(Job { due: later(job.due), ..job.clone() }),
            Row::Job(Job { give_up: later(job.give_up), ..job.clone() }),
            Row::Job(Job { attempts: job.attempts + 1, ..job.clone() }),
            Row::Job(Job { dead: !job.dead, ..job.clone() }),
            Row::Job(Job { account: Some(AccountId(77)), ..job }),
        ],
        Row::Audit(entry, batch) => changed_entries(&entry, batch),
        Row::Batch(batch) => vec![
            Row::Batch(AuditBatch { record: vec![9], ..batch.clone() }),
            Row::Batch(AuditBatch { mac: [9; 16], ..batch }),
        ],
        Row::Command(id, at) => vec![Row::Command(id, later(at))],
        other => panic!("a row of a table that this suite does not know: {other:?}"),
    }
}

fn changed_accounts(account: &Versioned<Account>) -> Vec<Row> {
    let row = |account: Versioned<Account>| Row::Account(Box::new(account));
    let (mut terms, mut proved) = (account.clone(), account.clone());
    terms.value.access.terms.push('x');
    proved.value.details.email_proved = !proved.value.details.email_proved;
    vec![row(Versioned { revision: Revision(account.revision.0 + 1), ..account.clone() }), row(terms), row(proved)]
}

fn changed_sessions(session: &Session, provider: Option<&Sealed>) -> Vec<Row> {
    let others = [
        Session { secret: SecretHash([8; 16]), ..session.clone() },
        Session { epoch: Epoch(4), ..session.clone() },
        Session { proof: Proof::PasswordAndCode, ..session.clone() },
        Session { opened: later(session.opened), ..session.clone() },
        Session { ends: later(session.ends), ..session.clone() },
        Session { seen: (session.seen.start() + MINUTE).minute(), ..session.clone() },
    ];
    let other_provider = if provider.is_some() { None } else { Some(sealed("token")) };
    let rows = others.map(|other| Row::Session(Box::new(other), provider.cloned()));
    let rows = rows.into_iter().chain([Row::Session(Box::new(session.clone()), other_provider)]);
    rows.chain(provider.map(|_| Row::Session(Box::new(session.clone()), Some(sealed("another"))))).collect()
}

fn changed_entries(entry: &AuditEntry, batch: Option<u64>) -> Vec<Row> {
    let account = entry.account.map_or(Some(OWNER), |_| None);
    let clinic = entry.clinic.map_or(Some(ClinicId(7)), |_| None);
    vec![
        Row::Audit(AuditEntry { at: later(entry.at), ..entry.clone() }, batch),
        Row::Audit(AuditEntry { account, ..entry.clone() }, batch),
        Row::Audit(AuditEntry { clinic, ..entry.clone() }, batch),
        Row::Audit(AuditEntry { record: vec![1, 2], ..entry.clone() }, batch),
        Row::Audit(AuditEntry { mac: [5; 16], ..entry.clone() }, batch),
        Row::Audit(entry.clone(), batch.map_or(Some(1), |_| None)),
        Row::Audit(entry.clone(), Some(77)),
    ]
}

fn later(time: Timestamp) -> Timestamp {
    Timestamp(time.0 + 1)
}

fn finish(job: u64, lease: Lease, outcome: Outcome) -> Change {
    Change::Finish { job: JobId(job), lease, outcome }
}

pub(super) const OWNER: AccountId = AccountId(61);
/// The highest number of 63 bits.
const HIGHEST: u64 = i64::MAX.unsigned_abs();
const LOWEST_FLOW: FlowId = FlowId([0; 16]);
const WAITING: FlowId = FlowId([1; 16]);
const USED: FlowId = FlowId([255; 16]);
const ONE_LEFT: CounterKey = CounterKey([1; 16]);
