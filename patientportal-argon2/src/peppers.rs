//! Peppers: keys that go into every hash and are not in the database, so that a stolen database cannot be guessed at.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::settings::Argon2ConfigError;

/// The pepper that new hashes are made with, and older ones that stored hashes may still name. Wiped when dropped;
/// `Debug` prints the ids only.
#[derive(Clone)]
pub struct Peppers {
    current: Pepper,
    older: Vec<Pepper>,
}

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct Pepper {
    id: u16,
    key: [u8; 32],
}

impl Peppers {
    /// One pepper, named `id` in the hashes made with it.
    #[must_use]
    pub fn new(id: u16, key: [u8; 32]) -> Self {
        Self { current: Pepper { id, key }, older: Vec::new() }
    }

    /// With one more pepper that stored hashes may name. A right password under it is answered as outdated.
    ///
    /// # Errors
    /// [`Argon2ConfigError::PepperTwice`] when the id is taken.
    pub fn with_older(mut self, id: u16, key: [u8; 32]) -> Result<Self, Argon2ConfigError> {
        if self.key(id).is_some() {
            return Err(Argon2ConfigError::PepperTwice(id));
        }
        self.older.push(Pepper { id, key });
        Ok(self)
    }

    pub(crate) fn current_id(&self) -> u16 {
        self.current.id
    }

    pub(crate) fn current_key(&self) -> &[u8] {
        &self.current.key
    }

    pub(crate) fn key(&self, id: u16) -> Option<&[u8]> {
        std::iter::once(&self.current)
            .chain(&self.older)
            .find(|pepper| pepper.id == id)
            .map(|pepper| pepper.key.as_slice())
    }
}

impl fmt::Debug for Peppers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let older: Vec<u16> = self.older.iter().map(|pepper| pepper.id).collect();
        f.debug_struct("Peppers").field("current", &self.current.id).field("older", &older).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_can_be_given_once_only() {
        let peppers = Peppers::new(2, [2; 32]).with_older(1, [1; 32]).unwrap();
        assert!(matches!(peppers.clone().with_older(2, [9; 32]), Err(Argon2ConfigError::PepperTwice(2))));
        assert!(matches!(peppers.with_older(1, [9; 32]), Err(Argon2ConfigError::PepperTwice(1))));
    }

    #[test]
    fn i7_debug_prints_no_key() {
        let peppers = Peppers::new(2, [222; 32]).with_older(1, [111; 32]).unwrap();
        assert_eq!(format!("{peppers:?}"), "Peppers { current: 2, older: [1] }");
    }
}
