//! Reading the URL: which hosts, and whether what is sent to them may be read on the way.

use std::net::IpAddr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::open::{OpenError, PostgresOptions};

/// The hosts of a URL in their order, each with all that is needed to connect to it.
pub(crate) fn hosts(url: &str, options: &PostgresOptions) -> Result<Vec<Config>, OpenError> {
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(OpenError::BadUrl);
    }
    // The parser's own complaint is left out, which may hold a piece of the password.
    let told: Config = url.parse().map_err(|_| OpenError::BadUrl)?;
    let (names, addresses, ports) = (told.get_hosts(), told.get_hostaddrs(), told.get_ports());
    let count = names.len().max(addresses.len());
    let even = |length: usize| length == 0 || length == count;
    if count == 0 || !even(names.len()) || !even(addresses.len()) || !(ports.len() <= 1 || ports.len() == count) {
        return Err(OpenError::BadUrl);
    }
    let hosts = (0..count).map(|at| {
        let port = ports.get(at).or(ports.first()).copied();
        host(&told, options, names.get(at), addresses.get(at).copied(), port)
    });
    hosts.collect()
}

fn host(
    told: &Config,
    options: &PostgresOptions,
    name: Option<&Host>,
    address: Option<IpAddr>,
    port: Option<u16>,
) -> Result<Config, OpenError> {
    let mut host = Config::new();
    match name {
        Some(Host::Tcp(name)) => drop(host.host(name)),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => drop(host.host_path(folder)),
        None => {}
    }
    host.port(port.unwrap_or(POSTGRES));
    if let Some(address) = address {
        host.hostaddr(address);
    }
    host.ssl_mode(encryption(told.get_ssl_mode(), is_here(name, address))?);
    host.ssl_negotiation(told.get_ssl_negotiation()).channel_binding(told.get_channel_binding());
    host.target_session_attrs(told.get_target_session_attrs());
    host.application_name(told.get_application_name().unwrap_or("patientportal"));
    host.user(told.get_user().ok_or(OpenError::BadUrl)?);
    if let Some(password) = options.password.as_deref().map(str::as_bytes).or(told.get_password()) {
        host.password(password);
    }
    if let Some(database) = told.get_dbname() {
        host.dbname(database);
    }
    if let Some(more) = told.get_options() {
        host.options(more);
    }
    host.connect_timeout(options.connect_timeout);
    // A server that has vanished is noticed also while nothing is asked of it.
    host.keepalives(true).keepalives_idle(IDLE).keepalives_interval(INTERVAL).keepalives_retries(3);
    host.tcp_user_timeout(IDLE);
    Ok(host)
}

/// "Prefer" is what a URL says that says nothing.
fn encryption(told: SslMode, here: bool) -> Result<SslMode, OpenError> {
    match (told, here) {
        (SslMode::Disable | SslMode::Prefer, true) => Ok(SslMode::Disable),
        (SslMode::Disable, false) => Err(OpenError::InsecureTransport),
        _ => Ok(SslMode::Require),
    }
}

fn is_here(name: Option<&Host>, address: Option<IpAddr>) -> bool {
    match (address, name) {
        (Some(address), _) => address.is_loopback(),
        (None, Some(Host::Tcp(name))) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        (None, Some(Host::Unix(_))) => true,
        (None, None) => false,
    }
}

const POSTGRES: u16 = 5432;
const IDLE: Duration = Duration::from_secs(10);
const INTERVAL: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn modes(url: &str) -> Result<Vec<SslMode>, OpenError> {
        let hosts = hosts(url, &PostgresOptions::default())?;
        Ok(hosts.iter().map(Config::get_ssl_mode).collect())
    }

    #[test]
    fn i7_nothing_goes_to_another_machine_in_plain_text() {
        assert_eq!(modes("postgres://a@db.example.dk/x").unwrap(), [SslMode::Require]);
        assert_eq!(modes("postgres://a@db.example.dk/x?sslmode=prefer").unwrap(), [SslMode::Require]);
        assert_eq!(modes("postgres://a@localhost/x").unwrap(), [SslMode::Disable]);
        assert_eq!(modes("postgres://a@127.0.0.1/x?sslmode=require").unwrap(), [SslMode::Require]);
        assert_eq!(modes("postgres://a@%2Frun%2Fpostgresql/x").unwrap(), [SslMode::Disable]);
        assert_eq!(modes("postgres://a@localhost,db.dk/x").unwrap(), [SslMode::Disable, SslMode::Require]);
        for url in ["db.example.dk", "192.168.1.5", "localhost.example.dk", "127.0.0.1,10.0.0.2"] {
            let refused = modes(&format!("postgres://a@{url}/x?sslmode=disable"));
            assert!(matches!(refused, Err(OpenError::InsecureTransport)), "{url}: {refused:?}");
        }
        let masked = modes("postgres://a@localhost/x?sslmode=disable&hostaddr=10.0.0.2");
        assert!(matches!(masked, Err(OpenError::InsecureTransport)), "the address counts: {masked:?}");
    }

    #[test]
    fn each_host_has_its_port_and_the_same_rest() {
        let url = "postgres://a:b@one:5000,two:6000/x?target_session_attrs=read-write";
        let hosts = hosts(url, &PostgresOptions::default()).unwrap();
        let ports: Vec<_> = hosts.iter().map(|host| host.get_ports().to_vec()).collect();
        assert_eq!(ports, [[5000], [6000]]);
        let attributes = tokio_postgres::config::TargetSessionAttrs::ReadWrite;
        assert!(hosts.iter().all(|host| host.get_target_session_attrs() == attributes));
        assert!(hosts.iter().all(|host| host.get_password() == Some(b"b") && host.get_dbname() == Some("x")));
    }

    #[test]
    fn the_password_of_the_options_outdoes_that_of_the_url() {
        let options = PostgresOptions { password: Some("better".into()), ..PostgresOptions::default() };
        let hosts = hosts("postgres://a:b@localhost/x", &options).unwrap();
        assert!(hosts.iter().all(|host| host.get_password() == Some(b"better")));
    }

    #[test]
    fn i7_what_is_no_url_is_refused_without_repeating_it() {
        for url in ["", "portal.db", "sqlite:portal.db", "host=localhost user=a", "postgres://", "postgres:///x"] {
            assert!(matches!(modes(url), Err(OpenError::BadUrl)), "{url}");
        }
        let refused = modes("postgres://a:b@localhost/x?s3cret=s3cret").unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("s3cret"));
    }
}
