//! How a server is to be set up.

/// How a server is to be set up.
#[derive(Debug, Clone)]
pub struct PostgresConfig {
    /// Whether it waits for its disk at each commit. Turning it off makes tests quicker and loses nothing when the
    /// server is killed, as the machine stays up.
    pub fsync: bool,
    /// The password (SCRAM) that connections over TCP must give; `None`: none is asked for.
    pub password: Option<String>,
    /// With it, connections over TCP must be encrypted; `None`: none can be.
    pub tls: Option<Tls>,
    /// More settings of `postgresql.conf`, name and value.
    pub settings: Vec<(String, String)>,
}

/// What a server shows to those who connect.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Its certificate and those above it, PEM.
    pub certificate: String,
    /// The certificate's private key, PEM.
    pub key: String,
}

impl Default for PostgresConfig {
    fn default() -> Self {
        Self { fsync: true, password: None, tls: None, settings: Vec::new() }
    }
}

impl PostgresConfig {
    /// Who may connect how. On the socket in the server's own folder everybody may: the tests' own way in.
    pub(crate) fn host_based_authentication(&self) -> String {
        let kind = if self.tls.is_some() { "hostssl" } else { "host" };
        let method = if self.password.is_some() { "scram-sha-256" } else { "trust" };
        format!("local all all trust\nlocal replication all trust\n{kind} all all 127.0.0.1/32 {method}\n")
    }
}
