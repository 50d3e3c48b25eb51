//! The key ring: one current master key, older ones still to read with, and a subkey for each use.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::audit::{AuditBatch, AuditEntry};
use crate::draw::Draw;
use crate::fault::Fault;
use crate::ids::{ClinicId, CounterKey, CprIndex, KeyId, Sealed};
use crate::store::KeyProof;
use crate::value::{Cpr, CprKind};

use super::PastKey;
use super::aead::{Header, key_of, open_with, seal_with};

/// A master key: everything else is derived from it. `Debug` prints its id only.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey {
    #[zeroize(skip)]
    id: KeyId,
    bytes: [u8; 32],
}

/// The master keys in use: one to write with, older ones to read what they wrote.
pub struct KeyRing {
    current: Subkeys,
    older: Vec<Subkeys>,
    past: Vec<PastKey>,
}

/// Why keys make no ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Two keys with one id.
    #[error("key id {} is there twice", .0.0)]
    Twice(KeyId),
}

/// What something is sealed for; part of its associated data, so a number never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    DataKey = 0,
    Flow = 1,
    Job = 2,
    ProviderSession = 3,
    StaffSignIn = 8,
}

/// What a counter counts. Part of its key, so a number never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CounterKind {
    Password = 0,
    PasswordFromDevice = 1,
    AddressFailure = 2,
    AddressRequest = 3,
    CodeTry = 4,
    CodeLadder = 5,
    CodeMail = 6,
    ResetMail = 7,
    SecretMail = 8,
    AddressJourney = 9,
    Request = 10,
    ActivationTry = 11,
    ResetRequest = 12,
    EmailCodeMail = 20,
    ClinicTold = 21,
}

impl MasterKey {
    /// A key of 32 random bytes.
    #[must_use]
    pub fn new(id: KeyId, bytes: [u8; 32]) -> Self {
        Self { id, bytes }
    }

    /// Its id, which is written beside everything that it seals.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What must stay of it when it is dropped.
    #[must_use]
    pub fn past(&self) -> PastKey {
        let Subkeys { id, index, audit, .. } = &Subkeys::of(self);
        PastKey { id: *id, proof: Subkeys::of(self).proof(), audit: *audit, index: *index, pepper: *self.pepper() }
    }

    /// The pepper for the hasher, which must live as long as a hash made with it.
    #[must_use]
    pub fn pepper(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(derive(&self.bytes, "pepper"))
    }
}

impl KeyRing {
    /// A ring that writes with `current` and reads with all.
    ///
    /// # Errors
    /// When two keys have one id.
    pub fn new(current: MasterKey, older: impl IntoIterator<Item = MasterKey>) -> Result<Self, KeyError> {
        let mut ring = Self { current: Subkeys::of(&current), older: Vec::new(), past: Vec::new() };
        for key in older {
            if ring.keys().any(|known| known.id == key.id) {
                return Err(KeyError::Twice(key.id));
            }
            ring.older.push(Subkeys::of(&key));
        }
        Ok(ring)
    }

    /// The same with what is left of a key that was dropped.
    ///
    /// # Errors
    /// When there is a key of its id.
    pub fn with_past(mut self, past: PastKey) -> Result<Self, KeyError> {
        if self.keys().any(|key| key.id == past.id()) || self.past.iter().any(|other| other.id() == past.id()) {
            return Err(KeyError::Twice(past.id()));
        }
        self.past.push(past);
        Ok(self)
    }

    /// The indexes under which a CPR number may be found. Every node names them in one order, whichever key it writes
    /// with, so that two that claim a number never wait for each other in a circle. A number that is unique only in one
    /// clinic is found there only (A3).
    pub(crate) fn cpr_indexes(&self, cpr: &Cpr, clinic: Option<ClinicId>) -> Vec<CprIndex> {
        self.indexes(&[cpr.digits().as_bytes(), &scope_of(cpr, clinic)])
    }

    /// The indexes under which is found what a closed account has left of its number (A7). They stand beside those of
    /// numbers, and none is ever another's.
    pub(crate) fn former_indexes(&self, cpr: &Cpr, clinic: Option<ClinicId>) -> Vec<CprIndex> {
        self.indexes(&[b"closed-account", cpr.digits().as_bytes(), &scope_of(cpr, clinic)])
    }

    /// The same with those of dropped keys: what a closed account has left cannot be indexed anew.
    pub(crate) fn former_indexes_ever(&self, cpr: &Cpr, clinic: Option<ClinicId>) -> Vec<CprIndex> {
        let hash =
            |key: &PastKey| mac(&key.index, &[b"closed-account", cpr.digits().as_bytes(), &scope_of(cpr, clinic)]);
        let past = self.past.iter().map(|key| CprIndex { key: key.id(), hash: hash(key) });
        let mut indexes = self.former_indexes(cpr, clinic);
        indexes.extend(past);
        indexes.sort_unstable_by_key(|index| index.key);
        indexes
    }

