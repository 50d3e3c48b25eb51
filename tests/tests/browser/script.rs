//! Running a journey's script with Node.

use std::process::Command;

use patientportal_tests::peer::tool;

/// Runs a journey against the server at `portal`; its error is what the journey said.
pub(crate) fn run(journey: &str, portal: &str, simulator: &str) -> Result<(), String> {
    let output = Command::new("node")
        .arg(tool("tests/browser/run.mjs"))
        .args([journey, portal, simulator])
        .output()
        .map_err(|error| format!("node cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}
