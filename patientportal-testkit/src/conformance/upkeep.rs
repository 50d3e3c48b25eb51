//! Restarting, purging, and saying whether all is well.

use patientportal_core::ids::{AccountId, CounterKey, FlowId, Revision, SessionNo};
use patientportal_core::moment::Timestamp;
use patientportal_core::session::Session;
use patientportal_core::store::{Change, FlowRecord, List, Listed};

use super::StoreUnderTest;
use super::clerk::Clerk;
use super::samples::{
    DAY, HOUR, MINUTE, NOW, claim, consume, count, cpr, entry, flow, job, key, new_account, open, sealed, session,
    window, write_flow,
};

/// What was acknowledged is there when the store is opened again, command ids included (I8).
pub async fn i8_everything_is_there_after_a_restart(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let provider = Some(sealed("token"));
    let changes = vec![
        new_account(OWNER),
        claim(cpr(1, 1), OWNER),
        write_flow(None, flow(WAITING)),
        Change::OpenSession { session: Box::new(session(OWNER, 1)), provider },
        count(COUNTER, window(1)),
        Change::Enqueue(job(1, NOW)),
        Change::Enqueue(job(2, NOW + MINUTE)),
        Change::RegisterKey(key(1, 1)),
    ];
    let set = clerk.audited(NOW, changes, vec![entry(1, NOW, OWNER)]);
    clerk.store.commit(&set).await.expect("nothing is in the way");
    let leased = clerk.lease(NOW, NOW + HOUR, 9).await;
    let before = (
        clerk.account(OWNER).await,
        clerk.flow(WAITING).await,
        clerk.session(OWNER, 1).await,
        clerk.blocked(COUNTER, NOW).await,
        clerk.pages(List::Audit(OWNER), 9).await,
    );
    drop(clerk);

    let clerk = Clerk::open(store).await;
    let after = (
        clerk.account(OWNER).await,
        clerk.flow(WAITING).await,
        clerk.session(OWNER, 1).await,
        clerk.blocked(COUNTER, NOW).await,
        clerk.pages(List::Audit(OWNER), 9).await,
    );
    assert!(after.0.is_some() && after.1.is_some() && after.2.is_some() && after.3.is_some());
    assert_eq!(after, before);
    assert_eq!(clerk.pages(List::Keys, 9).await, [Listed::Key(key(1, 1))]);
    let by_cpr = clerk.store.account_by_cpr(&[cpr(1, 1)]).await.expect("it can be read");
    assert_eq!(by_cpr, after.0);
    let provider = clerk.store.provider_session(OWNER, SessionNo(1)).await;
    assert_eq!(provider.expect("it can be read"), Some(sealed("token")));
    clerk.store.commit(&set).await.expect("the command is still known");
    assert_eq!(leased.len(), 1);
    let due = clerk.lease(NOW + MINUTE, NOW + DAY, 9).await;
    assert!(matches!(due.as_slice(), [due] if due.job.id.0 == 2), "the lease still holds");
}

/// At its end, not before; used or not; and jobs, accounts and entries never.
pub async fn purge_removes_only_what_is_over(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let in_an_hour = FlowRecord { expires: NOW + HOUR, ..flow(WAITING) };
    let used = FlowRecord { expires: NOW + HOUR, ..flow(USED) };
    let tomorrow = FlowRecord { expires: NOW + DAY, ..flow(LATER) };
    let provider = Some(sealed("token"));
    let ending = session(OWNER, 1);
    let changes = vec![
        new_account(OWNER),
        claim(cpr(1, 1), OWNER),
        write_flow(None, in_an_hour),
        write_flow(None, used),
        write_flow(None, tomorrow),
        Change::OpenSession { session: Box::new(ending), provider },
        open(Session { ends: NOW + DAY, ..session(OWNER, 2) }),
        count(COUNTER, window(1)),
        Change::Enqueue(job(1, NOW)),
    ];
    let set = clerk.audited(NOW, changes, vec![entry(1, NOW, OWNER)]);
    clerk.store.commit(&set).await.expect("nothing is in the way");
    clerk.write(vec![consume(Revision(1), USED)]).await;

    let end = NOW + HOUR;
    assert_eq!(purge(&clerk, Timestamp(end.0 - 1), 100).await, 0, "nothing is over yet");
    assert_eq!(purge(&clerk, end, 100).await, 4, "two flows, a session, a counter");
    assert_eq!(clerk.flow(WAITING).await, None);
    assert_eq!(clerk.flow(USED).await, None);
    assert_eq!(clerk.session(OWNER, 1).await, None);
    let provider = clerk.store.provider_session(OWNER, SessionNo(1)).await;
    assert_eq!(provider.expect("it can be read"), None);
    assert!(clerk.flow(LATER).await.is_some());
    assert!(clerk.session(OWNER, 2).await.is_some());
    clerk.store.commit(&set).await.expect("the command is known for a day");
    assert_eq!(clerk.flow(WAITING).await, None, "and so not applied again");

    assert_eq!(purge(&clerk, NOW + DAY, 100).await, 4, "a flow, a session, two commands");
    assert_eq!(purge(&clerk, NOW + 900 * DAY, 100).await, 0);
    assert!(clerk.account(OWNER).await.is_some());
    assert_eq!(clerk.pages(List::Audit(OWNER), 9).await.len(), 1);
    assert_eq!(clerk.lease(NOW + DAY, NOW + 2 * DAY, 9).await.len(), 1);
}

/// However much is over, a purge takes no more than it was told, and the next goes on.
pub async fn purge_keeps_to_its_limit(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let sessions = (1..=5).map(|no| open(session(OWNER, no)));
    let flows = (1..=5).map(|id| write_flow(None, flow(FlowId([id; 16]))));
    let counters = (1..=5).map(|key| count(CounterKey([key; 16]), window(1)));
    clerk.write([new_account(OWNER)].into_iter().chain(sessions).chain(flows).chain(counters).collect()).await;
    let later = NOW + DAY;
    assert_eq!(purge(&clerk, later, 0).await, 0);
    assert_eq!(purge(&clerk, later, 1).await, 1);
    assert_eq!(purge(&clerk, later, 7).await, 7);
    assert_eq!(purge(&clerk, later, 7).await, 7);
    assert_eq!(purge(&clerk, later, 7).await, 1, "the command's id was the sixteenth");
    assert_eq!(clerk.pages(List::Sessions(OWNER), 9).await, []);
}

/// Ready, empty and full.
pub async fn a_store_that_works_is_ready(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.store.ready().await.expect("it was just opened");
    clerk.write(vec![new_account(OWNER)]).await;
    clerk.store.ready().await.expect("it was just written to");
}

async fn purge(clerk: &Clerk, now: Timestamp, limit: u32) -> u32 {
    clerk.store.purge(now, limit).await.expect("purging works")
}

const OWNER: AccountId = AccountId(31);
const WAITING: FlowId = FlowId([1; 16]);
const USED: FlowId = FlowId([2; 16]);
const LATER: FlowId = FlowId([3; 16]);
const COUNTER: CounterKey = CounterKey([1; 16]);
