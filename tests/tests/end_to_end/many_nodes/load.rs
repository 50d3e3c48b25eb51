//! Everybody at once, until so many journeys are made; and the one line that says how it went.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use patientportal_tests::{Cluster, Patience, Patient};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::dice::Dice;
use super::resident::{Errand, Resident};

/// Whether the long form of the tests is asked for.
pub(crate) fn is_long() -> bool {
    std::env::var_os("PATIENTPORTAL_LONG").is_some_and(|value| value != "0")
}

/// How far it is. Clones see the same.
#[derive(Clone)]
pub(crate) struct Progress {
    wanted: usize,
    begin: Instant,
    done: watch::Sender<usize>,
    people: Arc<Mutex<Vec<Patience>>>,
    /// Whether all that was to disturb them has happened.
    disturbed: watch::Sender<bool>,
    errands: Arc<Mutex<BTreeMap<Errand, usize>>>,
}

/// What happened.
pub(crate) struct Report {
    pub(crate) journeys: usize,
    pub(crate) length: Duration,
    pub(crate) errands: BTreeMap<Errand, usize>,
    pub(crate) no_answers: u64,
    pub(crate) unavailable: u64,
    pub(crate) begun_again: usize,
    pub(crate) held_up: usize,
    pub(crate) worst_wait: Duration,
    pub(crate) kills: usize,
    pub(crate) mails: usize,
    pub(crate) duplicates: usize,
    /// What the nodes logged as errors, and how often.
    pub(crate) errors: BTreeMap<String, usize>,
}

impl Progress {
    /// Until so many journeys are made, and all is over that was to disturb them.
    pub(crate) fn of(wanted: usize) -> Self {
        Self {
            wanted,
            begin: Instant::now(),
            done: watch::Sender::new(0),
            people: Arc::default(),
            disturbed: watch::Sender::new(false),
            errands: Arc::default(),
        }
    }

    /// Waits until so many more journeys are made.
    pub(crate) async fn goes_on(&self, more: usize) {
        let mut done = self.done.subscribe();
        let enough = *done.borrow_and_update() + more;
        done.wait_for(|done| *done >= enough).await.unwrap();
    }

    /// When somebody had no answer for the last time.
    pub(crate) fn last_trouble(&self) -> Option<Instant> {
        self.people.lock().unwrap().iter().filter_map(Patience::last_trouble).max()
    }

    /// Whether as many are made as were wanted.
    pub(crate) fn is_enough(&self) -> bool {
        *self.done.borrow() >= self.wanted
    }

    /// All has happened that was to disturb them.
    pub(crate) fn disturbed(&self) {
        self.disturbed.send_replace(true);
    }

    fn is_over(&self) -> bool {
        self.is_enough() && *self.disturbed.borrow()
    }

    fn made(&self, errand: Errand) {
        *self.errands.lock().unwrap().entry(errand).or_default() += 1;
        self.done.send_modify(|done| *done += 1);
    }
}

/// All adults make their journeys, each one after the other, everybody at once.
pub(crate) async fn live(cluster: &Cluster, progress: &Progress) -> Vec<Resident> {
    let mut lives = JoinSet::new();
    for (number, patient) in (0_u8..).zip(Patient::adults()) {
        let mut resident = Resident::new(cluster, number, patient, Dice::new(SEED + u64::from(number)));
        progress.people.lock().unwrap().push(resident.patience.clone());
        let progress = progress.clone();
        lives.spawn(async move {
            while !progress.is_over() {
                let errand = resident.next_errand();
                resident.go(errand).await;
                progress.made(errand);
            }
            resident
        });
    }
    let mut residents = Vec::new();
    let all = async {
        while let Some(life) = lives.join_next().await {
            residents.push(life.unwrap());
        }
    };
    let in_time = tokio::time::timeout(LONGEST, all).await.is_ok();
    let done = *progress.done.borrow();
    assert!(in_time, "{done} of {} journeys within {LONGEST:?}: {:?}", progress.wanted, progress.errands);
    residents
}

impl Report {
    pub(crate) async fn of(cluster: &Cluster, progress: &Progress, residents: &[Resident]) -> Self {
        let sum = |count: fn(&Resident) -> u64| residents.iter().map(count).sum();
        let deliveries = cluster.deliveries().ids();
        let mails = deliveries.iter().collect::<std::collections::BTreeSet<_>>().len();
        let logs = cluster.logs().await;
        Self {
            journeys: *progress.done.borrow(),
            length: progress.begin.elapsed(),
            errands: progress.errands.lock().unwrap().clone(),
            no_answers: sum(|resident| resident.patience.no_answers()),
            unavailable: sum(|resident| resident.patience.unavailable()),
            begun_again: residents.iter().map(|resident| resident.begun_again).sum(),
            held_up: residents.iter().map(|resident| resident.held_up).sum(),
            worst_wait: residents.iter().map(|resident| resident.patience.worst_wait()).max().unwrap_or_default(),
            kills: (0..cluster.size()).map(|node| cluster.kills(node).len()).sum(),
            mails,
            duplicates: deliveries.len() - mails,
            errors: logs.iter().flat_map(|log| log.lines()).filter_map(error_in).fold(BTreeMap::new(), counted),
        }
    }

    /// One line, also when the test passes.
    pub(crate) fn tell(&self, name: &str, more: &str) {
        let _closed = writeln!(std::io::stderr(), "{name}: {self}{more}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "a rate for a reader")]
        let rate = self.journeys as f64 / self.length.as_secs_f64();
        write!(
            f,
            "{} journeys in {:.1} s ({rate:.1}/s) {:?}; {} kills; {} requests without an answer, {} with 503, worst \
             wait {:.1} s, {} journeys by MitID begun again, {} held up by the count; {} mails, {} duplicates; errors logged: {:?}",
            self.journeys,
            self.length.as_secs_f64(),
            self.errands,
            self.kills,
            self.no_answers,
            self.unavailable,
            self.worst_wait.as_secs_f64(),
            self.begun_again,
            self.held_up,
            self.mails,
            self.duplicates,
            self.errors
        )
    }
}

fn error_in(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("\"level\":\"ERROR\"")?;
    let (_, rest) = rest.split_once("\"message\":\"")?;
    rest.split('"').next().map(str::to_owned)
}

fn counted(mut counts: BTreeMap<String, usize>, message: String) -> BTreeMap<String, usize> {
    *counts.entry(message).or_default() += 1;
    counts
}

/// What these tests need: hashing as cheap as may be, codes close together, jobs soon with another node. The limits of
/// each account stay far below what an attacker would need.
pub(crate) const LIMITS: &str = "code_spacing = \"1s\"\ncodes_per_hour = 1000\nlinks_per_hour = 1000\n\
                                 secrets_per_hour = 1000\nresets_per_hour = 1000\nrequests_per_hour = 1000\naddress_failures = 1000\n\
                                 job_lease = \"10s\"\nhash_memory_kib = 7168\nhash_passes = 5\n";
/// A test's journeys end within it, in both forms.
const LONGEST: Duration = Duration::from_secs(300);
const SEED: u64 = 20_261_123;
