//! Signals to a server's many processes. Each of them leads a group of its own, so that they are found by parent.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use crate::waiting::until;

/// Stops a server and all its processes where they are. The parent first, so that no new one is born.
pub(crate) fn pause(server: u32) {
    send(server, Signal::STOP);
    children(server).into_iter().for_each(|child| send(child, Signal::STOP));
}

/// Lets them go on.
pub(crate) fn resume(server: u32) {
    children(server).into_iter().for_each(|child| send(child, Signal::CONT));
    send(server, Signal::CONT);
}

/// Ends them all at once, none of them able to say a word, as when the power goes. The caller reaps the parent.
pub(crate) fn kill(server: u32) -> Killed {
    send(server, Signal::STOP);
    let killed = Killed(children(server));
    killed.0.iter().for_each(|child| send(*child, Signal::KILL));
    send(server, Signal::KILL);
    killed
}

/// Asks a server to break off what it does and to shut down in good order.
pub(crate) fn stop(server: u32) {
    send(server, Signal::INT);
}

/// The processes that were killed with their parent.
#[must_use]
pub(crate) struct Killed(Vec<u32>);

impl Killed {
    /// Waits until none of them is left to write a byte.
    pub(crate) fn wait(self) {
        for child in self.0 {
            until("a killed process to be gone", || {
                let gone = status(child).is_none_or(|(state, _)| state == "Z" || state == "X");
                gone.then_some(())
            });
        }
    }
}

fn send(process: u32, signal: Signal) {
    if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        // One that has ended meanwhile needs no signal.
        let _gone = kill_process(process, signal);
    }
}

fn children(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").expect("/proc can be read").flatten();
    let processes = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    processes.filter(|process| status(*process).is_some_and(|(_, of)| of == parent)).collect()
}

/// A process's state and its parent.
fn status(process: u32) -> Option<(String, u32)> {
    let line = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name comes before them, in brackets, and may hold anything.
    let (_, rest) = line.rsplit_once(')')?;
    let mut words = rest.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
}
