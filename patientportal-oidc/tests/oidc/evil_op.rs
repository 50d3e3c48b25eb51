//! An OpenID provider on loopback that does what its script says.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::keys::{Sign, ec_jwk, jwt, rsa_jwk};

/// A running provider.
pub(crate) struct Op {
    pub(crate) issuer: String,
    script: Arc<Mutex<Script>>,
}

/// What it says.
pub(crate) struct Script {
    /// Replaces members of the description; null removes one.
    pub(crate) description: Value,
    pub(crate) keys: Vec<Value>,
    pub(crate) sign: Sign,
    /// Replaces members of the ID token's header; null removes one.
    pub(crate) header: Value,
    pub(crate) id_token: Value,
    /// The ID token's payload as it stands, instead of `id_token`.
    pub(crate) raw_payload: Option<String>,
    pub(crate) userinfo: Value,
    /// What paths answer instead of what they should.
    pub(crate) broken: HashMap<&'static str, Broken>,
    /// The number that the matching compares with; three tries.
    pub(crate) cpr: &'static str,
    pub(crate) tries: u32,
    /// Every request: path, authorization header, body.
    pub(crate) seen: Vec<(String, String, String)>,
}

#[derive(Clone, Copy)]
pub(crate) enum Broken {
    Status(u16),
    Error(&'static str),
    Html,
    Redirect,
    Bytes(usize),
    Silence,
}

impl Op {
    pub(crate) async fn start() -> Self {
        Self::listen("http://127.0.0.1", None).await
    }

    /// A provider behind TLS, with a certificate for `localhost`.
    pub(crate) async fn start_tls(origin: &str, tls: TlsAcceptor) -> Self {
        Self::listen(origin, Some(tls)).await
    }

    async fn listen(origin: &str, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let issuer = format!("{origin}:{}", listener.local_addr().unwrap().port());
        let script = Arc::new(Mutex::new(Script::behaved()));
        let (base, shared) = (issuer.clone(), script.clone());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (base, shared) = (base.clone(), shared.clone());
                let service = service_fn(move |request| serve(base.clone(), shared.clone(), request));
                let http = http1::Builder::new();
                match tls.clone() {
                    None => drop(tokio::spawn(http.serve_connection(TokioIo::new(stream), service))),
                    Some(tls) => drop(tokio::spawn(async move {
                        // A client that does not trust the certificate goes away here.
                        if let Ok(stream) = tls.accept(stream).await {
                            drop(http.serve_connection(TokioIo::new(stream), service).await);
                        }
                    })),
                }
            }
        });
        Self { issuer, script }
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    /// How often a path was asked.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.script().seen.iter().filter(|(seen, ..)| seen == path).count()
    }
}

impl Script {
    fn behaved() -> Self {
        Self {
            description: json!({}),
            keys: vec![ec_jwk(1), rsa_jwk()],
            sign: Sign::Es256,
            header: json!({}),
            id_token: json!({}),
            raw_payload: None,
            userinfo: json!({}),
            broken: HashMap::new(),
            cpr: "0107729995",
            tries: 0,
            seen: Vec::new(),
        }
    }
}

async fn serve(
    base: String,
    script: Arc<Mutex<Script>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    let path = head.uri.path().to_owned();
    let authorization = head.headers.get(AUTHORIZATION).map_or("", |value| value.to_str().unwrap()).to_owned();
    let broken = {
        let mut script = script.lock().unwrap();
        script.seen.push((path.clone(), authorization, body.clone()));
        script.broken.get(path.as_str()).copied()
    };
    if let Some(broken) = broken {
        return Ok(misbehave(broken).await);
    }
    Ok(answer(&base, &mut script.lock().unwrap(), &path, &body))
}

fn answer(base: &str, script: &mut Script, path: &str, body: &str) -> Response<Full<Bytes>> {
    match path {
        "/.well-known/openid-configuration" => ok(&patched(description(base), &script.description)),
        "/jwks" => ok(&json!({ "keys": script.keys })),
        "/token" => {
            let payload = script.raw_payload.clone().unwrap_or_else(|| script.id_token.to_string());
            let id_token = jwt(script.sign, &script.header, &payload);
            ok(&json!({"access_token": "at-1", "token_type": "Bearer", "expires_in": 300, "id_token": id_token}))
        }
        "/userinfo" => ok(&script.userinfo),
        "/api/v1/mitid/matchCpr" => {
            script.tries += 1;
            let typed: Value = serde_json::from_str(body).unwrap();
            match script.tries {
                ..=3 => ok(&json!({ "cprNumberMatch": typed["cpr"] == script.cpr })),
                _ => ok(&json!({"errorMessage": "Cpr Match exceeded. Only 3 tries is allowed within a session."})),
            }
        }
        _ => reply(404, "text/plain", Vec::new()),
    }
}

fn description(base: &str) -> Value {
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/jwks"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "end_session_endpoint": format!("{base}/logout?tenant=1"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "PS256", "HS256", "none"],
        "authorization_response_iss_parameter_supported": true,
    })
}

fn patched(mut object: Value, patch: &Value) -> Value {
    for (name, value) in patch.as_object().unwrap() {
        match value {
            Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
            value => object[name] = value.clone(),
        }
    }
    object
}

async fn misbehave(broken: Broken) -> Response<Full<Bytes>> {
    match broken {
        Broken::Status(status) => reply(status, "application/json", b"{}".to_vec()),
        Broken::Error(code) => reply(400, "application/json", json!({ "error": code }).to_string().into_bytes()),
        Broken::Html => reply(200, "text/html", b"<!doctype html><p>Hello".to_vec()),
        Broken::Bytes(length) => reply(200, "application/json", vec![b' '; length]),
        Broken::Silence => std::future::pending().await,
        Broken::Redirect => {
            let mut response = reply(307, "text/plain", Vec::new());
            response.headers_mut().insert(LOCATION, "/elsewhere".parse().unwrap());
            response
        }
    }
}

fn ok(value: &Value) -> Response<Full<Bytes>> {
    reply(200, "application/json", value.to_string().into_bytes())
}

fn reply(status: u16, kind: &str, body: Vec<u8>) -> Response<Full<Bytes>> {
    Response::builder().status(status).header(CONTENT_TYPE, kind).body(Full::new(Bytes::from(body))).unwrap()
}
