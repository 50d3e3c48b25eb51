//! The server itself: start and end, and what a test does to it in between.

use std::fs::{self, File};
use std::net::Ipv4Addr;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::config::PostgresConfig;
use crate::folder::Folder;
use crate::ports::free_address;
use crate::processes;
use crate::program::{program, run};
use crate::waiting::until;

/// A PostgreSQL server of a test's own. Dropping it ends it.
#[derive(Debug)]
pub struct PostgresServer {
    pub(crate) config: PostgresConfig,
    pub(crate) folder: Folder,
    port: u16,
    process: Mutex<Option<Child>>,
}

impl PostgresServer {
    /// Starts a new one and waits until it answers.
    ///
    /// # Panics
    /// When PostgreSQL is not installed, or does not start.
    #[must_use]
    pub fn start(config: PostgresConfig) -> Self {
        let folder = Folder::new();
        let mut copy = crate::program::as_owner(Command::new("cp"));
        copy.args(["-a", "--reflink=auto"]).arg(template().data()).arg(folder.data());
        run(copy);
        let server = Self::on(folder, config);
        if let Some(password) = &server.config.password {
            let password = password.replace('\'', "''");
            server.sql("postgres", &format!("ALTER ROLE portal PASSWORD '{password}'"));
        }
        server
    }

    /// The one that all tests of a process can share, each in a database of its own. It does not wait for its disk,
    /// and ends with the process.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PostgresServer> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(PostgresConfig { fsync: false, ..PostgresConfig::default() }))
    }

    /// Where to connect to, with its user, the password if there is one, and the database `postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The same for another database of it.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        let password =
            self.config.password.as_deref().map_or_else(String::new, |password| format!(":{}", safe(password)));
        format!("postgres://portal{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and answers where it is.
    ///
    /// # Panics
    /// When the server does not answer.
    #[must_use]
    pub fn new_database(&self) -> String {
        let name = format!("test_{}", NEXT_DATABASE.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.url_of(&name)
    }

    /// Its port on 127.0.0.1, the same after a restart.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Executes statements as a user who may do everything; answers the rows, one a line, columns between `|`.
    ///
    /// # Panics
    /// When the server does not answer, or refuses.
    pub fn sql(&self, database: &str, statement: &str) -> String {
        run(self.psql(database, statement))
    }

    /// What it has written down since it was first started.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read(self.folder.log()).map_or_else(|_| String::new(), |log| String::from_utf8_lossy(&log).into_owned())
    }

    /// Kills all its processes at once, as when the power goes, and waits until they are gone.
    ///
    /// # Panics
    /// When the processes outlive it.
    pub fn kill(&self) {
        if let Some(mut process) = self.process().take() {
            let killed = processes::kill(process.id());
            let _ended = process.wait();
            killed.wait();
            // It would make a server of the same folder, or the watcher, look for whoever has this number by then.
            let _nothing = fs::remove_file(self.folder.data().join("postmaster.pid"));
        }
    }

    /// Shuts it down in good order: whoever is connected is thrown out, and what was committed is on disk.
    pub fn stop(&self) {
        if let Some(mut process) = self.process().take() {
            processes::resume(process.id());
            processes::stop(process.id());
            let _ended = process.wait();
        }
    }

    /// Starts it again with its data on its port, shut down before if need be, and waits until it answers.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&self) {
        self.stop();
        let mut process = self.process();
        *process = Some(until("PostgreSQL to start again", || self.run().ok()));
    }

    /// Stops the clock for all its processes: connections stay open, and nothing answers.
    pub fn pause(&self) {
        self.process().iter().for_each(|process| processes::pause(process.id()));
    }

    /// Lets it go on after a [`pause`](Self::pause).
    pub fn resume(&self) {
        self.process().iter().for_each(|process| processes::resume(process.id()));
    }

    /// Starts a server on data that are there already.
    pub(crate) fn on(folder: Folder, config: PostgresConfig) -> Self {
        let written = fs::write(folder.data().join("pg_hba.conf"), config.host_based_authentication());
        written.unwrap_or_else(|error| panic!("{}: {error}", folder.path().display()));
        if let Some(tls) = &config.tls {
            folder.write("certificate.pem", &tls.certificate);
            folder.write("key.pem", &tls.key);
        }
        let mut server = Self { config, folder, port: 0, process: Mutex::new(None) };
        let mut complaint = String::new();
        for _ in 0..PORTS_TRIED {
            server.port = free_address(Ipv4Addr::LOCALHOST).port();
            match server.run() {
                Ok(process) => {
                    *server.process() = Some(process);
                    return server;
                }
                Err(problem) => complaint = problem,
            }
        }
        panic!("PostgreSQL does not start: {complaint}");
    }

    /// Starts the process and waits until it answers; what it said, when it ends instead.
    fn run(&self) -> Result<Child, String> {
        let log = File::options().create(true).append(true).open(self.folder.log()).expect("a log");
        let mut postgres = program("postgres");
        postgres.arg("-D").arg(self.folder.data()).args(self.settings());
        postgres.stdout(log.try_clone().expect("a log")).stderr(log);
        let mut process = postgres.spawn().unwrap_or_else(|error| panic!("{postgres:?} cannot be run: {error}"));
        let answers = until("PostgreSQL to answer", || {
            if process.try_wait().is_ok_and(|ended| ended.is_some()) {
                return Some(false);
            }
            self.psql("postgres", "SELECT 1").output().is_ok_and(|output| output.status.success()).then_some(true)
        });
        if answers { Ok(process) } else { Err(self.log()) }
    }

    /// On the command line, where they outdo those in the files that a standby gets from its primary.
    fn settings(&self) -> Vec<String> {
        let on_off = |on: bool| if on { "on" } else { "off" };
        let folder = self.folder.path().display().to_string();
        let mut settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            format!("unix_socket_directories={folder}"),
            format!("fsync={}", on_off(self.config.fsync)),
            "max_connections=200".to_owned(),
            "shared_buffers=32MB".to_owned(),
            "password_encryption=scram-sha-256".to_owned(),
            format!("ssl={}", on_off(self.config.tls.is_some())),
            format!("ssl_cert_file={folder}/certificate.pem"),
            format!("ssl_key_file={folder}/key.pem"),
        ];
        settings.extend(self.config.settings.iter().map(|(name, value)| format!("{name}={value}")));
        settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect()
    }

    fn psql(&self, database: &str, statement: &str) -> Command {
        let mut psql = program("psql");
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "portal", "-d", database, "-c", statement]);
        psql.env("PGCONNECT_TIMEOUT", "30").arg("-h").arg(self.folder.path()).args(["-p", &self.port.to_string()]);
        psql
    }

    fn process(&self) -> MutexGuard<'_, Option<Child>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.resume();
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.folder.remove(process.as_mut());
    }
}

/// The data of a server that was never started: making them takes a second, copying them next to nothing.
fn template() -> &'static Folder {
    static TEMPLATE: OnceLock<Folder> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = Folder::new();
        let mut initdb = program("initdb");
        initdb.args(["--no-sync", "-A", "trust", "-U", "portal", "--locale=C.UTF-8", "-E", "UTF8"]);
        initdb.arg("-D").arg(folder.data());
        run(initdb);
        folder
    })
}

/// A password as it can stand in a URL.
fn safe(text: &str) -> String {
    let as_it_is = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| if as_it_is(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}

const PORTS_TRIED: u8 = 5;
static NEXT_DATABASE: AtomicU32 = AtomicU32::new(1);
