//! TLS with an authority of the clinic's own: whom the portal believes, and whom not.

use std::sync::Arc;

use patientportal_clinicsystem::{ClinicEndpoint, ClinicSystemSettings, HttpClinicSystem};
use patientportal_core::ports::ClinicSystem;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;

use crate::server::Server;
use crate::world::{CLINIC, OTHER_CLINIC, TOKEN, nancy, system, system_with, told};

/// An authority, and what serves with its certificate for `localhost`.
struct Authority {
    root: String,
    acceptor: TlsAcceptor,
}

impl Authority {
    fn new() -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned()];
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Self { root: authority.pem(), acceptor: TlsAcceptor::from(Arc::new(config)) }
    }
}

fn trusting(settings: &mut ClinicSystemSettings, root: &str) {
    settings.clinics.get_mut(&CLINIC).unwrap().extra_root_certificates = Some(root.to_owned());
}

#[tokio::test]
async fn k1_a_system_behind_the_clinics_own_authority_is_believed() {
    let authority = Authority::new();
    let server = Server::start_tls("https://localhost", authority.acceptor).await;
    let system = system_with(&server.base, |settings| trusting(settings, &authority.root));
    assert!(system.patient(CLINIC, &nancy()).await.unwrap().is_some());
    system.left(CLINIC, &nancy()).await.unwrap();
    assert_eq!(server.seen()[0].authorization, format!("Bearer {TOKEN}"));
}

#[tokio::test]
async fn k1_nothing_is_sent_to_a_system_that_cannot_prove_who_it_is() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let named = Server::start_tls("https://localhost", authority.acceptor.clone()).await;
    let misnamed = Server::start_tls("https://127.0.0.1", authority.acceptor.clone()).await;
    for (what, server, system) in [
        ("the platform's roots alone", &named, system(&named.base)),
        ("another's root", &named, system_with(&named.base, |settings| trusting(settings, &stranger.root))),
        ("another name", &misnamed, system_with(&misnamed.base, |settings| trusting(settings, &authority.root))),
    ] {
        let told = told(&system.patient(CLINIC, &nancy()).await.unwrap_err());
        assert!(told.starts_with("transient: ") && told.contains("certificate"), "{what}: {told}");
        assert_eq!(server.count(), 0, "{what}");
    }
}

#[tokio::test]
async fn k1_one_clinics_authority_does_not_vouch_for_anothers_system() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let our_server = Server::start_tls("https://localhost", ours.acceptor).await;
    let their_server = Server::start_tls("https://localhost", theirs.acceptor).await;
    let endpoint = |server: &Server, root: &str| ClinicEndpoint::new(&server.base, TOKEN).with_root_certificates(root);
    let settings = ClinicSystemSettings::new()
        .with_clinic(CLINIC, endpoint(&our_server, &ours.root))
        .with_clinic(OTHER_CLINIC, endpoint(&their_server, &ours.root));
    let system = HttpClinicSystem::new(settings).unwrap();
    assert!(system.patient(CLINIC, &nancy()).await.is_ok());
    assert!(system.patient(OTHER_CLINIC, &nancy()).await.is_err());
    let settings = ClinicSystemSettings::new()
        .with_clinic(CLINIC, endpoint(&our_server, &theirs.root))
        .with_clinic(OTHER_CLINIC, endpoint(&their_server, &theirs.root));
    let system = HttpClinicSystem::new(settings).unwrap();
    assert!(system.patient(CLINIC, &nancy()).await.is_err());
    assert!(system.patient(OTHER_CLINIC, &nancy()).await.is_ok());
}
