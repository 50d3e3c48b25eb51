//! Who the mails come from.

use lettre::Address;
use lettre::message::Mailbox;
use patientportal_core::value::Email;

use crate::settings::SmtpConfigError;

/// The portal's own address and the name shown beside it.
#[derive(Debug, Clone)]
pub struct Sender {
    pub(crate) mailbox: Mailbox,
}

impl Sender {
    /// A sender with a neutral name, if any (M2).
    ///
    /// # Errors
    /// [`SmtpConfigError::Sender`] when the address is none, or the name has control characters in it.
    pub fn new(address: &str, name: Option<&str>) -> Result<Self, SmtpConfigError> {
        let email = Email::parse(address).map_err(|_| SmtpConfigError::Sender)?;
        let address: Address = email.as_str().parse().map_err(|_| SmtpConfigError::Sender)?;
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        if name.is_some_and(|name| name.chars().any(char::is_control)) {
            return Err(SmtpConfigError::Sender);
        }
        Ok(Self { mailbox: Mailbox::new(name.map(str::to_owned), address) })
    }

    pub(crate) fn domain(&self) -> &str {
        self.mailbox.email.domain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_a_plain_name_are_taken() {
        let sender = Sender::new(" portal@Klinik.example ", Some("Patientportal på nettet")).unwrap();
        assert_eq!(sender.mailbox.email.to_string(), "portal@klinik.example");
        assert_eq!(sender.domain(), "klinik.example");
        assert_eq!(Sender::new("portal@klinik.example", Some(" ")).unwrap().mailbox.name, None);
    }

    #[test]
    fn what_could_forge_a_header_is_refused() {
        for (address, name) in [
            ("portal", None),
            ("portal@klinik.example\r\nBcc: x@klinik.example", None),
            ("portal@klinik.example", Some("Portal\r\nBcc: x@klinik.example")),
            ("portal@klinik.example", Some("Portal\u{0}")),
        ] {
            assert!(matches!(Sender::new(address, name), Err(SmtpConfigError::Sender)), "{address} {name:?}");
        }
    }
}
