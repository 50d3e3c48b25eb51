//! The hasher through its port, as the portal sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::num::NonZeroUsize;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use patientportal_argon2::{Argon2ConfigError, Argon2Hasher, Argon2Settings, Peppers};
use patientportal_core::ports::{HashError, Hasher, Lane, PasswordHash, Verdict};
use patientportal_core::value::Password;

fn settings() -> Argon2Settings {
    let mut settings = Argon2Settings::default();
    settings.memory_kib = 64;
    settings.threads = NonZeroUsize::new(2);
    settings
}

fn hasher(settings: Argon2Settings) -> Argon2Hasher {
    Argon2Hasher::new(Peppers::new(1, [7; 32]), settings).unwrap()
}

fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

#[tokio::test]
async fn right_wrong_and_none_in_both_lanes() {
    let hasher = hasher(settings());
    for lane in [Lane::Login, Lane::Low] {
        let hash = hasher.hash(password("Sommer 2026"), lane).await.unwrap();
        let right = hasher.verify(password("Sommer 2026"), Some(hash.clone()), lane).await.unwrap();
        let wrong = hasher.verify(password("Vinter 2026"), Some(hash), lane).await.unwrap();
        let none = hasher.verify(password("Sommer 2026"), None, lane).await.unwrap();
        assert_eq!(right, Verdict { right: true, outdated: false });
        assert_eq!(wrong, Verdict { right: false, outdated: false });
        assert_eq!(none, Verdict { right: false, outdated: false });
    }
}

#[tokio::test]
async fn a_damaged_hash_is_a_fault_and_the_hasher_goes_on() {
    let hasher = hasher(settings());
    let damaged = PasswordHash("$argon2id$v=19$m=64".into());
    let failed = hasher.verify(password("Sommer 2026"), Some(damaged), Lane::Login).await;
    assert!(matches!(failed, Err(HashError::Fault(fault)) if !fault.is_transient()));
    assert!(hasher.hash(password("Sommer 2026"), Lane::Login).await.is_ok());
}

#[test]
fn those_who_would_wait_too_long_are_told_when_to_come_again() {
    let mut settings = settings();
    settings.memory_kib = 19_456;
    settings.threads = NonZeroUsize::new(1);
    settings.max_wait = Duration::ZERO;
    let hasher = hasher(settings);
    let mut waiting: Vec<_> = (0..50).map(|_| hasher.verify(password("Sommer 2026"), None, Lane::Login)).collect();
    let mut context = Context::from_waker(Waker::noop());
    let polled: Vec<_> = waiting.iter_mut().map(|future| future.as_mut().poll(&mut context)).collect();
    assert!(polled.iter().any(|poll| !is_busy(poll)), "the first comes in");
    assert!(polled.iter().any(is_busy), "not all of them do");
}

fn is_busy(poll: &Poll<Result<Verdict, HashError>>) -> bool {
    matches!(poll, Poll::Ready(Err(HashError::Busy { retry_after })) if *retry_after >= Duration::from_secs(1))
}

#[test]
fn settings_out_of_bounds_are_refused_at_start() {
    let mut settings = settings();
    settings.passes = 0;
    let refused = Argon2Hasher::new(Peppers::new(1, [7; 32]), settings);
    assert!(matches!(refused, Err(Argon2ConfigError::Parameters { passes: 0, .. })));
}

#[test]
fn i7_debug_prints_no_pepper() {
    let debug = format!("{:?}", hasher(settings()));
    assert_eq!(debug, "Argon2Hasher { .. }");
}
