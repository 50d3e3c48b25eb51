//! The line to one clinic's system: its addresses, its token, its breaker, and how many may talk at a time.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use patientportal_core::ids::ClinicId;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use crate::breaker::Breaker;
use crate::client::{Answer, Expected, HttpClient, JSON, TlsConfigs};
use crate::failure::Failure;
use crate::settings::{ClinicEndpoint, ClinicSystemSettings, ConfigError};

/// The line to one clinic's system.
pub(crate) struct Line {
    clinic: ClinicId,
    lookup: Uri,
    contact: Uri,
    left: Uri,
    authorization: HeaderValue,
    http: HttpClient,
    breaker: Breaker,
    places: Arc<Semaphore>,
    patience: Duration,
}

/// What a clinic's system is asked or told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Errand {
    /// What it holds of a patient.
    Lookup,
    /// How a patient is reached from now on.
    Contact,
    /// That a patient's access is over.
    Left,
}

impl Line {
    pub(crate) fn new(
        clinic: ClinicId,
        endpoint: &ClinicEndpoint,
        settings: &ClinicSystemSettings,
        tls: &mut TlsConfigs,
    ) -> Result<Self, ConfigError> {
        let base = endpoint.address(clinic)?;
        let tls = match base.scheme() {
            "https" => Some(tls.trusting(clinic, endpoint.extra_root_certificates.as_deref())?),
            _ => None,
        };
        let base = base.as_str().trim_end_matches('/');
        let address = |path| {
            Uri::try_from(format!("{base}/patient/{path}"))
                .map_err(|_| ConfigError::Address { clinic, reason: "is not an address for http" })
        };
        Ok(Self {
            clinic,
            lookup: address("lookup")?,
            contact: address("contact")?,
            left: address("left")?,
            authorization: endpoint.authorization(clinic)?,
            http: HttpClient::new(tls, &settings.limits)?,
            breaker: Breaker::new(clinic, settings.breaker),
            places: Arc::new(Semaphore::new(settings.limits.concurrent)),
            patience: settings.limits.total,
        })
    }

    /// Goes on an errand and comes back with an agreed answer.
    pub(crate) async fn go(self: &Arc<Self>, errand: Errand, body: Bytes) -> Result<Answer, Failure> {
        let deadline = Instant::now() + self.patience;
        let place = timeout(self.patience / 3, Arc::clone(&self.places).acquire_owned())
            .await
            .map_err(|_| Failure::Busy)?
            .map_err(|_| Failure::Busy)?;
        let line = Arc::clone(self);
        // In a task of its own: visitors who go away must not hide from the breaker that the system is slow, and an
        // update is not broken off halfway.
        let outcome = tokio::spawn(async move {
            let _place = place;
            line.exchange(errand, body, deadline).await
        });
        let outcome = outcome.await.unwrap_or(Err(Failure::Abandoned));
        if let Err(Failure::TokenRefused(status)) = &outcome {
            let status = status.as_u16();
            tracing::error!(clinic = self.clinic.0, status, "the clinic's system refuses the portal's token");
        }
        outcome
    }

    async fn exchange(&self, errand: Errand, body: Bytes, deadline: Instant) -> Result<Answer, Failure> {
        let request = self.request(errand, body)?;
        let pass = self.breaker.admit(Instant::now()).ok_or(Failure::LeftAlone)?;
        let outcome =
            timeout_at(deadline, self.http.send(request, errand.expects())).await.unwrap_or(Err(Failure::Late));
        let works = outcome.as_ref().err().is_none_or(|failure| !failure.may_pass());
        pass.settle(works, Instant::now());
        outcome
    }

    fn request(&self, errand: Errand, body: Bytes) -> Result<Request<Full<Bytes>>, Failure> {
        let (method, address) = match errand {
            Errand::Lookup => (Method::POST, &self.lookup),
            Errand::Contact => (Method::PUT, &self.contact),
            Errand::Left => (Method::POST, &self.left),
        };
        Request::builder()
            .method(method)
            .uri(address.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, JSON)
            .header(ACCEPT, JSON)
            .header(USER_AGENT, "patientportal")
            .body(Full::new(body))
            .map_err(|_| Failure::Request)
    }
}

impl Errand {
    fn expects(self) -> Expected {
        match self {
            Self::Lookup => Expected::Json,
            Self::Contact | Self::Left => Expected::Nothing,
        }
    }
}
