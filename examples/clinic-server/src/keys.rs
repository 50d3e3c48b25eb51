//! The file of master keys: one `id hex` a line, the current one first; what stays of a dropped one is `id past hex`.
//! Whoever has it and the database has everything.

mod editing;

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use patientportal_argon2::{Argon2ConfigError, Peppers};
use patientportal_core::fault::Fault;
use patientportal_core::ids::KeyId;
use patientportal_core::portal::KeyCheck;
use patientportal_core::ports::Entropy;
use patientportal_core::sealing::{KeyError, KeyRing, MasterKey, PastKey};

pub(crate) use editing::{add, leave_past, put_first};

/// The keys of a file, current first. There is always one.
#[derive(Debug)]
pub(crate) struct Keys {
    current: MasterKey,
    older: Vec<MasterKey>,
    past: Vec<PastKey>,
}

/// Why there are no keys. Holds nothing of them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    /// Reading or writing failed.
    #[error("the file of keys cannot be read or made: {0}")]
    File(#[from] io::Error),
    /// Others than the owner may look.
    #[error("the file of keys may be read by others (mode {0:04o}); chmod it to 0600")]
    Open(u32),
    /// A line that is no key.
    #[error("line {0} of the file of keys is not a key: a number from 1 to 65535, a space, 64 hexadecimal digits")]
    Line(usize),
    /// A key that is asked for and not there.
    #[error("there is no key {0} in the file of keys")]
    Unknown(u16),
    /// The current key cannot be dropped.
    #[error("key {0} is the current one: put another one first, and start every node, before it is dropped")]
    Current(u16),
    /// No id is left above the highest.
    #[error("no higher number is left for a new key")]
    Full,
    /// A file without a key.
    #[error("the file of keys holds no key")]
    None,
    /// Two keys with one number.
    #[error("the file of keys has one number twice")]
    Twice,
    /// A database whose keys are gone: new ones could not open it.
    #[error("the file of keys is missing but the database is there; put the file back, without it nothing can be read")]
    Lost,
    /// A database that another node made, with other keys than this one would make.
    #[error("the file of keys is missing and the database was written with keys {0}: copy the file from another node")]
    Elsewhere(String),
    /// The database says that these keys are not its own.
    #[error("{0}")]
    Foreign(KeyCheck),
    /// No randomness.
    #[error("no key could be made: {0}")]
    Entropy(#[from] Fault),
}

impl Keys {
    /// The keys of a file, if there is one.
    ///
    /// # Errors
    /// [`KeysError`].
    pub(crate) fn find(path: &Path) -> Result<Option<Self>, KeysError> {
        path.try_exists()?.then(|| Self::read(path)).transpose()
    }

    /// Reads the keys.
    ///
    /// # Errors
    /// [`KeysError`]; a file that is not there is [`KeysError::File`].
    fn read(path: &Path) -> Result<Self, KeysError> {
        let file = File::open(path)?;
        let mode = file.metadata()?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeysError::Open(mode));
        }
        Self::parse(&io::read_to_string(file)?)
    }

    /// Makes a file with a first key, which must not be there yet.
    ///
    /// # Errors
    /// [`KeysError`].
    pub(crate) fn make(path: &Path, entropy: &dyn Entropy) -> Result<Self, KeysError> {
        make(path, entropy)?;
        Self::read(path)
    }

    /// The id of the key that is written with.
    pub(crate) fn current(&self) -> KeyId {
        self.current.id()
    }

    /// The ids of the keys that are read with besides.
    pub(crate) fn older(&self) -> impl Iterator<Item = KeyId> {
        self.older.iter().map(MasterKey::id)
    }

    /// The ids of the keys that were dropped.
    pub(crate) fn past(&self) -> impl Iterator<Item = KeyId> {
        self.past.iter().map(PastKey::id)
    }

    /// The ring that the portal seals with.
    ///
    /// # Errors
    /// [`KeyError`] when two have one number, which reading has refused already.
    pub(crate) fn ring(&self) -> Result<KeyRing, KeyError> {
        let ring = KeyRing::new(self.current.clone(), self.older.iter().cloned())?;
        self.past.iter().cloned().try_fold(ring, KeyRing::with_past)
    }

    /// The peppers that passwords are hashed with.
    ///
    /// # Errors
    /// [`Argon2ConfigError`] when two have one number, which reading has refused already.
    pub(crate) fn peppers(&self) -> Result<Peppers, Argon2ConfigError> {
        let current = Peppers::new(self.current.id().0, *self.current.pepper());
        let older = self.older.iter().map(|key| (key.id(), key.pepper()));
        let mut older = older.chain(self.past.iter().map(|key| (key.id(), key.pepper())));
        older.try_fold(current, |peppers, (id, pepper)| peppers.with_older(id.0, *pepper))
    }

    fn parse(text: &str) -> Result<Self, KeysError> {
        let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let (mut keys, mut past) = (Vec::new(), Vec::new());
        for (number, line) in lines {
            match line.contains(PAST) {
                true => past.push(past_key(line).ok_or(KeysError::Line(number))?),
                false => keys.push(key(line).ok_or(KeysError::Line(number))?),
            }
        }
        let mut keys = keys.into_iter();
        let keys = Self { current: keys.next().ok_or(KeysError::None)?, older: keys.collect(), past };
        keys.ring().map_err(|_| KeysError::Twice)?;
        Ok(keys)
    }
}

