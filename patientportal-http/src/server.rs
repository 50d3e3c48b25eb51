//! A server around a service, for programs that have none of their own: HTTP/1 with limits on headers, time and
//! connections, and an end that lets answers finish. HTTP/2 is the proxy's in front of it, and so is TLS, unless the
//! program brings a [`Greeting`].

mod room;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1::{Builder, Connection};
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower_service::Service;

use self::room::{Room, Seat};
use crate::client_address::{PeerAddress, TrustedProxies};

/// What one server takes on, and for how long.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ServerLimits {
    /// Connections at once; above them, newcomers wait to be accepted.
    pub connections: usize,
    /// Connections at once of one address (of an IPv6 network of 64 bits); above them, newcomers are closed.
    pub connections_per_peer: usize,
    /// The proxies, whose connections are many clients' and count only among all.
    pub trusted_proxies: TrustedProxies,
    /// How long a connection may say nothing, or take for the head of a request.
    pub header_time: Duration,
    /// How long a connection is kept, whatever goes on: nobody holds one by not reading its answers.
    pub connection_life: Duration,
    /// How long open requests have to finish, once the server or their connection ends.
    pub last_answers: Duration,
}

/// What comes before the first request of a connection: a TLS handshake, say.
pub trait Greeting: Clone + Send + 'static {
    /// What requests are read from then, and answers written to.
    type Io: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Greets whoever has connected; an error ends the connection. It is given [`ServerLimits::header_time`].
    fn greet(&self, stream: TcpStream) -> impl Future<Output = io::Result<Self::Io>> + Send;
}

/// Nothing comes before it.
#[derive(Clone, Copy)]
struct Plain;

impl Greeting for Plain {
    type Io = TcpStream;

    async fn greet(&self, stream: TcpStream) -> io::Result<TcpStream> {
        Ok(stream)
    }
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections: 4096,
            connections_per_peer: 256,
            trusted_proxies: TrustedProxies::none(),
            header_time: Duration::from_secs(30),
            connection_life: Duration::from_secs(10 * 60),
            last_answers: Duration::from_secs(10),
        }
    }
}

/// Serves `service` on `listener` within `limits` until `shutdown` is over, then lets open requests finish. The service
/// is [`PortalService`](crate::PortalService), or a program's own around it; each of its requests carries the
/// [`PeerAddress`].
///
/// # Errors
/// When connections cannot be accepted at all.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    limits: ServerLimits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    serve_greeting(listener, Plain, service, limits, shutdown).await
}

/// The same where each connection begins with a greeting.
///
/// # Errors
/// When connections cannot be accepted at all.
pub async fn serve_greeting<G, S>(
    listener: TcpListener,
    greeting: G,
    service: S,
    limits: ServerLimits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()>
where
    G: Greeting,
    S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let room = Room::new(&limits);
    let server = Server { http1: http1(&limits), limits, greeting, service, ending: watch::Sender::new(()) };
    let mut shutdown = pin!(shutdown);
    loop {
        let place = tokio::select! {
            place = room.free_place() => place?,
            () = &mut shutdown => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer)) => match room.seat(place, peer.ip()) {
                Some(seat) => server.attend(stream, PeerAddress(peer), seat),
                None => tracing::debug!("an address has too many connections"),
            },
            Err(error) if is_of_one_connection(&error) => {}
            // No file descriptors left, most likely: others may end while we wait.
            Err(error) => {
                tracing::error!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    server.ending.send_replace(());
    server.ending.closed().await;
    Ok(())
}

struct Server<G, S> {
    http1: Builder,
    limits: ServerLimits,
    greeting: G,
    service: S,
    /// Told when the server ends; each connection listens while it is open.
    ending: watch::Sender<()>,
}

impl<G, S> Server<G, S>
where
    G: Greeting,
    S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    fn attend(&self, stream: TcpStream, peer: PeerAddress, seat: Seat) {
        // Answers are written whole, so waiting to fill a packet only delays them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(error = %error, "the connection ended at once");
        }
        let service = self.service.clone();
        let respond = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            service.clone().call(request)
        });
        let (http1, greeting) = (self.http1.clone(), self.greeting.clone());
        let ServerLimits { header_time, connection_life, last_answers, .. } = self.limits;
        let mut ending = self.ending.subscribe();
        tokio::spawn(async move {
            let greeted = tokio::select! {
                greeted = tokio::time::timeout(header_time, greeting.greet(stream)) => greeted.map_err(io::Error::from),
                _ = ending.changed() => return,
            };
            match greeted.flatten() {
                Ok(greeted) => {
                    let over = async {
                        tokio::select! {
                            _ = ending.changed() => {}
                            () = tokio::time::sleep(connection_life) => {}
                        }
                    };
                    see_out(http1.serve_connection(TokioIo::new(greeted), respond), over, last_answers).await;
                }
                Err(error) => tracing::debug!(%error, "a connection ended at its greeting"),
            }
            drop((ending, seat));
        });
    }
}

/// Serves a connection until it ends or is `over`, and then for as long as it takes to finish an answer, within limits.
async fn see_out<I, S>(connection: Connection<TokioIo<I>, S>, over: impl Future<Output = ()>, last_answers: Duration)
where
    I: AsyncRead + AsyncWrite + Unpin,
    S: HttpService<Incoming, ResBody = Full<Bytes>, Error = Infallible>,
{
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => Ok(ended),
        () = over => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(last_answers, connection).await
        }
    };
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a connection ended early"),
        Err(_) => tracing::warn!("a connection's last request did not finish in time"),
    }
}

fn http1(limits: &ServerLimits) -> Builder {
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_headers(MOST_HEADERS)
        .max_buf_size(HEADER_BYTES);
    builder
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

const MOST_HEADERS: usize = 100;
const HEADER_BYTES: usize = 32 * 1024;
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
