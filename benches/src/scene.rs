//! What every figure is taken on: a world over SQLite on disk, in a folder that goes away.

use std::path::PathBuf;
use std::sync::Arc;

use patientportal_sqlite::{SqliteOptions, SqliteStore};
use patientportal_testkit::world::World;

/// A store in a folder of its own.
pub(crate) struct Scene {
    folder: PathBuf,
    pub(crate) store: Arc<SqliteStore>,
}

impl Scene {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("patientportal-bench-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let store = SqliteStore::open(folder.join("portal.db"), SqliteOptions::default()).expect("a database");
        Self { folder, store: Arc::new(store) }
    }

    pub(crate) fn world(&self) -> World {
        World::with(self.store.clone(), |_| {})
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("portal.db")
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // A folder that cannot be removed is left to the system's own cleaning.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
