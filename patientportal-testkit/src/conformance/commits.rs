//! A set is applied whole or not at all, once, and only to what its command had read.

use patientportal_core::ids::{AccountId, CounterKey, FlowId, JobId, Lease, Revision, Sealed, SessionNo};
use patientportal_core::store::{Change, List, NotCommitted, Outcome};

use super::StoreUnderTest;
use super::clerk::Clerk;
use super::samples::{
    DAY, HOUR, MINUTE, NOW, claim, consume, count, cpr, entry, flow, job, key, new_account, open, sealed, session,
    window, write_account, write_flow,
};

/// Whichever guard fails, first or last in the order, nothing of its set is left (I8).
pub async fn i8_a_set_is_applied_whole_or_not_at_all(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let lease = lay_out(&clerk).await;
    let before = picture(&clerk).await;
    for (guard, failing) in failing_guards() {
        let mut changes = changes_of_every_kind(lease);
        changes.push(failing);
        let set = clerk.audited(NOW, changes, vec![entry(2, NOW, HOLDER)]);
        let refused = clerk.store.commit(&set).await;
        assert!(refused.is_err(), "{guard} refuses the set");
        assert_eq!(picture(&clerk).await, before, "{guard} leaves nothing behind");
    }
    let set = clerk.audited(NOW, changes_of_every_kind(lease), vec![entry(2, NOW, HOLDER)]);
    clerk.store.commit(&set).await.expect("without a failing guard it is committed");
    let after = picture(&clerk).await;
    for (before, after) in before.iter().zip(&after) {
        assert_ne!(before, after, "every change of the set shows");
    }
    assert_eq!(clerk.lease(NOW + HOUR, NOW + DAY, 9).await.len(), 2, "retried job and new job");
}

/// Whoever decided on what another has changed since decides again.
pub async fn what_was_written_since_it_was_read_is_stale(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let (old, new) = (Revision(1), Revision(2));
    clerk.write(vec![new_account(HOLDER), write_flow(None, flow(WAITING))]).await;
    clerk.write(vec![write_account(Some(old), HOLDER, "second")]).await;
    clerk.write(vec![write_flow(Some(old), flow(WAITING))]).await;

    let unknown = AccountId(99);
    let stale = [
        new_account(HOLDER),
        write_account(Some(old), HOLDER, "third"),
        write_account(Some(Revision(3)), HOLDER, "third"),
        write_account(Some(old), unknown, "third"),
        Change::Expect { account: HOLDER, revision: old },
        Change::Expect { account: unknown, revision: old },
        write_flow(None, flow(WAITING)),
        write_flow(Some(old), flow(WAITING)),
        write_flow(Some(old), flow(FlowId([99; 16]))),
    ];
    for change in stale {
        let text = format!("{change:?}");
        let refused = clerk.commit(vec![change]).await;
        assert!(matches!(refused, Err(NotCommitted::Stale)), "{refused:?} for {text}");
    }
    clerk.write(vec![Change::Expect { account: HOLDER, revision: new }]).await;
    let account = clerk.account(HOLDER).await.expect("it was written");
    assert_eq!((account.revision, account.value.access.terms.as_str()), (new, "second"));
}

/// A command whose answer was lost is sent again and not applied again (I8).
pub async fn i8_a_command_is_applied_once(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let changes = vec![
        new_account(HOLDER),
        write_flow(None, flow(WAITING)),
        count(COUNTER, window(1)),
        Change::Enqueue(job(1, NOW)),
    ];
    let set = clerk.audited(NOW, changes, vec![entry(1, NOW, HOLDER)]);
    for _ in 0..3 {
        clerk.store.commit(&set).await.expect("it was committed");
    }
    assert_eq!(clerk.account(HOLDER).await.expect("it was written").revision, Revision(1));
    assert_eq!(clerk.pages(List::Audit(HOLDER), 9).await.len(), 1);
    assert_eq!(clerk.lease(NOW, NOW + HOUR, 9).await.len(), 1);

    let used = clerk.set(NOW, vec![consume(Revision(1), WAITING)]);
    for _ in 0..2 {
        clerk.store.commit(&used).await.expect("its own use does not stand against it");
    }
    let refused = clerk.set(NOW, vec![consume(Revision(1), WAITING)]);
    for _ in 0..2 {
        let again = clerk.store.commit(&refused).await;
        assert!(matches!(again, Err(NotCommitted::Stale)), "a refused set was not committed");
    }
}

/// Entries are there if their set is (I9).
pub async fn i9_audit_entries_come_and_go_with_their_set(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let lone = clerk.audited(NOW, vec![], vec![entry(1, NOW, HOLDER)]);
    clerk.store.commit(&lone).await.expect("entries need no other change");
    let refused = clerk.audited(NOW, vec![consume(Revision(1), WAITING)], vec![entry(2, NOW, HOLDER)]);
    assert!(clerk.store.commit(&refused).await.is_err());
    let mut nobodys = entry(3, NOW, HOLDER);
    (nobodys.account, nobodys.clinic) = (None, None);
    let set = clerk.audited(NOW, vec![], vec![nobodys]);
    clerk.store.commit(&set).await.expect("an entry may be about nobody");
    assert_eq!(clerk.pages(List::Audit(HOLDER), 9).await.len(), 1);
}

