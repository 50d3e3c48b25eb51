//! What must pass before a change is taken.

use crate::run::{output, root, run, run_with};
use crate::{test, tidy};

/// Format, clippy, docs, tidy, cargo-deny, tests: in the order in which they fail soonest.
pub(crate) fn everything() -> Result<(), String> {
    run("cargo", &["fmt", "--all", "--check"])?;
    tidy::check()?;
    run("cargo", &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    run_with("cargo", &["doc", "--workspace", "--no-deps"], &root(), &[("RUSTDOCFLAGS", "--deny warnings")])?;
    deny()?;
    test::everything()
}

/// Licences, bans and sources; advisories only where their database can be reached.
fn deny() -> Result<(), String> {
    if output("cargo", &["deny", "--version"]).is_none() {
        println!("\n==> cargo-deny is not installed: licences, bans, sources and advisories were NOT checked");
        return Ok(());
    }
    run("cargo", &["deny", "--offline", "check", "bans", "licenses", "sources"])?;
    if run("cargo", &["deny", "check", "advisories"]).is_err() {
        println!("==> advisories were NOT checked, or there are some: see above");
    }
    Ok(())
}
