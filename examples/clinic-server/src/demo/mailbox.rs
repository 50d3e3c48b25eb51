//! The demonstration's mailbox: what the portal mails is kept in memory and shown on a page of its own.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::{Clock, MailFailure, Mailer, Message};

use super::pages;
use crate::routes::{Answer, answer};

/// Keeps the last mails. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Mailbox {
    kept: Arc<Mutex<Kept>>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Kept {
    mails: VecDeque<Mail>,
    received: u64,
}

/// A mail and when it came.
#[derive(Clone)]
pub(super) struct Mail {
    /// Its number in addresses.
    pub(super) number: u64,
    /// When it came.
    pub(super) at: Timestamp,
    /// The mail.
    pub(super) message: Message,
}

impl Mailbox {
    /// An empty one.
    pub(crate) fn new(clock: impl Clock + 'static) -> Self {
        Self { kept: Arc::default(), clock: Arc::new(clock) }
    }

    /// The page below `/demo` at `path`, if there is one.
    pub(crate) fn page(&self, path: &str) -> Option<Answer> {
        let rest = path.strip_prefix("/demo/")?;
        Some(match rest.split('/').collect::<Vec<_>>().as_slice() {
            ["mails"] => pages::mailbox(&self.newest_first()),
            ["mailbox.css"] => pages::stylesheet(),
            ["mails", number] => self.mail(number).map_or_else(not_found, |mail| pages::mail(&mail)),
            ["mails", number, "html"] => self.mail(number).map_or_else(not_found, |mail| pages::html_part(&mail)),
            _ => not_found(),
        })
    }

    fn newest_first(&self) -> Vec<Mail> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).mails.iter().rev().cloned().collect()
    }

    fn mail(&self, number: &str) -> Option<Mail> {
        let number: u64 = number.parse().ok()?;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.mails.iter().find(|mail| mail.number == number).cloned()
    }
}

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, message: &Message) -> Result<(), MailFailure> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.mails.iter().any(|mail| mail.message.id == message.id) {
            return Ok(());
        }
        kept.received += 1;
        let mail = Mail { number: kept.received, at: self.clock.now(), message: message.clone() };
        kept.mails.push_back(mail);
        if kept.mails.len() > KEPT_AT_MOST {
            kept.mails.pop_front();
        }
        Ok(())
    }
}

fn not_found() -> Answer {
    answer(http::StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "404\n")
}

const KEPT_AT_MOST: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::SystemClock;
    use http_body_util::BodyExt;
    use patientportal_core::language::Language;
    use patientportal_core::value::Email;

    fn message(id: &str, text: &str) -> Message {
        Message {
            id: id.into(),
            to: Email::parse("nancy@example.dk").unwrap(),
            subject: "Ny <adgangskode>".into(),
            text: text.into(),
            html: "<p>Hej</p>".into(),
            language: Language::Danish,
        }
    }

    async fn body(mailbox: &Mailbox, path: &str) -> String {
        let bytes = mailbox.page(path).unwrap().into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn mails_are_listed_newest_first_and_a_second_delivery_is_one_mail() {
        let mailbox = Mailbox::new(SystemClock);
        for id in ["a@x", "b@x", "b@x"] {
            mailbox.send(&message(id, "x")).await.unwrap();
        }
        let list = body(&mailbox, "/demo/mails").await;
        let (newest, older) = (list.find("/demo/mails/2").unwrap(), list.find("/demo/mails/1").unwrap());
        assert!(newest < older && !list.contains("/demo/mails/3"), "{list}");
        assert!(list.contains("Ny &lt;adgangskode&gt;"));
    }

    #[tokio::test]
    async fn links_can_be_followed_and_nothing_in_a_mail_is_markup() {
        let mailbox = Mailbox::new(SystemClock);
        let text = "<b>Brug</b> linket:\nhttp://127.0.0.1:8080/nulstil/abc?a=1&b=2\nHilsen";
        mailbox.send(&message("a@x", text)).await.unwrap();
        let page = body(&mailbox, "/demo/mails/1").await;
        let link = "<a href=\"http://127.0.0.1:8080/nulstil/abc?a=1&amp;b=2\">\
                    http://127.0.0.1:8080/nulstil/abc?a=1&amp;b=2</a>";
        assert!(page.contains("&lt;b&gt;Brug&lt;/b&gt; linket:"), "{page}");
        assert!(page.contains(link), "{page}");
        assert_eq!(body(&mailbox, "/demo/mails/1/html").await, "<base target=\"_top\"><p>Hej</p>");
        let policy = mailbox.page("/demo/mails/1/html").unwrap().headers()["content-security-policy"].clone();
        assert!(policy.to_str().unwrap().starts_with("sandbox allow-top-navigation-by-user-activation; "));
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_found() {
        let mailbox = Mailbox::new(SystemClock);
        for path in ["/demo/mails/1", "/demo/mails/x", "/demo/mails/1/html", "/demo/", "/demo/x"] {
            assert_eq!(mailbox.page(path).unwrap().status(), http::StatusCode::NOT_FOUND, "{path}");
        }
        assert!(mailbox.page("/clinea").is_none());
    }
}
