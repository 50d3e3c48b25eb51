//! The hashing itself: argon2id under today's parameters and pepper, and the judgement of what was stored earlier.

use argon2::password_hash::phc::{Output, Salt};
use argon2::{Argon2, Block, Params};
use patientportal_core::fault::Fault;
use patientportal_core::ports::{PasswordHash, Verdict};
use patientportal_core::value::Password;
use rand::TryRng;
use rand::rngs::SysRng;
use subtle::ConstantTimeEq;

use crate::peppers::Peppers;
use crate::settings::{Argon2ConfigError, Argon2Settings, OUTPUT_BYTES};
use crate::stored::{ALGORITHM, Stored, Unreadable, VERSION, key_id};

/// The memory that one thread hashes in, kept between jobs.
pub(crate) type Memory = Vec<Block>;

/// Today's parameters and the peppers.
pub(crate) struct Scheme {
    parameters: Params,
    peppers: Peppers,
}

impl Scheme {
    pub(crate) fn new(peppers: Peppers, settings: &Argon2Settings) -> Result<Self, Argon2ConfigError> {
        let out_of_bounds = |_| Argon2ConfigError::Parameters {
            memory_kib: settings.memory_kib,
            passes: settings.passes,
            parallelism: settings.parallelism,
        };
        let mut builder = settings.parameters()?;
        builder.keyid(key_id(peppers.current_id()).map_err(out_of_bounds)?);
        Ok(Self { parameters: builder.build().map_err(out_of_bounds)?, peppers })
    }

    pub(crate) fn hash(&self, password: &Password, memory: &mut Memory) -> Result<PasswordHash, Fault> {
        let mut salt = [0; Salt::RECOMMENDED_LENGTH];
        SysRng.try_fill_bytes(&mut salt).map_err(|error| Fault::transient("no randomness for a salt", error))?;
        let output = compute(&self.parameters, self.peppers.current_key(), password, &salt, memory)?;
        let pepper = self.peppers.current_id();
        let salt = Salt::new(&salt).map_err(|error| Fault::permanent("a salt was refused", error))?;
        let phc = Stored { parameters: self.parameters.clone(), pepper, salt, output }.to_phc();
        phc.map(PasswordHash).map_err(|error| Fault::permanent("a password hash could not be written", error))
    }

    pub(crate) fn verify(
        &self,
        password: &Password,
        hash: Option<&PasswordHash>,
        memory: &mut Memory,
    ) -> Result<Verdict, Fault> {
        let Some(PasswordHash(text)) = hash else {
            return self.verify_nothing(password, memory);
        };
        let stored = Stored::parse(text).map_err(unreadable)?;
        let key = self.peppers.key(stored.pepper).ok_or_else(|| unreadable(Unreadable("names an unknown pepper")))?;
        let output = compute(&stored.parameters, key, password, &stored.salt, memory)?;
        let right = bool::from(output.as_bytes().ct_eq(stored.output.as_bytes()));
        Ok(Verdict { right, outdated: right && self.is_weaker(&stored) })
    }

    /// The work of a verification for an account that does not exist (L5).
    fn verify_nothing(&self, password: &Password, memory: &mut Memory) -> Result<Verdict, Fault> {
        let salt = [0; Salt::RECOMMENDED_LENGTH];
        compute(&self.parameters, self.peppers.current_key(), password, &salt, memory)?;
        Ok(Verdict { right: false, outdated: false })
    }

    fn is_weaker(&self, stored: &Stored) -> bool {
        stored.pepper != self.peppers.current_id()
            || stored.parameters.m_cost() < self.parameters.m_cost()
            || stored.parameters.t_cost() < self.parameters.t_cost()
            || stored.output.len() < OUTPUT_BYTES
    }
}

fn compute(
    parameters: &Params,
    key: &[u8],
    password: &Password,
    salt: &[u8],
    memory: &mut Memory,
) -> Result<Output, Fault> {
    make_room(memory, parameters.block_count())?;
    let failed = |error: argon2::Error| Fault::permanent("argon2 failed", error);
    let argon2 = Argon2::new_with_secret(key, ALGORITHM, VERSION, parameters.clone()).map_err(failed)?;
    let mut output = [0; Output::MAX_LENGTH];
    let length = parameters.output_len().unwrap_or(OUTPUT_BYTES);
    let output = output.get_mut(..length).ok_or(Fault::new("argon2 was asked for too long a hash"))?;
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, memory.as_mut_slice()).map_err(failed)?;
    Output::new(output).map_err(|error| Fault::permanent("a hash was refused", error))
}

fn make_room(memory: &mut Memory, blocks: usize) -> Result<(), Fault> {
    let missing = blocks.saturating_sub(memory.len());
    memory.try_reserve_exact(missing).map_err(|error| Fault::transient("no memory for a password hash", error))?;
    if missing > 0 {
        memory.resize(blocks, Block::new());
    }
    Ok(())
}

fn unreadable(reason: Unreadable) -> Fault {
    tracing::error!(%reason, "a stored password hash cannot be verified");
    Fault::permanent("a stored password hash cannot be verified", reason)
}

#[cfg(test)]
mod tests;
