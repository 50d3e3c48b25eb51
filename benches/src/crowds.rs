//! Sixty-four callers at the same moment who all want the same account, code, CPR number or counter: how many commits
//! that takes, and how long the last of them waits. Beside it as many who want an account each.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CommandId, CounterKey};
use patientportal_core::moment::Timestamp;
use patientportal_core::refusal::{Failure, Refusal};
use patientportal_core::store::{Change, ChangeSet, NotCommitted, Store};
use patientportal_core::throttle::Ladder;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};
use tokio::sync::Barrier;

use crate::journey::{Journey, written_by};
use crate::middle::{Spread, spread};
use crate::noted::{Noted, tried};
use crate::stores::{Kind, NOT_INSTALLED, Opened, Stores};

/// Prints the table.
pub(crate) async fn measure(stores: &Stores) {
    println!();
    let [first, second] = [
        [
            "64 callers at the same moment, on",
            "store",
            "commits",
            "most of",
            "over",
            "again",
            "median",
            "worst",
            "lowest–",
        ],
        [
            "(the worst wait is the time in all)",
            "",
            "tried",
            "one",
            "8 tries",
            "inside",
            "wait ms",
            "wait ms",
            "highest",
        ],
    ];
    heading(first);
    heading(second);
    let journey = Journey::record().await;
    for wanted in Wanted::ALL {
        let mut rounds: Vec<(Kind, Round)> = Vec::new();
        for _ in 0..ROUNDS {
            for kind in Kind::ALL {
                if let Some(opened) = stores.open(kind).await {
                    warm_up(&opened.store, &journey).await;
                    let before = again_inside(&opened);
                    let mut round = wanted.round(opened.store.clone(), &journey).await;
                    round.again_inside = again_inside(&opened) - before;
                    rounds.push((kind, round));
                }
            }
        }
        for kind in Kind::ALL {
            let of_kind: Vec<&Round> = rounds.iter().filter(|(of, _)| *of == kind).map(|(_, round)| round).collect();
            row(wanted, kind, &of_kind);
        }
    }
}

/// What everybody wants.
#[derive(Clone, Copy)]
enum Wanted {
    Account,
    Code,
    CprNumber,
    Counter,
    AnAccountEach,
}

/// One round, each caller's part.
struct Round {
    tried: Vec<u32>,
    waited: Vec<Duration>,
    /// Transactions that the store itself tried again, where others were in the way.
    again_inside: u64,
}

impl Wanted {
    const ALL: [Self; 5] = [Self::Account, Self::Code, Self::CprNumber, Self::Counter, Self::AnAccountEach];

    fn name(self) -> &'static str {
        match self {
            Self::Account => "one account, each its own change",
            Self::Code => "one security code",
            Self::CprNumber => "one CPR number",
            Self::Counter => "one counter",
            Self::AnAccountEach => "an account each",
        }
    }

    async fn round(self, store: Arc<dyn Store>, journey: &Journey) -> Round {
        match self {
            Self::Account => accounts(store, journey, |_| 1).await,
            Self::AnAccountEach => accounts(store, journey, |caller| caller + 1).await,
            Self::Code => code(store).await,
            Self::CprNumber => cpr_number(store, journey).await,
            Self::Counter => counter(store).await,
        }
    }
}

/// A server that has been up for a while has its connections, and knows its statements.
async fn warm_up(store: &Arc<dyn Store>, journey: &Journey) {
    for turn in 0..3 {
        let earlier = journey.begin.clone();
        crowd(|caller| {
            let (store, earlier) = (store.clone(), earlier.clone());
            async move {
                for set in earlier {
                    store
                        .commit(&written_by(WARMING + turn * CROWD + caller, &set))
                        .await
                        .expect("rows of nobody else");
                }
                store.account(AccountId(caller)).await.expect("it can be read");
            }
        })
        .await;
    }
}

