//! A plain balancer in front of several servers: each new connection goes to the next one, or where that refuses it to
//! the one after. It knows nothing of requests, remembers nobody and asks nobody how they are. A visitor's loopback
//! address is kept, as a transparent balancer keeps it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::AbortHandle;

/// A balancer at work on loopback. Dropping it closes its door.
#[derive(Debug)]
pub struct RoundRobin {
    port: u16,
    task: AbortHandle,
}

impl RoundRobin {
    /// Starts one before the servers at these addresses, which need not be there yet.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(servers: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        let (servers, turn): (Arc<[SocketAddr]>, _) = (servers.into(), AtomicUsize::new(0));
        let task = tokio::spawn(async move {
            loop {
                let Ok((visitor, from)) = listener.accept().await else { continue };
                let (servers, first) = (servers.clone(), turn.fetch_add(1, Ordering::Relaxed));
                // Either side may go away at any moment: then the other is let go too.
                tokio::spawn(async move { pass_on(visitor, from.ip(), &servers, first).await.is_ok() });
            }
        });
        Self { port, task: task.abort_handle() }
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for RoundRobin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass_on(mut visitor: TcpStream, from: IpAddr, servers: &[SocketAddr], first: usize) -> io::Result<()> {
    let mut server = connect(from, servers, first).await?;
    copy_bidirectional(&mut visitor, &mut server).await?;
    Ok(())
}

async fn connect(from: IpAddr, servers: &[SocketAddr], first: usize) -> io::Result<TcpStream> {
    let mut refused = io::Error::from(io::ErrorKind::ConnectionRefused);
    for turn in 0..servers.len() {
        let Some(server) = servers.iter().cycle().nth((first + turn) % servers.len()) else { continue };
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(from, 0))?;
        match socket.connect(*server).await {
            Ok(server) => return Ok(server),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

#[cfg(test)]
mod tests {
    use postgres_server::free_address;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn each_connection_goes_to_the_next_that_is_there() {
        let listeners = [
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap(),
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap(),
        ];
        let there = listeners.each_ref().map(|listener| listener.local_addr().unwrap());
        let gone = free_address(Ipv4Addr::new(127, 0, 1, 200));
        for (name, listener) in (1_u8..).zip(listeners) {
            tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    stream.write_all(&[name]).await.unwrap();
                }
            });
        }
        let balancer = RoundRobin::start(vec![there[0], gone, there[1]]).await;
        let mut answers = Vec::new();
        for _ in 0..6 {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, balancer.port())).await.unwrap();
            answers.push(stream.read_u8().await.unwrap());
        }
        assert_eq!(answers, [1, 2, 2, 1, 2, 2]);
    }
}
