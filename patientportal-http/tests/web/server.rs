//! The server around the service, over a real connection.
#![expect(clippy::unwrap_used, reason = "a client for tests fails by panicking")]

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use patientportal_http::{ForwardedHeader, PeerAddress, ServerLimits, TrustedProxies, serve};
use patientportal_testkit::world::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_service::Service;

/// A running server.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// The pages.
    async fn new(limits: ServerLimits) -> Self {
        Self::of(crate::browser::service(&World::new()), limits).await
    }

    /// Any service.
    async fn of<S>(service: S, limits: ServerLimits) -> Self
    where
        S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(serve(listener, service, limits, async {
            stopped.await.ok();
        }));
        Self { address, stop, running }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn end(self) {
        self.stop.send(()).unwrap();
        soon(self.running).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn it_serves_pages_and_ends_when_told() {
    let server = Server::new(ServerLimits::default()).await;
    let address = server.address;
    let (mut stream, silent) = (server.connect().await, server.connect().await);
    let head = ask(&mut stream).await;
    assert!(!head.contains("connection:"), "it stays open: {head}");
    ask(&mut stream).await;
    server.end().await;
    assert_eq!(rest_of(stream).await, "");
    assert_eq!(rest_of(silent).await, "");
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any longer");
}

#[tokio::test]
async fn an_answer_under_way_is_finished_when_the_server_ends() {
    let (asked, mut was_asked) = tokio::sync::mpsc::channel(1);
    let go_on = std::sync::Arc::new(tokio::sync::Notify::new());
    let waits = go_on.clone();
    let slow = tower::service_fn(move |_: Request<Incoming>| {
        let (asked, waits) = (asked.clone(), waits.clone());
        async move {
            asked.send(()).await.unwrap();
            waits.notified().await;
            Ok(Response::new(Full::from("at last")))
        }
    });
    let server = Server::of(slow, ServerLimits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(REQUEST).await.unwrap();
    soon(was_asked.recv()).await.unwrap();
    server.stop.send(()).unwrap();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go_on.notify_one();
    assert!(rest_of(stream).await.ends_with("at last"));
    soon(server.running).await.unwrap().unwrap();
}

#[tokio::test]
async fn a4_34_endless_headers_are_refused() {
    let server = Server::new(ServerLimits::default()).await;
    let mut stream = server.connect().await;
    let line = format!("x-long: {}\r\n", "x".repeat(64 * 1024));
    stream.write_all(format!("GET / HTTP/1.1\r\nhost: portal.example.dk\r\n{line}").as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 431");
    drop(stream);
    server.end().await;
}

#[tokio::test]
async fn a4_34_who_says_nothing_or_half_a_thing_is_closed() {
    let mut limits = ServerLimits::default();
    limits.header_time = MOMENT;
    let server = Server::new(limits).await;
    let mut idle = server.connect().await;
    ask(&mut idle).await;
    let mut streams = vec![("idle between two requests", idle)];
    for said in ["", "P", "PRI *", "GET / HTTP/1.1\r\nhost: portal.example.dk\r\n"] {
        let mut stream = server.connect().await;
        stream.write_all(said.as_bytes()).await.unwrap();
        streams.push((said, stream));
    }
    for (said, stream) in streams {
        assert_eq!(rest_of(stream).await, "", "{said:?}");
    }
    server.end().await;
}

#[tokio::test]
async fn a4_34_who_does_not_read_the_answers_is_closed() {
    let mut limits = ServerLimits::default();
    (limits.connection_life, limits.last_answers) = (MOMENT, MOMENT);
    let server = Server::new(limits).await;
    let mut stream = server.connect().await;
    let unread = async { while stream.write_all(&REQUEST.repeat(100)).await.is_ok() {} };
    soon(unread).await;
    server.end().await;
}

#[tokio::test]
async fn a4_34_above_the_most_connections_newcomers_wait() {
    let mut limits = ServerLimits::default();
    limits.connections = 1;
    let (asked, mut was_asked) = tokio::sync::mpsc::unbounded_channel();
    let pages = tower::service_fn(move |request: Request<Incoming>| {
        asked.send(request.extensions().get::<PeerAddress>().unwrap().0).unwrap();
        async { Ok(Response::new(Full::from("a page"))) }
    });
    let server = Server::of(pages, limits).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    second.write_all(REQUEST).await.unwrap();
    for _ in 0..20 {
        ask(&mut first).await;
        assert_eq!(was_asked.recv().await, Some(first.local_addr().unwrap()));
    }
    drop(first);
    assert_eq!(soon(was_asked.recv()).await, Some(second.local_addr().unwrap()));
    server.end().await;
}

#[tokio::test]
async fn a4_34_one_address_does_not_take_all_connections() {
    let mut limits = ServerLimits::default();
    limits.connections_per_peer = 1;
    let server = Server::new(limits.clone()).await;
    let (mut first, second) = (server.connect().await, server.connect().await);
    ask(&mut first).await;
    assert_eq!(rest_of(second).await, "");
    ask(&mut first).await;
    server.end().await;

    limits.trusted_proxies = TrustedProxies::new(vec!["127.0.0.0/8".parse().unwrap()], ForwardedHeader::Forwarded);
    let server = Server::new(limits).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    ask(&mut first).await;
    ask(&mut second).await;
    server.end().await;
}

/// Asks for a page, reads it whole, and gives its head.
async fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(REQUEST).await.unwrap();
    let mut answer = Vec::new();
    loop {
        assert_ne!(soon(stream.read_buf(&mut answer)).await.unwrap(), 0, "closed instead of an answer");
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let length = head.split_once("content-length: ").unwrap().1.split("\r\n").next().unwrap();
        if body.len() == length.parse::<usize>().unwrap() {
            return head.to_owned();
        }
    }
}

/// What still comes until the server closes.
async fn rest_of(mut stream: TcpStream) -> String {
    let mut rest = String::new();
    soon(stream.read_to_string(&mut rest)).await.unwrap();
    rest
}

/// What hangs fails instead.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.unwrap()
}

const REQUEST: &[u8] = b"GET /automatic HTTP/1.1\r\nhost: portal.example.dk\r\n\r\n";
const MOMENT: Duration = Duration::from_secs(1);
