//! All tests: what they need is installed first, and nothing is left out.

use crate::install;
use crate::run::{root, run, run_with};

/// Installs, builds the binaries that end-to-end tests start, and runs every test, the ignored ones too.
pub(crate) fn everything() -> Result<(), String> {
    install::everything()?;
    run("cargo", &["build", "--workspace"])?;
    tests(&["--include-ignored"], &[])
}

/// The same, then the tests whose name says `_long` once more, at their full length: one by one, so that each has the
/// machine to itself.
pub(crate) fn long() -> Result<(), String> {
    everything()?;
    tests(&["--include-ignored", "--test-threads=1", "--nocapture", "_long"], &[("PATIENTPORTAL_LONG", "1")])
}

fn tests(options: &[&str], more: &[(&str, &str)]) -> Result<(), String> {
    let tools = install::tools().display().to_string();
    let environment = [&[("PATIENTPORTAL_TEST_TOOLS", tools.as_str())], more].concat();
    run_with("cargo", &[&["test", "--workspace", "--"], options].concat(), &root(), &environment)
}
