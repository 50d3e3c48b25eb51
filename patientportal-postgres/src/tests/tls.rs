//! The way to the database: encrypted, and to nobody who does not prove who it is.

use patientportal_core::store::Store;
use postgres_server::{PostgresConfig, PostgresServer, Tls};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use super::{command, options};
use crate::{OpenError, PostgresOptions, PostgresStore};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i7_only_a_server_that_proves_who_it_is_is_talked_to() {
    let (own, other) = (Authority::new(), Authority::new());
    let server = PostgresServer::start(own.server("127.0.0.1"));
    let encrypted = format!("{}?sslmode=require", server.url());

    let store = PostgresStore::open(&encrypted, own.trusted()).await.unwrap();
    store.commit(&command(1)).await.unwrap();
    let plain = "SELECT count(*) FROM pg_stat_ssl AS s JOIN pg_stat_activity AS a ON a.pid = s.pid
        WHERE a.application_name = 'patientportal' AND NOT s.ssl";
    assert_eq!(server.sql("postgres", plain), "0");

    let refused = refusal(&encrypted, other.trusted()).await;
    assert!(matches!(refused, OpenError::Untrusted(_)), "signed by another: {refused:?}");
    assert!(refused.to_string().contains("root certificates"), "{refused}");
    let refused = refusal(&server.url(), own.trusted()).await;
    assert!(matches!(refused, OpenError::Refused(_)), "the server wants encryption: {refused:?}");

    let elsewhere = PostgresServer::start(own.server("db.example.dk"));
    let refused = refusal(&format!("{}?sslmode=require", elsewhere.url()), own.trusted()).await;
    assert!(matches!(refused, OpenError::Untrusted(_)), "another host's certificate: {refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i7_a_server_that_cannot_encrypt_is_not_talked_to_where_that_is_wanted() {
    let url = format!("{}?sslmode=require", PostgresServer::shared().url());
    let refused = refusal(&url, Authority::new().trusted()).await;
    assert!(!matches!(refused, OpenError::BadUrl | OpenError::InsecureTransport), "{refused:?}");
}

/// Somebody who signs certificates.
struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap().pem();
        Self { certificate, issuer: Issuer::new(parameters, key) }
    }

    /// A server with a certificate for this host.
    fn server(&self, host: &str) -> PostgresConfig {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap().pem();
        let tls = Tls { certificate, key: key.serialize_pem() };
        PostgresConfig { fsync: false, tls: Some(tls), ..PostgresConfig::default() }
    }

    fn trusted(&self) -> PostgresOptions {
        PostgresOptions { root_certificates: Some(self.certificate.clone()), ..options() }
    }
}

async fn refusal(url: &str, options: PostgresOptions) -> OpenError {
    PostgresStore::open(url, options).await.err().unwrap()
}
