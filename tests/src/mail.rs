//! One mail as it arrived, taken apart: headers, the text part, the HTML part.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// One mail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// `Message-ID`, with its brackets.
    pub id: String,
    /// The recipient.
    pub to: String,
    /// The subject, decoded.
    pub subject: String,
    /// The text part, decoded.
    pub text: String,
    /// The HTML part, decoded.
    pub html: String,
    /// All header lines but `To`, unfolded and decoded.
    pub other_headers: Vec<String>,
}

impl Mail {
    /// Takes a mail apart.
    ///
    /// # Panics
    /// When it is not made of a text and an HTML part, or has no recipient or id.
    #[must_use]
    pub fn read(source: &str) -> Self {
        let (head, body) = split(source);
        let value = |name: &str| header(&head, name).unwrap_or_else(|| panic!("a mail without {name}:\n{source}"));
        let parts = parts(&value("Content-Type"), body);
        let part = |kind: &str| parts.iter().find(|(found, _)| found.starts_with(kind)).map(|(_, text)| text.clone());
        let is_to = |line: &&String| line.to_ascii_lowercase().starts_with("to:");
        Self {
            id: value("Message-ID"),
            to: value("To"),
            subject: value("Subject"),
            text: part("text/plain").unwrap_or_else(|| panic!("a mail without text:\n{source}")),
            html: part("text/html").unwrap_or_else(|| panic!("a mail without HTML:\n{source}")),
            other_headers: head.iter().filter(|line| !is_to(line)).cloned().collect(),
        }
    }

    /// The security code in it.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn code(&self) -> String {
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
        self.text.lines().find(is_code).unwrap_or_else(|| panic!("no code in {self:?}")).to_owned()
    }

    /// The link in it.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn link(&self) -> String {
        let link = self.text.lines().find(|line| line.starts_with("http"));
        link.unwrap_or_else(|| panic!("no link in {self:?}")).to_owned()
    }
}

/// Unfolded header lines, decoded, and the body.
fn split(source: &str) -> (Vec<String>, String) {
    let source = source.replace("\r\n", "\n");
    let (head, body) = source.split_once("\n\n").unwrap_or((&source, ""));
    let head = head.replace("\n ", " ").replace("\n\t", " ");
    (head.lines().map(decoded_words).collect(), body.to_owned())
}

fn header(head: &[String], name: &str) -> Option<String> {
    let fields = head.iter().filter_map(|line| line.split_once(':'));
    fields.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
}

fn parts(content_type: &str, body: String) -> Vec<(String, String)> {
    let boundary = content_type.split_once("boundary=").map(|(_, rest)| rest.trim_start_matches('"'));
    let Some(boundary) = boundary.and_then(|rest| rest.split(['"', ';']).next()) else {
        return vec![(content_type.to_owned(), body)];
    };
    let separator = format!("--{boundary}");
    let pieces = body.split(&separator).skip(1).take_while(|piece| !piece.starts_with("--"));
    let part = |piece: &str| {
        let (head, body) = split(piece.trim_start_matches('\n'));
        let encoding = header(&head, "Content-Transfer-Encoding").unwrap_or_default();
        (header(&head, "Content-Type").unwrap_or_default(), content(&encoding, &body))
    };
    pieces.map(part).collect()
}

fn content(encoding: &str, body: &str) -> String {
    let bytes = match encoding.to_ascii_lowercase().as_str() {
        "base64" => STANDARD.decode(body.split_whitespace().collect::<String>()).expect("base64"),
        "quoted-printable" => unquoted(&body.replace("=\n", "")),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8(bytes).expect("a part is UTF-8").replace("\r\n", "\n")
}

fn unquoted(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(&text.replace('%', "%25").replace('=', "%")).collect()
}

/// Encoded words in a header (RFC 2047).
fn decoded_words(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, word)) = rest.split_once("=?") {
        let mut fields = word.splitn(4, '?');
        let (Some(_), Some(kind), Some(text), Some(after)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            break;
        };
        // Space between two encoded words is not part of the text.
        if out.is_empty() || !before.trim().is_empty() {
            out.push_str(before);
        }
        let bytes = match kind {
            "b" | "B" => STANDARD.decode(text).expect("base64"),
            _ => unquoted(&text.replace('_', " ")),
        };
        out.push_str(&String::from_utf8_lossy(&bytes));
        rest = after.strip_prefix('=').unwrap_or(after);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_taken_apart() {
        let mail = Mail::read(
            "Message-ID: <1@p>\r\nTo: a@b.dk\r\nSubject: Din =?utf-8?b?a8O4?=\r\n =?utf-8?q?=C3=A5b_1?=\r\nContent-Type: multipart/alternative;\r\n \
             boundary=\"xx\"\r\n\r\n--xx\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: \
             quoted-printable\r\n\r\nK=C3=B8b 100% =\r\nnu\r\n\r\n123456\r\nhttp://p/x=3D1\r\n--xx\r\nContent-Type: text/html\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nPGI+SGVq\r\nPC9iPg==\r\n--xx--\r\n",
        );
        assert_eq!((mail.id.as_str(), mail.to.as_str(), mail.subject.as_str()), ("<1@p>", "a@b.dk", "Din køåb 1"));
        assert!(mail.text.starts_with("Køb 100% nu\n"), "{}", mail.text);
        assert_eq!((mail.code().as_str(), mail.link().as_str()), ("123456", "http://p/x=1"));
        assert_eq!(mail.html, "<b>Hej</b>");
        assert_eq!(mail.other_headers.len(), 3);
    }
}
