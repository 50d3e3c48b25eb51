//! A second server that follows the first, and takes over.

use crate::folder::Folder;
use crate::program::{program, run};
use crate::server::PostgresServer;
use crate::waiting::until;

impl PostgresServer {
    /// Starts a server that follows this one and without which this one no longer acknowledges a commit; waits until
    /// that is so. One is enough: each further one would be as good as the first.
    ///
    /// # Panics
    /// When the data cannot be copied, or the copy does not start.
    #[must_use]
    pub fn standby(&self) -> Self {
        let folder = Folder::new();
        let socket = self.folder.path().display();
        let mut backup = program("pg_basebackup");
        backup.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--wal-method=stream"]);
        backup.arg("--dbname").arg(format!("host={socket} port={} user=portal application_name=standby", self.port()));
        backup.arg("--pgdata").arg(folder.data());
        run(backup);
        let standby = Self::on(folder, self.config.clone());
        self.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        self.sql("postgres", "SELECT pg_reload_conf()");
        until("the standby to be synchronous", || {
            let state = self.sql("postgres", "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'");
            (state == "sync").then_some(())
        });
        standby
    }

    /// Makes a standby the server that is written to, and waits until it is. See to it that the one it followed is
    /// down, and stays down.
    ///
    /// # Panics
    /// When it does not follow, or does not answer.
    pub fn promote(&self) {
        self.sql("postgres", "SELECT pg_promote(wait => false)");
        until("the standby to be promoted", || {
            (self.sql("postgres", "SELECT pg_is_in_recovery()") == "f").then_some(())
        });
    }

    /// A database's URL with this server as a second address: whichever of the two can be written to is used.
    ///
    /// # Panics
    /// When the URL is not one that a server of this crate gave out.
    #[must_use]
    pub fn with_fail_over(&self, url: &str) -> String {
        let (before, database) = url.rsplit_once('/').expect("a URL with a database");
        format!("{before},127.0.0.1:{}/{database}?target_session_attrs=read-write", self.port())
    }
}
