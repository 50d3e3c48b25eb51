//! Our figures beside the physical limits, in one run: `cargo run --release -p patientportal-benches`. Names after `--`
//! choose some of them: `limits`, `crowds`, `scale`, `sizes`.
//!
//! Of `limits`, each figure is the ratio of ours to a limit measured in the same round. Rounds are interleaved, and the
//! tables give the median, lowest and highest of five. Absolute numbers depend on the machine and its neighbours; ratios
//! less so.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a command line program that fails by panicking"
)]

mod commits;
mod crowds;
mod journey;
mod logins;
mod middle;
mod noted;
mod sameness;
mod scale;
mod scene;
mod sessions;
mod sizes;
mod stores;
mod wire;

use middle::{Spread, spread};
use stores::Stores;

/// What a round measured: ours and the limit, both per second.
pub(crate) struct Round {
    ours: f64,
    limit: f64,
}

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = chosen.iter().find(|name| !NAMES.contains(&name.as_str())) {
        println!("there is no figure {unknown:?}; there are {}", NAMES.join(", "));
        std::process::exit(2);
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let stores = Stores::start();
    for name in NAMES.into_iter().filter(|name| chosen.is_empty() || chosen.iter().any(|chosen| chosen == name)) {
        match name {
            "limits" => limits(&runtime),
            "crowds" => runtime.block_on(crowds::measure(&stores)),
            "scale" => runtime.block_on(scale::measure(&stores)),
            _ => runtime.block_on(sizes::measure(&stores)),
        }
    }
}

fn limits(runtime: &tokio::runtime::Runtime) {
    println!("{:<46} {:>12} {:>12} {:>8} {:>15}", "what", "ours", "limit", "ratio", "lowest–highest");
    row(
        "session check against a bare point read (/s)",
        (0..ROUNDS).map(|_| runtime.block_on(sessions::round())).collect(),
    );
    row("password step against raw argon2id (/s)", (0..ROUNDS).map(|_| runtime.block_on(logins::round())).collect());
    row("commits against their fsyncs (32 callers)", (0..ROUNDS).map(|_| runtime.block_on(commits::round())).collect());
    runtime.block_on(sameness::measure());
}

fn row(what: &str, rounds: Vec<Round>) {
    let Spread { lowest, middle, highest } = spread(rounds.iter().map(|round| round.ours / round.limit).collect());
    let ours = spread(rounds.iter().map(|round| round.ours).collect()).middle;
    let limit = spread(rounds.iter().map(|round| round.limit).collect()).middle;
    println!("{what:<46} {ours:>12.0} {limit:>12.0} {middle:>8.2} {lowest:>7.2}–{highest:.2}");
}

const NAMES: [&str; 4] = ["limits", "crowds", "scale", "sizes"];
const ROUNDS: usize = 5;
