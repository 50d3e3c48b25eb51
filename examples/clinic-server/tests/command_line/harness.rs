//! Runs the program in a folder of its own, and asks it as a browser does.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may panic as tests may")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The host of the configuration's public address.
pub(crate) const HOST: &str = "127.0.0.1:8080";
const PROGRAM: &str = env!("CARGO_BIN_EXE_clinic-server");

/// A directory for one test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("command-line-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    pub(crate) fn program(&self, line: &str) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(line.split_whitespace()).current_dir(&self.0).env_remove("RUST_LOG");
        command
    }

    pub(crate) fn run(&self, line: &str) -> Output {
        self.program(line).output().unwrap()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

/// A server that ends with the test.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    pub(crate) fn terminate(&mut self) -> Option<i32> {
        let killed = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(killed.success());
        self.0.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// An issuer that nobody answers at: the port was free a moment ago.
pub(crate) fn config(issuer: &str) -> String {
    format!(
        r#"listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:8080"
database = "sqlite:portal.db"
keys = "portal.keys"
[mitid]
issuer = "{issuer}"
client_id = "portal"
client_secret = "hemmelighed"
broker = "idura"
[mail]
outbox = "mails"
from = "no-reply@example.dk"
[terms]
operator = "Klinikkerne"
version = "1"
[[clinic]]
slug = "clinea"
name = "Clinea Lægeklinik"
phone = "00 10 20 30"
"#
    )
}

pub(crate) fn dead_issuer() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

pub(crate) fn get(address: &str, host: &str, path: &str) -> String {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
}

/// Sends a request as it stands; answers what came back.
pub(crate) fn exchange(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

pub(crate) fn assert_protected(answer: &str) {
    for (name, value) in [
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert!(answer.contains(&format!("\r\n{name}: {value}\r\n")), "{answer}");
    }
}

/// Starts the server and waits until it says where it listens.
pub(crate) fn start(folder: &Folder) -> (Running, String) {
    let (running, address, _) = start_logging(folder);
    (running, address)
}

/// The same with what it logs from then on.
pub(crate) fn start_logging(folder: &Folder) -> (Running, String, Log) {
    let mut child = folder.program("--config portal.toml").stderr(Stdio::piped()).spawn().unwrap();
    let log = child.stderr.take().unwrap();
    let running = Running(child);
    let mut lines = BufReader::new(log).lines();
    let mut before = Vec::new();
    let said = lines.by_ref().map(|line| line.unwrap()).find(|line| {
        before.push(line.clone());
        line.contains("\"serving\"")
    });
    let said = said.unwrap_or_else(|| panic!("it does not serve: {before:?}"));
    let address = said.split("\"address\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let log = Log::default();
    let kept = log.clone();
    std::thread::spawn(move || lines.for_each(|line| kept.0.lock().unwrap().push(line.unwrap())));
    (running, address, log)
}

/// What a server has logged.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// The lines that hold `words`.
    pub(crate) fn with(&self, words: &str) -> Vec<String> {
        self.0.lock().unwrap().iter().filter(|line| line.contains(words)).cloned().collect()
    }
}

/// Looks until there is something.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "waited in vain for {what}");
        #[expect(clippy::disallowed_methods, reason = "between two looks at another process")]
        std::thread::sleep(Duration::from_millis(50));
    }
}
