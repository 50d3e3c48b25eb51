//! A server's folder, watched over: when whoever holds it is gone, so are the server in it and the folder.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::program::{as_owner, owner};

/// A folder for a server's data, socket and log.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// A shell that waits for the end of its input. This process holds the other end, so it comes with our own end at
    /// the latest, also when nothing of ours can run any more.
    watcher: Child,
}

impl Folder {
    /// Makes one, the watcher first: there is no moment at which a server could be left alone.
    pub(crate) fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("postgres-{}-{number}", std::process::id()));
        // One that an earlier process with the same number left behind when the machine went down.
        let _nothing = fs::remove_dir_all(&path);
        fs::create_dir(&path).expect("a temporary folder");
        make_private(&path, 0o700);
        let mut watcher = as_owner(Command::new("sh"));
        watcher.args(["-c", WATCH, "watcher"]).arg(&path).stdin(Stdio::piped());
        let watcher = watcher.spawn().unwrap_or_else(|error| panic!("sh cannot be run: {error}"));
        Self { path, watcher }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the data are.
    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// Where the server writes what it has to say.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("log")
    }

    /// Writes a file that nobody but the server may read.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path.join(name);
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        make_private(&path, 0o600);
        path
    }

    /// Lets the watcher end the server and remove the folder. `server` is reaped in between.
    pub(crate) fn remove(&mut self, server: Option<&mut Child>) {
        drop(self.watcher.stdin.take());
        if let Some(server) = server {
            let _ended = server.wait();
        }
        let _ended = self.watcher.wait();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.remove(None);
    }
}

fn make_private(path: &Path, mode: u32) {
    let done = fs::set_permissions(path, fs::Permissions::from_mode(mode));
    done.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if let Some((user, group)) = owner() {
        chown(path, Some(user), Some(group)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// QUIT makes a server take its processes with it without a word to its clients; CONT, in case it was paused. It has
/// ten seconds: after five, it kills those of its processes that do not listen.
const WATCH: &str = r#"
trap '' INT TERM HUP
cat > /dev/null
server=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null)
if [ -n "$server" ]; then
    kill -QUIT "$server" 2> /dev/null
    kill -CONT "$server" 2> /dev/null
    looks=0
    while [ -e "$1/data/postmaster.pid" ] && kill -0 "$server" 2> /dev/null && [ "$looks" -lt 200 ]; do
        sleep 0.05
        looks=$((looks + 1))
    done
fi
rm -rf "$1"
"#;

static NEXT: AtomicU32 = AtomicU32::new(0);
