//! A clinic's system on loopback that does what its script says, and one that speaks no proper HTTP.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// A running system.
pub(crate) struct Server {
    pub(crate) base: String,
    shared: Arc<Shared>,
}

/// One answer.
#[derive(Clone)]
pub(crate) enum Reply {
    /// A status, a content type and a body.
    Say(u16, &'static str, Vec<u8>),
    /// A redirect.
    Redirect(u16, String),
    /// None, ever.
    Silence,
}

/// One request, as it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) authorization: String,
    pub(crate) content_type: String,
    pub(crate) accept: String,
    pub(crate) body: String,
}

struct Shared {
    script: Mutex<Script>,
    gate: watch::Sender<bool>,
}

#[derive(Default)]
struct Script {
    next: VecDeque<Reply>,
    seen: Vec<Seen>,
    in_hand: usize,
    most_in_hand: usize,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::listen("http://127.0.0.1", None).await
    }

    /// A system behind TLS, called by `origin`.
    pub(crate) async fn start_tls(origin: &str, tls: TlsAcceptor) -> Self {
        Self::listen(origin, Some(tls)).await
    }

    async fn listen(origin: &str, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("{origin}:{}/portal/v1", listener.local_addr().unwrap().port());
        let shared = Arc::new(Shared { script: Mutex::default(), gate: watch::Sender::new(true) });
        let inner = Arc::clone(&shared);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let shared = Arc::clone(&inner);
                let service = service_fn(move |request| serve(Arc::clone(&shared), request));
                let tls = tls.clone();
                tokio::spawn(async move {
                    let http = http1::Builder::new();
                    match tls {
                        None => drop(http.serve_connection(TokioIo::new(stream), service).await),
                        // A client that does not trust the certificate goes away here.
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                drop(http.serve_connection(TokioIo::new(stream), service).await);
                            }
                        }
                    }
                });
            }
        });
        Self { base, shared }
    }

    /// The next request is answered so; without this, as a good system does that holds [`NANCY`].
    pub(crate) fn next(&self, reply: Reply) -> &Self {
        self.script().next.push_back(reply);
        self
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.script().seen.clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.script().seen.len()
    }

    /// How many requests wait at the gate, and how many did at the most.
    pub(crate) fn in_hand(&self) -> (usize, usize) {
        let script = self.script();
        (script.in_hand, script.most_in_hand)
    }

    /// While the gate is shut no answer goes out.
    pub(crate) fn set_gate(&self, open: bool) {
        self.shared.gate.send_replace(open);
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.shared.script.lock().unwrap()
    }
}

/// An address where each connection is answered with these very bytes and then closed.
pub(crate) async fn raw(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"}") {
                assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
            }
            stream.write_all(&answer).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    base
}

async fn serve(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    let header = |name| head.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    let seen = Seen {
        method: head.method.to_string(),
        uri: head.uri.to_string(),
        authorization: header(AUTHORIZATION),
        content_type: header(CONTENT_TYPE),
        accept: header(ACCEPT),
        body,
    };
    let reply = {
        let mut script = shared.script.lock().unwrap();
        script.seen.push(seen.clone());
        script.in_hand += 1;
        script.most_in_hand = script.most_in_hand.max(script.in_hand);
        script.next.pop_front().unwrap_or_else(|| usual(&seen))
    };
    shared.gate.subscribe().wait_for(|open| *open).await.unwrap();
    shared.script.lock().unwrap().in_hand -= 1;
    Ok(match reply {
        Reply::Say(status, kind, body) => {
            let response = Response::builder().status(status).header(CONTENT_TYPE, kind);
            response.body(Full::from(body)).unwrap()
        }
        Reply::Redirect(status, to) => {
            Response::builder().status(status).header(LOCATION, to).body(Full::default()).unwrap()
        }
        Reply::Silence => std::future::pending().await,
    })
}

fn usual(seen: &Seen) -> Reply {
    match (seen.method.as_str(), seen.uri.rsplit('/').next().unwrap()) {
        ("POST", "lookup") => Reply::Say(200, "application/json", NANCY.into()),
        ("PUT", "contact") | ("POST", "left") => Reply::Say(204, "text/plain", Vec::new()),
        _ => Reply::Say(405, "text/plain", Vec::new()),
    }
}

/// What a good system answers to a lookup.
pub(crate) const NANCY: &str =
    r#"{"email": "nancy@example.dk", "mobile": "20 12 34 56", "own_patient": true, "ward": {"deeper": [1]}}"#;