    /// The indexes under which the identity provider's id of a person may be found (A11). They stand beside those of
    /// numbers, and none is ever another's.
    pub(crate) fn subject_indexes(&self, subject: &str) -> Vec<CprIndex> {
        self.indexes(&[b"identity-provider", subject.as_bytes()])
    }

    /// The one of a number's indexes that counters and device tags hang on: the oldest key's, so that a new key
    /// neither lifts a wait nor forgets a device.
    pub(crate) fn anchored<'a>(&self, indexes: &'a [CprIndex]) -> Option<&'a CprIndex> {
        indexes.iter().find(|index| index.key == self.anchor().id).or_else(|| indexes.first())
    }

    /// The key of a counter. Unknown CPR numbers have counters too, and none can be read back (L6).
    pub(crate) fn counter(&self, kind: CounterKind, of: &[&[u8]]) -> CounterKey {
        let kind = [kind as u8];
        let parts: Vec<&[u8]> = std::iter::once(kind.as_slice()).chain(of.iter().copied()).collect();
        CounterKey(mac(&self.anchor().counter, &parts))
    }

    /// A keyed hash that binds `parts` to a use: for codes, form tokens and device tags.
    pub(crate) fn tag(&self, of: &str, parts: &[&[u8]]) -> [u8; 16] {
        tag_with(self.anchor(), of, parts)
    }

    /// Whether `tag` was made for `parts` by any key of the ring.
    pub(crate) fn has_tagged(&self, of: &str, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.keys().any(|key| bool::from(subtle::ConstantTimeEq::ct_eq(tag_with(key, of, parts).as_slice(), tag)))
    }

    /// An audit entry's MAC under the current key; the one that it has does not count (I9).
    pub(crate) fn audit_mac(&self, entry: &AuditEntry) -> [u8; 16] {
        audit_mac_with(&self.current.audit, entry)
    }

    /// Whether an audit entry was written under a key of this ring and not changed since (I9).
    #[must_use]
    pub fn wrote(&self, entry: &AuditEntry) -> bool {
        let is_its = |mac: [u8; 16]| bool::from(subtle::ConstantTimeEq::ct_eq(mac.as_slice(), entry.mac.as_slice()));
        self.audit_keys().any(|key| is_its(audit_mac_with(key, entry)))
    }

    /// The MAC of a batch of audit entries, over what it says, under the current key (I9).
    pub(crate) fn batch_mac(&self, record: &[u8]) -> [u8; 16] {
        batch_mac_with(&self.current.audit, record)
    }

    /// Whether a batch of audit entries was sealed under a key of this ring and not changed since (I9).
    #[must_use]
    pub fn sealed(&self, batch: &AuditBatch) -> bool {
        let is_its = |mac: [u8; 16]| bool::from(subtle::ConstantTimeEq::ct_eq(mac.as_slice(), batch.mac.as_slice()));
        self.audit_keys().any(|key| is_its(batch_mac_with(key, &batch.record)))
    }

    /// Whether it has a key of this id.
    pub(crate) fn has(&self, id: KeyId) -> bool {
        self.keys().any(|key| key.id == id)
    }

    /// Whether it can judge what the key of this id wrote to the audit trail.
    pub(crate) fn judges(&self, id: KeyId) -> bool {
        self.has(id) || self.past.iter().any(|past| past.id() == id)
    }

    /// Seals `plain` for a purpose and an id.
    pub(crate) fn seal(&self, purpose: Purpose, id: &[u8], plain: &[u8], draw: &mut Draw) -> Result<Sealed, Fault> {
        seal_with(&self.current.seal, Header { key: self.current.id }, &associated(purpose, id), plain, draw)
    }

    /// Opens what was sealed for the same purpose and id by any key of the ring.
    pub(crate) fn open(&self, purpose: Purpose, id: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Fault> {
        const MISSING: Fault = Fault::new("a record is sealed with a key that is not in the ring");
        let header = Header::read(sealed)?;
        let key = self.keys().find(|key| key.id == header.key).ok_or(MISSING)?;
        open_with(&key.seal, &associated(purpose, id), sealed)
    }

    /// The same, sealed by the current key.
    pub(crate) fn reseal(
        &self,
        purpose: Purpose,
        id: &[u8],
        sealed: &Sealed,
        draw: &mut Draw,
    ) -> Result<Sealed, Fault> {
        self.seal(purpose, id, &self.open(purpose, id, sealed)?, draw)
    }

    /// Whether the current key has sealed it.
    pub(crate) fn is_current(&self, sealed: &Sealed) -> bool {
        key_of(sealed) == Some(self.current.id)
    }

    /// What each key makes of a fixed text: equal for equal keys only, and of no use for anything else.
    pub(crate) fn proofs(&self) -> impl Iterator<Item = KeyProof> {
        self.keys().map(|key| KeyProof { id: key.id, proof: key.proof() }).chain(self.past.iter().map(PastKey::proof))
    }

    /// The id of the key that new entries are written under.
    pub(crate) fn current_id(&self) -> KeyId {
        self.current.id
    }

    fn indexes(&self, parts: &[&[u8]]) -> Vec<CprIndex> {
        let index = |key: &Subkeys| CprIndex { key: key.id, hash: mac(&key.index, parts) };
        let mut indexes: Vec<_> = self.keys().map(index).collect();
        indexes.sort_unstable_by_key(|index| index.key);
        indexes
    }

    /// The oldest key: what must not change while keys rotate is derived from it.
    fn anchor(&self) -> &Subkeys {
        self.keys().min_by_key(|key| key.id).unwrap_or(&self.current)
    }

    /// The keys of audit entries: those of dropped keys too, whose entries stay.
    fn audit_keys(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.keys().map(|key| &key.audit).chain(self.past.iter().map(|past| &past.audit))
    }

    fn keys(&self) -> impl Iterator<Item = &Subkeys> {
        std::iter::once(&self.current).chain(&self.older)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys().map(|key| key.id)).finish()
    }
}

