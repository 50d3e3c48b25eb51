//! Sealing bytes and opening them again. What seals them stands in front and is authenticated with them.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::draw::Draw;
use crate::fault::Fault;
use crate::ids::{KeyId, Sealed};

/// What stands in front of sealed bytes: the format and the key. Authenticated with them.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(super) key: KeyId,
}

impl Header {
    /// The header of what a data key seals: which key that is follows from where it lies.
    pub(crate) const DATA_KEY: Self = Self { key: KeyId(0) };

    fn bytes(self) -> [u8; 3] {
        let [high, low] = self.key.0.to_be_bytes();
        [FORMAT, high, low]
    }

    pub(super) fn read(sealed: &Sealed) -> Result<Self, Fault> {
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

/// The key that has sealed something, as far as that can be read.
pub(crate) fn key_of(sealed: &Sealed) -> Option<KeyId> {
    Header::read(sealed).ok().map(|header| header.key)
}

const FORMAT: u8 = 1;
const NONCE: usize = 24;
