//! The real server as a process: started, waited for, asked, stopped, killed. Whatever becomes of the test, it ends.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::installation::Installation;
use crate::waiting::until;

/// A server at work. Dropping it kills it.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    output: Output,
    readers: Vec<JoinHandle<()>>,
}

/// What a program that ended has said.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

#[derive(Debug, Clone, Default)]
struct Output {
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
}

impl ServerProcess {
    /// Starts the server on an installation's files and waits until it answers.
    ///
    /// # Panics
    /// When it ends instead.
    pub async fn start(installation: &Installation) -> Self {
        Self::start_logging(installation, "info").await
    }

    /// The same with this value of `RUST_LOG`.
    ///
    /// # Panics
    /// When it ends instead.
    pub async fn start_logging(installation: &Installation, log: &str) -> Self {
        Self::start_with(&installation.config(), &installation.url("/readyz"), log).await
    }

    /// Starts the server by a configuration file and waits until it is ready at this address.
    ///
    /// # Panics
    /// When it ends instead.
    pub async fn start_with(config: &Path, ready: &str, log: &str) -> Self {
        let mut server = Self::spawn(config, log);
        let mut client = Client::new();
        until("the server to answer", async || {
            if let Some(status) = server.child.try_wait().expect("a child can be asked") {
                panic!("the server ended ({status}): {}", server.logs());
            }
            let answer = client.open(ready).await.ok()?;
            (answer.status == StatusCode::OK).then_some(())
        })
        .await;
        server
    }

    fn spawn(config: &Path, log: &str) -> Self {
        let mut command = Command::new(binary("clinic-server"));
        command.arg("--config").arg(config).env("RUST_LOG", log).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the server's binary can be run");
        let output = Output::default();
        let readers = vec![
            collect(child.stdout.take().expect("a pipe"), output.stdout.clone()),
            collect(child.stderr.take().expect("a pipe"), output.stderr.clone()),
        ];
        Self { child, output, readers }
    }

    /// Ends it at once, as a power cut would, and waits until it is gone. Its files are as they were at that moment.
    ///
    /// # Panics
    /// When it cannot be killed.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("a child can be killed");
    }

    /// Asks it to end (SIGTERM).
    ///
    /// # Panics
    /// When it has ended already.
    pub fn ask_to_end(&self) {
        let id = self.child.id().expect("a server at work");
        let id = Pid::from_raw(i32::try_from(id).expect("a process id")).expect("a process id");
        kill_process(id, Signal::TERM).expect("a child can be signalled");
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// When it does not within half a minute.
    pub async fn ended(mut self) -> Ended {
        let status = tokio::time::timeout(LIMIT, self.child.wait()).await.expect("the server ends in time");
        for reader in self.readers {
            reader.await.expect("the output can be read");
        }
        let text = |bytes: &Mutex<Vec<u8>>| String::from_utf8_lossy(&bytes.lock().unwrap()).into_owned();
        let status = status.expect("a child can be waited for");
        Ended { status, stdout: text(&self.output.stdout), stderr: text(&self.output.stderr) }
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Panics
    /// When it does not end well within half a minute.
    pub async fn stop(self) -> Ended {
        self.ask_to_end();
        let ended = self.ended().await;
        assert!(ended.status.success(), "{ended:?}");
        ended
    }

    /// What it has said until now.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn logs(&self) -> String {
        let text = |bytes: &Mutex<Vec<u8>>| String::from_utf8_lossy(&bytes.lock().unwrap()).into_owned();
        text(&self.output.stdout) + &text(&self.output.stderr)
    }
}

/// Runs the server's program to its end.
///
/// # Panics
/// When it does not end within half a minute.
pub async fn run(arguments: &[&str]) -> Ended {
    let mut command = Command::new(binary("clinic-server"));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(LIMIT, command.output()).await.expect("the program ends in time");
    let output = output.expect("the server's binary can be run");
    Ended {
        status: output.status,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A program of this workspace, built beside the tests.
///
/// # Panics
/// When it is not there.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("a test knows where it is");
    let built = tests.parent().and_then(Path::parent).expect("tests are built into target/…/deps");
    let path = built.join(name);
    assert!(path.is_file(), "{} is not built; run: cargo build --workspace", path.display());
    path
}

fn collect(mut from: impl AsyncRead + Unpin + Send + 'static, into: Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut piece = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut piece).await {
            into.lock().unwrap().extend(piece.iter().take(length));
        }
    })
}

const LIMIT: Duration = Duration::from_secs(30);
