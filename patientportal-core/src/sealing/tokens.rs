//! Tokens that browsers and mails carry: they name their row, so guessing hits one row and needs no second index.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::draw::Draw;
use crate::ids::{AccountId, FlowId, SecretHash, SessionNo};

/// The text is no token of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct TokenError;

/// What a browser is known by before anybody logs in: 128 random bits in a cookie of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BrowserKey(pub(crate) [u8; 16]);

/// A session's cookie: account, number, secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SessionToken {
    pub(crate) account: AccountId,
    pub(crate) no: SessionNo,
    pub(crate) secret: [u8; 16],
}

/// A flow's token, in a link or in the identity provider's `state`: flow, secret.
#[derive(Clone, PartialEq, Eq)]
pub struct FlowToken {
    pub(crate) flow: FlowId,
    pub(crate) secret: [u8; 16],
}

impl BrowserKey {
    /// Reads a cookie's value.
    ///
    /// # Errors
    /// When it is no such value.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        decode(text).map(Self)
    }

    /// The cookie's value.
    #[must_use]
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    pub(crate) fn draw(draw: &mut Draw) -> Self {
        Self(draw.bytes())
    }

    pub(crate) fn hash(&self) -> SecretHash {
        hash_secret(&self.0)
    }
}

impl SessionToken {
    pub(crate) fn parse(text: &str) -> Result<Self, TokenError> {
        let bytes = decode::<32>(text)?;
        let (account, rest) = bytes.split_first_chunk::<8>().ok_or(TokenError)?;
        let (no, rest) = rest.split_first_chunk::<8>().ok_or(TokenError)?;
        let secret = rest.try_into().map_err(|_| TokenError)?;
        Ok(Self { account: AccountId(u64::from_be_bytes(*account)), no: SessionNo(u64::from_be_bytes(*no)), secret })
    }

    pub(crate) fn to_text(&self) -> String {
        let bytes = [self.account.0.to_be_bytes().as_slice(), &self.no.0.to_be_bytes(), &self.secret].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl FlowToken {
    /// Reads a link's or a `state`'s token.
    ///
    /// # Errors
    /// When it is no such token.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let bytes = decode::<32>(text)?;
        let (flow, secret) = bytes.split_first_chunk::<16>().ok_or(TokenError)?;
        Ok(Self { flow: FlowId(*flow), secret: secret.try_into().map_err(|_| TokenError)? })
    }

    /// The flow that it opens. No secret: it may stand on a page.
    #[must_use]
    pub fn flow(&self) -> FlowId {
        self.flow
    }

    /// The token as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode([self.flow.0, self.secret].concat())
    }
}

impl FlowId {
    /// Reads the id of a form's hidden field.
    ///
    /// # Errors
    /// When it is no such id.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        decode(text).map(Self)
    }

    /// The id as a form's hidden field has it.
    #[must_use]
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl SecretHash {
    /// Whether `secret` hashes to this, in constant time.
    pub(crate) fn is_of(&self, secret: &[u8; 16]) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.0.as_slice(), hash_secret(secret).0.as_slice()).into()
    }
}

impl fmt::Debug for BrowserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserKey(•••)")
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(•••)")
    }
}

impl fmt::Debug for FlowToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlowToken(•••)")
    }
}

/// What is stored of a random secret. It has 128 random bits, so a plain hash is enough (ASVS 6.5.2).
pub(crate) fn hash_secret(secret: &[u8; 16]) -> SecretHash {
    let mut half = [0; 16];
    half.iter_mut().zip(Sha256::digest(secret)).for_each(|(to, from)| *to = from);
    SecretHash(half)
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError)?;
    bytes.try_into().map_err(|_| TokenError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_read_back_and_nothing_else_is_one() {
        let token = SessionToken { account: AccountId(7), no: SessionNo(9), secret: [3; 16] };
        assert_eq!(SessionToken::parse(&token.to_text()).unwrap(), token);
        let link = FlowToken { flow: FlowId([1; 16]), secret: [2; 16] };
        assert_eq!(FlowToken::parse(&link.to_text()).unwrap(), link);
        for text in ["", "A", "a b", &"A".repeat(42), &"A".repeat(44), &"é".repeat(43)] {
            assert_eq!(SessionToken::parse(text).err(), Some(TokenError), "{text:?}");
        }
    }

    #[test]
    fn a_secret_is_known_by_its_hash_only() {
        assert!(hash_secret(&[3; 16]).is_of(&[3; 16]));
        assert!(!hash_secret(&[3; 16]).is_of(&[4; 16]));
    }
}
