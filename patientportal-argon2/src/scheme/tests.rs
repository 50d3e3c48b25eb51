//! Right and wrong, old and new, damaged; and that the plain argon2 crate says the same.

use argon2::PasswordVerifier;

use super::*;

const OLD_KEY: [u8; 32] = [1; 32];
const NEW_KEY: [u8; 32] = [2; 32];

fn settings(memory_kib: u32, passes: u32) -> Argon2Settings {
    Argon2Settings { memory_kib, passes, ..Argon2Settings::default() }
}

fn scheme(peppers: Peppers, memory_kib: u32, passes: u32) -> Scheme {
    Scheme::new(peppers, &settings(memory_kib, passes)).unwrap()
}

fn old() -> Peppers {
    Peppers::new(1, OLD_KEY)
}

fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

fn verify(scheme: &Scheme, text: &str, hash: &PasswordHash) -> Verdict {
    scheme.verify(&password(text), Some(hash), &mut Memory::new()).unwrap()
}

fn hash(scheme: &Scheme, text: &str) -> PasswordHash {
    scheme.hash(&password(text), &mut Memory::new()).unwrap()
}

#[test]
fn the_right_password_is_right_and_no_other() {
    let scheme = scheme(old(), 64, 2);
    let hash = hash(&scheme, "Rød grød 1");
    assert_eq!(verify(&scheme, "Rød grød 1", &hash), Verdict { right: true, outdated: false });
    for wrong in ["rød grød 1", "Rød grød 1 ", "Rød grød", ""] {
        assert!(!verify(&scheme, wrong, &hash).right, "{wrong:?}");
    }
}

#[test]
fn two_hashes_of_one_password_differ() {
    let scheme = scheme(old(), 64, 1);
    assert!(hash(&scheme, "Sommer 2026").0 != hash(&scheme, "Sommer 2026").0);
}

#[test]
fn l5_no_hash_costs_a_full_hash_and_is_never_right() {
    let scheme = scheme(old(), 64, 2);
    let mut memory = Memory::new();
    let verdict = scheme.verify(&password("Sommer 2026"), None, &mut memory).unwrap();
    assert_eq!(verdict, Verdict { right: false, outdated: false });
    assert_eq!(memory.len(), 64);
    let last = format!("{:?}", memory.last());
    scheme.verify(&password("Vinter 2026"), None, &mut memory).unwrap();
    assert_ne!(format!("{:?}", memory.last()), last, "the memory was filled anew");
}

#[test]
fn memory_left_by_another_job_changes_nothing() {
    let small = scheme(old(), 64, 2);
    let large = scheme(old(), 256, 2);
    let mut memory = Memory::new();
    let from_large = large.hash(&password("Sommer 2026"), &mut memory).unwrap();
    let from_small = small.hash(&password("Sommer 2026"), &mut memory).unwrap();
    assert_eq!(memory.len(), 256);
    for hash in [&from_large, &from_small] {
        assert!(small.verify(&password("Sommer 2026"), Some(hash), &mut memory).unwrap().right);
        assert!(verify(&small, "Sommer 2026", hash).right);
    }
}

#[test]
fn the_string_is_phc_and_the_plain_crate_agrees() {
    let scheme = Scheme::new(old(), &Argon2Settings::default()).unwrap();
    let hash = hash(&scheme, "Sommer 2026");
    assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid=AAE$"), "{}", hash.0);
    assert_eq!(Stored::parse(&hash.0).unwrap().to_phc().unwrap(), hash.0);

    let plain = |key| Argon2::new_with_secret(key, ALGORITHM, VERSION, Params::DEFAULT).unwrap();
    assert!(plain(&OLD_KEY).verify_password(b"Sommer 2026", hash.0.as_str()).is_ok());
    assert!(plain(&OLD_KEY).verify_password(b"Vinter 2026", hash.0.as_str()).is_err());
    assert!(plain(&NEW_KEY).verify_password(b"Sommer 2026", hash.0.as_str()).is_err());
    assert!(Argon2::default().verify_password(b"Sommer 2026", hash.0.as_str()).is_err(), "the pepper counts");
}

#[test]
fn an_older_pepper_still_verifies_and_is_outdated() {
    let before = hash(&scheme(old(), 64, 1), "Sommer 2026");
    let rotated = scheme(Peppers::new(2, NEW_KEY).with_older(1, OLD_KEY).unwrap(), 64, 1);
    assert_eq!(verify(&rotated, "Sommer 2026", &before), Verdict { right: true, outdated: true });
    assert_eq!(verify(&rotated, "Vinter 2026", &before), Verdict { right: false, outdated: false });

    let anew = hash(&rotated, "Sommer 2026");
    assert_eq!(verify(&rotated, "Sommer 2026", &anew), Verdict { right: true, outdated: false });
    assert!(
        !verify(&scheme(Peppers::new(2, OLD_KEY), 64, 1), "Sommer 2026", &anew).right,
        "another key under the same id"
    );
}

#[test]
fn weaker_parameters_are_outdated_and_stronger_ones_are_not() {
    let hash = hash(&scheme(old(), 64, 2), "Sommer 2026");
    for (memory_kib, passes, outdated) in
        [(64, 2, false), (32, 2, false), (64, 1, false), (128, 2, true), (64, 3, true)]
    {
        let today = scheme(old(), memory_kib, passes);
        let verdict = verify(&today, "Sommer 2026", &hash);
        assert_eq!(verdict, Verdict { right: true, outdated }, "{memory_kib} KiB, {passes} passes");
    }
}

#[test]
fn a_shorter_hash_than_todays_verifies_and_is_outdated() {
    let parameters = argon2::ParamsBuilder::new().m_cost(64).keyid(key_id(1).unwrap()).output_len(16).build().unwrap();
    let argon2 = Argon2::new_with_secret(&OLD_KEY, ALGORITHM, VERSION, parameters).unwrap();
    let short = argon2::PasswordHasher::hash_password_with_salt(&argon2, b"Sommer 2026", b"saltsaltsaltsalt").unwrap();
    let verdict = verify(&scheme(old(), 64, 2), "Sommer 2026", &PasswordHash(short.to_string()));
    assert_eq!(verdict, Verdict { right: true, outdated: true });
}

#[test]
fn i7_a_damaged_hash_is_a_fault_that_holds_nothing_of_it() {
    let scheme = scheme(old(), 64, 1);
    let good = hash(&scheme, "Sommer 2026").0;
    let salt = good.split('$').nth(4).unwrap().to_owned();
    for damaged in [good.replace("keyid=AAE", "keyid=AAk"), good.replace("m=64", "m=4000000"), format!("{salt}?")] {
        let fault =
            scheme.verify(&password("Sommer 2026"), Some(&PasswordHash(damaged)), &mut Memory::new()).unwrap_err();
        assert!(!fault.is_transient());
        assert!(!format!("{fault:?}").contains(&salt));
    }
}
