//! E-mail addresses: checked strictly enough that a mail server takes them and no header can be forged.

use std::fmt;

/// An e-mail address: the local part as typed, the domain in lower-case ASCII.
///
/// Not unique and never a login id (A2). `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why a text is not an accepted e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum EmailError {
    /// Nothing was typed.
    #[error("no e-mail address was given")]
    Missing,
    /// Not of the form `name@domain`, with plain letters in front of the `@`.
    #[error("not an e-mail address")]
    Format,
    /// Longer than mail servers take: 64 characters in front of the `@`, 254 in all.
    #[error("the e-mail address is too long")]
    TooLong,
}

impl Email {
    /// Reads an address as typed: trimmed, the domain folded to lower-case ASCII (IDNA).
    ///
    /// # Errors
    /// [`EmailError`] says what is wrong. Quoted local parts and non-ASCII local parts are refused.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Missing);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::Format)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| EmailError::Format)?;
        if local.len() > 64 || local.len() + 1 + domain.len() > 254 {
            return Err(EmailError::TooLong);
        }
        if !is_dot_atom(local) || !is_mail_domain(&domain) {
            return Err(EmailError::Format);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address as it is written into a mail.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands in front of the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or(self.0.as_str(), |(local, _)| local)
    }

    /// Whether two addresses reach the same mailbox, as far as anyone can tell: compared without case.
    #[must_use]
    pub fn same_mailbox(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }

    /// The same for all addresses of one mailbox: for counting, not for sending.
    pub(crate) fn mailbox(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// `j•••@example.dk`: enough for its owner to know it (L3).
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((self.0.as_str(), ""));
        let first = local.chars().next().unwrap_or('•');
        format!("{first}•••@{domain}")
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(•••)")
    }
}

fn is_dot_atom(local: &str) -> bool {
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.split('.').all(|part| !part.is_empty() && part.chars().all(atom))
}

fn is_mail_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let top_is_word = labels.last().is_some_and(|top| !top.chars().all(|c| c.is_ascii_digit()));
    labels.len() > 1 && top_is_word && labels.iter().all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keeps_the_local_part_and_folds_the_domain() {
        assert_eq!(Email::parse(" Nancy.Ann+x@Example.DK ").unwrap().as_str(), "Nancy.Ann+x@example.dk");
        assert_eq!(Email::parse("a@blåbær.dk").unwrap(), Email::parse("a@xn--blbr-roah.dk").unwrap());
    }

    #[test]
    fn refuses_what_is_no_address() {
        assert_eq!(Email::parse("  "), Err(EmailError::Missing));
        for text in [
            "plain",
            "@example.dk",
            "a@",
            "a@b",
            "a b@example.dk",
            "a@@example.dk",
            "a..b@example.dk",
            ".a@example.dk",
            "a@example..dk",
            "a@-x.dk",
            "\"a\"@example.dk",
            "a＠example.dk",
            "æ@example.dk",
            "a@example.dk\r\nBcc: b@example.dk",
            "a\u{200b}@example.dk",
            "a@127.0.0.1",
            "a@example.dk.",
        ] {
            assert_eq!(Email::parse(text), Err(EmailError::Format), "{text:?}");
        }
        let long = format!("{}@example.dk", "a".repeat(65));
        assert_eq!(Email::parse(&long), Err(EmailError::TooLong));
    }

    #[test]
    fn l3_masks_all_but_the_first_letter() {
        assert_eq!(Email::parse("nancy@example.dk").unwrap().masked(), "n•••@example.dk");
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_safe_in_a_header_and_reads_back_as_itself(text in "\\PC{0,40}@\\PC{0,30}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert!(email.as_str().is_ascii());
                prop_assert!(!email.as_str().chars().any(|c| c.is_ascii_control() || c == ' ' || c == '<'));
                prop_assert_eq!(Email::parse(email.as_str()).unwrap(), email);
            }
        }
    }
}
