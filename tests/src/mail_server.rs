//! A mail server of our own that keeps every delivery: what came, when, and by which door. A mail is acknowledged only
//! after it was recorded, so that a delivery that was confirmed is never forgotten here. No TLS, no login, no faults of
//! its own: those are the foreign mail server's.

use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use crate::mail::Mail;

/// A mail server at work on loopback. Dropping it closes its doors.
#[derive(Debug, Default)]
pub struct MailServer {
    deliveries: Deliveries,
    doors: Vec<AbortHandle>,
}

/// What was delivered so far. Clones see the same.
#[derive(Debug, Clone, Default)]
pub struct Deliveries(Arc<Mutex<Book>>);

/// One delivery.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// The mail.
    pub mail: Arc<Mail>,
    /// The number of the door it came by.
    pub door: usize,
    /// When it was recorded, just before it was acknowledged.
    pub at: Instant,
}

#[derive(Debug, Default)]
struct Book {
    all: Vec<Delivery>,
    by_recipient: HashMap<String, Vec<usize>>,
}

impl MailServer {
    /// Opens one more door and answers its port: each sender has one, so that it is known who delivered what. Doors are
    /// numbered from 0.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn open_door(&mut self) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        let (door, deliveries) = (self.doors.len(), self.deliveries.clone());
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let deliveries = deliveries.clone();
                // A sender that is killed ends in the middle of a line.
                tokio::spawn(async move { converse(stream, door, &deliveries).await.is_ok() });
            }
        });
        self.doors.push(task.abort_handle());
        port
    }

    /// What was delivered.
    #[must_use]
    pub fn deliveries(&self) -> Deliveries {
        self.deliveries.clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.doors.iter().for_each(AbortHandle::abort);
    }
}

impl Deliveries {
    /// All, in order of their arrival.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn all(&self) -> Vec<Delivery> {
        self.0.lock().unwrap().all.clone()
    }

    /// The `Message-ID` of each.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap().all.iter().map(|delivery| delivery.mail.id.clone()).collect()
    }

    /// The mails to an address, in order of their arrival.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn to(&self, address: &str) -> Vec<Mail> {
        let book = self.0.lock().unwrap();
        let numbers = book.by_recipient.get(address).into_iter().flatten();
        numbers.filter_map(|number| book.all.get(*number)).map(|delivery| (*delivery.mail).clone()).collect()
    }

    fn record(&self, source: &str, door: usize) {
        let mail = Arc::new(Mail::read(source));
        let mut book = self.0.lock().unwrap();
        let number = book.all.len();
        book.by_recipient.entry(mail.to.clone()).or_default().push(number);
        book.all.push(Delivery { mail, door, at: Instant::now() });
    }
}

/// One sender's connection, until it says goodbye or is gone.
async fn converse(stream: TcpStream, door: usize, deliveries: &Deliveries) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    answer(&mut stream, "220 mail.example").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.split([' ', '\r', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => answer(&mut stream, "250-mail.example\r\n250 8BITMIME").await?,
            "HELO" | "MAIL" | "RCPT" | "RSET" | "NOOP" => answer(&mut stream, "250 OK").await?,
            "DATA" => {
                answer(&mut stream, "354 go on").await?;
                let source = content(&mut stream).await?;
                deliveries.record(&source, door);
                answer(&mut stream, "250 taken").await?;
            }
            "QUIT" => return answer(&mut stream, "221 goodbye").await,
            _ => answer(&mut stream, "500 what?").await?,
        }
    }
}

/// A mail until its lone dot; one that ends before it is no mail.
async fn content(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut source = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(source);
        }
        source.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

async fn answer(stream: &mut BufReader<TcpStream>, words: &str) -> io::Result<()> {
    stream.get_mut().write_all(format!("{words}\r\n").as_bytes()).await
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn say(port: u16, words: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        stream.write_all(words.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn every_whole_mail_is_recorded_with_its_door() {
        let mut server = MailServer::default();
        let doors = [server.open_door().await, server.open_door().await];
        let mail = "EHLO p\r\nMAIL FROM:<p@p>\r\nRCPT TO:<a@b.dk>\r\nDATA\r\nMessage-ID: <1@p>\r\nTo: a@b.dk\r\nSubject: Hej\r\n\
                    Content-Type: multipart/alternative; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n..1\r\n\
                    --x\r\nContent-Type: text/html\r\n\r\n1\r\n--x--\r\n.\r\n";
        for door in [doors[1], doors[0]] {
            assert!(say(door, mail).await.ends_with("250 taken\r\n"));
        }
        assert!(!say(doors[0], mail.strip_suffix(".\r\n").unwrap()).await.contains("taken"));
        let all = server.deliveries().all();
        assert_eq!(all.iter().map(|delivery| delivery.door).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(server.deliveries().ids(), ["<1@p>", "<1@p>"]);
        let to = server.deliveries().to("a@b.dk");
        assert!(to.len() == 2 && to.iter().all(|mail| mail.text.starts_with(".1")), "{to:?}");
    }
}
