//! Our figures beside the physical limits, in one run: `cargo run --release -p patientportal-benches`.
//!
//! Each figure is the ratio of ours to a limit measured in the same round; rounds are interleaved, and the table gives
//! the median, lowest and highest of five. Absolute numbers depend on the machine and its neighbours; ratios less so.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a command line program that fails by panicking")]

mod commits;
mod logins;
mod sameness;
mod scene;
mod sessions;

/// What a round measured: ours and the limit, both per second.
pub(crate) struct Round {
    ours: f64,
    limit: f64,
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
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
    let mut ratios: Vec<f64> = rounds.iter().map(|round| round.ours / round.limit).collect();
    ratios.sort_by(f64::total_cmp);
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    let ours = middle(rounds.iter().map(|round| round.ours).collect());
    let limit = middle(rounds.iter().map(|round| round.limit).collect());
    let (lowest, highest) = (ratios.first().copied().unwrap_or_default(), ratios.last().copied().unwrap_or_default());
    println!("{what:<46} {ours:>12.0} {limit:>12.0} {:>8.2} {lowest:>7.2}–{highest:.2}", middle(ratios));
}

const ROUNDS: usize = 5;
