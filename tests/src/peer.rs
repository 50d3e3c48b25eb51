//! Programs that are not ours, for the tests that prove that we do not only understand ourselves: run from the folder
//! that `cargo xtask test` installs them into.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// A foreign program at work. Dropping it kills it.
#[derive(Debug)]
pub struct Peer {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    /// Starts a program that says `ready …` when it is, and answers the rest of that line.
    ///
    /// # Panics
    /// When it ends, or says nothing within half a minute.
    pub async fn start(mut command: Command) -> (Self, String) {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut peer = Self { child, lines };
        let ready = peer.line_with("ready ").await;
        (peer, ready)
    }

    /// Waits for a line that begins so, and answers what follows.
    ///
    /// # Panics
    /// When none comes within half a minute.
    pub async fn line_with(&mut self, beginning: &str) -> String {
        let look = async {
            while let Some(line) = self.lines.next_line().await.expect("output can be read") {
                if let Some(rest) = line.strip_prefix(beginning) {
                    return rest.to_owned();
                }
            }
            panic!("a peer ended without saying {beginning:?}: {:?}", self.child.wait().await)
        };
        tokio::time::timeout(LIMIT, look).await.expect("a peer says it in time")
    }
}

/// A path in the folder of installed tools.
///
/// # Panics
/// When it is not known or not there.
#[must_use]
pub fn tool(path: &str) -> PathBuf {
    let tools = std::env::var_os("PATIENTPORTAL_TEST_TOOLS");
    let tools = PathBuf::from(tools.expect("PATIENTPORTAL_TEST_TOOLS names the installed tools: run cargo xtask test"));
    let path = tools.join(path);
    assert!(path.exists(), "{} is not installed: run cargo xtask test", path.display());
    path
}

/// A file of this package.
#[must_use]
pub fn own_file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

const LIMIT: Duration = Duration::from_secs(30);
