//! `[metrics]`: what is counted and measured, as Prometheus reads it, at an address of its own.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use patientportal_core::measures;
use patientportal_http::ServerLimits;
use tower_service::Service;

use crate::parts::StartError;
use crate::routes::{Answer, answer};
use crate::server::{listen, reserve};

/// Measures from now on, and serves what was measured until the process ends.
///
/// # Errors
/// [`StartError`] when the address cannot be listened on.
pub(crate) fn begin(address: SocketAddr) -> Result<(), StartError> {
    let failed = |error: &dyn std::error::Error| StartError::Part("metrics", error.to_string());
    let listener = listen(reserve(address)?)?;
    let recorder = builder().map_err(|error| failed(&error))?.build_recorder();
    let metrics = Metrics(recorder.handle());
    metrics::set_global_recorder(recorder).map_err(|error| failed(&error))?;
    measures::describe();
    tokio::spawn(keep_house(metrics.0.clone()));
    tokio::spawn(async move {
        let served =
            patientportal_http::serve(listener, metrics, ServerLimits::default(), std::future::pending()).await;
        if let Err(error) = served {
            tracing::error!(%error, "metrics can be read no more");
        }
    });
    tracing::info!(%address, "metrics can be read");
    Ok(())
}

#[derive(Clone)]
struct Metrics(PrometheusHandle);

impl Service<Request<Incoming>> for Metrics {
    type Response = Answer;
    type Error = Infallible;
    type Future = Ready<Result<Answer, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let is_asked = request.uri().path() == "/metrics" && request.method() == Method::GET;
        ready(Ok(match is_asked {
            true => answer(StatusCode::OK, EXPOSITION, self.0.render()),
            false => answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "GET /metrics\n"),
        }))
    }
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
}

/// Folds what was measured, so that nobody who does not read it makes it grow.
async fn keep_house(metrics: PrometheusHandle) {
    loop {
        tokio::time::sleep(HOUSEKEEPING).await;
        metrics.run_upkeep();
    }
}

/// In seconds: from a commit on a fast disk to a queue that stands still.
const BUCKETS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0];
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";
const HOUSEKEEPING: Duration = Duration::from_secs(5);
