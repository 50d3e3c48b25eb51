//! `[tls]`: connections are encrypted by this process itself. A certificate that was renewed is taken into use while others
//! go on under the old one.

use std::fmt;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use patientportal_http::Greeting;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::parts::StartError;

/// The files of `[tls]`.
#[derive(Debug, Clone)]
pub(crate) struct TlsFiles {
    /// The certificate and those that lead to its root, in PEM.
    pub(crate) certificate: PathBuf,
    /// Its key, in PEM.
    pub(crate) key: PathBuf,
}

/// Why there is no TLS. Holds nothing of the key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// A file cannot be read.
    #[error("{}: it cannot be read: {cause}", .0.display(), cause = .1)]
    File(PathBuf, #[source] io::Error),
    /// A file that is no PEM, or lacks what it is for.
    #[error("{}: it holds no {what} in PEM", .0.display(), what = .1)]
    Nothing(PathBuf, &'static str),
    /// The key may be read by everybody on the machine.
    #[error("{}: everybody on this machine may read the key (mode {mode:04o}); chmod it to 0600", .0.display(), mode = .1)]
    Open(PathBuf, u32),
    /// A key of a kind that is not supported, or another certificate's.
    #[error("{}: it is not the key of the certificate: {cause}", .0.display(), cause = .1)]
    OtherKey(PathBuf, #[source] rustls::Error),
    /// TLS itself.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// Makes plain connections encrypted ones. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
}

impl Greeting for Tls {
    type Io = TlsStream<TcpStream>;

    async fn greet(&self, stream: TcpStream) -> io::Result<Self::Io> {
        self.acceptor.accept(stream).await
    }
}

/// Reads the files, and reads them again on SIGHUP and when they change.
///
/// # Errors
/// [`StartError::Tls`] when they are not good.
pub(crate) fn begin(files: TlsFiles) -> Result<Tls, StartError> {
    let in_use = Arc::new(InUse { key: RwLock::new(Arc::new(read(&files)?)) });
    let provider = Arc::new(ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = config.map_err(TlsError::Tls)?.with_no_client_auth().with_cert_resolver(in_use.clone());
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let hangups = signal(SignalKind::hangup()).map_err(|error| TlsError::File(files.certificate.clone(), error))?;
    tokio::spawn(keep_fresh(files, in_use, hangups));
    Ok(Tls { acceptor: TlsAcceptor::from(Arc::new(config)) })
}

/// The certificate for connections that are made from now on.
struct InUse {
    key: RwLock<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for InUse {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.key.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl fmt::Debug for InUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InUse").finish_non_exhaustive()
    }
}

async fn keep_fresh(files: TlsFiles, in_use: Arc<InUse>, mut hangups: tokio::signal::unix::Signal) {
    let mut known = changed(&files);
    loop {
        let is_told = tokio::select! {
            _ = hangups.recv() => true,
            () = tokio::time::sleep(LOOK_AGAIN) => false,
        };
        let now = changed(&files);
        if !is_told && now == known {
            continue;
        }
        known = now;
        match read(&files) {
            Ok(key) => {
                *in_use.key.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                tracing::info!("the certificate was read again; new connections get it");
            }
            // Half of a renewal, perhaps: the other file comes, and is looked at then.
            Err(error) => tracing::error!(%error, "the certificate was not taken into use; the one before still is"),
        }
    }
}

/// When the files were written.
fn changed(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    [&files.certificate, &files.key].map(|file| std::fs::metadata(file).and_then(|file| file.modified()).ok())
}

/// Reads certificate and key, which must belong together.
fn read(files: &TlsFiles) -> Result<CertifiedKey, TlsError> {
    let TlsFiles { certificate, key } = files;
    let nothing = |file: &Path, what| TlsError::Nothing(file.to_owned(), what);
    let of = |file: &Path| {
        let file = file.to_owned();
        |error| TlsError::File(file, error)
    };
    let text = std::fs::read(certificate).map_err(of(certificate))?;
    let chain = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
    let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(|| nothing(certificate, "certificate"))?;
    let mode = std::fs::metadata(key).map_err(of(key))?.permissions().mode() & 0o777;
    if mode & 0o007 != 0 {
        return Err(TlsError::Open(key.clone(), mode));
    }
    let text = std::fs::read(key).map_err(of(key))?;
    let private = PrivateKeyDer::from_pem_slice(&text).map_err(|_| nothing(key, "private key"))?;
    let other = |error| TlsError::OtherKey(key.clone(), error);
    let signing = ring::sign::any_supported_type(&private).map_err(other)?;
    let certified = CertifiedKey::new(chain, signing);
    certified.keys_match().map_err(other)?;
    Ok(certified)
}

const LOOK_AGAIN: Duration = Duration::from_secs(10);
