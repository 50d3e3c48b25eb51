//! Sixty-four callers at the same moment.

use std::collections::HashSet;

use patientportal_core::ids::{AccountId, CounterKey, FlowId, Revision};
use patientportal_core::store::{Change, FlowRecord, List, NotCommitted};

use crate::crowd::CALLERS;

use super::StoreUnderTest;
use super::clerk::Clerk;
use super::samples::{
    HOUR, MINUTE, NOW, backoff, claim, consume, count, cpr, entry, flow, job, new_account, open, sealed, session,
    window, write_account, write_flow,
};

/// A link or code opens one session, whoever else submits it (I4).
pub async fn i4_one_of_many_uses_a_flow(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write(vec![new_account(OWNER), write_flow(None, flow(FLOW))]).await;
    let answers = clerk
        .crowd(|clerk, caller| async move {
            let remains = sealed(&caller.to_string());
            let used = FlowRecord { consumed: true, body: remains, ..flow(FLOW) };
            let used = write_flow(Some(Revision(1)), used);
            clerk.commit(vec![used, open(session(OWNER, caller))]).await
        })
        .await;
    let winner = only_winner(&answers);
    let refused = answers.iter().filter(|answer| matches!(answer, Err(NotCommitted::Stale)));
    assert_eq!(refused.count(), CALLERS - 1);
    assert_eq!(clerk.pages(List::Sessions(OWNER), 99).await.len(), 1);
    assert!(clerk.session(OWNER, winner).await.is_some());
    let left = clerk.flow(FLOW).await.expect("it is there");
    assert_eq!((left.revision, left.value.body), (Revision(2), sealed(&winner.to_string())));
}

/// Guesses beyond the limit are not let through by being many at once (I5, L3).
pub async fn i5_a_window_of_five_counts_five_of_many(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let answers = clerk.crowd(|clerk, _| async move { clerk.commit(vec![count(KEY, window(5))]).await }).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 5);
    for answer in answers.iter().filter(|answer| answer.is_err()) {
        let blocked = matches!(answer, Err(NotCommitted::Blocked { key: KEY, until }) if *until == NOW + HOUR);
        assert!(blocked, "{answer:?}");
    }
}

/// No count is lost, and none is refused for being written at the same time as another (I5, L6).
pub async fn i5_every_count_of_many_is_counted(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let one_more = u32::try_from(CALLERS).unwrap_or(0) + 1;
    let answers = clerk.crowd(|clerk, _| async move { clerk.commit(vec![count(KEY, backoff(one_more))]).await });
    for answer in answers.await {
        answer.expect("none is blocked before the sixty-fifth");
    }
    assert_eq!(clerk.blocked(KEY, NOW).await, None);
    clerk.write(vec![count(KEY, backoff(one_more))]).await;
    assert_eq!(clerk.blocked(KEY, NOW).await, Some(NOW + MINUTE), "the next was the sixty-fifth");

    let answers = clerk.crowd(|clerk, _| async move { clerk.commit(vec![count(OTHER_KEY, backoff(5))]).await });
    assert_eq!(answers.await.iter().filter(|answer| answer.is_ok()).count(), 5, "the fifth blocks");
}

/// Two registrations of one person make one account (A2).
pub async fn a1_one_of_many_gets_a_cpr_number(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let answers = clerk
        .crowd(|clerk, caller| async move {
            let account = AccountId(100 + caller);
            clerk.commit(vec![new_account(account), claim(cpr(1, 1), account)]).await
        })
        .await;
    let winner = AccountId(100 + only_winner(&answers));
    let taken =
        answers.iter().filter(|answer| matches!(answer, Err(NotCommitted::Taken(index)) if *index == cpr(1, 1)));
    assert_eq!(taken.count(), CALLERS - 1);
    let holder = clerk.store.account_by_cpr(&[cpr(1, 1)]).await.expect("it can be read");
    assert_eq!(holder.map(|holder| holder.value.id), Some(winner));
    for caller in (0..CALLERS as u64).map(|caller| AccountId(100 + caller)) {
        assert_eq!(clerk.account(caller).await.is_some(), caller == winner, "no half account");
    }
}

/// Of all who read a revision one writes the next; everybody who tries again gets through in the end.
pub async fn one_of_many_writes_each_revision(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write(vec![new_account(OWNER)]).await;
    let answers = clerk
        .crowd(|clerk, caller| async move {
            loop {
                let read = clerk.account(OWNER).await.expect("it is there");
                let terms = format!("{}{caller},", read.value.access.terms);
                match clerk.commit(vec![write_account(Some(read.revision), OWNER, &terms)]).await {
                    Ok(()) => return read.revision,
                    Err(NotCommitted::Stale) => {}
                    Err(other) => panic!("only another writer stands in the way: {other}"),
                }
            }
        })
        .await;
    let winners: HashSet<Revision> = answers.into_iter().collect();
    assert_eq!(winners.len(), CALLERS, "no revision was written twice");
    let last = clerk.account(OWNER).await.expect("it is there");
    assert_eq!(last.revision, Revision(CALLERS as u64 + 1));
    assert_eq!(last.value.access.terms.matches(',').count(), CALLERS, "no write was lost");
}

