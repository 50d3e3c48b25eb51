//! Signing as providers do, and as they should not.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreHmacKey, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use rsa::pkcs1::{EncodeRsaPrivateKey, LineEnding};
use serde_json::{Value, json};

/// How the ID token is signed.
#[derive(Clone, Copy)]
pub(crate) enum Sign {
    /// ES256 with the first key.
    Es256,
    /// ES256 with a key of which the provider says nothing.
    Es256Other,
    Rs256,
    Ps256,
    /// A MAC under the client secret.
    Hs256,
    /// `alg: none`, with an empty signature.
    Nothing,
}

pub(crate) const SECRET: &str = "the client's secret, long enough for a MAC";

/// A compact JWT. `header` has the last word over what the signing would set.
pub(crate) fn jwt(sign: Sign, header: &Value, payload: &str) -> String {
    let (alg, kid) = match sign {
        Sign::Es256 => ("ES256", "ec-1"),
        Sign::Es256Other => ("ES256", "ec-2"),
        Sign::Rs256 => ("RS256", "rsa-1"),
        Sign::Ps256 => ("PS256", "rsa-1"),
        Sign::Hs256 => ("HS256", "mac"),
        Sign::Nothing => ("none", "none"),
    };
    let mut head = json!({"typ": "JWT", "alg": alg, "kid": kid});
    for (name, value) in header.as_object().unwrap() {
        match value {
            Value::Null => drop(head.as_object_mut().unwrap().remove(name)),
            value => head[name] = value.clone(),
        }
    }
    let input = format!("{}.{}", encode(head.to_string()), encode(payload));
    format!("{input}.{}", encode(signature(sign, input.as_bytes())))
}

fn signature(sign: Sign, input: &[u8]) -> Vec<u8> {
    let rsa = |algorithm| RSA.sign(&algorithm, input).unwrap();
    match sign {
        Sign::Es256 => Signer::<Signature>::sign(&ec(1), input).to_bytes().to_vec(),
        Sign::Es256Other => Signer::<Signature>::sign(&ec(2), input).to_bytes().to_vec(),
        Sign::Rs256 => rsa(CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
        Sign::Ps256 => rsa(CoreJwsSigningAlgorithm::RsaSsaPssSha256),
        Sign::Hs256 => CoreHmacKey::new(SECRET).sign(&CoreJwsSigningAlgorithm::HmacSha256, input).unwrap(),
        Sign::Nothing => Vec::new(),
    }
}

pub(crate) fn ec_jwk(number: u8) -> Value {
    let point = ec(number).verifying_key().to_sec1_point(false);
    json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "kid": format!("ec-{number}"),
        "x": encode(point.x().unwrap()), "y": encode(point.y().unwrap()),
    })
}

pub(crate) fn rsa_jwk() -> Value {
    serde_json::to_value(RSA.as_verification_key()).unwrap()
}

fn ec(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).unwrap()
}

fn encode<T: AsRef<[u8]>>(bytes: T) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

static RSA: LazyLock<CoreRsaPrivateSigningKey> = LazyLock::new(|| {
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
    let pem = key.to_pkcs1_pem(LineEnding::LF).unwrap();
    CoreRsaPrivateSigningKey::from_pem(&pem, Some(JsonWebKeyId::new("rsa-1".to_owned()))).unwrap()
});
