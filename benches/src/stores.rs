//! The three stores that figures are taken on side by side, each empty when it is opened. PostgreSQL is a server of our
//! own that waits for its disk; where its programs are not installed, the others are measured alone.

use std::path::PathBuf;
use std::sync::Arc;

use patientportal_core::store::Store;
use patientportal_postgres::{PostgresOptions, PostgresStore};
use patientportal_testkit::memory::MemoryStore;
use postgres_server::{PostgresConfig, PostgresServer};

use crate::scene::Scene;

/// Which store.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Memory,
    Sqlite,
    Postgres,
}

/// Where stores are opened.
pub(crate) struct Stores {
    server: Option<PostgresServer>,
}

/// An empty store, gone when it is dropped.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) postgres: Option<Arc<PostgresStore>>,
    /// Where PostgreSQL keeps it.
    url: Option<String>,
    _scene: Option<Scene>,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Memory, Self::Sqlite, Self::Postgres];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

impl Stores {
    pub(crate) fn start() -> Self {
        Self { server: is_installed().then(|| PostgresServer::start(PostgresConfig::default())) }
    }

    /// The server, where there is one.
    pub(crate) fn server(&self) -> Option<&PostgresServer> {
        self.server.as_ref()
    }

    /// `None` where PostgreSQL is not installed.
    pub(crate) async fn open(&self, kind: Kind) -> Option<Opened> {
        Some(match kind {
            Kind::Memory => Opened { store: Arc::new(MemoryStore::new()), postgres: None, url: None, _scene: None },
            Kind::Sqlite => {
                let scene = Scene::new("stores");
                Opened { store: scene.store.clone(), postgres: None, url: None, _scene: Some(scene) }
            }
            Kind::Postgres => {
                let url = self.server()?.new_database();
                let store = Arc::new(postgres(&url, PostgresOptions::default()).await);
                Opened { store: store.clone(), postgres: Some(store), url: Some(url), _scene: None }
            }
        })
    }
}

impl Opened {
    /// The same over new connections, where there are any: what the server counts of a connection it tells when that ends.
    pub(crate) async fn reconnected(self) -> Self {
        let Some(url) = &self.url else { return self };
        let store = Arc::new(postgres(url, PostgresOptions::default()).await);
        Self { store: store.clone(), postgres: Some(store), ..self }
    }

    /// The database's name, where it has one.
    pub(crate) fn database(&self) -> Option<String> {
        self.url.as_ref().and_then(|url| url.rsplit('/').next()).map(str::to_owned)
    }
}

/// A store in a database that is empty or a portal's.
pub(crate) async fn postgres(url: &str, options: PostgresOptions) -> PostgresStore {
    PostgresStore::open(url, options).await.expect("the database can be opened")
}

/// What stands in a table where there is no PostgreSQL.
pub(crate) const NOT_INSTALLED: &str = "not measured: PostgreSQL is not installed";

fn is_installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = std::env::split_paths(&path).chain(debian.map(|version| version.path().join("bin")));
    let programs: Vec<PathBuf> = folders.map(|folder| folder.join("postgres")).collect();
    programs.iter().any(|program| program.exists())
}
