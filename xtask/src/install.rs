//! What the tests need besides Rust: a browser, PostgreSQL, Node and Python with a few packages. Installs what lacks.

use std::fs;
use std::path::PathBuf;

use crate::run::{is_there, output, root, run, run_with};

/// Where packages of npm and PyPI are put: outside the sources, kept between runs.
pub(crate) fn tools() -> PathBuf {
    root().join("target").join("test-tools")
}

/// Installs everything that is missing.
pub(crate) fn everything() -> Result<(), String> {
    debian_packages()?;
    npm_packages("tests/browser")?;
    npm_packages("tests/peers/oidc-provider")?;
    python_packages()
}

fn debian_packages() -> Result<(), String> {
    let mut missing = Vec::new();
    if !is_there("chromium") {
        missing.push("chromium");
    }
    if !is_there("node") || !is_there("npm") {
        missing.extend(["nodejs", "npm"]);
    }
    if output("python3", &["-c", "import venv, ensurepip"]).is_none() {
        missing.extend(["python3", "python3-venv"]);
    }
    if !has_postgresql() {
        missing.push("postgresql");
    }
    if missing.is_empty() {
        return Ok(());
    }
    // Some packages ask questions where there is a terminal; sudo passes no environment on.
    let quietly = ["DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--no-install-recommends"];
    let install = [&quietly, missing.as_slice()].concat();
    if output("id", &["-u"]).as_deref() == Some("0") {
        run("apt-get", &["update"])?;
        return run("env", &install);
    }
    if output("sudo", &["-n", "true"]).is_some() {
        run("sudo", &["apt-get", "update"])?;
        return run("sudo", &[&["env"], install.as_slice()].concat());
    }
    Err(format!("the tests need packages that only root can install: apt-get install {}", missing.join(" ")))
}

/// Debian keeps the server's programs off the path, one folder a version.
fn has_postgresql() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders = versions.map(|version| version.path().join("bin"));
    folders.any(|folder| folder.join("postgres").exists() && folder.join("psql").exists())
        || is_there("postgres") && is_there("psql")
}

/// Installs a folder's `package.json` into a copy of it under `target/`, where Node then runs its scripts.
fn npm_packages(folder: &str) -> Result<(), String> {
    let from = root().join(folder);
    let to = tools().join(folder);
    fs::create_dir_all(&to).map_err(|error| format!("{}: {error}", to.display()))?;
    let list = fs::read_dir(&from).map_err(|error| format!("{}: {error}", from.display()))?;
    let stamp = to.join("installed.json");
    let wanted = fs::read(from.join("package.json")).map_err(|error| format!("{folder}/package.json: {error}"))?;
    for entry in list.flatten().filter(|entry| entry.path().is_file()) {
        fs::copy(entry.path(), to.join(entry.file_name())).map_err(|error| format!("{folder}: {error}"))?;
    }
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let quiet = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
    run_with("npm", &quiet, &to, &[("PUPPETEER_SKIP_DOWNLOAD", "1")])?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}

fn python_packages() -> Result<(), String> {
    let venv = tools().join("python");
    let python = venv.join("bin").join("python");
    let (venv, python) = (venv.display().to_string(), python.display().to_string());
    if output(&python, &["-c", "import aiosmtpd"]).is_some() {
        return Ok(());
    }
    run("python3", &["-m", "venv", &venv])?;
    run(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "aiosmtpd==1.4.6"])
}
