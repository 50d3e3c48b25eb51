//! The files of one clinic's server: its configuration, and where its database, keys and outbox will be.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use mitid_simulator::{RunningSimulator, Simulator, SimulatorConfig};
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::Clock;
use postgres_server::free_address;

use crate::folder::Folder;
use crate::mailbox::Mailbox;

/// The files of one server, and the MitID simulator that it was told of, if any.
#[derive(Debug)]
#[non_exhaustive]
pub struct Installation {
    /// Where everything is.
    pub folder: Folder,
    /// The port that it will listen on.
    pub port: u16,
    /// Its `database`.
    database: String,
    simulator: Option<RunningSimulator>,
}

impl Installation {
    /// One with the simulator as MitID, mail put into an outbox, and codes that may follow one another closely.
    ///
    /// # Panics
    /// When the simulator does not start.
    pub async fn new() -> Self {
        Self::with_limits(FAST).await
    }

    /// The same with lines of `[limits]`.
    ///
    /// # Panics
    /// When the simulator does not start.
    pub async fn with_limits(limits: &str) -> Self {
        Self::bare().with_simulator(limits).await
    }

    /// One as [`new`](Self::new) makes, on another database than a file of its own.
    ///
    /// # Panics
    /// When the simulator does not start.
    pub async fn on_database(database: &str) -> Self {
        Self { database: database.to_owned(), ..Self::bare() }.with_simulator(FAST).await
    }

    async fn with_simulator(mut self, limits: &str) -> Self {
        let simulator = start_simulator(&self.url("")).await;
        let mitid = mitid_at(simulator.issuer());
        self.simulator = Some(simulator);
        self.configure(&mitid, OUTBOX, limits);
        self
    }

    /// A folder and a free port, not configured yet.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn bare() -> Self {
        Self { folder: Folder::new(), port: free_port(), database: "sqlite:portal.db".to_owned(), simulator: None }
    }

    /// Writes the configuration file. `mitid` and `mail` are the lines of those tables, `limits` those of `[limits]`.
    pub fn configure(&self, mitid: &str, mail: &str, limits: &str) {
        self.folder.write(CONFIG, &self.text(mitid, mail, limits));
    }

    /// The configuration as text.
    #[must_use]
    pub fn text(&self, mitid: &str, mail: &str, limits: &str) -> String {
        let settings = Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)),
            public_url: &self.url(""),
            database: &self.database,
            mitid,
            mail,
            limits,
        };
        settings.text()
    }

    /// An address at the server; `path` begins with a slash, or is empty.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The configuration file.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.folder.path().join(CONFIG)
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("portal.db")
    }

    /// The mails in the outbox.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::at(self.folder.path().join("outbox"))
    }
}

/// What differs between configuration files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: &'a str,
    pub(crate) database: &'a str,
    /// The lines of `[mitid]`.
    pub(crate) mitid: &'a str,
    /// The lines of `[mail]`.
    pub(crate) mail: &'a str,
    /// The lines of `[limits]`.
    pub(crate) limits: &'a str,
}

impl Settings<'_> {
    /// The configuration file.
    pub(crate) fn text(&self) -> String {
        let Self { listen, public_url, database, mitid, mail, limits } = self;
        format!(
            "listen = \"{listen}\"\npublic_url = \"{public_url}\"\ndatabase = \"{database}\"\n\
             keys = \"portal.keys\"\n\n[mitid]\n{mitid}\n[mail]\n{mail}\n[limits]\n{limits}\n{REST}"
        )
    }
}

/// A simulator that sends its visitors back to a portal.
pub(crate) async fn start_simulator(portal: &str) -> RunningSimulator {
    let mut config = SimulatorConfig::new(CLIENT_ID, CLIENT_SECRET, Arc::new(SystemClock));
    config.redirect_urls = vec![format!("{portal}/mitid/retur")];
    config.post_logout_redirect_urls = vec![format!("{portal}/logget-ud")];
    Simulator::start(config).await.expect("the simulator starts")
}

/// The lines of `[mitid]` for the simulator, or for nothing, at `issuer`.
#[must_use]
pub fn mitid_at(issuer: &str) -> String {
    format!(
        "issuer = \"{issuer}\"\nclient_id = \"{CLIENT_ID}\"\nclient_secret = \"{CLIENT_SECRET}\"\nbroker = \"idura\"\n"
    )
}

/// A port of `127.0.0.1` that nobody listens on.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    free_address(Ipv4Addr::LOCALHOST).port()
}

/// The clinic where accounts work at once.
pub const CLINIC: &str = "clinea";
/// The clinic that approves each.
pub const APPROVAL_CLINIC: &str = "godkend";
/// The client's id at the broker.
pub const CLIENT_ID: &str = "portal";
/// The client's secret at the broker.
pub const CLIENT_SECRET: &str = "kanariehemmelighed-9f2c41";
/// Lines of `[limits]` that let one person ask for many codes and links, and one address make many tries.
pub const FAST: &str = "code_spacing = \"1s\"\ncodes_per_hour = 1000\nlinks_per_hour = 1000\nsecrets_per_hour = 1000\n\
                        resets_per_hour = 1000\naddress_failures = 1000000\n";
/// The lines of `[mail]` for an outbox.
pub const OUTBOX: &str = "outbox = \"outbox\"\nfrom = \"Patientportalen <no-reply@portal.example>\"\n";

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the simulator lives in the same time as the server's process")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time after 1970");
        Timestamp(i64::try_from(since.as_millis()).expect("a time before the year 292 million"))
    }
}

const CONFIG: &str = "portal.toml";
/// What all configuration files say.
const REST: &str = r#"
[terms]
operator = "Prøvedrift"
version = "2026-01"

[[clinic]]
slug = "clinea"
name = "Clinea Lægeklinik"
homepage = "https://clinea.example"
phone = "70 10 20 30"
registration = "automatic"
[[clinic.function]]
kind = "booking"
title = "Tidsbestilling"
[[clinic.function]]
kind = "e-consultation"
title = "E-konsultation"
[[clinic.function]]
kind = "prescription-renewal"
title = "Receptfornyelse"
target = "https://clinea.example/recept"

[[clinic]]
slug = "godkend"
name = "Lægerne Godkend"
phone = "70 10 20 31"
registration = "approval"
[[clinic.function]]
kind = "booking"
title = "Tidsbestilling"
"#;
