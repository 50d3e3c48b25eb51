//! [`Argon2Hasher`]: the port, put together from the scheme and the pool.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use patientportal_core::fault::Fault;
use patientportal_core::ports::{HashError, Hasher, Lane, PasswordHash, Verdict};
use patientportal_core::value::Password;

use crate::peppers::Peppers;
use crate::pool::{Pool, TooLong};
use crate::scheme::{Memory, Scheme};
use crate::settings::{Argon2ConfigError, Argon2Settings};

/// Hashes passwords with argon2id on threads of its own, which end when it is dropped.
pub struct Argon2Hasher {
    scheme: Arc<Scheme>,
    pool: Pool,
}

impl Argon2Hasher {
    /// Checks the settings and starts the threads.
    ///
    /// # Errors
    /// [`Argon2ConfigError`] says which setting is wrong, or that no thread was to be had.
    pub fn new(peppers: Peppers, settings: Argon2Settings) -> Result<Self, Argon2ConfigError> {
        let scheme = Arc::new(Scheme::new(peppers, &settings)?);
        let pool = Pool::start(settings.thread_count(), settings.max_wait, settings.first_guess())
            .map_err(Argon2ConfigError::Threads)?;
        Ok(Self { scheme, pool })
    }

    async fn run<T, W>(&self, lane: Lane, work: W) -> Result<T, HashError>
    where
        T: Send + 'static,
        W: FnOnce(&Scheme, &mut Memory) -> Result<T, Fault> + Send + 'static,
    {
        let scheme = Arc::clone(&self.scheme);
        let answer = self.pool.submit(lane, move |memory| work(&scheme, memory)).map_err(busy)?;
        let outcome = answer.await.map_err(|error| Fault::transient("a hash thread gave no answer", error))?;
        Ok(outcome?)
    }
}

#[async_trait]
impl Hasher for Argon2Hasher {
    async fn verify(&self, password: Password, hash: Option<PasswordHash>, lane: Lane) -> Result<Verdict, HashError> {
        self.run(lane, move |scheme, memory| scheme.verify(&password, hash.as_ref(), memory)).await
    }

    async fn hash(&self, password: Password, lane: Lane) -> Result<PasswordHash, HashError> {
        self.run(lane, move |scheme, memory| scheme.hash(&password, memory)).await
    }
}

impl fmt::Debug for Argon2Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2Hasher").finish_non_exhaustive()
    }
}

fn busy(TooLong(wait): TooLong) -> HashError {
    HashError::Busy { retry_after: wait.max(Duration::from_secs(1)) }
}
