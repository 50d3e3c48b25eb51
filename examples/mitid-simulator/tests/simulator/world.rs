//! A simulator, a clock to move, and a browser that follows nothing by itself.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::header::{CONTENT_TYPE, HOST, LOCATION};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use mitid_simulator::{Client, RunningSimulator, Shape, Simulator, SimulatorConfig};
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::Clock;
use serde_json::Value;

/// 22 November 2026, noon UTC.
pub(crate) const NOW: Timestamp = Timestamp(1_795_348_800_000);
pub(crate) const BACK: &str = "http://127.0.0.1:8080/mitid/return";
pub(crate) const STAFF_BACK: &str = "http://127.0.0.1:8080/personale/retur";
pub(crate) const ROOT: &str = "http://127.0.0.1:8080/";
pub(crate) const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";
/// SHA-256 of the verifier, in base64url.
pub(crate) const CHALLENGE: &str = "mg3QoZgnRJxQy_jYdfW7D8wJkoziCuM8Yhos7PwVvsI";

pub(crate) struct MovableClock(AtomicI64);

pub(crate) struct World {
    pub(crate) simulator: RunningSimulator,
    pub(crate) clock: Arc<MovableClock>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

impl World {
    pub(crate) async fn new(shape: Shape) -> Self {
        let clock = Arc::new(MovableClock(AtomicI64::new(NOW.0)));
        let mut config = SimulatorConfig::new("portal", "s e+c:ret", clock.clone());
        config.redirect_urls = vec![BACK.to_owned()];
        config.post_logout_redirect_urls = vec![ROOT.to_owned()];
        config.shape = shape;
        config.staff = Some(Client {
            id: "portal-staff".to_owned(),
            secret: "s e+c:ret".to_owned(),
            redirect_url: STAFF_BACK.to_owned(),
            post_logout_redirect_url: ROOT.to_owned(),
        });
        Self { simulator: Simulator::start(config).await.unwrap(), clock }
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.send(Request::get(target).body(String::new()).unwrap()).await
    }

    pub(crate) async fn post(&self, target: &str, form: &[(&str, &str)]) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let kind = "application/x-www-form-urlencoded";
        let request = Request::builder().method(Method::POST).uri(target).header(CONTENT_TYPE, kind);
        self.send(request.body(form).unwrap()).await
    }

    pub(crate) async fn send(&self, mut request: Request<String>) -> Answer {
        let address: SocketAddr = self.simulator.address();
        request.headers_mut().entry(HOST).or_insert(format!("localhost:{}", address.port()).parse().unwrap());
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let (head, body) = sender.send_request(request.map(Full::<bytes::Bytes>::from)).await.unwrap().into_parts();
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }

    /// A press on the page that `query` shows: the parameters that the browser brings back.
    pub(crate) async fn press(&self, query: &str, form: &[(&str, &str)]) -> HashMap<String, String> {
        let form: Vec<_> = [("request", query)].into_iter().chain(form.iter().copied()).collect();
        let answer = self.post("/authorize", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.returned()
    }

    /// A code for `person`.
    pub(crate) async fn code(&self, person: &str) -> String {
        self.press(&request(&[]), &[("person", person)]).await["code"].clone()
    }

    /// The token endpoint's answer to `code`, with `changes` to the right form.
    pub(crate) async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> (u16, Value) {
        let right = [
            ("grant_type", "authorization_code"),
            ("client_id", "portal"),
            ("client_secret", "s e+c:ret"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        let answer = self.post("/token", &changed(&right, changes)).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        self.headers[LOCATION].to_str().unwrap()
    }

    /// The parameters at the portal's address.
    pub(crate) fn returned(&self) -> HashMap<String, String> {
        let (address, query) = self.location().split_once('?').unwrap();
        assert_eq!(address, BACK);
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }
}

impl MovableClock {
    pub(crate) fn wait(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// A right authorization request with `changes`, as a query.
pub(crate) fn request(changes: &[(&str, &str)]) -> String {
    let right = [
        ("response_type", "code"),
        ("client_id", "portal"),
        ("redirect_uri", BACK),
        ("scope", "openid ssn"),
        ("state", "state 1"),
        ("nonce", "nonce-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    form_urlencoded::Serializer::new(String::new()).extend_pairs(changed(&right, changes)).finish()
}

fn changed<'a>(right: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = right.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes).copied().collect()
}
