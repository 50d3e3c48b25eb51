//! The password step, eight at a time over SQLite on disk, against raw argon2id of the same crate at its best: memory
//! reused, a thread a core. Throttling stays on: every try comes from an address of its own, for a number of its own.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use patientportal_argon2::{Argon2Hasher, Argon2Settings, Peppers};
use patientportal_core::refusal::{Failure, Refusal};
use patientportal_testkit::world::AUTOMATIC;

use crate::Round;
use crate::scene::Scene;

pub(crate) async fn round() -> Round {
    let scene = Scene::new("logins");
    let hasher = Argon2Hasher::new(Peppers::new(1, [7; 32]), Argon2Settings::default()).expect("good settings");
    let world = scene.world().hashing_with(Arc::new(hasher));
    let browser = world.browser(AUTOMATIC);
    let (portal, to, next) = (world.portal.clone(), browser.to, Arc::new(AtomicU32::new(0)));
    let begun = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (portal, mut visitor, next) = (portal.clone(), browser.visitor.clone(), next.clone());
            tokio::spawn(async move {
                while begun.elapsed() < LENGTH {
                    let no = next.fetch_add(1, Ordering::Relaxed);
                    visitor.address = IpAddr::V6(Ipv6Addr::from(u128::from(no) << 64));
                    let cpr = format!("671248{no:04}"); // day + 60: nobody's
                    let refused = portal.submit_password(&visitor, to, &cpr, "Forkert-12").await;
                    let wrong = matches!(refused, Err(Failure::Refused(Refusal::WrongCredentials)));
                    assert!(wrong, "a try that was not hashed: {refused:?}");
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.expect("no panic");
    }
    let ours = f64::from(next.load(Ordering::Relaxed)) / begun.elapsed().as_secs_f64();
    Round { ours, limit: raw() }
}

fn raw() -> f64 {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let begun = Instant::now();
    let threads: Vec<_> = (0..cores)
        .map(|_| {
            thread::spawn(move || {
                let params = Params::new(19_456, 2, 1, Some(32)).expect("good parameters");
                let mut memory = vec![Block::default(); params.block_count()];
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                let (mut out, mut hashes) = ([0; 32], 0u32);
                while begun.elapsed() < LENGTH {
                    argon2
                        .hash_password_into_with_memory(b"Forkert-12", b"sixteen bytes ok", &mut out, &mut memory)
                        .expect("a hash");
                    hashes += 1;
                }
                hashes
            })
        })
        .collect();
    let hashes: u32 = threads.into_iter().map(|thread| thread.join().expect("no panic")).sum();
    f64::from(hashes) / begun.elapsed().as_secs_f64()
}

const CALLERS: usize = 8;
const LENGTH: Duration = Duration::from_secs(2);
