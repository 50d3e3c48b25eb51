//! Several nodes of the real server on one database, with one file of keys, behind a plain balancer; each can be killed
//! and started again.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use http::StatusCode;
use mitid_simulator::RunningSimulator;
use postgres_server::free_address;

use crate::client::Client;
use crate::folder::Folder;
use crate::installation::{Settings, mitid_at, start_simulator};
use crate::journey::Visitor;
use crate::mail_server::{Deliveries, MailServer};
use crate::mailbox::Mailbox;
use crate::patience::Patience;
use crate::round_robin::RoundRobin;
use crate::server::ServerProcess;

/// The nodes, and what is in front of them and behind them. Dropping it kills them all; where a test fails, what they
/// said stays in the folder.
#[derive(Debug)]
pub struct Cluster {
    folder: Folder,
    nodes: Vec<Node>,
    round_robin: RoundRobin,
    mail: MailServer,
    _simulator: RunningSimulator,
}

/// One node. It listens on a loopback address of its own, so that its port is free when it starts again.
#[derive(Debug)]
struct Node {
    address: SocketAddr,
    config: PathBuf,
    process: tokio::sync::Mutex<Option<ServerProcess>>,
    history: Mutex<History>,
}

#[derive(Debug, Default)]
struct History {
    /// What its processes said that are gone.
    said: String,
    kills: Vec<Instant>,
}

impl Cluster {
    /// Starts so many nodes on `database`. `limits` are lines of `[limits]`; `clinics` are tables after the usual ones.
    ///
    /// # Panics
    /// When a node does not start.
    pub async fn start(nodes: u8, database: &str, limits: &str, clinics: &str) -> Self {
        let folder = Folder::new();
        let addresses: Vec<_> = (1..=nodes).map(|number| free_address(Ipv4Addr::new(127, 0, 1, number))).collect();
        let round_robin = RoundRobin::start(addresses.clone()).await;
        let public_url = format!("http://127.0.0.1:{}", round_robin.port());
        let simulator = start_simulator(&public_url).await;
        let mitid = mitid_at(simulator.issuer());
        let mut mail = MailServer::default();
        let mut all = Vec::new();
        for (number, listen) in addresses.into_iter().enumerate() {
            let door = mail.open_door().await;
            let mail = format!("smtp = \"smtp://127.0.0.1:{door}\"\nfrom = \"no-reply@portal.example\"\n");
            let settings = Settings { listen, public_url: &public_url, database, mitid: &mitid, mail: &mail, limits };
            let config = folder.write(&format!("node-{number}.toml"), &(settings.text() + clinics));
            all.push(Node { address: listen, config, process: Default::default(), history: Mutex::default() });
        }
        let cluster = Self { folder, nodes: all, round_robin, mail, _simulator: simulator };
        // The first makes the keys that all use.
        for number in 0..cluster.nodes.len() {
            cluster.start_node(number).await;
        }
        cluster
    }

    /// How many nodes there are; their numbers begin with 0.
    #[must_use]
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// An address at the balancer; `path` begins with a slash, or is empty.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.round_robin.port())
    }

    /// Starts a node that does not run, and waits until it is ready.
    ///
    /// # Panics
    /// When it runs, or ends instead.
    pub async fn start_node(&self, number: usize) {
        let node = self.node(number);
        let mut process = node.process.lock().await;
        assert!(process.is_none(), "node {number} runs already");
        *process = Some(ServerProcess::start_with(&node.config, &node.url("/readyz"), "info").await);
    }

    /// Kills a node as a power cut would. Answers whether it ran.
    ///
    /// # Panics
    /// When it cannot be killed.
    pub async fn kill(&self, number: usize) -> bool {
        let node = self.node(number);
        let Some(process) = node.process.lock().await.take() else { return false };
        let said = process.logs();
        process.kill().await;
        let mut history = node.history.lock().unwrap();
        history.kills.push(Instant::now());
        history.said.push_str(&said);
        true
    }

    /// When a node was killed: each time a moment after it was gone.
    ///
    /// # Panics
    /// When there is no such node.
    #[must_use]
    pub fn kills(&self, number: usize) -> Vec<Instant> {
        self.node(number).history.lock().unwrap().kills.clone()
    }

    /// Whether a node says that it is ready.
    ///
    /// # Panics
    /// When there is no such node.
    pub async fn is_ready(&self, number: usize) -> bool {
        let answer = Client::new().open(self.node(number).url("/readyz")).await;
        answer.is_ok_and(|page| page.status == StatusCode::OK)
    }

    /// Whether all nodes say so.
    ///
    /// # Panics
    /// Never.
    pub async fn all_ready(&self) -> bool {
        for number in 0..self.size() {
            if !self.is_ready(number).await {
                return false;
            }
        }
        true
    }

    /// The mails that came, from all nodes.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::of_server(self.deliveries())
    }

    /// The deliveries of all nodes; a node's door has its number.
    #[must_use]
    pub fn deliveries(&self) -> Deliveries {
        self.mail.deliveries()
    }

    /// The `number`th person at a machine of their own, who comes by the balancer.
    #[must_use]
    pub fn visitor(&self, number: u8, mailbox: Mailbox, patience: Option<&Patience>) -> Visitor {
        let client = Client::from(Ipv4Addr::new(127, 0, 0, number.saturating_add(2)));
        let client = patience.map_or_else(|| client.clone(), |patience| client.clone().patient(patience));
        Visitor::new(client, mailbox, self.url(""))
    }

    /// What each node has said, also before it was killed.
    ///
    /// # Panics
    /// Never.
    pub async fn logs(&self) -> Vec<String> {
        let mut logs = Vec::new();
        for node in &self.nodes {
            let process = node.process.lock().await;
            let now = process.as_ref().map(ServerProcess::logs).unwrap_or_default();
            logs.push(node.history.lock().unwrap().said.clone() + &now);
        }
        logs
    }

    /// Asks all that run to end, and waits until they have.
    ///
    /// # Panics
    /// When one does not end well.
    pub async fn stop(self) {
        for node in &self.nodes {
            if let Some(process) = node.process.lock().await.take() {
                process.stop().await;
            }
        }
    }

    fn node(&self, number: usize) -> &Node {
        self.nodes.get(number).unwrap_or_else(|| panic!("no node {number}"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        for (number, node) in self.nodes.iter_mut().enumerate() {
            let mut said = std::mem::take(&mut node.history.get_mut().unwrap().said);
            if let Some(process) = node.process.get_mut() {
                let _infallible = write!(said, "{}", process.logs());
            }
            self.folder.write(&format!("node-{number}.log"), &said);
        }
    }
}

impl Node {
    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
