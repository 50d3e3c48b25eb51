//! TLS: certificates that are trusted, and those that are not. The keys beside this file protect nothing.

use std::sync::Arc;

use patientportal_oidc::{ClaimMapping, OidcConfig};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio_rustls::TlsAcceptor;

use crate::evil_op::Op;
use crate::world::{World, word};

#[tokio::test]
async fn l1_only_a_certificate_by_a_trusted_root_for_the_right_name_is_believed() {
    type Change = fn(&mut OidcConfig);
    let trusting: Change = |config| config.extra_root_certificates = Some(ROOT.to_owned());
    for (what, origin, change, expected) in [
        ("an extra root", "https://localhost", trusting, "ok"),
        ("the platform's roots alone", "https://localhost", (|_| {}) as Change, "Unavailable"),
        ("another name", "https://127.0.0.1", trusting, "Unavailable"),
    ] {
        let op = Op::start_tls(origin, acceptor()).await;
        let world = World::at(op, ClaimMapping::nets(), change);
        assert_eq!(word(&world.journey(|_| {}).await), expected, "{what}");
    }
}

#[tokio::test]
async fn l1_a_provider_with_tls_has_no_endpoint_without() {
    for endpoint in
        ["token_endpoint", "jwks_uri", "userinfo_endpoint", "authorization_endpoint", "end_session_endpoint"]
    {
        let op = Op::start_tls("https://localhost", acceptor()).await;
        let world =
            World::at(op, ClaimMapping::nets(), |config| config.extra_root_certificates = Some(ROOT.to_owned()));
        world.op.script().description = json!({ endpoint: "http://localhost:1/x" });
        assert!(world.provider.refresh().await.is_err(), "{endpoint}");
    }
}

fn acceptor() -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

const ROOT: &str = include_str!("tls/root.pem");
const CERTIFICATE: &str = include_str!("tls/server.pem");
const KEY: &str = include_str!("tls/server.key");
