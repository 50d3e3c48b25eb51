//! The demonstration's folder: marked as its own, and never somebody else's. A simulator that lets anybody in may not
//! stand in front of real data.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The folder, held for this process alone as long as this lives.
#[derive(Debug)]
pub(super) struct Folder {
    /// Where it is.
    pub(super) path: PathBuf,
    _held: File,
}

/// Makes the folder, or takes one that a demonstration made.
///
/// # Errors
/// One sentence on why not.
pub(super) fn claim(path: &Path) -> Result<Folder, String> {
    let place = path.display();
    let failed = |error: io::Error| format!("{place} cannot be used: {error}");
    let marker = path.join(MARKER);
    if !marker.exists() {
        if has_content(path).map_err(failed)? {
            return Err(format!("{place} holds something that no demonstration made; start it in another directory"));
        }
        make(path).map_err(failed)?;
    }
    let file = OpenOptions::new().create(true).append(true).open(&marker).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Folder { path: path.to_owned(), _held: file }),
        Err(TryLockError::WouldBlock) => Err(format!("another one is using {place}")),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn has_content(path: &Path) -> io::Result<bool> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn make(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// A file of this name says that a demonstration made the folder.
const MARKER: &str = "this-is-a-demonstration";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_folder_is_made_and_taken_again() {
        let scratch = Scratch::new();
        let path = scratch.path().join("portal-data");
        drop(claim(&path).unwrap());
        fs::write(path.join("portal.db"), "").unwrap();
        assert_eq!(claim(&path).unwrap().path, path);
    }

    #[test]
    fn the_simulator_never_stands_beside_a_database_that_is_not_the_demonstrations() {
        let scratch = Scratch::new();
        let database = scratch.write("portal.db", "real");
        let refusal = claim(scratch.path()).unwrap_err();
        assert!(refusal.ends_with("holds something that no demonstration made; start it in another directory"));
        assert_eq!(fs::read_to_string(database).unwrap(), "real");
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_demonstrations_do_not_share_a_folder() {
        let scratch = Scratch::new();
        let first = claim(scratch.path()).unwrap();
        assert!(claim(scratch.path()).unwrap_err().starts_with("another one is using"));
        drop(first);
        assert!(claim(scratch.path()).is_ok());
    }
}
