//! A mail server that follows a script: it answers as it is told, hangs up when told, and writes everything down.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// How a connection is protected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tls {
    No,
    AtOnce,
    Upgraded,
}

/// An answer out of the ordinary.
pub(crate) enum Answer {
    Say(&'static str),
    SayAndHangUp(&'static str),
    HangUp,
    Nothing,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    /// The certificate of the authority that vouches for the server, as PEM.
    pub(crate) root: String,
    script: Arc<Script>,
}

#[derive(Default)]
struct Script {
    answers: Mutex<HashMap<&'static str, VecDeque<Answer>>>,
    heard: Mutex<Vec<String>>,
    mails: Mutex<Vec<String>>,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Server {
    pub(crate) async fn start(tls: Tls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (acceptor, root) = acceptor();
        let script = Arc::new(Script::default());
        let shared = Arc::clone(&script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ended = tokio::spawn(serve(stream, tls, acceptor.clone(), Arc::clone(&shared)));
            }
        });
        Self { port, root, script }
    }

    /// Next time it hears `verb` (`CONNECT`, `EHLO`, `AUTH`, `MAIL`, `RCPT`, `DATA`, `CONTENT`), it does this.
    pub(crate) fn once(&self, verb: &'static str, answer: Answer) -> &Self {
        self.script.answers.lock().unwrap().entry(verb).or_default().push_back(answer);
        self
    }

    /// The verbs heard so far.
    pub(crate) fn heard(&self) -> String {
        self.script.heard.lock().unwrap().join(" ")
    }

    /// The mails taken so far, dots unstuffed.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.script.mails.lock().unwrap().clone()
    }
}

impl Script {
    fn hear(&self, verb: &str) -> Option<Answer> {
        self.heard.lock().unwrap().push(verb.to_owned());
        self.answers.lock().unwrap().get_mut(verb)?.pop_front()
    }
}

async fn serve(stream: TcpStream, tls: Tls, acceptor: TlsAcceptor, script: Arc<Script>) -> Option<()> {
    if tls == Tls::AtOnce {
        let stream = acceptor.accept(stream).await.ok()?;
        converse(BufReader::new(Box::new(stream)), false, &script).await;
        return Some(());
    }
    let stream = converse(BufReader::new(Box::new(stream)), tls == Tls::Upgraded, &script).await?;
    let stream = acceptor.accept(stream.into_inner()).await.ok()?;
    script.hear("TLS");
    converse_on(BufReader::new(Box::new(stream)), false, &script).await.map(|_| ())
}

type Wire = BufReader<Box<dyn Stream>>;

/// Talks until the end, or until the client wants TLS, and then gives the stream back.
async fn converse(mut wire: Wire, offers_tls: bool, script: &Script) -> Option<Wire> {
    answer(&mut wire, script, "CONNECT", "220 mail.example").await?;
    converse_on(wire, offers_tls, script).await
}

async fn converse_on(mut wire: Wire, offers_tls: bool, script: &Script) -> Option<Wire> {
    loop {
        let mut line = String::new();
        if wire.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let verb = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let usual = match verb.as_str() {
            "EHLO" if offers_tls => "250-mail.example\r\n250 STARTTLS",
            "EHLO" => "250-mail.example\r\n250 AUTH PLAIN",
            "STARTTLS" => "220 go ahead",
            "AUTH" => "235 2.7.0 welcome",
            "DATA" => "354 go ahead",
            "QUIT" => "221 bye",
            _ => "250 2.1.0 fine",
        };
        let said = answer(&mut wire, script, &verb, usual).await?;
        match verb.as_str() {
            "STARTTLS" => return Some(wire),
            "DATA" if said.starts_with("354") => content(&mut wire, script).await?,
            _ => {}
        }
    }
}

async fn content(wire: &mut Wire, script: &Script) -> Option<()> {
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        if wire.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            break;
        }
        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
    script.mails.lock().unwrap().push(mail);
    answer(wire, script, "CONTENT", "250 2.0.0 taken").await?;
    Some(())
}

async fn answer(wire: &mut Wire, script: &Script, verb: &str, usual: &'static str) -> Option<&'static str> {
    let (text, hangs_up) = match script.hear(verb) {
        None => (usual, false),
        Some(Answer::Say(text)) => (text, false),
        Some(Answer::SayAndHangUp(text)) => (text, true),
        Some(Answer::HangUp) => return None,
        Some(Answer::Nothing) => return std::future::pending().await,
    };
    wire.write_all(format!("{text}\r\n").as_bytes()).await.ok()?;
    wire.flush().await.ok()?;
    if hangs_up { None } else { Some(text) }
}

/// A certificate for `localhost` from an authority made for this one server.
fn acceptor() -> (TlsAcceptor, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), authority.pem())
}
