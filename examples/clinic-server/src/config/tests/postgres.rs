//! A database that is a PostgreSQL.

use patientportal_postgres::PostgresOptions;

use super::{Database, GOOD, folder, read};

#[test]
fn the_example_files_postgresql_is_good_and_its_numbers_are_the_defaults() {
    let folder = folder();
    folder.write("postgres.secret", "hemmelig");
    folder.write("extra.pem", "certificates");
    let example = include_str!("../../../portal.example.toml");
    let (before, table) = example.split_once("# [postgres]\n").unwrap();
    let (table, after) = table.split_once("\n\n").unwrap();
    let table: String = table.lines().map(|line| line.strip_prefix("# ").unwrap().to_owned() + "\n").collect();
    let text = format!("{before}[postgres]\n{table}\n{after}");
    let url = "postgres://portal@db.example.dk/portal";
    assert!(before.contains(url));
    let text = text.replace("sqlite:portal.db", url);
    let Database::Postgres(postgres) = read(&folder, &text).unwrap().database else { panic!("no PostgreSQL") };
    let mut defaults = PostgresOptions::default();
    (defaults.password, defaults.root_certificates) = (Some("hemmelig".into()), Some("certificates".into()));
    assert_eq!(format!("{:?}", postgres.options), format!("{defaults:?}"));
}

#[test]
fn a_postgresql_is_described_by_its_table() {
    let folder = folder();
    folder.write("db.secret", "hemmelig-db\n");
    folder.write("ca.pem", "certificates");
    let text = GOOD
        .replace("sqlite:portal.db", "postgres://portal@a,b/portal?target_session_attrs=read-write")
        .replace("[mitid]", &format!("{POSTGRES}\n[mitid]"));
    let Database::Postgres(postgres) = read(&folder, &text).unwrap().database else { panic!("no PostgreSQL") };
    assert_eq!(postgres.url, "postgres://portal@a,b/portal?target_session_attrs=read-write");
    let options = postgres.options;
    assert_eq!((options.schema.as_str(), options.connections), ("portal", 40));
    assert_eq!(options.password.as_deref(), Some("hemmelig-db"));
    assert_eq!(options.root_certificates.as_deref(), Some("certificates"));
    let times = [options.connect_timeout, options.pool_wait, options.statement_timeout, options.commit_patience];
    assert_eq!(times.map(|time| time.as_secs()), [2, 1, 10, 60]);
}

#[test]
fn one_mistake_in_the_postgresql_is_one_sentence_with_its_place() {
    let folder = folder();
    folder.write("db.secret", "hemmelig-db\n");
    folder.write("ca.pem", "certificates");
    let good = GOOD
        .replace("sqlite:portal.db", "postgres://portal@db.example.dk/portal")
        .replace("[mitid]", &format!("{POSTGRES}\n[mitid]"));
    for (from, to, sentence) in POSTGRES_MISTAKES {
        assert!(good.contains(from), "{from}");
        let said = read(&folder, &good.replacen(from, to, 1)).unwrap_err();
        assert_eq!(said, *sentence);
        assert!(!said.contains("hemmelig"), "{said}");
    }
}

const POSTGRES: &str = r#"[postgres]
password_file = "db.secret"
root_certificates = "ca.pem"
schema = "portal"
connections = 40
connect_timeout = "2s"
pool_wait = "1s"
statement_timeout = "10s"
commit_patience = "1m""#;

/// What stands in the good file with a PostgreSQL, what is put in its place, and what is said of it.
const POSTGRES_MISTAKES: &[(&str, &str, &str)] = &[
    (
        "postgres://portal@db.example.dk/portal",
        "sqlite:portal.db",
        "portal.toml, line 7: `postgres` is for a `database` that begins with postgres:// only",
    ),
    (
        "portal@db.example.dk",
        "portal:hemmelig@db.example.dk",
        "portal.toml, line 8: `postgres.password_file` stands beside a password in `database`; keep one of them",
    ),
    (
        "portal@db.example.dk/portal",
        "portal@db.example.dk/portal?password=hemmelig",
        "portal.toml, line 8: `postgres.password_file` stands beside a password in `database`; keep one of them",
    ),
    (
        "portal@db.example.dk",
        "portal:hemm@elig@db.example.dk",
        "portal.toml, line 3: `database` holds an @ or ? in a name or password, where they are written %40 and %3F",
    ),
    (
        "portal@db.example.dk",
        "portal@",
        "portal.toml, line 3: `database` names no host, like postgres://portal@db.example.dk/portal",
    ),
    (
        "example.dk/portal",
        "example.dk/portal?sslmode=disable",
        "portal.toml, line 3: `database` turns TLS off on the way to another machine; leave `sslmode` out",
    ),
    (
        "\"db.secret\"",
        "\"nowhere\"",
        "portal.toml, line 8: `postgres.password_file` names nowhere, which cannot be read: \
         No such file or directory (os error 2)",
    ),
    (
        "\"ca.pem\"",
        "\"nowhere\"",
        "portal.toml, line 9: `postgres.root_certificates` names nowhere, which cannot be read: \
         No such file or directory (os error 2)",
    ),
    (
        "schema = \"portal\"",
        "schema = \"Portal; drop\"",
        "portal.toml, line 10: `postgres.schema` must begin with a-z, not with pg_, and go on with \
         a-z, 0-9 and _ (63 characters at most)",
    ),
    (
        "connections = 40",
        "connections = 0",
        "portal.toml, line 11: `postgres.connections` must be a whole number from 1 to 1000",
    ),
    (
        "\"1m\"",
        "\"1h\"",
        "portal.toml, line 15: `postgres.commit_patience` must be a length of time from \"1s\" to \"10m\"",
    ),
    (
        "\"10s\"",
        "\"10\"",
        "portal.toml, line 14: `postgres.statement_timeout` must be a length of time from \"1s\" to \"10m\"",
    ),
    (
        "pool_wait",
        "pool_weight",
        "portal.toml, line 13: unknown field `pool_weight`, expected one of `password_file`, `root_certificates`, \
         `schema`, `connections`, `connect_timeout`, `pool_wait`, `statement_timeout`, `commit_patience`",
    ),
];
