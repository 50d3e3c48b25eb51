//! A server around a service, for programs that have none of their own: limits on headers, time and connections, and an
//! end that lets answers finish.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_service::Service;

use crate::client_address::PeerAddress;

/// Serves `service` on `listener` until `shutdown` is over, then lets open requests finish for at most ten seconds. The
/// service is [`PortalService`](crate::PortalService), or a program's own around it; each of its requests carries the
/// [`PeerAddress`].
///
/// # Errors
/// When connections cannot be accepted at all.
pub async fn serve<S>(listener: TcpListener, service: S, shutdown: impl Future<Output = ()>) -> io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let builder = connection_builder();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let permit = tokio::select! {
            permit = room.clone().acquire_owned() => permit.map_err(io::Error::other)?,
            () = &mut shutdown => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer)) => spawn(&builder, &graceful, stream, PeerAddress(peer), service.clone(), permit),
            Err(error) if is_of_one_connection(&error) => {}
            // No file descriptors left, most likely: others may end while we wait.
            Err(error) => {
                tracing::error!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(LAST_ANSWERS, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

fn spawn<S>(
    builder: &Builder<TokioExecutor>,
    graceful: &GracefulShutdown,
    stream: TcpStream,
    peer: PeerAddress,
    service: S,
    permit: OwnedSemaphorePermit,
) where
    S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    // Answers are written whole, so waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error = %error, "the connection ended at once");
    }
    let respond = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        service.clone().call(request)
    });
    let connection = builder.serve_connection(TokioIo::new(stream), respond).into_owned();
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(error, "a connection ended early");
        }
        drop(permit);
    });
}

fn connection_builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_headers(MOST_HEADERS)
        .max_buf_size(HEADER_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEADER_BYTES_HTTP2)
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(HEADER_TIME);
    builder
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

const MOST_CONNECTIONS: usize = 4096;
/// Also how long an idle connection is kept open.
const HEADER_TIME: Duration = Duration::from_secs(30);
const MOST_HEADERS: usize = 100;
const HEADER_BYTES: usize = 32 * 1024;
const HEADER_BYTES_HTTP2: u32 = 32 * 1024;
const STREAMS: u32 = 100;
const KEEP_ALIVE: Duration = Duration::from_secs(60);
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
const LAST_ANSWERS: Duration = Duration::from_secs(10);
