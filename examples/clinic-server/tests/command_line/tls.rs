//! TLS by the server itself: the certificate of the file, a renewed one without a connection lost, and what is wrong in one
//! sentence.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;

use rcgen::CertifiedKey;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::harness::{Folder, Running, config, start_logging, text, until};

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// Puts a new certificate and its key into the files; answers the certificate.
fn renew(folder: &Folder) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    folder.write("key.pem", &signing_key.serialize_pem());
    fs::set_permissions(folder.0.join("key.pem"), fs::Permissions::from_mode(0o600)).unwrap();
    folder.write("cert.pem", &cert.pem());
    cert.der().clone()
}

fn folder() -> (Folder, CertificateDer<'static>) {
    let folder = Folder::new();
    let tls = "[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n[[clinic]]";
    folder.write("portal.toml", &config("http://127.0.0.1:1").replace("[[clinic]]", tls));
    let certificate = renew(&folder);
    (folder, certificate)
}

/// A connection, if the server shows this certificate.
fn connect(address: &str, certificate: &CertificateDer<'static>) -> Option<Stream> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address).unwrap());
    stream.conn.complete_io(&mut stream.sock).ok()?;
    Some(stream)
}

/// Asks on a connection that is kept.
fn is_healthy(stream: &mut Stream) -> bool {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"ok\n") {
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    answer.starts_with(b"HTTP/1.1 200 ")
}

fn hang_up(running: &Running) {
    let told = Command::new("kill").args(["-HUP", &running.0.id().to_string()]).status().unwrap();
    assert!(told.success());
}

#[test]
fn a_renewed_certificate_is_taken_into_use_and_no_connection_is_lost() {
    let (folder, first) = folder();
    let (mut running, address, log) = start_logging(&folder);
    let mut early = connect(&address, &first).unwrap();
    assert!(is_healthy(&mut early));

    let second = renew(&folder);
    hang_up(&running);
    let mut late = until("the renewed certificate", || connect(&address, &second));
    assert!(is_healthy(&mut late));
    assert!(connect(&address, &first).is_none());
    assert!(is_healthy(&mut early), "it goes on under the certificate of before");

    folder.write("cert.pem", "half of a renewal");
    hang_up(&running);
    until("a word in the log", || log.with("the one before still is").pop());
    assert!(is_healthy(&mut connect(&address, &second).unwrap()));
    assert_eq!(running.terminate(), Some(0));
}

#[test]
fn who_does_not_speak_tls_is_not_answered() {
    let (folder, certificate) = folder();
    let (_running, address, _) = start_logging(&folder);
    let mut plain = TcpStream::connect(&address).unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ended = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"));
    assert!(is_healthy(&mut connect(&address, &certificate).unwrap()));
}

#[test]
fn files_that_do_not_fit_are_told_in_one_sentence() {
    let (folder, _) = folder();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let good = fs::read_to_string(folder.0.join("key.pem")).unwrap();
    let table = [
        (other.signing_key.serialize_pem(), 0o600, "key.pem: it is not the key of the certificate: "),
        ("no key".to_owned(), 0o600, "key.pem: it holds no private key in PEM"),
        (good, 0o644, "key.pem: everybody on this machine may read the key (mode 0644); chmod it to 0600"),
    ];
    for (key, mode, sentence) in table {
        folder.write("key.pem", &key);
        fs::set_permissions(folder.0.join("key.pem"), fs::Permissions::from_mode(mode)).unwrap();
        let output = folder.run("--config portal.toml");
        let said = text(&output.stderr).lines().last().unwrap().to_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with(&format!("clinic-server: {sentence}")), "{said}");
    }
    fs::remove_file(folder.0.join("cert.pem")).unwrap();
    let output = folder.run("--config portal.toml");
    assert!(text(&output.stderr).contains("cert.pem: it cannot be read: "), "{}", text(&output.stderr));
}
