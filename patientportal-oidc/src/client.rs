//! The HTTP client to the provider: no redirects, bounded in time and size, TLS by the platform's roots.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use patientportal_core::fault::Fault;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use crate::config::{ConfigError, Limits};

/// Talks to the provider, and to nobody that it redirects to.
pub(crate) struct HttpClient {
    inner: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    total: Duration,
    body: usize,
}

/// Why there was no usable answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("the request could not be sent")]
    Send(#[source] hyper_util::client::legacy::Error),
    #[error("the whole answer did not come in time")]
    Late,
    #[error("the answer was broken off or too large")]
    Body(#[source] Box<dyn Error + Send + Sync>),
    #[error("the answer had status {0}")]
    Status(StatusCode),
}

impl HttpClient {
    /// A client for https, or for http alone when the issuer is on this machine.
    pub(crate) fn new(https: bool, extra_roots: Option<&str>, limits: &Limits) -> Result<Self, ConfigError> {
        let roots = extra_roots.map(read_roots).transpose()?.unwrap_or_default();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(limits.connect));
        tcp.set_nodelay(true);
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls(https, roots)?);
        let builder = if https { builder.https_only() } else { builder.https_or_http() };
        let inner = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(4)
            .build(builder.enable_http1().wrap_connector(tcp));
        Ok(Self { inner, total: limits.total, body: limits.body })
    }

    /// The longest that one answer is waited for.
    pub(crate) fn patience(&self) -> Duration {
        self.total
    }

    /// Sends `request` and reads the whole answer. A redirect or a server's failure is an error.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        tokio::time::timeout(self.total, self.exchange(request)).await.unwrap_or(Err(HttpError::Late))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let (head, body) = self.inner.request(request).await.map_err(HttpError::Send)?.into_parts();
        if head.status.is_redirection() || head.status.is_server_error() {
            return Err(HttpError::Status(head.status));
        }
        let whole = Limited::new(body, self.body).collect().await.map_err(HttpError::Body)?;
        Ok(Response::from_parts(head, whole.to_bytes().to_vec()))
    }
}

/// Whether `fault` is that the provider could not be reached, and not that it answered badly.
pub(crate) fn is_out_of_reach(fault: &Fault) -> bool {
    match fault.source().and_then(|source| source.downcast_ref()) {
        // TLS is a part of connecting.
        Some(HttpError::Send(error)) => error.is_connect(),
        Some(HttpError::Late) => true,
        Some(HttpError::Body(_) | HttpError::Status(_)) | None => false,
    }
}

impl From<HttpError> for Fault {
    fn from(error: HttpError) -> Self {
        Self::transient("the identity provider did not answer", error)
    }
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

fn read_roots(pem: &str) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let roots = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| ConfigError::RootCertificates)?;
    if roots.is_empty() { Err(ConfigError::RootCertificates) } else { Ok(roots) }
}

fn tls(https: bool, roots: Vec<CertificateDer<'static>>) -> Result<ClientConfig, ConfigError> {
    // Always a provider by name: a process default belongs to the embedding program.
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| ConfigError::Tls(error.into()))?;
    if !https {
        // An issuer on loopback must work on a machine without root certificates; no TLS peer is trusted then.
        return Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth());
    }
    let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(|error| ConfigError::Tls(error.into()))?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}
