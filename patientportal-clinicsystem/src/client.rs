//! The HTTP client to one clinic's system: no redirects, bounded in size, TLS by the platform's roots and the clinic's.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use patientportal_core::ids::ClinicId;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::failure::Failure;
use crate::settings::{ConfigError, Limits};

/// Talks to one clinic's system, and to nobody that it redirects to.
pub(crate) struct HttpClient {
    inner: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    body: usize,
}

/// What a request is answered with when all goes well.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// 200 and JSON.
    Json,
    /// 204.
    Nothing,
}

/// An agreed answer.
pub(crate) enum Answer {
    /// The JSON, not yet read.
    Json(Bytes),
    /// It is done.
    Done,
    /// Nobody of this number is known.
    UnknownPatient,
}

/// Makes TLS configurations; clinics that trust the same roots share one, for the platform's are many.
#[derive(Default)]
pub(crate) struct TlsConfigs {
    by_extra_roots: HashMap<Option<String>, ClientConfig>,
}

impl HttpClient {
    /// A client with a TLS configuration of [`TlsConfigs`], or for plain http.
    pub(crate) fn new(tls: Option<ClientConfig>, limits: &Limits) -> Result<Self, ConfigError> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(limits.connect));
        tcp.set_nodelay(true);
        let https = tls.is_some();
        let tls = tls.map_or_else(no_tls, Ok)?;
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls);
        let builder = if https { builder.https_only() } else { builder.https_or_http() };
        let inner = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(limits.concurrent)
            .build(builder.enable_http1().wrap_connector(tcp));
        Ok(Self { inner, body: limits.body })
    }

    /// Sends `request` and reads the whole answer. The caller sees to the time.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>, expected: Expected) -> Result<Answer, Failure> {
        let (head, body) = self.inner.request(request).await.map_err(Failure::Send)?.into_parts();
        match (head.status, expected) {
            (StatusCode::OK, Expected::Json) if !is_json(&head.headers) => Err(Failure::ContentType),
            (StatusCode::OK, Expected::Json) => {
                let whole = Limited::new(body, self.body).collect().await.map_err(Failure::Body)?;
                Ok(Answer::Json(whole.to_bytes()))
            }
            (StatusCode::NO_CONTENT, Expected::Nothing) => Ok(Answer::Done),
            (StatusCode::NOT_FOUND, _) => Ok(Answer::UnknownPatient),
            (status, _) => Err(failure_of(status)),
        }
    }
}

impl TlsConfigs {
    /// The configuration that trusts the platform's roots and these.
    pub(crate) fn trusting(
        &mut self,
        clinic: ClinicId,
        extra_roots: Option<&str>,
    ) -> Result<ClientConfig, ConfigError> {
        let key = extra_roots.map(str::to_owned);
        if let Some(config) = self.by_extra_roots.get(&key) {
            return Ok(config.clone());
        }
        let roots = extra_roots.map(read_roots).transpose().map_err(|()| ConfigError::RootCertificates { clinic })?;
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier::new_with_extra_roots(roots.unwrap_or_default(), provider.clone())
            .map_err(|error| ConfigError::Tls(error.into()))?;
        // Always a provider by name: a process default belongs to the embedding program.
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ConfigError::Tls(error.into()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        self.by_extra_roots.insert(key, config.clone());
        Ok(config)
    }
}

/// For a system on loopback, which must work on a machine without root certificates; no TLS peer is trusted then.
fn no_tls() -> Result<ClientConfig, ConfigError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ConfigError::Tls(error.into()))?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn read_roots(pem: &str) -> Result<Vec<CertificateDer<'static>>, ()> {
    let roots = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>().map_err(drop)?;
    if roots.is_empty() { Err(()) } else { Ok(roots) }
}

fn is_json(headers: &HeaderMap) -> bool {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(JSON)
}

fn failure_of(status: StatusCode) -> Failure {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::TokenRefused(status),
        StatusCode::TOO_MANY_REQUESTS => Failure::Unwell(status),
        status if status.is_client_error() => Failure::Refused(status),
        status if status.is_server_error() => Failure::Unwell(status),
        _ => Failure::Unexpected(status),
    }
}

pub(crate) const JSON: &str = "application/json";
/// Shorter than what servers keep an idle connection for, so that a request seldom meets one that is being closed.
const IDLE: Duration = Duration::from_secs(4);
