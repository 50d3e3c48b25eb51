//! All tests: what they need is installed first, and nothing is left out.

use crate::install;
use crate::run::{root, run, run_with};

/// Installs, builds the binaries that end-to-end tests start, and runs every test, the ignored ones too.
pub(crate) fn everything() -> Result<(), String> {
    install::everything()?;
    run("cargo", &["build", "--workspace"])?;
    let tools = install::tools().display().to_string();
    let all = ["test", "--workspace", "--", "--include-ignored"];
    run_with("cargo", &all, &root(), &[("PATIENTPORTAL_TEST_TOOLS", &tools)])
}
