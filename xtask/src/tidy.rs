//! What no other tool checks: every file has its head, none has grown too long, no feature that leaks is on, and every rule
//! has a test.

use std::fs;

use crate::rules::{self, Named};
use crate::run::{output, root};

/// Checks the tracked and the new files.
pub(crate) fn check() -> Result<(), String> {
    println!("\n==> tidy");
    let listed = output("git", &["ls-files", "--cached", "--others", "--exclude-standard"]);
    let listed = listed.ok_or("git does not list the files")?;
    let (mut complaints, mut named) = (Vec::new(), Named::default());
    for path in listed.lines() {
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        complaints.extend(complaints_about(path, &text));
        if path.ends_with(".rs") {
            named.read(&text);
        }
    }
    let rules = fs::read_to_string(root().join(rules::LIST)).unwrap_or_default();
    complaints.extend(named.complaints(&rules, |place| root().join(place).exists()));
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n  ")) }
}

fn complaints_about(path: &str, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    if path.ends_with(".rs") {
        if !text.starts_with("//!") {
            complaints.push(format!("{path}: does not begin with a `//!` head that says what it is for"));
        }
        let lines = text.lines().count();
        if lines > LONGEST {
            complaints.push(format!("{path}: {lines} lines, over {LONGEST}; look for the seam"));
        }
    }
    // lettre's tracing feature logs whole mails, codes and all (I7).
    let lettre_logs =
        path.ends_with("Cargo.toml") && text.lines().any(|line| line.starts_with("lettre") && line.contains("tracing"));
    if lettre_logs {
        complaints.push(format!("{path}: lettre's `tracing` feature would log mails"));
    }
    complaints
}

/// Lines of the longest file that is still read in one go.
const LONGEST: usize = 400;
