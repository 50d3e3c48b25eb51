//! Whether this portal's keys are those that the database was written with: asked before anything is served.

use crate::decision::Step;
use crate::fault::Fault;
use crate::ids::KeyId;
use crate::store::{Change, KeyProof, List, Listed};

use super::{ATTEMPTS, Portal, Settled, TOO_CONTENDED};

/// Why a portal may not be served with these keys. Each says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyCheck {
    /// Some key has the id of another one.
    #[error(
        "the key with id {} is another one than the database was written with: restore the keys file that belongs to this database",
        .0.0
    )]
    AnotherKey(KeyId),
    /// What was written under some key could not be read here.
    #[error(
        "the database was written with a key of id {} that is not in the keys file: copy the keys file of the other nodes, or restore the line",
        .0.0
    )]
    MissingKey(KeyId),
    /// Counters and flow ids hang on the key with the lowest id, so no new key may be below it.
    #[error("the new key has id {}, below all that the database knows: give it a higher id than every other key", .0.0)]
    IdTooLow(KeyId),
    /// A node that writes with a key before the others can read it would be a stranger to them.
    #[error(
        "the key with id {} is new and current at once, and no other node could read what is written with it: put it at the end of the keys file, start every node, and only then move it to the top",
        .0.0
    )]
    FirstRoundSkipped(KeyId),
    /// Whether the keys are right is not known.
    #[error("the keys could not be compared with the database's: see that it can be reached, and start again")]
    Fault(#[from] Fault),
}

impl Portal {
    /// Compares the key ring with the keys that the database was written with, and registers those that are new. Call
    /// it before serving: a node with other keys, or without one of them, would find nobody's CPR number and lift
    /// every wait.
    ///
    /// To rotate keys over several nodes, take two rounds, each over all nodes before the next begins: first the new
    /// key as an older one (at the end of the keys file), so that every node can read what it writes; then on top, so
    /// that they write with it. Its id is higher than every other's.
    ///
    /// # Errors
    /// A key that is another's, missing, numbered too low, or current before any node knew it; or a fault of the store.
    pub async fn check_keys(&self) -> Result<(), KeyCheck> {
        for _ in 0..ATTEMPTS {
            let new = self.new_keys().await?;
            if new.is_empty() {
                return Ok(());
            }
            let step = Step::answering(Ok(())).with(new.into_iter().map(Change::RegisterKey));
            // Registered or not, it is compared once more: another node may have registered keys of its own meanwhile.
            let (Settled::Answer(_) | Settled::Again) = self.commit(step, self.now(), &mut self.draw()?).await?;
        }
        Err(Fault::transient(TOO_CONTENDED, TOO_CONTENDED).into())
    }

    /// Compares the key ring with the keys that the database was written with, and changes nothing. Answers those that
    /// [`check_keys`](Self::check_keys) would register.
    ///
    /// # Errors
    /// As there.
    pub async fn new_keys(&self) -> Result<Vec<KeyProof>, KeyCheck> {
        let own: Vec<KeyProof> = self.ring().proofs().collect();
        compare(&own, &self.registered_keys().await?)
    }

    async fn registered_keys(&self) -> Result<Vec<KeyProof>, Fault> {
        let mut keys = Vec::new();
        let mut after = None;
        loop {
            let page = self.store().list(List::Keys, after, KEYS_AT_A_TIME).await?;
            keys.extend(page.rows.into_iter().filter_map(|row| match row {
                Listed::Key(key) => Some(key),
                _ => None,
            }));
            after = page.next;
            if after.is_none() {
                return Ok(keys);
            }
        }
    }
}

/// The keys that the database does not know yet, of a ring's with the current one first.
fn compare(own: &[KeyProof], registered: &[KeyProof]) -> Result<Vec<KeyProof>, KeyCheck> {
    for known in registered {
        let key = own.iter().find(|key| key.id == known.id).ok_or(KeyCheck::MissingKey(known.id))?;
        if key.proof != known.proof {
            return Err(KeyCheck::AnotherKey(known.id));
        }
    }
    let is_new = |key: &&KeyProof| registered.iter().all(|known| known.id != key.id);
    let new = own.iter().filter(is_new);
    if let Some(low) = new.clone().find(|key| registered.iter().any(|known| known.id > key.id)) {
        return Err(KeyCheck::IdTooLow(low.id));
    }
    match own.first().filter(is_new) {
        Some(current) if !registered.is_empty() => Err(KeyCheck::FirstRoundSkipped(current.id)),
        _ => Ok(new.copied().collect()),
    }
}

const KEYS_AT_A_TIME: u16 = 100;
