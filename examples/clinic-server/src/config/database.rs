//! `database` and `[postgres]`: one file for one process, or a PostgreSQL for many.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use patientportal_postgres::PostgresOptions;
use url::form_urlencoded;

use super::addresses::in_a_directory;
use super::error::{ConfigError, Source};
use super::file::Postgres;
use super::limits::parse_length;
use super::{read_text, secret};

/// Where everything is kept. Its text names the place and no secret.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// In a file, which one process serves.
    Sqlite(PathBuf),
    /// On a PostgreSQL, which many may.
    Postgres(PostgresConfig),
}

/// How a PostgreSQL is reached.
#[derive(Clone)]
pub(crate) struct PostgresConfig {
    /// Its address, maybe with a password.
    pub(crate) url: String,
    /// The rest.
    pub(crate) options: PostgresOptions,
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(config) => f.write_str(&config.place()),
        }
    }
}

impl PostgresConfig {
    /// Hosts and database, without who comes and how.
    fn place(&self) -> String {
        Address::of(&self.url)
            .map_or_else(|_| "postgres://…".to_owned(), |address| format!("postgres://{}", address.place))
    }
}

impl fmt::Debug for PostgresConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresConfig").field(&self.place()).finish_non_exhaustive()
    }
}

/// The database, checked as far as that goes without opening it.
pub(super) fn database(
    source: &Source<'_>,
    folder: &Path,
    text: &str,
    table: Option<Postgres>,
) -> Result<Database, ConfigError> {
    let wrong = |what: &str| source.wrong("database", what);
    if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty() && !path.starts_with("//")) {
        return match table {
            None => sqlite(source, &folder.join(path)),
            Some(_) => Err(source.wrong("postgres", "is for a `database` that begins with postgres:// only")),
        };
    }
    if !is_postgres(text) {
        return Err(wrong("must be `sqlite:` and a path, like sqlite:portal.db, or begin with postgres://"));
    }
    let address = Address::of(text).map_err(wrong)?;
    address.check().map_err(wrong)?;
    let options = options(source, folder, table.unwrap_or_default(), &address)?;
    Ok(Database::Postgres(PostgresConfig { url: text.to_owned(), options }))
}

/// Whether an address is a PostgreSQL's.
fn is_postgres(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| text.starts_with(scheme))
}

/// Whether an address holds a password, or what may be a piece of one.
pub(crate) fn holds_password(text: &str) -> bool {
    !Address::of(text).is_ok_and(|address| !address.has_password())
}

fn sqlite(source: &Source<'_>, path: &Path) -> Result<Database, ConfigError> {
    if path.is_dir() {
        return Err(source.wrong("database", format_args!("names {}, which is a directory", path.display())));
    }
    in_a_directory(path).map_err(|what| source.wrong("database", what))?;
    Ok(Database::Sqlite(path.to_owned()))
}

fn options(
    source: &Source<'_>,
    folder: &Path,
    table: Postgres,
    address: &Address<'_>,
) -> Result<PostgresOptions, ConfigError> {
    let mut options = PostgresOptions::default();
    if table.password_file.is_some() && address.has_password() {
        return Err(source.wrong("postgres.password_file", "stands beside a password in `database`; keep one of them"));
    }
    options.password = secret(source, folder, "postgres.password", None, table.password_file)?;
    if let Some(path) = &table.root_certificates {
        options.root_certificates = Some(read_text(source, folder, "postgres.root_certificates", path)?);
    }
    if let Some(schema) = table.schema {
        let what = "must begin with a-z, not with pg_, and go on with a-z, 0-9 and _ (63 characters at most)";
        options.schema =
            Some(schema).filter(|name| is_name(name)).ok_or_else(|| source.wrong("postgres.schema", what))?;
    }
    if let Some(count) = table.connections {
        let count = usize::try_from(count).ok().filter(|count| (1..=MOST_CONNECTIONS).contains(count));
        let what = format!("must be a whole number from 1 to {MOST_CONNECTIONS}");
        options.connections = count.ok_or_else(|| source.wrong("postgres.connections", what))?;
    }
    let times = [
        ("connect_timeout", table.connect_timeout, &mut options.connect_timeout),
        ("pool_wait", table.pool_wait, &mut options.pool_wait),
        ("statement_timeout", table.statement_timeout, &mut options.statement_timeout),
        ("commit_patience", table.commit_patience, &mut options.commit_patience),
    ];
    for (name, text, field) in times {
        let Some(text) = text else { continue };
        let length = parse_length(&text).filter(|length| (SHORTEST..=LONGEST).contains(length));
        let what = "must be a length of time from \"1s\" to \"10m\"";
        *field = length.ok_or_else(|| source.wrong(&format!("postgres.{name}"), what))?;
    }
    Ok(options)
}

