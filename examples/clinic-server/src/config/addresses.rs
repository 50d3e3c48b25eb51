//! The portal's own address, the networks of proxies, and where things may stand.

use std::net::IpAddr;
use std::path::Path;

use ipnet::IpNet;
use patientportal_http::{ForwardedHeader, TrustedProxies};
use url::{Host, Url};

use super::error::{ConfigError, Source};
use super::file;

/// The portal's address without a slash at its end.
pub(super) fn public_url(source: &Source<'_>, text: &str) -> Result<String, ConfigError> {
    let wrong = |what| source.wrong("public_url", what);
    let url = Url::parse(text).map_err(|_| wrong("is not an address like https://portal.example.dk"))?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        _ => return Err(wrong("must begin with https:// (http:// is for this machine only)")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must end before any ? or #"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The networks whose word on the client's address counts, and the header in which they say it.
pub(super) fn proxies(
    source: &Source<'_>,
    networks: &[String],
    header: file::ForwardedHeader,
) -> Result<TrustedProxies, ConfigError> {
    let header = match header {
        file::ForwardedHeader::XForwardedFor => ForwardedHeader::XForwardedFor,
        file::ForwardedHeader::Forwarded => ForwardedHeader::Forwarded,
    };
    let parse = |(at, text): (usize, &String)| {
        let one = || text.parse::<IpAddr>().map(IpNet::from);
        let what = || format!("holds {text:?}, which is no network like 10.0.0.0/8");
        text.parse().or_else(|_| one()).map_err(|_| source.wrong(&format!("trusted_proxies.{at}"), what()))
    };
    let networks = networks.iter().enumerate().map(parse).collect::<Result<Vec<IpNet>, _>>()?;
    Ok(TrustedProxies::new(networks, header))
}

/// Whether a file can stand at `path`: its directory is not made, for a slip in a path would hide in it.
pub(super) fn in_a_directory(path: &Path) -> Result<(), String> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() && !parent.is_dir() => {
            Err(format!("lies in {}, which is not a directory", parent.display()))
        }
        _ => Ok(()),
    }
}

/// Whether `text` is an address that a page may link to.
pub(super) fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
}

/// Whether the portal's own address is a loopback address: only then is http no risk elsewhere either.
pub(super) fn is_on_this_machine(public_url: &str) -> bool {
    Url::parse(public_url).is_ok_and(|url| is_loopback(&url))
}

/// `text` as browsers read it, if patients may be sent there from the portal at `public_url`.
pub(super) fn target(text: &str, public_url: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_on_this_machine(public_url));
    is_safe.then(|| url.into())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
