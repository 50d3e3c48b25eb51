//! Who has how many connections, so that neither one client nor all of them together take more than there are.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ServerLimits;
use crate::client_address::TrustedProxies;

/// The room for connections.
pub(super) struct Room {
    places: Arc<Semaphore>,
    per_peer: usize,
    proxies: TrustedProxies,
    taken: Arc<Taken>,
}

/// A connection's place in it, until dropped.
pub(super) struct Seat {
    _place: OwnedSemaphorePermit,
    _share: Option<Share>,
}

/// One of the connections of `peer`, until dropped.
struct Share {
    peer: IpAddr,
    taken: Arc<Taken>,
}

/// The connections of each peer.
type Taken = Mutex<HashMap<IpAddr, usize>>;

impl Room {
    pub(super) fn new(limits: &ServerLimits) -> Self {
        Self {
            places: Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS))),
            per_peer: limits.connections_per_peer,
            proxies: limits.trusted_proxies.clone(),
            taken: Arc::default(),
        }
    }

    /// Waits until there is a place for anybody.
    pub(super) async fn free_place(&self) -> io::Result<OwnedSemaphorePermit> {
        self.places.clone().acquire_owned().await.map_err(io::Error::other)
    }

    /// Gives `place` to `peer`, unless it has its share already.
    pub(super) fn seat(&self, place: OwnedSemaphorePermit, peer: IpAddr) -> Option<Seat> {
        if self.proxies.include(peer) {
            return Some(Seat { _place: place, _share: None });
        }
        let peer = counted_as(peer);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.get(&peer).copied().unwrap_or_default();
        if count >= self.per_peer {
            return None;
        }
        taken.insert(peer, count + 1);
        Some(Seat { _place: place, _share: Some(Share { peer, taken: self.taken.clone() }) })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.peer) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(taken.remove(&self.peer)),
        }
    }
}

/// Whoever has an IPv6 address has its whole network of 64 bits.
fn counted_as(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client_address::ForwardedHeader;

    async fn seat(room: &Room, peer: &str) -> Option<Seat> {
        room.seat(room.free_place().await.unwrap(), peer.parse().unwrap())
    }

    #[tokio::test]
    async fn a4_34_a_peer_has_its_share_and_gives_it_back() {
        let room = Room::new(&ServerLimits { connections_per_peer: 2, ..ServerLimits::default() });
        for (one, same) in [("192.0.2.1", "::ffff:192.0.2.1"), ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff")] {
            let seats = (seat(&room, one).await.unwrap(), seat(&room, same).await.unwrap());
            assert!(seat(&room, one).await.is_none() && seat(&room, same).await.is_none(), "{one}");
            assert!(seat(&room, "198.51.100.7").await.is_some(), "another still comes in");
            drop(seats.0);
            assert!(seat(&room, same).await.is_some());
        }
        assert!(room.taken.lock().unwrap().is_empty(), "who has left is forgotten");
    }

    #[tokio::test]
    async fn a_proxy_has_the_connections_of_many() {
        let trusted_proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()], ForwardedHeader::Forwarded);
        let room = Room::new(&ServerLimits { connections_per_peer: 1, trusted_proxies, ..ServerLimits::default() });
        let _seats = (seat(&room, "10.0.0.1").await.unwrap(), seat(&room, "::ffff:10.0.0.1").await.unwrap());
        assert_eq!(room.places.available_permits(), 4096 - 2);
    }
}
