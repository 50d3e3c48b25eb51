//! Running other programs: echoed, checked, timed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Runs a program in the workspace's root and fails when it does.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    run_with(program, arguments, &root(), &[])
}

/// The same in another folder, with more environment.
pub(crate) fn run_with(program: &str, arguments: &[&str], folder: &Path, more: &[(&str, &str)]) -> Result<(), String> {
    let line = format!("{program} {}", arguments.join(" "));
    println!("\n==> {line}");
    let begun = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .envs(more.iter().copied())
        .status()
        .map_err(|error| format!("`{line}` could not be started: {error}"))?;
    println!("<== {line}: {:.0} s", begun.elapsed().as_secs_f64());
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed ({status})")) }
}

/// What a program prints, if it is there and succeeds.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).current_dir(root()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program can be started at all.
pub(crate) fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}
