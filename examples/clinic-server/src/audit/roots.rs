//! The file of roots: a line for each batch of audit entries that this node seals, only ever added to. Kept where whoever
//! writes to the database does not write, it shows what was cut off.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use patientportal_core::audit::{KnownRoot, SealedBatch};

/// A file that roots are added to.
#[derive(Debug)]
pub(crate) struct RootsFile {
    path: PathBuf,
    /// What could not be written yet.
    waiting: Vec<SealedBatch>,
}

impl RootsFile {
    /// A file to add to; made when it is not there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        // A line that a crash has broken off is not gone on with.
        if file.seek(SeekFrom::End(0))? > 0 {
            file.seek(SeekFrom::End(-1))?;
            let mut last = [0];
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                file.write_all(b"\n")?;
            }
        }
        Ok(Self { path: path.to_owned(), waiting: Vec::new() })
    }

    /// Adds batches, and those before them that could not be added then. What fails is told in the log.
    pub(crate) fn add(&mut self, sealed: &[SealedBatch]) {
        let room = MOST_WAITING.saturating_sub(self.waiting.len());
        self.waiting.extend(sealed.iter().take(room));
        if self.waiting.is_empty() {
            return;
        }
        match self.write() {
            Ok(()) => self.waiting.clear(),
            Err(error) => {
                let path = self.path.display();
                tracing::error!(%path, %error, "roots of audit batches could not be written and wait");
            }
        }
    }

    fn write(&self) -> io::Result<()> {
        let lines: String = self.waiting.iter().map(|batch| format!("{batch}\n")).collect();
        // Opened anew each time, so that it may be moved away.
        let mut file = OpenOptions::new().append(true).create(true).open(&self.path)?;
        file.write_all(lines.as_bytes())?;
        file.sync_data()
    }
}

/// The roots in a file, so many at a time.
pub(crate) struct Roots {
    lines: io::Lines<BufReader<File>>,
    /// Lines that are no roots.
    pub(crate) passed_over: u64,
}

impl Roots {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self { lines: BufReader::new(File::open(path)?).lines(), passed_over: 0 })
    }

    /// The next roots; none at the end.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) fn next(&mut self) -> io::Result<Vec<KnownRoot>> {
        let mut roots = Vec::new();
        for line in self.lines.by_ref() {
            let line = line?;
            match KnownRoot::parse(&line) {
                Some(root) => roots.push(root),
                None => self.passed_over += u64::from(!line.trim().is_empty() && !line.starts_with('#')),
            }
            if roots.len() == ROOTS_AT_ONCE {
                break;
            }
        }
        Ok(roots)
    }
}

/// A day's worth: what a disk that stays full would hold up.
const MOST_WAITING: usize = 100_000;
const ROOTS_AT_ONCE: usize = 5000;

#[cfg(test)]
mod tests {
    use patientportal_core::moment::Timestamp;

    use super::*;
    use crate::scratch::Scratch;

    fn line(number: u64) -> String {
        format!("{number} 2026-11-23T08:00:00.000Z 3 {}\n", format!("{number:02x}").repeat(32))
    }

    #[test]
    fn i9_roots_are_read_whatever_else_is_there() {
        let folder = Scratch::new();
        let path = folder.write("roots", &format!("# of node 1\n{}\nbroken o\n{}", line(1), line(2)));
        let mut roots = Roots::of(&path).unwrap();
        let numbers: Vec<u64> = roots.next().unwrap().iter().map(|root| root.number).collect();
        assert_eq!((numbers.as_slice(), roots.passed_over), ([1, 2].as_slice(), 1));
        assert_eq!(roots.next().unwrap(), []);
    }

    #[test]
    fn i9_a_broken_line_is_not_gone_on_with() {
        let folder = Scratch::new();
        let path = folder.write("roots", &format!("{}2 2026-1", line(1)));
        drop(RootsFile::open(&path).unwrap());
        let mut file = RootsFile::open(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{}2 2026-1\n", line(1)), "once");
        file.add(&[]);
        assert!(RootsFile::open(&folder.path().join("none/roots")).is_err());
        let new = folder.path().join("new");
        RootsFile::open(&new).unwrap();
        assert!(new.exists(), "that it can be written is known at the start");
        assert_eq!(Timestamp(0).utc(), "1970-01-01T00:00:00.000Z");
    }
}
