//! Connecting: one host after the other, each for so long and no longer, and what every connection is told first.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::connection::Connection;
use crate::error::{Cause, Remedy};
use crate::open::{OpenError, PostgresOptions};

/// Makes connections.
pub(crate) struct Connector {
    /// A host each, in the order to try them.
    hosts: Vec<Config>,
    tls: MakeRustlsConnect,
    connect_timeout: Duration,
    settings: String,
}

impl Connector {
    pub(crate) fn new(hosts: Vec<Config>, options: &PostgresOptions) -> Result<Self, OpenError> {
        let encrypted = hosts.iter().any(|host| host.get_ssl_mode() != SslMode::Disable);
        let tls = MakeRustlsConnect::new(tls(encrypted, options.root_certificates.as_deref())?);
        Ok(Self { hosts, tls, connect_timeout: options.connect_timeout, settings: settings(options) })
    }

    /// A connection to the first host that gives one.
    pub(crate) async fn connect(&self) -> Result<Connection, Cause> {
        let mut cause = Cause::new(Remedy::Mend, "no host is named");
        for host in &self.hosts {
            let connecting = timeout(self.connect_timeout, self.connect_to(host));
            match connecting.await.unwrap_or_else(|_| Err(Cause::unanswered())) {
                Ok(connection) => return Ok(connection),
                Err(error) => cause = error,
            }
        }
        Err(cause)
    }

    async fn connect_to(&self, host: &Config) -> Result<Connection, Cause> {
        let connected = host.connect(self.tls.clone()).await;
        let (client, transport): (Client, _) = connected.map_err(|error| Cause::of_connecting(&error))?;
        let transport = tokio::spawn(async move {
            if let Err(error) = transport.await {
                tracing::info!(cause = Cause::from(error).text(), "a connection to the database ended");
            }
        });
        let connection = Connection::new(client, transport);
        let told = connection.client().batch_execute(&self.settings).await;
        told.map_err(|error| Cause::of_connecting(&error))?;
        Ok(connection)
    }
}

/// What holds for all that is asked on a connection.
fn settings(options: &PostgresOptions) -> String {
    let milliseconds = options.statement_timeout.as_millis();
    let lock = milliseconds / 2;
    // What a node that has vanished had locked must be free again before those who wait for it lose patience.
    let vanished = (options.commit_patience / 2).clamp(SHORTEST_SILENCE, LONGEST_SILENCE).as_millis();
    // What is acknowledged is on disk, whatever was set for the database or its user; more than that may be wanted.
    format!(
        "SET search_path TO \"{}\"; SET statement_timeout TO {milliseconds}; SET lock_timeout TO {lock}; \
         SET idle_in_transaction_session_timeout TO {vanished}; \
         SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
        options.schema
    )
}

fn tls(encrypted: bool, roots: Option<&str>) -> Result<ClientConfig, OpenError> {
    // Always a provider by name: a process default belongs to the embedding program.
    let provider = Arc::new(ring::default_provider());
    let roots = roots.map(read_roots).transpose()?.unwrap_or_default();
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(OpenError::Tls)?;
    if !encrypted {
        // A server on this machine must be reached also where there are no root certificates; no peer is trusted then.
        return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
    }
    let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(OpenError::Tls)?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

/// A node is busy for so long between two round trips, sometimes; it is not gone.
const SHORTEST_SILENCE: Duration = Duration::from_secs(1);
const LONGEST_SILENCE: Duration = Duration::from_secs(5);

fn read_roots(pem: &str) -> Result<Vec<CertificateDer<'static>>, OpenError> {
    let roots = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| OpenError::RootCertificates)?;
    if roots.is_empty() { Err(OpenError::RootCertificates) } else { Ok(roots) }
}