/// The parts of an address, as far as they matter before it is used.
struct Address<'a> {
    user: &'a str,
    place: &'a str,
    query: &'a str,
}

impl<'a> Address<'a> {
    fn of(text: &'a str) -> Result<Self, &'static str> {
        let rest = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or_default();
        let (base, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (user, place) = base.split_once('@').unwrap_or(("", base));
        // Elsewhere a piece of a password would be taken for a host, and told.
        if [place, query].iter().any(|part| part.contains('@')) {
            return Err("holds an @ or ? in a name or password, where they are written %40 and %3F");
        }
        Ok(Self { user, place, query })
    }

    fn check(&self) -> Result<(), &'static str> {
        let mut hosts = self.hosts().peekable();
        if hosts.peek().is_none() {
            return Err("names no host, like postgres://portal@db.example.dk/portal");
        }
        if self.user.is_empty() && self.values("user").next().is_none() {
            return Err("names no user, like postgres://portal@db.example.dk/portal");
        }
        if self.values("sslmode").any(|mode| mode == "disable") && !hosts.all(|host| is_this_machine(&host)) {
            return Err("turns TLS off on the way to another machine; leave `sslmode` out");
        }
        Ok(())
    }

    fn has_password(&self) -> bool {
        self.user.contains(':') || self.values("password").next().is_some()
    }

    fn hosts(&self) -> impl Iterator<Item = String> {
        let list =
            self.place.split('/').next().unwrap_or_default().split(',').map(|host| without_port(host).to_owned());
        let named = self.values("host").chain(self.values("hostaddr"));
        let named = named.flat_map(|list| list.split(',').map(str::to_owned).collect::<Vec<_>>());
        list.chain(named).filter(|host| !host.is_empty())
    }

    fn values(&self, name: &str) -> impl Iterator<Item = String> {
        form_urlencoded::parse(self.query.as_bytes())
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    }
}

fn without_port(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// Loopback, or the directory of a Unix socket.
fn is_this_machine(host: &str) -> bool {
    let is_socket = host.starts_with('/') || host.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%2f"));
    is_socket || host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_name(text: &str) -> bool {
    let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
    begins
        && !text.starts_with("pg_")
        && text.len() <= LONGEST_NAME
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
const MOST_CONNECTIONS: usize = 1_000;
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(600);
/// PostgreSQL cuts longer names off.
const LONGEST_NAME: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;

    fn postgres(url: &str) -> Database {
        Database::Postgres(PostgresConfig { url: url.to_owned(), options: PostgresOptions::default() })
    }

    #[test]
    fn i7_a_place_is_told_without_who_comes_there() {
        let table = [
            ("postgres://portal:hemmelig@db.example.dk/portal", "postgres://db.example.dk/portal"),
            (
                "postgresql://a:5432,b:5433/portal?target_session_attrs=read-write&password=hemmelig",
                "postgres://a:5432,b:5433/portal",
            ),
            ("postgres://portal@%2Frun%2Fpostgresql/portal", "postgres://%2Frun%2Fpostgresql/portal"),
            ("postgres://a:hemm@elig@b/portal", "postgres://…"),
            ("postgres://a:hemm?elig@b/portal", "postgres://…"),
        ];
        for (url, place) in table {
            let database = postgres(url);
            assert_eq!(database.to_string(), place);
            assert!(!format!("{database:?}").contains("hemm"), "{database:?}");
        }
    }

    #[test]
    fn tls_may_be_off_on_this_machine_only() {
        let check = |url: &str| Address::of(url).unwrap().check();
        for own in ["localhost", "127.0.0.1:5432", "[::1]:5432", "%2Frun%2Fpostgresql", "127.0.0.1,localhost:1"] {
            assert_eq!(check(&format!("postgres://p@{own}/d?sslmode=disable")), Ok(()), "{own}");
        }
        for other in ["db.example.dk", "127.0.0.1,10.0.0.7", "[2001:db8::1]", "localhost.example.dk"] {
            assert!(check(&format!("postgres://p@{other}/d?sslmode=disable")).is_err(), "{other}");
            assert_eq!(check(&format!("postgres://p@{other}/d")), Ok(()), "{other}");
        }
        assert!(check("postgres://p@localhost/d?hostaddr=10.0.0.7&sslmode=disable").is_err());
        assert_eq!(check("postgres:///d?host=/run/postgresql&user=p&sslmode=disable"), Ok(()));
        assert!(check("postgres://p@/d").unwrap_err().starts_with("names no host"));
        assert!(check("postgres://localhost/d").unwrap_err().starts_with("names no user"));
    }
}