/// Each reads an account, changes it and writes it, and does so again when somebody was faster.
async fn accounts(store: Arc<dyn Store>, journey: &Journey, whose: impl Fn(u64) -> u64) -> Round {
    let create = |id| {
        let mut account = journey.account();
        account.id = AccountId(id);
        vec![Change::Account { expect: None, to: Box::new(account) }]
    };
    let of_callers: Vec<AccountId> = (0..CROWD).map(|caller| AccountId(whose(caller))).collect();
    for id in 1..=of_callers.iter().map(|id| id.0).max().unwrap_or(0) {
        store.commit(&set(id, create(id))).await.expect("a new account");
    }
    let noted = Noted::over(store.clone());
    let round = crowd(|caller| {
        let (store, id) = (noted.clone(), AccountId(whose(caller)));
        async move {
            for turn in 1.. {
                let read = store.account(id).await.expect("it can be read").expect("it is there");
                let mut account = read.value;
                account.access.terms.push('.');
                let change = Change::Account { expect: Some(read.revision), to: Box::new(account) };
                match store.commit(&set((caller + 1) << 32 | turn, vec![change])).await {
                    Ok(_) => return,
                    Err(NotCommitted::Stale) => {}
                    Err(other) => panic!("only another writer stands in the way: {}", told(&other)),
                }
            }
        }
    });
    let round = round.await;
    let mut written = 0;
    for id in of_callers {
        let account = store.account(id).await.expect("it can be read").expect("it is there");
        written = written.max(account.value.access.terms.matches('.').count());
    }
    let expected = if whose(0) == whose(1) { CROWD as usize } else { 1 };
    assert_eq!(written - journey.account().access.terms.matches('.').count(), expected, "every change is there");
    round
}

/// A browser posts the right code of its login sixty-four times. One post opens the session; the others get the same one,
/// as often as a code may be tried, or hear that the step is done.
async fn code(store: Arc<dyn Store>) -> Round {
    let noted = Noted::over(store);
    let world = World::with(noted, |_| {});
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let browser = world.browser(AUTOMATIC);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("a right password");
    let code = world.mailed_code().await;
    let sessions: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    let round = crowd(|_| {
        let (portal, visitor, sessions) = (world.portal.clone(), browser.visitor.clone(), sessions.clone());
        let (flow, reference, code) = (page.flow, page.reference.clone().unwrap_or_default(), code.clone());
        async move {
            match portal.submit_code(&visitor, flow, &reference, &code).await {
                Ok(logged_in) => sessions.lock().expect("nobody panicked").push(logged_in.session),
                Err(Failure::Refused(Refusal::FlowFinished)) => {}
                Err(Failure::Refused(refusal)) => panic!("told {}", refusal.code()),
                Err(Failure::Failed(fault)) => panic!("failed: {}", fault.chain()),
            }
        }
    });
    let round = round.await;
    let mut sessions = sessions.lock().expect("nobody panicked").clone();
    sessions.dedup();
    assert_eq!(sessions.len(), 1, "one session is opened");
    round
}

/// Sixty-four registrations of one person.
async fn cpr_number(store: Arc<dyn Store>, journey: &Journey) -> Round {
    let claims = |set: &&ChangeSet| set.changes().iter().any(|change| matches!(change, Change::ClaimCpr { .. }));
    let registration = journey.begin.iter().find(claims).expect("a registration claims the number").clone();
    // Whoever registers has been to MitID on a journey of their own, which is left out here.
    let own = |caller| written_by(caller, &registration);
    let number = journey.account().details.cpr_index;
    let registrations: Vec<ChangeSet> = (0..CROWD).map(|caller| for_number(&own(caller), &number)).collect();
    let noted = Noted::over(store);
    let round = crowd(|caller| {
        let (store, set) = (noted.clone(), registrations.get(caller as usize).cloned());
        async move {
            let set = set.expect("a registration each");
            match store.commit(&set).await {
                Ok(_) | Err(NotCommitted::Taken(_)) => {}
                Err(other) => panic!("only the number stands in the way: {}", told(&other)),
            }
        }
    });
    let round = round.await;
    assert_eq!(noted.committed().len(), 1, "one gets the number");
    round
}

fn for_number(registration: &ChangeSet, number: &[patientportal_core::ids::CprIndex]) -> ChangeSet {
    let changes = registration.changes().iter().filter(|change| !matches!(change, Change::Flow { .. }));
    let changes = changes.cloned().map(|change| match change {
        Change::ClaimCpr { account, .. } => Change::ClaimCpr { index: number.to_vec(), account },
        other => other,
    });
    ChangeSet::new(registration.id(), registration.at(), changes.collect(), registration.audit().to_vec())
}

