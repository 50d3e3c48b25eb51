//! PostgreSQL's own programs: where they are, and as whom they run.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use rustix::process::geteuid;

/// One of PostgreSQL's programs, run as the user who owns the data: none of them runs as root.
pub(crate) fn program(name: &str) -> Command {
    let path = binaries().join(name);
    as_owner(if path.exists() { Command::new(path) } else { Command::new(name) })
}

/// The same for any program. Nothing in the tests' environment tells it where to connect.
pub(crate) fn as_owner(mut command: Command) -> Command {
    if let Some((user, group)) = owner() {
        command.uid(user).gid(group);
    }
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("PG")) {
            command.env_remove(name);
        }
    }
    command.current_dir("/").stdin(Stdio::null()).process_group(0);
    command
}

/// The user and group who own the data, when that is not who runs the tests.
pub(crate) fn owner() -> Option<(u32, u32)> {
    static OWNER: OnceLock<Option<(u32, u32)>> = OnceLock::new();
    *OWNER.get_or_init(|| geteuid().is_root().then(|| (system_id("-u"), system_id("-g"))))
}

/// Runs a program to its end and answers what it wrote.
///
/// # Panics
/// When it cannot be started, or fails.
pub(crate) fn run(mut command: Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} cannot be run ({error}): {INSTALL}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed ({}): {complaint}", output.status);
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Debian's folder of the newest version, which is not on the path; without it, an empty path.
fn binaries() -> &'static Path {
    static BINARIES: OnceLock<PathBuf> = OnceLock::new();
    BINARIES.get_or_init(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let version = |folder: &PathBuf| folder.file_name()?.to_str()?.parse::<u32>().ok();
        let newest = versions.map(|entry| entry.path()).filter(|folder| folder.join("bin/postgres").exists());
        newest.max_by_key(version).map_or_else(PathBuf::new, |folder| folder.join("bin"))
    })
}

fn system_id(which: &str) -> u32 {
    let mut id = Command::new("id");
    id.args([which, "postgres"]);
    let output = id.output().ok().filter(|output| output.status.success());
    let id = output.and_then(|output| String::from_utf8_lossy(&output.stdout).trim().parse().ok());
    id.unwrap_or_else(|| panic!("PostgreSQL does not run as root, and there is no user `postgres`: {INSTALL}"))
}

const INSTALL: &str = "install PostgreSQL (Debian: apt-get install postgresql) or run cargo xtask test, which does";
