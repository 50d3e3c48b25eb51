//! A stretch of network in front of the database that breaks exactly at a commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Where it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// The server never hears of the commit.
    BeforeCommit,
    /// The server commits, and its answer is lost.
    AfterCommit,
}

pub(super) struct Proxy {
    pub(super) url: String,
    cuts: Arc<Cuts>,
}

struct Cuts {
    at: Cut,
    left: AtomicU32,
    made: AtomicU32,
}

impl Proxy {
    /// Stands before the server of this URL and breaks so many connections.
    pub(super) async fn before(url: &str, at: Cut, times: u32) -> Self {
        let (head, database) = url.rsplit_once('/').unwrap();
        let (user, server) = head.rsplit_once('@').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{user}@{}/{database}", listener.local_addr().unwrap());
        let cuts = Arc::new(Cuts { at, left: AtomicU32::new(times), made: AtomicU32::new(0) });
        let (server, shared) = (server.to_owned(), Arc::clone(&cuts));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(client, server, Arc::clone(&shared)));
            }
        });
        Self { url, cuts }
    }

    /// How many connections it has broken.
    pub(super) fn cuts(&self) -> u32 {
        self.cuts.made.load(Ordering::SeqCst)
    }

    /// Breaks no more.
    pub(super) fn mend(&self) {
        self.cuts.left.store(0, Ordering::SeqCst);
    }
}

/// Carries a connection until one side ends or it is to break; then both sides find it closed.
async fn carry(client: TcpStream, server: TcpStream, cuts: Arc<Cuts>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let muted = AtomicBool::new(false);
    tokio::select! {
        _ = up(from_client, to_server, &cuts, &muted) => {}
        _ = down(from_server, to_client, &muted) => {}
    }
}

/// Whole messages, so that it is known which is the commit: the one that runs the statement prepared from its text.
async fn up(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    cuts: &Cuts,
    muted: &AtomicBool,
) -> std::io::Result<()> {
    let length = client.read_u32().await?;
    server.write_u32(length).await?;
    tokio::io::copy(&mut (&mut client).take(u64::from(length) - 4), &mut server).await?;
    let mut commit = None;
    loop {
        let kind = client.read_u8().await?;
        let length = client.read_u32().await?;
        let mut body = vec![0; usize::try_from(length).unwrap() - 4];
        client.read_exact(&mut body).await?;
        let mut texts = body.split(|byte| *byte == 0);
        match kind {
            b'P' => {
                let (name, text) = (texts.next().map(<[u8]>::to_vec), texts.next());
                if text == Some(b"COMMIT") {
                    commit = name;
                }
            }
            b'B' if commit.is_some() && texts.nth(1) == commit.as_deref() => {
                let cut = cuts.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
                if cut.is_ok() {
                    cuts.made.fetch_add(1, Ordering::SeqCst);
                    match cuts.at {
                        Cut::BeforeCommit => return Ok(()),
                        Cut::AfterCommit => muted.store(true, Ordering::SeqCst),
                    }
                }
            }
            _ => {}
        }
        server.write_u8(kind).await?;
        server.write_u32(length).await?;
        server.write_all(&body).await?;
    }
}

/// What the server says, but for its answer to a commit that is cut off.
async fn down(mut server: OwnedReadHalf, mut client: OwnedWriteHalf, muted: &AtomicBool) -> std::io::Result<()> {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let count = server.read(&mut bytes).await?;
        if count == 0 || muted.load(Ordering::SeqCst) {
            return Ok(());
        }
        client.write_all(&bytes[..count]).await?;
    }
}
