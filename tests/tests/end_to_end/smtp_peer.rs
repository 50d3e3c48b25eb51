//! A mail server that is not ours (aiosmtpd), with STARTTLS under a certificate authority of the test's own and a login.

use std::path::PathBuf;

use patientportal_smtp::{Sender, SmtpMailer, SmtpSettings};
use patientportal_tests::Mailbox;
use patientportal_tests::folder::Folder;
use patientportal_tests::peer::{Peer, own_file, tool};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::process::Command;

/// The mail server at work.
pub(crate) struct SmtpPeer {
    /// The program.
    pub(crate) process: Peer,
    port: u16,
    folder: Folder,
}

impl SmtpPeer {
    pub(crate) async fn start() -> Self {
        let folder = Folder::new();
        let (certificate, key) = certificates(&folder);
        let mut command = Command::new(tool("python/bin/python"));
        command
            .arg(own_file("peers/smtp/server.py"))
            .arg(folder.path())
            .args([certificate, key])
            .args([USER, PASSWORD]);
        let (process, port) = Peer::start(command).await;
        Self { process, port: port.parse().unwrap(), folder }
    }

    /// The mails that it took.
    pub(crate) fn mailbox(&self) -> Mailbox {
        Mailbox::at(self.folder.path().to_owned())
    }

    /// The lines of `[mail]` that lead here.
    pub(crate) fn config(&self) -> String {
        format!(
            "smtp = \"{}\"\npassword = \"{PASSWORD}\"\nroot_certificates = \"{}\"\n\
             from = \"Patientportalen <no-reply@portal.example>\"\n",
            self.url(),
            self.root().display()
        )
    }

    /// The portal's own adapter, on its way here.
    pub(crate) fn mailer(&self) -> SmtpMailer {
        let from = Sender::new("no-reply@portal.example", Some("Patientportalen")).unwrap();
        let settings = SmtpSettings::from_url(&self.url(), from).unwrap().with_password(PASSWORD);
        let root = std::fs::read(self.root()).unwrap();
        SmtpMailer::new(settings.with_root_certificates(&root).unwrap()).unwrap()
    }

    fn url(&self) -> String {
        format!("smtp+starttls://{USER}@localhost:{}", self.port)
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join(ROOT)
    }
}

/// Writes an authority's certificate, and one for `localhost` with its key. Answers where the last two are.
fn certificates(folder: &Folder) -> (PathBuf, PathBuf) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    folder.write(ROOT, &authority.pem());
    (folder.write("server.pem", &server.pem()), folder.write("server.key", &key.serialize_pem()))
}

const ROOT: &str = "root.pem";
const USER: &str = "portal";
const PASSWORD: &str = "post-kanarie-55";
