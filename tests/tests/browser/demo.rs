//! The demonstration as a process, in a folder of its own.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use patientportal_tests::folder::Folder;
use patientportal_tests::server::binary;

use crate::script::run;

/// A demonstration at work. Dropping it kills it.
pub(crate) struct Demo {
    child: Child,
    portal: String,
    simulator: String,
    folder: Folder,
}

impl Demo {
    /// Starts it with no argument, as a stranger would, and reads where it is from what it says.
    pub(crate) fn start() -> Self {
        let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Folder::new();
        let log = File::create(folder.path().join(LOG)).unwrap();
        let mut command = Command::new(binary("clinic-server"));
        command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().expect("the server's binary can be run");
        let welcome = read_lines(child.stdout.take().expect("a pipe"));
        let mut demo = Self { child, portal: String::new(), simulator: String::new(), folder };
        while demo.portal.is_empty() || demo.simulator.is_empty() {
            let Ok(line) = welcome.recv_timeout(LIMIT) else { panic!("it did not say where it is:\n{}", demo.log()) };
            for origin in line.split_whitespace().filter_map(origin) {
                // One on a name of its own, so that they are two sites, as in life.
                let place = if origin.contains("//localhost:") { &mut demo.simulator } else { &mut demo.portal };
                *place = origin;
            }
        }
        demo
    }

    /// Runs a journey through it.
    pub(crate) fn journey(&self, name: &str) {
        if let Err(said) = run(name, &self.portal, &self.simulator, None) {
            panic!("{said}\nThe server's log:\n{}", self.log());
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join(LOG)).unwrap_or_default()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Reads until the program ends, so that it never waits for a reader.
fn read_lines(stdout: ChildStdout) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _nobody_listens_any_longer = sender.send(line);
        }
    });
    receiver
}

fn origin(word: &str) -> Option<String> {
    let rest = word.strip_prefix("http://")?;
    rest.split('/').next().map(|authority| format!("http://{authority}"))
}

/// Two that look for a free port at the same moment may find the same one.
static STARTING: Mutex<()> = Mutex::new(());

const LOG: &str = "server.log";
const LIMIT: Duration = Duration::from_secs(30);
