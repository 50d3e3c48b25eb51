//! What is written is found, under its keys and no others.

use patientportal_core::account::{Account, FormerAccount};
use patientportal_core::ids::{
    AccountId, ClinicId, CounterKey, CprIndex, Epoch, FlowId, JobId, Revision, Sealed, SessionNo,
};
use patientportal_core::ports::PasswordHash;
use patientportal_core::store::{Change, FlowRecord, List, NewJob, NotCommitted};

use super::StoreUnderTest;
use super::clerk::Clerk;
use super::samples::{DAY, HOUR, NOW, account, claim, cpr, flow, job, new_account, sealed, session, write_flow};

/// Also for ids that no store gives out: a forged cookie can name any.
pub async fn what_is_not_there_is_none(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    for id in [0, 1, i64::MAX.unsigned_abs(), u64::MAX] {
        assert_eq!(clerk.account(AccountId(id)).await, None);
        assert_eq!(clerk.session(AccountId(id), id).await, None);
        let provider = clerk.store.provider_session(AccountId(id), SessionNo(id)).await;
        assert_eq!(provider.expect("it can be read"), None);
        assert_eq!(clerk.pages(List::Sessions(AccountId(id)), 9).await, []);
        assert_eq!(clerk.pages(List::Audit(AccountId(id)), 9).await, []);
    }
    assert_eq!(clerk.flow(FlowId([0; 16])).await, None);
    assert_eq!(clerk.blocked(CounterKey([0; 16]), NOW).await, None);
    assert_eq!(holder(&clerk, &[]).await, None);
    assert_eq!(holder(&clerk, &[cpr(1, 1), cpr(2, 1)]).await, None);
    assert_eq!(clerk.lease(NOW, NOW + HOUR, 9).await, []);
}

/// Whichever of several indexes is another's, the claim names it and gets none (A2).
pub async fn a1_a_cpr_number_has_one_account(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write(vec![new_account(ONE), claim(cpr(1, 1), ONE)]).await;
    clerk.write(vec![new_account(TWO)]).await;
    for index in [vec![cpr(1, 1)], vec![cpr(2, 1), cpr(1, 1)], vec![cpr(1, 1), cpr(2, 1)]] {
        let taken = clerk.commit(vec![Change::ClaimCpr { index, account: TWO }]).await;
        assert!(matches!(taken, Err(NotCommitted::Taken(index)) if index == cpr(1, 1)), "{taken:?}");
        assert_eq!(holder(&clerk, &[cpr(2, 1)]).await, None, "none of the indexes was given");
    }
    clerk.write(vec![claim(cpr(1, 1), ONE)]).await;
    assert_eq!(holder(&clerk, &[cpr(1, 1)]).await, Some(ONE), "claiming what one has is nothing");
    let same_hash_other_key = cpr(2, 1);
    clerk.write(vec![claim(same_hash_other_key, TWO)]).await;
    assert_eq!(holder(&clerk, &[same_hash_other_key]).await, Some(TWO));
}

/// While the key rotates, a number has an index under each.
pub async fn a_cpr_number_is_found_under_each_key(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let index = vec![cpr(1, 10), cpr(2, 20)];
    clerk.write(vec![new_account(ONE), Change::ClaimCpr { index, account: ONE }]).await;
    let searches = [vec![cpr(1, 10)], vec![cpr(2, 20)], vec![cpr(3, 30), cpr(2, 20)], vec![cpr(1, 10), cpr(3, 30)]];
    for search in searches {
        let found = clerk.store.account_by_cpr(&search).await.expect("it can be read");
        let found = found.expect("one of the indexes is claimed");
        assert_eq!((found.revision, found.value), (Revision(1), account(ONE, "first")));
    }
    assert_eq!(holder(&clerk, &[cpr(1, 20), cpr(2, 10)]).await, None);
}

