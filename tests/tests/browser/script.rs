//! Running a journey's script with Node.

use std::path::Path;
use std::process::Command;

use patientportal_tests::peer::tool;

/// Runs a journey against the server at `portal`, whose mails are in `outbox` or, in a demonstration, in its mailbox.
/// Its error is what the journey said.
pub(crate) fn run(journey: &str, portal: &str, simulator: &str, outbox: Option<&Path>) -> Result<(), String> {
    let outbox = outbox.map(|outbox| ("PATIENTPORTAL_OUTBOX", outbox));
    let output = Command::new("node")
        .arg(tool("tests/browser/run.mjs"))
        .args([journey, portal, simulator])
        .env_remove("PATIENTPORTAL_OUTBOX")
        .envs(outbox)
        .output()
        .map_err(|error| format!("node cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}
