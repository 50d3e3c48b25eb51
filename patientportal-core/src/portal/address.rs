//! What is counted of the addresses that requests come from (L6).

use std::net::{IpAddr, Ipv6Addr};

use crate::ids::CounterKey;
use crate::sealing::CounterKind;

use super::Portal;

impl Portal {
    pub(super) fn address_counter(&self, kind: CounterKind, address: IpAddr) -> CounterKey {
        self.ring().counter(kind, &[&address_bytes(address)])
    }
}

/// One counter for an IPv4 address however it is written, and for an IPv6 network of a household (/64).
fn address_bytes(address: IpAddr) -> Vec<u8> {
    let network = |address: Ipv6Addr| address.octets().into_iter().take(8).collect();
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.to_ipv4_mapped().map_or_else(|| network(address), |v4| v4.octets().to_vec()),
    }
}