/// Callers who touch the same rows and name them in opposite order do not lock each other up: a set has an order of its
/// own. Whoever is stale tries again, and everybody gets through.
pub async fn nobody_waits_for_each_other_in_a_circle(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write(vec![new_account(OWNER), new_account(PARTNER)]).await;
    let one_more = u32::try_from(CALLERS).unwrap_or(0) + 1;
    let answers = clerk.crowd(|clerk, caller| async move {
        let forth = caller % 2 == 0;
        let (writes, expects) = if forth { (OWNER, PARTNER) } else { (PARTNER, OWNER) };
        let (claimed, released) = if forth { (cpr(1, 1), cpr(1, 2)) } else { (cpr(1, 2), cpr(1, 1)) };
        loop {
            let revision = async |id| clerk.account(id).await.expect("it is there").revision;
            let mut changes = vec![
                count(KEY, backoff(one_more)),
                count(OTHER_KEY, backoff(one_more)),
                Change::Expect { account: expects, revision: revision(expects).await },
                write_account(Some(revision(writes).await), writes, "another"),
                Change::ClaimCpr { index: vec![claimed, released], account: OWNER },
                Change::ReleaseCpr { index: released, account: OWNER },
            ];
            if !forth {
                changes.reverse();
            }
            match clerk.commit(changes).await {
                Err(NotCommitted::Stale) => {}
                other => return other,
            }
        }
    });
    for answer in answers.await {
        answer.expect("only another's write stands in the way");
    }
    let mut written = 0;
    for account in [OWNER, PARTNER] {
        written += clerk.account(account).await.expect("it is there").revision.0 - 1;
    }
    assert_eq!(written, CALLERS as u64, "each wrote once");
    for key in [KEY, OTHER_KEY] {
        assert_eq!(clerk.blocked(key, NOW).await, None);
        clerk.write(vec![count(key, backoff(one_more))]).await;
        assert_eq!(clerk.blocked(key, NOW).await, Some(NOW + MINUTE), "each was counted once");
    }
    let mut holders = 0;
    for number in [1, 2] {
        let holder = clerk.store.account_by_cpr(&[cpr(1, number)]).await.expect("it can be read");
        holders += usize::from(holder.is_some());
    }
    assert_eq!(holders, 1, "the last to write claimed one number and gave the other back");
}

/// One command sent over many connections (I8).
pub async fn i8_a_command_sent_by_many_is_applied_once(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write(vec![write_flow(None, flow(FLOW))]).await;
    let changes = vec![consume(Revision(1), FLOW), count(KEY, window(2)), Change::Enqueue(job(1, NOW))];
    let set = clerk.audited(NOW, changes, vec![entry(1, NOW, OWNER)]);
    let answers = clerk.crowd(|clerk, _| {
        let set = set.clone();
        async move { clerk.store.commit(&set).await.map(drop) }
    });
    for answer in answers.await {
        answer.expect("to each caller it is committed");
    }
    assert_eq!(clerk.flow(FLOW).await.map(|flow| flow.revision), Some(Revision(2)));
    assert_eq!(clerk.blocked(KEY, NOW).await, None, "counted once");
    assert_eq!(clerk.pages(List::Audit(OWNER), 9).await.len(), 1);
}

/// No mail goes out twice because two workers were quick.
pub async fn each_job_is_leased_to_one_of_many(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let jobs = CALLERS as u64 * 2;
    clerk.write((0..jobs).map(|id| Change::Enqueue(job(id, NOW))).collect()).await;
    let answers = clerk.crowd(|clerk, _| async move { clerk.lease(NOW, NOW + HOUR, 3).await });
    let leased: Vec<u64> = answers.await.into_iter().flatten().map(|leased| leased.job.id.0).collect();
    let different: HashSet<u64> = leased.iter().copied().collect();
    assert_eq!(different.len(), leased.len(), "none was leased twice");
    let left = clerk.lease(NOW, NOW + HOUR, u16::MAX).await.len();
    assert_eq!(leased.len() + left, CALLERS * 2, "none was lost");
}

fn only_winner(answers: &[Result<(), NotCommitted>]) -> u64 {
    let winners = answers.iter().zip(0_u64..).filter(|(answer, _)| answer.is_ok());
    let winners: Vec<u64> = winners.map(|(_, caller)| caller).collect();
    let [winner] = winners.as_slice() else { panic!("one wins: {winners:?}") };
    *winner
}

const OWNER: AccountId = AccountId(41);
const FLOW: FlowId = FlowId([6; 16]);
const PARTNER: AccountId = AccountId(42);
const KEY: CounterKey = CounterKey([1; 16]);
const OTHER_KEY: CounterKey = CounterKey([2; 16]);