fn key(line: &str) -> Option<MasterKey> {
    let (id, hex) = line.split_once(' ')?;
    Some(MasterKey::new(key_id(id)?, bytes(hex.trim_start())?))
}

fn past_key(line: &str) -> Option<PastKey> {
    let (id, hex) = line.split_once(PAST)?;
    Some(PastKey::from_bytes(key_id(id)?, &bytes(hex.trim_start())?))
}

fn key_id(text: &str) -> Option<KeyId> {
    text.parse().ok().filter(|id| *id != 0).map(KeyId)
}

fn bytes<const LENGTH: usize>(hex: &str) -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    if hex.len() != 2 * LENGTH || !hex.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        let digits = hex.get(2 * at..2 * at + 2)?;
        // `from_str_radix` would take a sign.
        let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        *byte = plain.then(|| u8::from_str_radix(digits, 16).ok())??;
    }
    Some(bytes)
}

/// Writes a file with one new key; on disk before anything is sealed with it.
fn make(path: &Path, entropy: &dyn Entropy) -> Result<(), KeysError> {
    let text = format!("{HEAD}{}\n", new_line(1, entropy)?);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// A line with a new key.
fn new_line(id: u16, entropy: &dyn Entropy) -> Result<String, KeysError> {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes)?;
    Ok(format!("{id} {}", hex(&bytes)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Between the number of a dropped key and what stays of it.
const PAST: &str = " past ";

const HEAD: &str = "\
# Master keys of the patient portal: number and key, the current one first.
# Keep a copy apart from the database. Whoever has both can read everything; without it nobody can.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::SystemEntropy;
    use crate::scratch::Scratch;

    fn read(text: &str) -> String {
        Keys::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn i7_a_made_file_is_the_owners_alone_and_is_read_again() {
        let folder = Scratch::new();
        let path = folder.path().join("keys");
        assert!(Keys::find(&path).unwrap().is_none());
        let made = Keys::make(&path, &SystemEntropy).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = Keys::find(&path).unwrap().unwrap();
        assert_eq!(*made.current.pepper(), *again.current.pepper());
        assert!(Keys::make(&path, &SystemEntropy).is_err(), "what is there is never overwritten");
        let other = Keys::make(&folder.path().join("k2"), &SystemEntropy).unwrap();
        assert_ne!(*made.current.pepper(), *other.current.pepper());
    }

    #[test]
    fn i7_a_file_that_others_may_read_is_refused() {
        let folder = Scratch::new();
        let path = folder.write("keys", &format!("1 {}", "0".repeat(64)));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let sentence = "the file of keys may be read by others (mode 0640); chmod it to 0600";
        assert_eq!(Keys::read(&path).unwrap_err().to_string(), sentence);
    }

    #[test]
    fn the_first_is_current_and_comments_are_passed_over() {
        let text = format!("# keys\n\n7 {}\n3   {}\n", "ab".repeat(32), "CD".repeat(32));
        let keys = Keys::parse(&text).unwrap();
        assert_eq!((keys.current.id(), keys.older.len()), (KeyId(7), 1));
        assert!(keys.peppers().is_ok());
    }

    #[test]
    fn a_malformed_file_is_told_by_its_line_and_shows_nothing_of_it() {
        let line = "line 2 of the file of keys is not a key: a number from 1 to 65535, a space, 64 hexadecimal digits";
        let good = format!("1 {}", "0".repeat(64));
        for bad in ["2", "x 00", "0 aa", &format!("2 {}", "+f".repeat(32)), &format!("65536 {}", "0".repeat(64))] {
            assert_eq!(read(&format!("{good}\n{bad}")), line, "{bad}");
        }
        assert_eq!(read("# none\n"), "the file of keys holds no key");
        assert_eq!(read(&format!("{good}\n{good}")), "the file of keys has one number twice");
    }
}
