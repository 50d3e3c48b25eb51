//! A flow opens one thing once (I4).

use patientportal_core::ids::{FlowId, Revision};
use patientportal_core::store::{FlowRecord, NotCommitted};

use super::StoreUnderTest;
use super::clerk::Clerk;
use super::samples::{DAY, NOW, consume, flow, sealed, write_flow};

/// Used, used up, and what remains of it is what the use left (I4).
pub async fn i4_a_flow_is_used_once(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let missing = clerk.commit(vec![consume(Revision(1), FLOW)]).await;
    assert!(matches!(missing, Err(NotCommitted::Stale)), "one that is gone cannot be used");

    clerk.write(vec![write_flow(None, flow(FLOW))]).await;
    clerk.commit_at(NOW + DAY, vec![consume(Revision(1), FLOW)]).await.expect("a store judges no time");
    let used = clerk.flow(FLOW).await.expect("it is still there");
    let remains = FlowRecord { consumed: true, body: sealed("remains"), ..flow(FLOW) };
    assert_eq!((used.revision, used.value), (Revision(2), remains));

    let late = FlowRecord { body: sealed("too late"), consumed: true, ..flow(FLOW) };
    let late = clerk.commit(vec![write_flow(Some(Revision(1)), late)]).await;
    assert!(matches!(late, Err(NotCommitted::Stale)), "{late:?}");
    assert_eq!(clerk.flow(FLOW).await.expect("it is there").value.body, sealed("remains"));
}

/// Whoever read a flow before it was used does not overwrite what its use left.
pub async fn using_a_flow_makes_what_was_read_stale(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write(vec![write_flow(None, flow(FLOW))]).await;
    let read = clerk.flow(FLOW).await.expect("it was written");
    assert_eq!((read.revision, &read.value), (Revision(1), &flow(FLOW)));
    clerk.write(vec![consume(Revision(1), FLOW)]).await;
    let late = clerk.commit(vec![write_flow(Some(read.revision), read.value.clone())]).await;
    assert!(matches!(late, Err(NotCommitted::Stale)), "{late:?}");
    assert!(clerk.flow(FLOW).await.is_some_and(|flow| flow.value.consumed));

    let reused = FlowRecord { expires: NOW + DAY, ..read.value };
    clerk.write(vec![write_flow(Some(Revision(2)), reused.clone())]).await;
    let written = clerk.flow(FLOW).await.expect("it is there");
    assert_eq!((written.revision, written.value), (Revision(3), reused), "a write sets every part");
}

const FLOW: FlowId = FlowId([5; 16]);
