//! The key ring: one current master key, older ones still to read with, and a subkey for each use.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::audit::AuditEntry;
use crate::draw::Draw;
use crate::fault::Fault;
use crate::ids::{ClinicId, CounterKey, CprIndex, KeyId, Sealed};
use crate::store::KeyProof;
use crate::value::{Cpr, CprKind};

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
    EmailCodeMail = 20,
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
        let mut ring = Self { current: Subkeys::of(&current), older: Vec::new() };
        for key in older {
            if ring.keys().any(|known| known.id == key.id) {
                return Err(KeyError::Twice(key.id));
            }
            ring.older.push(Subkeys::of(&key));
        }
        Ok(ring)
    }

    /// The indexes under which a CPR number may be found. Every node names them in one order, whichever key it writes
    /// with, so that two that claim a number never wait for each other in a circle. A number that is unique only in one
    /// clinic is found there only (A3).
    pub(crate) fn cpr_indexes(&self, cpr: &Cpr, clinic: Option<ClinicId>) -> Vec<CprIndex> {
        let scope = match cpr.kind() {
            CprKind::LocalReplacement => clinic.map_or([0; 8], |clinic| clinic.0.to_be_bytes()),
            CprKind::Person | CprKind::NationalReplacement => [0; 8],
        };
        let hash = |key: &Subkeys| mac(&key.index, &[cpr.digits().as_bytes(), &scope]);
        let mut indexes: Vec<_> = self.keys().map(|key| CprIndex { key: key.id, hash: hash(key) }).collect();
        indexes.sort_unstable_by_key(|index| index.key);
        indexes
    }

    /// The indexes under which the identity provider's id of a person may be found (A11). They stand beside those of
    /// numbers, and none is ever another's.
    pub(crate) fn subject_indexes(&self, subject: &str) -> Vec<CprIndex> {
        let hash = |key: &Subkeys| mac(&key.index, &[b"identity-provider", subject.as_bytes()]);
        let mut indexes: Vec<_> = self.keys().map(|key| CprIndex { key: key.id, hash: hash(key) }).collect();
        indexes.sort_unstable_by_key(|index| index.key);
        indexes
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
        audit_mac_with(&self.current, entry)
    }

    /// Whether an audit entry was written under a key of this ring and not changed since (I9).
    #[must_use]
    pub fn wrote(&self, entry: &AuditEntry) -> bool {
        let is_its = |mac: [u8; 16]| bool::from(subtle::ConstantTimeEq::ct_eq(mac.as_slice(), entry.mac.as_slice()));
        self.keys().any(|key| is_its(audit_mac_with(key, entry)))
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

    /// What each key makes of a fixed text: equal for equal keys only, and of no use for anything else.
    pub(crate) fn proofs(&self) -> impl Iterator<Item = KeyProof> {
        self.keys().map(|key| KeyProof { id: key.id, proof: mac(&key.proof, &[PROOF_TEXT]) })
    }

    /// The id of the key that new entries are written under.
    pub(crate) fn current_id(&self) -> KeyId {
        self.current.id
    }

    /// The oldest key: what must not change while keys rotate is derived from it.
    fn anchor(&self) -> &Subkeys {
        self.keys().min_by_key(|key| key.id).unwrap_or(&self.current)
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
}

/// What stands in front of sealed bytes: the format and the key. Authenticated with them.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    key: KeyId,
}

impl Header {
    /// The header of what a data key seals: which key that is follows from where it lies.
    pub(crate) const DATA_KEY: Self = Self { key: KeyId(0) };

    fn bytes(self) -> [u8; 3] {
        let [high, low] = self.key.0.to_be_bytes();
        [FORMAT, high, low]
    }

    fn read(sealed: &Sealed) -> Result<Self, Fault> {
        match sealed.0.as_slice() {
            [FORMAT, high, low, ..] => Ok(Self { key: KeyId(u16::from_be_bytes([*high, *low])) }),
            _ => Err(Fault::new("a sealed record has an unknown format")),
        }
    }
}

pub(crate) fn seal_with(
    key: &[u8; 32],
    header: Header,
    associated: &[u8],
    plain: &[u8],
    draw: &mut Draw,
) -> Result<Sealed, Fault> {
    let nonce = draw.bytes::<NONCE>();
    let aad = [header.bytes().as_slice(), associated].concat();
    let text = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad })
        .map_err(|_| Fault::new("a record could not be sealed"))?;
    Ok(Sealed([header.bytes().as_slice(), &nonce, &text].concat()))
}

pub(crate) fn open_with(key: &[u8; 32], associated: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Fault> {
    const BROKEN: Fault = Fault::new("a sealed record could not be opened");
    let header = Header::read(sealed)?;
    let (nonce, text) = sealed.0.get(3..).and_then(|rest| rest.split_first_chunk::<NONCE>()).ok_or(BROKEN)?;
    let aad = [header.bytes().as_slice(), associated].concat();
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: &aad })
        .map(Zeroizing::new)
        .map_err(|_| BROKEN)
}

const FORMAT: u8 = 1;
const PROOF_TEXT: &[u8] = b"this key has written here";
const NONCE: usize = 24;

fn associated(purpose: Purpose, id: &[u8]) -> Vec<u8> {
    [[purpose as u8].as_slice(), id].concat()
}

fn tag_with(key: &Subkeys, of: &str, parts: &[&[u8]]) -> [u8; 16] {
    let parts: Vec<&[u8]> = std::iter::once(of.as_bytes()).chain(parts.iter().copied()).collect();
    mac(&key.tag, &parts)
}

fn audit_mac_with(key: &Subkeys, entry: &AuditEntry) -> [u8; 16] {
    let AuditEntry { id, at, account, clinic, record, mac: _ } = entry;
    let account = account.map_or(0, |account| account.0);
    let clinic = clinic.map_or(0, |clinic| clinic.0);
    let parts = [id.to_be_bytes(), at.0.to_be_bytes(), account.to_be_bytes(), clinic.to_be_bytes()];
    let parts: Vec<&[u8]> = parts.iter().map(<[u8; 8]>::as_slice).chain([record.as_slice()]).collect();
    mac(&key.audit, &parts)
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
