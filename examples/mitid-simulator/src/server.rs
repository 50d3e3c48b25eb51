//! Listening, routing and stopping.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::HOST;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::authorize;
use crate::config::{SimulatorConfig, StartError};
use crate::logout;
use crate::pages;
use crate::reply::{self, Reply};
use crate::request::Parameters;
use crate::state::{STAFF_PATH, Simulation};
use crate::token;
use crate::userinfo;

/// Starts simulators.
#[derive(Debug)]
pub struct Simulator;

/// A simulator at work. Dropping it stops it.
#[derive(Debug)]
pub struct RunningSimulator {
    issuer: String,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Simulator {
    /// Listens, and serves until shut down.
    ///
    /// # Errors
    /// [`StartError`] when the address is not loopback or taken.
    pub async fn start(config: SimulatorConfig) -> Result<RunningSimulator, StartError> {
        let wanted = config.address;
        if !wanted.ip().is_loopback() {
            return Err(StartError::NotLoopback(wanted));
        }
        let random = || StdRng::try_from_rng(&mut SysRng).map_err(|_| StartError::Randomness);
        let listener = TcpListener::bind(wanted).await.map_err(|error| StartError::Listen(wanted, error))?;
        let address = listener.local_addr().map_err(|error| StartError::Listen(wanted, error))?;
        let issuer = format!("http://localhost:{}", address.port());
        let staff = match config.for_staff() {
            Some(staff) => Some(Arc::new(Simulation::new(staff, format!("{issuer}{STAFF_PATH}"), random()?))),
            None => None,
        };
        let patients = Arc::new(Simulation::new(config, issuer.clone(), random()?));
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, Simulations { patients, staff }, stopped));
        Ok(RunningSimulator { issuer, address, stop: Some(stop), task })
    }
}

impl RunningSimulator {
    /// The issuer identifier: `http://localhost:PORT`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The issuer identifier for staff, where they sign in here.
    #[must_use]
    pub fn staff_issuer(&self) -> String {
        format!("{}{STAFF_PATH}", self.issuer)
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops, and waits until the port is free.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        if let Err(error) = (&mut self.task).await {
            tracing::warn!(%error, "the MitID-simulator did not stop cleanly");
        }
    }
}

impl Drop for RunningSimulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The providers at one address.
#[derive(Clone)]
struct Simulations {
    patients: Arc<Simulation>,
    staff: Option<Arc<Simulation>>,
}

impl Simulations {
    /// Whose a path is, and the path as that provider sees it.
    fn at<'p>(&self, path: &'p str) -> (&Simulation, &'p str) {
        match (&self.staff, path.strip_prefix(STAFF_PATH)) {
            (Some(staff), Some(rest)) if rest.starts_with('/') => (staff, rest),
            _ => (&self.patients, path),
        }
    }
}

async fn serve(listener: TcpListener, simulations: Simulations, mut stopped: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = &mut stopped => return,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else { continue };
        let simulations = simulations.clone();
        let service = service_fn(move |request| answer(simulations.clone(), request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(30))
            .serve_connection(TokioIo::new(stream), service);
        // A browser that goes away in the middle is nobody's fault.
        connections.spawn(async move { drop(connection.await) });
    }
}

async fn answer(simulations: Simulations, request: Request<Incoming>) -> Result<Reply, Infallible> {
    let (head, body) = request.into_parts();
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    // Another name in front of loopback is a page elsewhere that reaches in here by its own DNS.
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !matches!(name, "localhost" | "127.0.0.1" | "[::1]") {
        return Ok(reply::bare(StatusCode::MISDIRECTED_REQUEST));
    }
    let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
        return Ok(reply::bare(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let (body, query) = (body.to_bytes(), Parameters::read(head.uri.query().unwrap_or_default().as_bytes()));
    let form = || Parameters::read(&body);
    let (simulation, path) = simulations.at(head.uri.path());
    Ok(match (&head.method, path) {
        (&Method::GET, "/.well-known/openid-configuration") => description(&simulation.issuer),
        (&Method::GET, "/jwks") => reply::json(&simulation.key.published()),
        (&Method::GET, "/authorize") => authorize::show(simulation, head.uri.query().unwrap_or_default()),
        (&Method::POST, "/authorize") => authorize::choose(simulation, &form()),
        (&Method::POST, "/token") => token::exchange(simulation, &head.headers, &form()),
        (&Method::GET | &Method::POST, "/userinfo") => userinfo::userinfo(simulation, &head.headers),
        (&Method::POST, "/api/v1/mitid/matchCpr") => userinfo::match_cpr(simulation, &head.headers, &body),
        (&Method::GET, "/logout") => logout::logout(simulation, &query),
        (&Method::POST, "/logout") => logout::logout(simulation, &form()),
        (&Method::GET, "/style.css") => reply::style(pages::STYLE),
        (&Method::GET, "/") => reply::page(StatusCode::OK, pages::front(), None),
        _ => reply::bare(StatusCode::NOT_FOUND),
    })
}

fn description(issuer: &str) -> Reply {
    reply::json(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/logout"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["login", "none"],
        "ui_locales_supported": ["da", "en"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

const LARGEST_BODY: usize = 64 * 1024;
