//! The key that signs ID tokens: ES256, made at every start.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey};
use rand::Rng;
use serde_json::{Value, json};

/// A key with its id.
pub(crate) struct Key {
    key: SigningKey,
    id: String,
}

impl Key {
    pub(crate) fn generate(random: &mut impl Rng) -> Self {
        loop {
            let mut bytes = [0u8; 32];
            random.fill_bytes(&mut bytes);
            // All but a vanishing part of the numbers are keys.
            if let Ok(key) = SigningKey::from_slice(&bytes) {
                return Self { key, id: token(random) };
            }
        }
    }

    /// The public half, as a key set.
    pub(crate) fn published(&self) -> Value {
        let point = self.key.verifying_key().to_sec1_point(false);
        let coordinate = |bytes: Option<&p256::FieldBytes>| bytes.map(encode);
        json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id,
            "x": coordinate(point.x()), "y": coordinate(point.y()),
        }] })
    }

    /// A signed JWT.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": "ES256", "kid": self.id});
        let input = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature: Signature = self.key.sign(input.as_bytes());
        format!("{input}.{}", encode(signature.to_bytes()))
    }

    /// Whether this key signed `jwt`. Its age does not matter: it is for a logout's hint.
    pub(crate) fn signed(&self, jwt: &str) -> bool {
        let Some((input, signature)) = jwt.rsplit_once('.') else { return false };
        let signature = URL_SAFE_NO_PAD.decode(signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
        signature.is_some_and(|signature| self.key.verifying_key().verify(input.as_bytes(), &signature).is_ok())
    }
}

/// A random token of 256 bits.
pub(crate) fn token(random: &mut impl Rng) -> String {
    let mut bytes = [0u8; 32];
    random.fill_bytes(&mut bytes);
    encode(bytes)
}

/// Base64url without padding.
pub(crate) fn encode<T: AsRef<[u8]>>(bytes: T) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