#[derive(Zeroize, ZeroizeOnDrop)]
struct Subkeys {
    #[zeroize(skip)]
    id: KeyId,
    seal: [u8; 32],
    index: [u8; 32],
    counter: [u8; 32],
    tag: [u8; 32],
    audit: [u8; 32],
    proof: [u8; 32],
}

impl Subkeys {
    fn of(master: &MasterKey) -> Self {
        let derive = |label| derive(&master.bytes, label);
        Self {
            id: master.id,
            seal: derive("seal"),
            index: derive("cpr-index"),
            counter: derive("counter"),
            tag: derive("tag"),
            audit: derive("audit"),
            proof: derive("key-proof"),
        }
    }

    fn proof(&self) -> [u8; 16] {
        mac(&self.proof, &[PROOF_TEXT])
    }
}

const PROOF_TEXT: &[u8] = b"this key has written here";

/// Where a number means what it means: at one clinic, or everywhere (A3).
fn scope_of(cpr: &Cpr, clinic: Option<ClinicId>) -> [u8; 8] {
    match cpr.kind() {
        CprKind::LocalReplacement => clinic.map_or([0; 8], |clinic| clinic.0.to_be_bytes()),
        CprKind::Person | CprKind::NationalReplacement => [0; 8],
    }
}

fn associated(purpose: Purpose, id: &[u8]) -> Vec<u8> {
    [[purpose as u8].as_slice(), id].concat()
}

fn tag_with(key: &Subkeys, of: &str, parts: &[&[u8]]) -> [u8; 16] {
    let parts: Vec<&[u8]> = std::iter::once(of.as_bytes()).chain(parts.iter().copied()).collect();
    mac(&key.tag, &parts)
}

fn audit_mac_with(key: &[u8; 32], entry: &AuditEntry) -> [u8; 16] {
    let AuditEntry { id, at, account, clinic, record, mac: _ } = entry;
    let account = account.map_or(0, |account| account.0);
    let clinic = clinic.map_or(0, |clinic| clinic.0);
    let parts = [id.to_be_bytes(), at.0.to_be_bytes(), account.to_be_bytes(), clinic.to_be_bytes()];
    let parts: Vec<&[u8]> = parts.iter().map(<[u8; 8]>::as_slice).chain([record.as_slice()]).collect();
    mac(key, &parts)
}

fn batch_mac_with(key: &[u8; 32], record: &[u8]) -> [u8; 16] {
    mac(key, &[b"batch", record])
}

fn derive(master: &[u8; 32], label: &str) -> [u8; 32] {
    let mut key = [0; 32];
    // 32 bytes are never too many for HKDF-SHA-256.
    let _ = Hkdf::<Sha256>::new(Some(b"patientportal"), master).expand(label.as_bytes(), &mut key);
    key
}

/// HMAC-SHA-256 over length-prefixed parts, its first half.
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 16] {
    let mut tag = [0; 16];
    // HMAC takes keys of any length.
    if let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) {
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        tag.iter_mut().zip(mac.finalize().into_bytes()).for_each(|(to, from)| *to = from);
    }
    tag
}
