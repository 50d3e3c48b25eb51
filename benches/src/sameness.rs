//! Known against unknown numbers at the password step: a thousand interleaved wrong passwords each, on SQLite and argon2id
//! (I6). The limits that would end the series are raised; the work of a try is the same.

use std::sync::Arc;
use std::time::{Duration, Instant};

use patientportal_argon2::{Argon2Hasher, Argon2Settings, Peppers};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::scene::Scene;

/// Prints both medians and how far they are apart.
pub(crate) async fn measure() {
    let scene = Scene::new("sameness");
    let hasher = Argon2Hasher::new(Peppers::new(1, [7; 32]), Argon2Settings::default()).expect("good settings");
    let world = World::with(scene.store.clone(), |policy| {
        policy.wait_from_failure = u32::MAX;
        policy.address_failures = u32::MAX;
    });
    let world = world.hashing_with(Arc::new(hasher));
    let owner = world.registered(&Person::NANCY, AUTOMATIC).await;
    let stranger = world.browser(AUTOMATIC);
    drop(owner);
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..TRIES {
        for (cpr, times) in [(Person::NANCY.cpr, &mut known), (Person::MAX.cpr, &mut unknown)] {
            let begun = Instant::now();
            assert!(stranger.submit_password(cpr, "Forkert-12").await.is_err());
            times.push(begun.elapsed());
        }
    }
    let (known, unknown) = (median(known), median(unknown));
    let apart = known.abs_diff(unknown);
    let share = 100.0 * apart.as_secs_f64() / known.as_secs_f64();
    println!("wrong password: known number {known:.2?}, unknown {unknown:.2?}; {apart:.2?} apart, {share:.1} %");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

const TRIES: usize = 1000;
