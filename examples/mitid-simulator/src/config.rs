//! What the simulator is started with.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use patientportal_core::ports::Clock;

/// What the simulator is started with.
#[derive(Clone)]
#[non_exhaustive]
pub struct SimulatorConfig {
    /// Where to listen; must be loopback. Port 0 takes a free one.
    pub address: SocketAddr,
    /// The one registered client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Where logins may return to, letter for letter.
    pub redirect_urls: Vec<String>,
    /// Where logging out may return to, letter for letter.
    pub post_logout_redirect_urls: Vec<String>,
    /// Which broker it speaks like.
    pub shape: Shape,
    /// The client whose staff sign in at the issuer `…/personale`, if there is one.
    pub staff: Option<Client>,
    /// The time: the demo may move it.
    pub clock: Arc<dyn Clock>,
}

/// A client of the issuer for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what a client is registered with")]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// Where sign-ins may return to, letter for letter.
    pub redirect_url: String,
    /// Where signing out may return to, letter for letter.
    pub post_logout_redirect_url: String,
}

/// Which broker the claims look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Shape {
    /// Idura Verify: everything in the ID token.
    #[default]
    Idura,
    /// Nets eID Broker: the person in userinfo, the CPR number with scope `ssn`, and the matching of typed numbers.
    Nets,
    /// Signicat: the person in userinfo.
    Signicat,
    /// No broker: a clinic's own provider, which says where somebody works and as what.
    Staff,
}

/// Why the simulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address could be reached from other machines.
    #[error("the MitID-simulator listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The port is taken, or may not be used.
    #[error("the MitID-simulator cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The system gave no randomness.
    #[error("no randomness for the MitID-simulator's key")]
    Randomness,
}

impl SimulatorConfig {
    /// The same as it stands for the clinics' staff, if they sign in here.
    pub(crate) fn for_staff(&self) -> Option<Self> {
        let Client { id, secret, redirect_url, post_logout_redirect_url } = self.staff.clone()?;
        Some(Self {
            client_id: id,
            client_secret: secret,
            redirect_urls: vec![redirect_url],
            post_logout_redirect_urls: vec![post_logout_redirect_url],
            shape: Shape::Staff,
            staff: None,
            ..self.clone()
        })
    }

    /// A client on any free port of `127.0.0.1`, with no address to return to yet.
    #[must_use]
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            redirect_urls: Vec::new(),
            post_logout_redirect_urls: Vec::new(),
            shape: Shape::default(),
            staff: None,
            clock,
        }
    }
}

impl fmt::Debug for SimulatorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatorConfig")
            .field("address", &self.address)
            .field("client_id", &self.client_id)
            .field("redirect_urls", &self.redirect_urls)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}
