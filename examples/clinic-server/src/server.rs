//! From a configuration to a running server, and to its end.

use std::net::SocketAddr;
use std::path::Path;

use patientportal_http::{PortalService, ServerLimits};
use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::Config;
use crate::log;
use crate::metrics;
use crate::parts::{self, Outside, Parts, Role, StartError};
use crate::routes::Routes;
use crate::tls::{self, Tls};
use crate::workers::Workers;

/// Serves by a configuration file until told to stop.
///
/// # Errors
/// [`StartError`] when it could not begin.
pub(crate) async fn run(file: &Path) -> Result<(), StartError> {
    let config = Config::read(file)?;
    log::begin(log::Form::Json);
    let socket = reserve(config.listen)?;
    let tls = config.tls.clone().map(tls::begin).transpose()?;
    config.metrics.map(metrics::begin).transpose()?;
    let parts = parts::assemble(&config, Outside::of(&config)?, Role::Server).await?;
    let pages = pages(&parts, parts::web_settings(&config))?;
    let routes = Routes::new(parts.portal.clone(), pages);
    serve(listen(socket)?, tls, limits(&config), parts, routes).await
}

/// The portal's pages.
///
/// # Errors
/// [`StartError::Part`].
pub(crate) fn pages(parts: &Parts, settings: patientportal_http::WebSettings) -> Result<PortalService, StartError> {
    PortalService::new(parts.portal.clone(), settings).map_err(|error| StartError::Part("the pages", error.to_string()))
}

/// What is taken on: the usual, where proxies are not taken for one client each.
pub(crate) fn limits(config: &Config) -> ServerLimits {
    let mut limits = ServerLimits::default();
    limits.trusted_proxies = config.trusted_proxies.clone();
    limits
}

/// Takes the address before anything is made, without letting anybody connect yet.
///
/// # Errors
/// [`StartError::Listen`] when it is taken or not ours.
pub(crate) fn reserve(address: SocketAddr) -> Result<TcpSocket, StartError> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let reserved = socket.and_then(|socket| {
        // A port whose last connections have not quite ended is free all the same.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    });
    reserved.map_err(|cause| StartError::Listen { address: address.to_string(), cause })
}

/// Lets connections come to a reserved address; they wait until they are served.
///
/// # Errors
/// [`StartError::Listen`] when another was quicker.
pub(crate) fn listen(socket: TcpSocket) -> Result<TcpListener, StartError> {
    let address = socket.local_addr().map_or_else(|_| String::new(), |address| address.to_string());
    socket.listen(BACKLOG).map_err(|cause| StartError::Listen { address, cause })
}

/// Serves until SIGTERM or SIGINT; then requests and the jobs in hand finish, and the store closes.
///
/// # Errors
/// [`StartError`] when it could not begin.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    limits: ServerLimits,
    mut parts: Parts,
    routes: Routes,
) -> Result<(), StartError> {
    let no_signals = |error: std::io::Error| StartError::Part("the end by signal", error.to_string());
    let terminated = signal(SignalKind::terminate()).map_err(no_signals)?;
    let interrupted = signal(SignalKind::interrupt()).map_err(no_signals)?;
    let address = listener.local_addr().map_or_else(|_| String::new(), |address| address.to_string());
    let workers = Workers::start(&parts.portal, &parts.identity, &parts.woken, parts.roots.take());
    tracing::info!(address, public_url = parts.portal.public_url(), "serving");
    let stop = told_to_stop(terminated, interrupted);
    let served = match tls {
        Some(tls) => patientportal_http::serve_greeting(listener, tls, routes, limits, stop).await,
        None => patientportal_http::serve(listener, routes, limits, stop).await,
    };
    if let Err(error) = served {
        tracing::error!(%error, "no more connections can be accepted");
    }
    tracing::info!("stopping");
    workers.finish().await;
    drop(parts);
    tracing::info!("stopped");
    Ok(())
}

async fn told_to_stop(mut terminated: Signal, mut interrupted: Signal) {
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
}

const BACKLOG: u32 = 1024;
