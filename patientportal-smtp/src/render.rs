//! A message in the form of RFC 5322: text and HTML as alternatives, everything encoded to ASCII.

use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message as Mail};
use patientportal_core::ports::{MailFailure, Message};

use crate::sender::Sender;

/// A mail as it goes over the wire, and between whom.
pub(crate) struct Rendered {
    pub(crate) envelope: Envelope,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) fn render(from: &Sender, message: &Message) -> Result<Rendered, MailFailure> {
    if !is_message_id(&message.id) {
        return Err(unfit("its id cannot be a Message-ID"));
    }
    let to: Address = message.to.as_str().parse().map_err(|_| unfit("its recipient is no address to SMTP"))?;
    let mail = Mail::builder()
        .from(from.mailbox.clone())
        .to(Mailbox::new(None, to))
        .subject(message.subject.replace(char::is_control, " "))
        .message_id(Some(format!("<{}>", message.id)))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", message.language.tag()))
        .multipart(MultiPart::alternative_plain_html(message.text.clone(), message.html.clone()))
        .map_err(|_| unfit("it cannot be put together"))?;
    Ok(Rendered { envelope: mail.envelope().clone(), bytes: mail.formatted() })
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Whether this is `left@right`, each a dot-atom, short enough for one line and for a file name.
fn is_message_id(id: &str) -> bool {
    let is_dot_atom = |part: &str| part.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_byte));
    id.len() <= MAX_ID_BYTES && id.split_once('@').is_some_and(|(left, right)| is_dot_atom(left) && is_dot_atom(right))
}

fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn unfit(why: &str) -> MailFailure {
    MailFailure::Permanent(format!("the mail is unfit to send: {why}"))
}

const MAX_ID_BYTES: usize = 200;

#[cfg(test)]
mod tests {
    use patientportal_core::language::Language;
    use patientportal_core::value::Email;

    use super::*;

    fn message() -> Message {
        Message {
            id: "7f3a.2@portal.example".into(),
            to: Email::parse("modtager@example.dk").unwrap(),
            subject: "Din sikkerhedskode – gælder i 10 minutter".into(),
            text: "Kære bruger\nKoden er på vej til dig.\n.\n".into(),
            html: format!("<p>Kære bruger{}</p>", " og så videre".repeat(200)),
            language: Language::Danish,
        }
    }

    fn rendered(message: &Message) -> String {
        let from = Sender::new("portal@klinik.example", Some("Patientportal, på nettet")).unwrap();
        String::from_utf8(render(&from, message).ok().unwrap().bytes).unwrap()
    }

    /// The header fields, unfolded.
    fn fields(mail: &str) -> Vec<String> {
        let head = mail.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ");
        head.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn the_head_says_what_it_should() {
        let fields = fields(&rendered(&message()));
        for wanted in [
            "To: modtager@example.dk",
            "Message-ID: <7f3a.2@portal.example>",
            "Auto-Submitted: auto-generated",
            "Content-Language: da",
            "MIME-Version: 1.0",
        ] {
            assert!(fields.iter().any(|field| field == wanted), "{wanted} in {fields:#?}");
        }
        let starts =
            ["Date: ", "From: ", "Subject: Din sikkerhedskode =?utf-8?b?", "Content-Type: multipart/alternative;"];
        for start in starts {
            assert_eq!(fields.iter().filter(|field| field.starts_with(start)).count(), 1, "{start} in {fields:#?}");
        }
        assert!(fields.iter().any(|field| field.starts_with("From: ") && field.ends_with("<portal@klinik.example>")));
    }

    #[test]
    fn everything_is_ascii_in_short_lines() {
        let mail = rendered(&message());
        assert!(mail.is_ascii());
        assert!(mail.lines().all(|line| line.len() <= 78), "{mail}");
        assert!(!mail.replace("\r\n", "").contains(['\r', '\n']));
    }

    #[test]
    fn both_parts_are_there_in_utf8() {
        let mail = rendered(&message());
        let text = mail.find("Content-Type: text/plain; charset=utf-8").unwrap();
        let html = mail.find("Content-Type: text/html; charset=utf-8").unwrap();
        assert!(text < html, "the part that is preferred comes last");
    }

    #[test]
    fn a_subject_can_forge_no_header() {
        for subject in ["Hej\r\nBcc: x@example.dk", "Hej\nBcc: x@example.dk", "Hæj\r\n\r\nBcc: x@example.dk"] {
            let fields = fields(&rendered(&Message { subject: subject.into(), ..message() }));
            assert!(!fields.iter().any(|field| field.starts_with("Bcc")), "{fields:#?}");
        }
    }

    #[test]
    fn an_id_that_is_none_is_refused_for_good() {
        let from = Sender::new("portal@klinik.example", None).unwrap();
        for id in
            ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b>\r\nBcc: <x@y", "æ@b", "a..b@c", "../a@b", &"a".repeat(300)]
        {
            let refused = render(&from, &Message { id: id.into(), ..message() });
            assert!(matches!(refused, Err(MailFailure::Permanent(_))), "{id:?}");
        }
    }
}
