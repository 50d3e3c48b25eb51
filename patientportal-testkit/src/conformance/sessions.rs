//! Sessions: found with what their account may do, ended by one change.

use patientportal_core::ids::{AccountId, Epoch, Revision, SecretHash, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::session::{Proof, Session};
use patientportal_core::store::{Change, NotCommitted};

use super::StoreUnderTest;
use super::clerk::Clerk;
use super::samples::{DAY, NOW, account, new_account, open, sealed, session, write_account};

/// The view holds the session as it was opened and the access as it is now; the store judges neither epoch nor time.
pub async fn a_session_comes_with_its_accounts_access(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let over = Session {
        account: OWNER,
        no: SessionNo(i64::MAX.unsigned_abs()),
        secret: SecretHash([255; 16]),
        epoch: Epoch(u32::MAX),
        proof: Proof::PasswordAndCode,
        opened: Timestamp(1),
        ends: Timestamp(2),
        seen: Minute(-1),
    };
    let substantial = Session { proof: Proof::MitIdSubstantial, ..session(OWNER, 2) };
    let sessions = [over, substantial, session(OWNER, 3)];
    let changes = [new_account(OWNER)].into_iter().chain(sessions.clone().map(open)).collect();
    clerk.write(changes).await;
    for session in &sessions {
        let view = clerk.session(OWNER, session.no.0).await.expect("it was opened");
        assert_eq!(&view.session, session);
        assert_eq!(view.access, account(OWNER, "first").access);
    }

    let mut ended = account(OWNER, "first");
    ended.end_everything_open();
    let to = Box::new(ended.clone());
    clerk.write(vec![Change::Account { expect: Some(Revision(1)), to }]).await;
    let view = clerk.session(OWNER, 3).await.expect("ended by epoch, and still found");
    assert_eq!((view.access, view.session), (ended.access, session(OWNER, 3)));

    let stranger = AccountId(OWNER.0 + 1);
    assert_eq!(clerk.session(stranger, 3).await, None, "a number is its account's only");
    assert_eq!(clerk.session(OWNER, 4).await, None);
}

/// Numbers are random: one in use means drawing another, and the session that has it stays as it is.
pub async fn a_session_number_in_use_is_stale(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let other = AccountId(OWNER.0 + 1);
    clerk.write(vec![new_account(OWNER), new_account(other), open(session(OWNER, 1))]).await;
    let double = Session { secret: SecretHash([1; 16]), ..session(OWNER, 1) };
    let double = clerk.commit(vec![open(double)]).await;
    assert!(matches!(double, Err(NotCommitted::Stale)), "{double:?}");
    assert_eq!(clerk.session(OWNER, 1).await.map(|view| view.session), Some(session(OWNER, 1)));
    clerk.write(vec![open(session(other, 1))]).await;
    assert!(clerk.session(other, 1).await.is_some(), "another account may have the same number");
}

/// Ended is gone, with what stood beside it; the others stay (L9).
pub async fn l9_an_ended_session_is_gone(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let provider = Some(sealed("token"));
    let first = Change::OpenSession { session: Box::new(session(OWNER, 1)), provider };
    clerk.write(vec![new_account(OWNER), first, open(session(OWNER, 2))]).await;
    let end = |no| Change::EndSession { account: OWNER, no: SessionNo(no) };
    clerk.write(vec![end(1)]).await;
    assert_eq!(clerk.session(OWNER, 1).await, None);
    let provider = clerk.store.provider_session(OWNER, SessionNo(1)).await;
    assert_eq!(provider.expect("it can be read"), None);
    assert!(clerk.session(OWNER, 2).await.is_some());
    clerk.write(vec![end(1), end(3)]).await;
    clerk.write(vec![open(session(OWNER, 3)), end(3)]).await;
    assert_eq!(clerk.session(OWNER, 3).await, None, "a set opens before it ends");
}

/// Later minutes count, earlier ones and unknown sessions do not, and nothing else of the session moves.
pub async fn last_seen_never_goes_back(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let changes = vec![new_account(OWNER), open(session(OWNER, 1)), open(session(OWNER, 2))];
    clerk.write(changes).await;
    let opened = NOW.minute();
    let later = |minutes: i64| Minute(opened.0 + minutes);
    let steps = [
        (vec![(OWNER, SessionNo(1), later(5))], later(5)),
        (vec![(OWNER, SessionNo(1), later(3))], later(5)),
        (vec![(AccountId(99), SessionNo(1), later(9)), (OWNER, SessionNo(9), later(9))], later(5)),
        (vec![(OWNER, SessionNo(1), later(7)), (OWNER, SessionNo(1), later(6))], later(7)),
        (vec![], later(7)),
        (vec![(AccountId(u64::MAX), SessionNo(u64::MAX), later(9))], later(7)),
    ];
    for (seen, expected) in steps {
        clerk.store.touch(&seen).await.expect("touching works");
        let touched = clerk.session(OWNER, 1).await.expect("it is open").session;
        assert_eq!(touched, Session { seen: expected, ..session(OWNER, 1) });
    }
    let other = clerk.session(OWNER, 2).await.expect("it is open").session;
    assert_eq!(other, session(OWNER, 2));
}

/// The provider's part is kept for its session only, and survives what happens to the account.
pub async fn what_the_provider_needs_is_kept_beside_the_session(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let provider = Some(sealed("token"));
    let with = Change::OpenSession { session: Box::new(session(OWNER, 1)), provider };
    clerk.write(vec![new_account(OWNER), with, open(session(OWNER, 2))]).await;
    clerk.write(vec![write_account(Some(Revision(1)), OWNER, "second")]).await;
    clerk.store.touch(&[(OWNER, SessionNo(1), (NOW + DAY).minute())]).await.expect("it works");
    let of = async |account, no| clerk.store.provider_session(account, SessionNo(no)).await.expect("it can be read");
    assert_eq!(of(OWNER, 1).await, Some(sealed("token")));
    assert_eq!(of(OWNER, 2).await, None);
    assert_eq!(of(AccountId(99), 1).await, None);
}

const OWNER: AccountId = AccountId(21);
