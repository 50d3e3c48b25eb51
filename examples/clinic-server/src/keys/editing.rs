//! Changing the file of keys: a line at a time, the rest as it was, and never half written.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use patientportal_core::ports::Entropy;

use super::{Keys, KeysError, PAST, hex, key, new_line};

/// Puts a new key at the end, where it is read with and not yet written with. Answers its number.
///
/// # Errors
/// [`KeysError`]; the file is then as it was.
pub(crate) fn add(path: &Path, entropy: &dyn Entropy) -> Result<u16, KeysError> {
    let keys = Keys::read(path)?;
    let ids = keys.older().chain(keys.past()).chain([keys.current()]).map(|id| id.0);
    let id = ids.max().and_then(|highest| highest.checked_add(1)).ok_or(KeysError::Full)?;
    let mut lines = lines(path)?;
    lines.push(new_line(id, entropy)?);
    write(path, &lines)?;
    Ok(id)
}

/// Puts a key before the others: it is written with from the next start on.
///
/// # Errors
/// [`KeysError`]; the file is then as it was.
pub(crate) fn put_first(path: &Path, id: u16) -> Result<(), KeysError> {
    let mut lines = lines(path)?;
    let at = lines.iter().position(|line| is_key(line, id)).ok_or(KeysError::Unknown(id))?;
    let line = lines.remove(at);
    let first = lines.iter().position(|line| key(line.trim()).is_some()).unwrap_or(lines.len());
    lines.insert(first.min(at), line);
    write(path, &lines)
}

/// Leaves of a key what must stay of it.
///
/// # Errors
/// [`KeysError`]; the file is then as it was.
pub(crate) fn leave_past(path: &Path, id: u16) -> Result<(), KeysError> {
    if Keys::read(path)?.current().0 == id {
        return Err(KeysError::Current(id));
    }
    let mut lines = lines(path)?;
    let line = lines.iter_mut().find(|line| is_key(line, id)).ok_or(KeysError::Unknown(id))?;
    let past = key(line.trim()).ok_or(KeysError::Unknown(id))?.past();
    *line = format!("{id}{PAST}{}", hex(past.to_bytes().as_slice()));
    write(path, &lines)
}

fn is_key(line: &str, id: u16) -> bool {
    key(line.trim()).is_some_and(|key| key.id().0 == id)
}

fn lines(path: &Path) -> Result<Vec<String>, KeysError> {
    Keys::read(path)?;
    Ok(std::fs::read_to_string(path)?.lines().map(str::to_owned).collect())
}

/// Writes the file beside the old one, and puts it in its place when it is on disk and can be read.
fn write(path: &Path, lines: &[String]) -> Result<(), KeysError> {
    let unfinished = with_ending(path, ".new");
    let text = lines.join("\n") + "\n";
    let _left_behind = std::fs::remove_file(&unfinished);
    let made = make(&unfinished, &text).map_err(KeysError::from);
    let made = made.and_then(|()| Keys::read(&unfinished).map(drop));
    let made = made.and_then(|()| Ok(std::fs::rename(&unfinished, path)?));
    if made.is_err() {
        let _gone = std::fs::remove_file(&unfinished);
    }
    made?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(folder)?.sync_all()?)
}

fn make(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use patientportal_core::ids::KeyId;

    use super::*;
    use crate::machine::SystemEntropy;
    use crate::scratch::Scratch;

    #[test]
    fn i7_a_key_comes_at_the_end_goes_to_the_front_and_leaves_what_must_stay() {
        let folder = Scratch::new();
        let path = folder.path().join("keys");
        Keys::make(&path, &SystemEntropy).unwrap();
        let first = std::fs::read_to_string(&path).unwrap();
        assert_eq!(add(&path, &SystemEntropy).unwrap(), 2);
        let both = std::fs::read_to_string(&path).unwrap();
        assert!(both.starts_with(&first), "the rest is as it was");
        assert!(matches!(leave_past(&path, 1), Err(KeysError::Current(1))));
        put_first(&path, 2).unwrap();
        let keys = Keys::find(&path).unwrap().unwrap();
        assert_eq!((keys.current(), keys.older().collect::<Vec<_>>()), (KeyId(2), vec![KeyId(1)]));
        leave_past(&path, 1).unwrap();
        let keys = Keys::find(&path).unwrap().unwrap();
        assert_eq!((keys.older().count(), keys.past().collect::<Vec<_>>()), (0, vec![KeyId(1)]));
        assert!(keys.ring().is_ok() && keys.peppers().is_ok());
        let secret = first.lines().last().unwrap().split_once(' ').unwrap().1;
        assert!(!std::fs::read_to_string(&path).unwrap().contains(secret), "the key itself is gone");
        assert_eq!(add(&path, &SystemEntropy).unwrap(), 3, "no number comes again");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for id in [1, 9] {
            assert!(matches!(put_first(&path, id), Err(KeysError::Unknown(_))));
            assert!(matches!(leave_past(&path, id), Err(KeysError::Unknown(_))));
        }
    }
}
