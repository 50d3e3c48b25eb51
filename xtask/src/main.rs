//! The developer's commands: `cargo xtask test`, `cargo xtask ci`, `cargo xtask tidy`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line program")]

mod ci;
mod install;
mod rules;
mod run;
mod test;
mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["test"] => test::everything(),
        ["test", "--long"] => test::long(),
        ["ci"] => ci::everything(),
        ["tidy"] => tidy::check(),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

const USAGE: &str = "usage: cargo xtask COMMAND
  test          installs what the tests need and is missing, then runs all of them
  test --long   the same, then those named `…_long` again at full length: up to five minutes each
  ci            format, clippy, docs, tidy, cargo-deny where it is present, then test
  tidy          what no other tool checks: file heads, sizes, forbidden features, rules without a test";
