//! The network between the store and the server, in the test's hand: it passes everything on, or no answer, or is cut.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A port that leads to the server.
pub(crate) struct Wire {
    address: SocketAddr,
    state: watch::Sender<State>,
    accepting: JoinHandle<()>,
}

#[derive(Clone, Copy, PartialEq)]
struct State {
    /// Whether the server's answers arrive.
    answers: bool,
    /// How often the connections were cut.
    cuts: u32,
}

impl Wire {
    /// Lays one to a port of this machine.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (state, seen) = watch::channel(State { answers: true, cuts: 0 });
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await {
                    tokio::spawn(carry(client, server, seen.clone()));
                }
            }
        });
        Self { address, state, accepting }
    }

    /// A database's URL by this way.
    pub(crate) fn url(&self, direct: &str, port: u16) -> String {
        direct.replace(&format!(":{port}/"), &format!(":{}/", self.address.port()))
    }

    /// From now on the server hears everything, and nobody hears the server.
    pub(crate) fn hold_answers(&self) {
        self.state.send_modify(|state| state.answers = false);
    }

    /// Cuts every connection; new ones work.
    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| *state = State { answers: true, cuts: state.cuts + 1 });
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(client: TcpStream, server: TcpStream, mut state: watch::Receiver<State>) {
    let cuts = state.borrow().cuts;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let answers = state.clone();
    tokio::select! {
        () = pass(from_client, to_server, None) => {}
        () = pass(from_server, to_client, Some(answers)) => {}
        _ = state.wait_for(|state| state.cuts != cuts) => {}
    }
}

/// Passes on what comes, when it may.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut may: Option<watch::Receiver<State>>) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if let Some(may) = &mut may
            && may.wait_for(|state| state.answers).await.is_err()
        {
            return;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
