//! Test persons: MedCom's national test CPR numbers, which belong to nobody.

use patientportal_core::moment::Timestamp;
use patientportal_core::portal::RegistrationForm;
use patientportal_core::ports::{Assurance, VouchedIdentity};
use patientportal_core::value::Cpr;

/// Somebody to play with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// The CPR number.
    pub cpr: &'static str,
    /// The first name.
    pub first_name: &'static str,
    /// The last name.
    pub last_name: &'static str,
    /// The e-mail address.
    pub email: &'static str,
    /// A password that may be chosen.
    pub password: &'static str,
}

impl Person {
    /// 77 years old.
    pub const NANCY: Self = Self::named("251248-9996", "Nancy Ann", "nancy@example.dk");
    /// 54 years old.
    pub const MAX: Self = Self::named("010772-9995", "Max", "max@example.dk");
    /// 43 years old.
    pub const KIRSTEN: Self = Self::named("291182-9996", "Kirsten", "kirsten@example.dk");
    /// 16 years old.
    pub const SIXTEEN: Self = Self::named("111010-9996", "Signe", "signe@example.dk");
    /// 10 years old.
    pub const CHILD: Self = Self::named("131016-9995", "Oskar", "oskar@example.dk");

    const fn named(cpr: &'static str, first_name: &'static str, email: &'static str) -> Self {
        Self { cpr, first_name, last_name: "Test Berggren", email, password: "Kaffekop-12" }
    }

    /// The form, filled in as it should be.
    #[must_use]
    pub fn form(&self) -> RegistrationForm {
        RegistrationForm {
            cpr: self.cpr.to_owned(),
            first_name: self.first_name.to_owned(),
            last_name: self.last_name.to_owned(),
            email: self.email.to_owned(),
            email_again: self.email.to_owned(),
            mobile: String::new(),
            password: self.password.to_owned(),
            password_again: self.password.to_owned(),
        }
    }

    /// What MitID says of this person.
    ///
    /// # Panics
    /// Never for the persons here.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test kit fails by panicking")]
    pub fn identity(&self, now: Timestamp) -> VouchedIdentity {
        VouchedIdentity {
            cpr: Cpr::parse(self.cpr, now.copenhagen_date()).expect("a test person's number"),
            subject: format!("uuid-of-{}", self.first_name),
            name: Some(format!("{} {}", self.first_name, self.last_name)),
            assurance: Assurance::Substantial,
            authenticated_at: now,
            session: Some(format!("id-token-of-{}", self.first_name).into_bytes()),
        }
    }
}
