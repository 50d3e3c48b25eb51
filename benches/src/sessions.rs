//! The session check, cookie to principal, against a bare read of one row by its key from the same file.

use std::time::{Duration, Instant};

use patientportal_testkit::person::Person;
use patientportal_testkit::world::AUTOMATIC;
use rusqlite::{Connection, OpenFlags};

use crate::Round;
use crate::scene::Scene;

pub(crate) async fn round() -> Round {
    let scene = Scene::new("sessions");
    let world = scene.world();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let cookie = browser.visitor.session.clone().expect("a session");
    let mut checks = 0u32;
    let begun = Instant::now();
    while begun.elapsed() < LENGTH {
        for _ in 0..100 {
            assert!(world.portal.principal(&cookie).await.expect("no fault").is_some());
        }
        checks += 100;
    }
    let ours = f64::from(checks) / begun.elapsed().as_secs_f64();
    Round { ours, limit: bare_reads(&scene) }
}

fn bare_reads(scene: &Scene) -> f64 {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(scene.file(), flags).expect("the same file");
    let id: i64 = connection.query_row("SELECT id FROM account", [], |row| row.get(0)).expect("an account");
    let mut statement = connection.prepare("SELECT access FROM account WHERE id = ?1").expect("a statement");
    let mut reads = 0u32;
    let begun = Instant::now();
    while begun.elapsed() < LENGTH {
        for _ in 0..100 {
            let access: Vec<u8> = statement.query_row([id], |row| row.get(0)).expect("the row");
            assert!(!access.is_empty());
        }
        reads += 100;
    }
    f64::from(reads) / begun.elapsed().as_secs_f64()
}

const LENGTH: Duration = Duration::from_secs(1);
