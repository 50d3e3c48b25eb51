//! Randomness for one command: drawn from a seed, so that decisions stay pure and a test can repeat them.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::fault::Fault;
use crate::ids::{AccountId, CommandId, FlowId, JobId, SessionNo};
use crate::ports::Entropy;

/// A stream of random values from a 256-bit seed (ChaCha12).
pub(crate) struct Draw(StdRng);

impl Draw {
    /// A stream that `seed` determines.
    #[must_use]
    pub(crate) fn from_seed(seed: [u8; 32]) -> Self {
        Self(StdRng::from_seed(seed))
    }

    /// A stream that nobody can foresee.
    pub(crate) fn new(entropy: &dyn Entropy) -> Result<Self, Fault> {
        let mut seed = [0; 32];
        entropy.fill(&mut seed)?;
        Ok(Self::from_seed(seed))
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.0.random()
    }

    pub(crate) fn account(&mut self) -> AccountId {
        AccountId(self.id())
    }

    pub(crate) fn session(&mut self) -> SessionNo {
        SessionNo(self.id())
    }

    pub(crate) fn flow(&mut self) -> FlowId {
        FlowId(self.bytes())
    }

    pub(crate) fn job(&mut self) -> JobId {
        JobId(self.id())
    }

    pub(crate) fn command(&mut self) -> CommandId {
        CommandId(self.id())
    }

    /// 63 random bits: what fits a signed column.
    pub(crate) fn id(&mut self) -> u64 {
        self.0.random::<u64>() >> 1
    }

    /// A security code of `digits` decimal digits.
    pub(crate) fn code(&mut self, digits: u32) -> String {
        (0..digits).map(|_| char::from(b'0' + self.0.random_range(0..10u8))).collect()
    }

    /// Two letters by which page and mail know each other (L3); none that look alike.
    pub(crate) fn reference(&mut self) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
        (0..2).filter_map(|_| LETTERS.get(self.0.random_range(0..LETTERS.len()))).map(|b| char::from(*b)).collect()
    }
}