/// Giving back what is another's takes nothing away.
pub async fn a_cpr_number_is_given_back_by_its_holder_only(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write(vec![new_account(ONE), new_account(TWO), claim(cpr(1, 1), ONE)]).await;
    let release = |account| Change::ReleaseCpr { index: cpr(1, 1), account };
    clerk.write(vec![release(TWO)]).await;
    assert_eq!(holder(&clerk, &[cpr(1, 1)]).await, Some(ONE));
    clerk.write(vec![release(ONE)]).await;
    assert_eq!(holder(&clerk, &[cpr(1, 1)]).await, None);
    clerk.write(vec![release(ONE), claim(cpr(1, 2), ONE)]).await;
    clerk.write(vec![claim(cpr(1, 1), TWO)]).await;
    assert_eq!(holder(&clerk, &[cpr(1, 1)]).await, Some(TWO), "it is free for another");
}

/// Every part of a row comes back as it was.
pub async fn what_is_written_is_read_back(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let mut rich = account(AccountId(i64::MAX.unsigned_abs()), "2026-11");
    rich.access.epoch = Epoch(u32::MAX);
    rich.access.memberships.clear();
    rich.details.cpr_index = vec![cpr(1, 1), cpr(u16::MAX, 255)];
    rich.details.password = Some(PasswordHash("$argon2id$…æøå".into()));
    let suspended_at = vec![ClinicId(1), ClinicId(u64::MAX)];
    rich.details.former = Some(FormerAccount { account: AccountId(2), closed: NOW, suspended_at });
    let waiting = FlowRecord { body: Sealed(vec![0, 255, 0]), ..flow(FlowId([255; 16])) };
    let changes = vec![write(&rich), write_flow(None, waiting.clone())];
    clerk.write(changes).await;
    assert_eq!(clerk.account(rich.id).await.expect("it was written").value, rich);
    assert_eq!(clerk.flow(waiting.id).await.expect("it was written").value, waiting);
}

/// Long values are neither refused nor cut.
pub async fn big_values_are_kept_whole(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let big: Vec<u8> = (0..1_000_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let mut large = account(ONE, &"terms ".repeat(20_000));
    large.details.password = Some(PasswordHash("x".repeat(300_000)));
    let membership = large.access.memberships[0].clone();
    large.access.memberships = vec![membership; 1000];
    large.access.memberships[999].clinic = ClinicId(999);
    let waiting = FlowRecord { body: Sealed(big.clone()), ..flow(FlowId([1; 16])) };
    let mail = NewJob { payload: Sealed(big.clone()), ..job(1, NOW) };
    let open = Change::OpenSession { session: Box::new(session(ONE, 1)), provider: Some(Sealed(big.clone())) };
    let write_flow = write_flow(None, waiting.clone());
    clerk.write(vec![write(&large), write_flow, open, Change::Enqueue(mail)]).await;

    assert_eq!(clerk.flow(waiting.id).await.expect("it was written").value, waiting);
    let view = clerk.session(ONE, 1).await.expect("it was opened");
    assert_eq!(view.access, large.access);
    assert_eq!(clerk.account(ONE).await.expect("it was written").value, large);
    let provider = clerk.store.provider_session(ONE, SessionNo(1)).await.expect("it can be read");
    assert!(provider.is_some_and(|provider| provider.0 == big));
    let leased = clerk.lease(NOW, NOW + DAY, 1).await;
    assert!(leased.iter().any(|leased| leased.job.id == JobId(1) && leased.job.payload.0 == big));
    assert_ne!(large.details.password, None);
    assert_ne!(waiting.body, sealed(""));
}

fn write(account: &Account) -> Change {
    Change::Account { expect: None, to: Box::new(account.clone()) }
}

async fn holder(clerk: &Clerk, indexes: &[CprIndex]) -> Option<AccountId> {
    let found = clerk.store.account_by_cpr(indexes).await.expect("it can be read");
    found.map(|account| account.value.id)
}

const ONE: AccountId = AccountId(1);
const TWO: AccountId = AccountId(2);
