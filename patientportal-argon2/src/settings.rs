//! What an operator may set, and what is refused at start.

use std::num::NonZeroUsize;
use std::time::Duration;

use argon2::{Params, ParamsBuilder};

/// How passwords are hashed. The default is spec's: 19,456 KiB, two passes, one lane.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Argon2Settings {
    /// Memory of one hash in KiB: from eight times the parallelism to 1,048,576 (1 GiB).
    pub memory_kib: u32,
    /// Passes over the memory: 1 to 64.
    pub passes: u32,
    /// Argon2's own lanes (`p`): 1 to 16. They are worked off by one thread.
    pub parallelism: u32,
    /// Threads; none means one for each core that the process may use.
    pub threads: Option<NonZeroUsize>,
    /// Nobody is let into the queue who would wait longer than this for a turn.
    pub max_wait: Duration,
}

/// Why a hasher could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Argon2ConfigError {
    /// Memory, passes or parallelism outside the bounds that [`Argon2Settings`] names.
    #[error("argon2 parameters out of bounds: {memory_kib} KiB, {passes} passes, parallelism {parallelism}")]
    Parameters {
        /// [`Argon2Settings::memory_kib`].
        memory_kib: u32,
        /// [`Argon2Settings::passes`].
        passes: u32,
        /// [`Argon2Settings::parallelism`].
        parallelism: u32,
    },
    /// Two peppers with one id.
    #[error("pepper {0} is given twice")]
    PepperTwice(u16),
    /// The system gave no thread.
    #[error("a hash thread could not be started")]
    Threads(#[source] std::io::Error),
}

impl Default for Argon2Settings {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, parallelism: 1, threads: None, max_wait: Duration::from_secs(5) }
    }
}

impl Argon2Settings {
    pub(crate) fn parameters(&self) -> Result<ParamsBuilder, Argon2ConfigError> {
        let mut builder = ParamsBuilder::new();
        builder.m_cost(self.memory_kib).t_cost(self.passes).p_cost(self.parallelism).output_len(OUTPUT_BYTES);
        match builder.build() {
            Ok(parameters) if within_bounds(&parameters) => Ok(builder),
            _ => Err(Argon2ConfigError::Parameters {
                memory_kib: self.memory_kib,
                passes: self.passes,
                parallelism: self.parallelism,
            }),
        }
    }

    /// How many threads there will be.
    pub(crate) fn thread_count(&self) -> usize {
        self.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
    }

    /// What one hash may take before any has been measured: a microsecond for each KiB and pass.
    pub(crate) fn first_guess(&self) -> Duration {
        Duration::from_micros(u64::from(self.memory_kib) * u64::from(self.passes))
    }
}

/// Whether a hash under these parameters may be computed at all. A stored hash that asks for more is damaged: it would
/// take all memory, or a thread for hours.
pub(crate) fn within_bounds(parameters: &Params) -> bool {
    parameters.m_cost() <= MAX_MEMORY_KIB && parameters.t_cost() <= MAX_PASSES && parameters.p_cost() <= MAX_PARALLELISM
}

/// Length of the hash proper.
pub(crate) const OUTPUT_BYTES: usize = 32;

const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 64;
const MAX_PARALLELISM: u32 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_specs() {
        let settings = Argon2Settings::default();
        assert_eq!((settings.memory_kib, settings.passes, settings.parallelism), (19_456, 2, 1));
        assert!(settings.parameters().is_ok());
    }

    #[test]
    fn parameters_out_of_bounds_are_refused() {
        let refused = [(7, 1, 1), (15, 1, 2), (1_048_577, 1, 1), (64, 0, 1), (64, 65, 1), (64, 1, 0), (1024, 1, 17)];
        for (memory_kib, passes, parallelism) in refused {
            let settings = Argon2Settings { memory_kib, passes, parallelism, ..Argon2Settings::default() };
            assert!(settings.parameters().is_err(), "{memory_kib} {passes} {parallelism}");
        }
    }
}