/// What the changes below begin with; a lease of the first job.
async fn lay_out(clerk: &Clerk) -> Lease {
    let other = session(OTHER, 1);
    clerk
        .write(vec![
            new_account(HOLDER),
            new_account(OTHER),
            claim(cpr(1, 1), HOLDER),
            claim(cpr(1, 2), OTHER),
            write_flow(None, flow(WAITING)),
            write_flow(None, flow(TO_USE)),
            write_flow(None, flow(USED)),
            open(session(HOLDER, 1)),
            open(other),
            count(COUNTED_BACK, window(1)),
            count(FORGOTTEN, window(1)),
            count(BLOCKED, window(1)),
            Change::Enqueue(job(1, NOW)),
            Change::RegisterKey(key(1, 1)),
        ])
        .await;
    clerk.write(vec![consume(Revision(1), USED)]).await;
    let leased = clerk.lease(NOW, NOW + MINUTE, 1).await;
    leased.first().expect("the job was due").lease
}

fn changes_of_every_kind(lease: Lease) -> Vec<Change> {
    vec![
        count(COUNTER, window(1)),
        Change::Uncount(COUNTED_BACK),
        Change::Forget(FORGOTTEN),
        write_account(Some(Revision(1)), HOLDER, "second"),
        claim(cpr(1, 3), HOLDER),
        Change::ReleaseCpr { index: cpr(1, 1), account: HOLDER },
        write_flow(Some(Revision(1)), flow(WAITING)),
        consume(Revision(1), TO_USE),
        Change::OpenSession { session: Box::new(session(HOLDER, 2)), provider: Some(sealed("token")) },
        Change::EndSession { account: HOLDER, no: SessionNo(1) },
        Change::Enqueue(job(2, NOW)),
        Change::RegisterKey(key(2, 2)),
        Change::Finish { job: JobId(1), lease, outcome: Outcome::RetryAt(NOW) },
    ]
}

fn failing_guards() -> [(&'static str, Change); 9] {
    let wrong = Lease(u64::from(u32::MAX));
    [
        ("a blocked counter", count(BLOCKED, window(1))),
        ("a written account", write_account(None, OTHER, "second")),
        ("an account not as expected", Change::Expect { account: OTHER, revision: Revision(9) }),
        ("a claimed CPR number", claim(cpr(1, 2), HOLDER)),
        ("a written flow", write_flow(Some(Revision(1)), flow(USED))),
        ("a used flow", consume(Revision(1), USED)),
        ("a session number in use", open(session(OTHER, 1))),
        ("another key's id", Change::RegisterKey(key(1, 9))),
        ("another's lease", Change::Finish { job: JobId(1), lease: wrong, outcome: Outcome::Dead }),
    ]
}

/// Everything that [`changes_of_every_kind`] changes, the job in the queue apart, which only leasing shows.
async fn picture(clerk: &Clerk) -> Vec<String> {
    let provider = clerk.store.provider_session(HOLDER, SessionNo(2)).await;
    let provider: Option<Sealed> = provider.expect("it can be read");
    let mut picture = vec![
        format!("{:?}", clerk.account(HOLDER).await),
        format!("{:?}", clerk.flow(WAITING).await),
        format!("{:?}", clerk.flow(TO_USE).await),
        format!("{:?}", clerk.pages(List::Sessions(HOLDER), 9).await),
        format!("{provider:?}"),
        format!("{:?}", clerk.pages(List::Audit(HOLDER), 9).await),
        format!("{:?}", clerk.pages(List::Keys, 9).await),
    ];
    for key in [COUNTER, COUNTED_BACK, FORGOTTEN] {
        picture.push(format!("{:?}", clerk.blocked(key, NOW).await));
    }
    for number in [1, 3] {
        let found = clerk.store.account_by_cpr(&[cpr(1, number)]).await.expect("it can be read");
        picture.push(format!("{:?}", found.map(|account| account.value.id)));
    }
    picture
}

const HOLDER: AccountId = AccountId(11);
const OTHER: AccountId = AccountId(12);
const WAITING: FlowId = FlowId([1; 16]);
const TO_USE: FlowId = FlowId([2; 16]);
const USED: FlowId = FlowId([3; 16]);
const COUNTER: CounterKey = CounterKey([1; 16]);
const COUNTED_BACK: CounterKey = CounterKey([2; 16]);
const FORGOTTEN: CounterKey = CounterKey([3; 16]);
const BLOCKED: CounterKey = CounterKey([4; 16]);
