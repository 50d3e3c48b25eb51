//! Ports for servers that tests start.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::waiting::until;

/// An address of the loopback network that nobody listens on. Not one of those that the system hands out to connections:
/// while a server is down, its port must not go to anybody.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_address(of: Ipv4Addr) -> SocketAddr {
    let span = PORTS.end - PORTS.start;
    let begin = std::process::id().wrapping_mul(7919);
    until("a free port", || {
        let candidate = PORTS.start + begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % span;
        let address = SocketAddr::from((of, u16::try_from(candidate).expect("ports are below 65536")));
        TcpListener::bind(address).is_ok().then_some(address)
    })
}

const PORTS: Range<u32> = 20_000..32_000;
static NEXT: AtomicU32 = AtomicU32::new(0);