/// Sixty-four counts, none of which blocks.
async fn counter(store: Arc<dyn Store>) -> Round {
    let (hour, key) = (Duration::from_secs(3600), CounterKey([1; 16]));
    let ladder = Ladder::Backoff { from: u32::MAX, first: hour, longest: hour, forgotten_after: hour };
    let noted = Noted::over(store);
    crowd(|caller| {
        let store = noted.clone();
        async move {
            let counted = store.commit(&set(caller + 1, vec![Change::Count { key, ladder }])).await;
            counted.unwrap_or_else(|other| panic!("nothing stands in the way: {}", told(&other)));
        }
    })
    .await
}

/// Lets everybody begin at the same moment.
async fn crowd<F>(work: impl Fn(u64) -> F) -> Round
where
    F: Future<Output = ()> + Send + 'static,
{
    let ready = Arc::new(Barrier::new(CROWD as usize));
    let begun: Arc<OnceLock<Instant>> = Arc::default();
    let callers: Vec<_> = (0..CROWD)
        .map(|caller| {
            let (ready, begun, work) = (ready.clone(), begun.clone(), work(caller));
            tokio::spawn(async move {
                ready.wait().await;
                let begun = *begun.get_or_init(Instant::now);
                let (tried, ()) = tried(work).await;
                (tried, begun.elapsed())
            })
        })
        .collect();
    let mut round = Round { tried: Vec::new(), waited: Vec::new(), again_inside: 0 };
    for caller in callers {
        let (tried, waited) = caller.await.expect("no caller panics");
        round.tried.push(tried);
        round.waited.push(waited);
    }
    round.waited.sort_unstable();
    round
}

fn row(wanted: Wanted, kind: Kind, rounds: &[&Round]) {
    if rounds.is_empty() {
        println!("{:<36} {:<10} {NOT_INSTALLED}", wanted.name(), kind.name());
        return;
    }
    let of = |figure: &dyn Fn(&Round) -> f64| spread(rounds.iter().map(|round| figure(round)).collect());
    let commits = of(&|round| f64::from(round.tried.iter().sum::<u32>()));
    let most = of(&|round| f64::from(round.tried.iter().copied().max().unwrap_or(0)));
    let patient = of(&|round| round.tried.iter().filter(|tried| **tried > TRIES_OF_THE_PORTAL).count() as f64);
    let again = of(&|round| round.again_inside as f64);
    let milliseconds = |wait: Option<&Duration>| wait.map_or(0.0, |wait| wait.as_secs_f64() * 1000.0);
    let median = of(&|round| milliseconds(round.waited.get(round.waited.len() / 2)));
    let Spread { middle: worst, lowest, highest } = of(&|round| milliseconds(round.waited.last()));
    println!(
        "{:<36} {:<10} {:>8.0} {:>8.0} {:>8.0} {:>8.0} {:>8.1} {worst:>8.1} {:>14}",
        wanted.name(),
        kind.name(),
        commits.middle,
        most.middle,
        patient.middle,
        again.middle,
        median.middle,
        format!("{lowest:.1}–{highest:.1}"),
    );
}

fn heading([what, store, columns @ .., last]: [&str; 9]) {
    let columns: Vec<String> = columns.iter().map(|column| format!("{column:>8}")).collect();
    println!("{what:<36} {store:<10} {} {last:>14}", columns.join(" "));
}

fn again_inside(opened: &Opened) -> u64 {
    let stats = opened.postgres.as_ref().map(|store| store.stats());
    stats.map_or(0, |stats| stats.attempts - stats.commits)
}

fn set(id: u64, changes: Vec<Change>) -> ChangeSet {
    ChangeSet::new(CommandId(id), Timestamp(1), changes, Vec::new())
}

fn told(refusal: &NotCommitted) -> String {
    match refusal {
        NotCommitted::Fault(fault) => Fault::chain(fault),
        other => other.to_string(),
    }
}

const CROWD: u64 = 64;
/// After so many the portal answers that too many wanted the same.
const TRIES_OF_THE_PORTAL: u32 = 8;
/// Persons from here on only warm a store up.
const WARMING: u64 = 1 << 40;
const ROUNDS: usize = 5;
