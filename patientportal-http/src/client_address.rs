//! The client's address: the peer of the connection, or what a trusted proxy says of it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;

/// The peer of a connection, as an extension of each request. [`serve`](crate::serve) sets it; an embedding program
/// sets it from what its own server knows. Without it, all clients count as one.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper")]
pub struct PeerAddress(pub SocketAddr);

/// The proxies that are believed about client addresses, and the one header that they set.
#[derive(Debug, Clone)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    header: ForwardedHeader,
}

/// The header that a proxy sets. Only one is read: a proxy that sets one lets the other through as the client sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`
    XForwardedFor,
    /// `Forwarded` (RFC 7239)
    Forwarded,
}

impl TrustedProxies {
    /// None: the peer is the client.
    #[must_use]
    pub fn none() -> Self {
        Self { networks: Vec::new(), header: ForwardedHeader::XForwardedFor }
    }

    /// The proxies in `networks`, which set `header`.
    #[must_use]
    pub fn new(networks: Vec<IpNet>, header: ForwardedHeader) -> Self {
        Self { networks, header }
    }

    /// Whether `peer` is one of them.
    pub(crate) fn include(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.networks.iter().any(|network| network.contains(&peer))
    }

    /// The client's address: from the right, the first that is no trusted proxy. What cannot be read is not believed,
    /// nor anything to the left of it.
    pub(crate) fn client(&self, peer: Option<PeerAddress>, headers: &HeaderMap) -> IpAddr {
        let Some(PeerAddress(peer)) = peer else { return IpAddr::V6(Ipv6Addr::UNSPECIFIED) };
        let mut client = peer.ip().to_canonical();
        let hops = self.hops(headers);
        let mut hops = hops.iter().rev();
        while self.include(client) {
            match hops.next().and_then(|hop| address(hop)) {
                Some(hop) => client = hop,
                None => break,
            }
        }
        client
    }

    fn hops(&self, headers: &HeaderMap) -> Vec<String> {
        let name = match self.header {
            ForwardedHeader::XForwardedFor => "x-forwarded-for",
            ForwardedHeader::Forwarded => "forwarded",
        };
        let lines = headers.get_all(name).into_iter().map(|line| line.to_str().unwrap_or_default());
        let elements = lines.flat_map(|line| line.split(','));
        match self.header {
            ForwardedHeader::XForwardedFor => elements.map(str::to_owned).collect(),
            ForwardedHeader::Forwarded => elements.map(|element| forwarded_for(element).to_owned()).collect(),
        }
    }
}

/// The `for` of one element of `Forwarded`.
fn forwarded_for(element: &str) -> &str {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| name.eq_ignore_ascii_case("for")).map_or("", |(_, value)| value.trim_matches('"'))
}

/// An address with or without port and brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').split(']').next()?;
    let found = text.parse().ok().or_else(|| bare.parse().ok());
    found.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip())).map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &TrustedProxies, peer: &str, name: &'static str, value: &'static str) -> String {
        let headers =
            HeaderMap::from_iter([(http::HeaderName::from_static(name), http::HeaderValue::from_static(value))]);
        proxies.client(Some(PeerAddress(SocketAddr::new(peer.parse().unwrap(), 1))), &headers).to_string()
    }

    fn behind(header: ForwardedHeader) -> TrustedProxies {
        TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()], header)
    }

    #[test]
    fn nobody_is_believed_unless_configured() {
        assert_eq!(client(&TrustedProxies::none(), "192.0.2.1", "x-forwarded-for", "198.51.100.7"), "192.0.2.1");
    }

    #[test]
    fn the_rightmost_untrusted_hop_is_the_client() {
        let proxies = behind(ForwardedHeader::XForwardedFor);
        assert_eq!(
            client(&proxies, "10.0.0.1", "x-forwarded-for", "203.0.113.9, 198.51.100.7, 10.0.0.2"),
            "198.51.100.7"
        );
        assert_eq!(
            client(&proxies, "192.0.2.1", "x-forwarded-for", "198.51.100.7"),
            "192.0.2.1",
            "the peer is no proxy"
        );
        assert_eq!(client(&proxies, "10.0.0.1", "forwarded", "for=198.51.100.7"), "10.0.0.1", "the other header");
    }

    #[test]
    fn what_cannot_be_read_is_not_believed() {
        let proxies = behind(ForwardedHeader::XForwardedFor);
        for garbage in ["", "unknown", "198.51.100.7, ;;", "_hidden", "1.2.3"] {
            assert_eq!(client(&proxies, "10.0.0.1", "x-forwarded-for", garbage), "10.0.0.1", "{garbage:?}");
        }
    }

    #[test]
    fn forwarded_is_read_with_quotes_ports_and_brackets() {
        let proxies = behind(ForwardedHeader::Forwarded);
        assert_eq!(client(&proxies, "10.0.0.1", "forwarded", "for=\"[2001:db8::1]:4711\";proto=https"), "2001:db8::1");
        assert_eq!(client(&proxies, "::ffff:10.0.0.1", "forwarded", "proto=https;For=198.51.100.7:80"), "198.51.100.7");
    }

    #[test]
    fn without_a_peer_all_clients_are_one() {
        assert_eq!(TrustedProxies::none().client(None, &HeaderMap::new()).to_string(), "::");
    }
}
