//! Notices, and telephone numbers to call (C5).

use patientportal_core::clinic::FunctionKind;
use patientportal_core::language::Language;

use super::Tone;
use crate::texts::FrontTexts;

/// A telephone number, as shown and as a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// As the clinic writes it.
    pub shown: String,
    /// The address of a link that calls it.
    pub link: String,
}

/// Something that happened, said above a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// What happened.
    pub title: String,
    /// More about it, and a next step.
    pub text: String,
}

/// A text that ends in a telephone number.
#[derive(Debug, Clone)]
pub struct PhoneNotice {
    /// The text before the number.
    pub text: String,
    /// The number.
    pub phone: Phone,
}

impl Phone {
    /// The number that a clinic writes as `shown`.
    #[must_use]
    pub fn new(shown: &str) -> Self {
        let dialled: String = shown.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        Self { shown: shown.to_owned(), link: format!("tel:{dialled}") }
    }
}

/// What each function is for and not for, and when to call instead (C5).
#[must_use]
pub fn function_notice(function: FunctionKind, phone: &Phone, language: Language) -> PhoneNotice {
    let texts = FrontTexts::of(language);
    let text = match function {
        FunctionKind::Booking => texts.booking_notice,
        FunctionKind::EConsultation => texts.e_consultation_notice,
        FunctionKind::PrescriptionRenewal => texts.renewal_notice,
    };
    PhoneNotice { text: text.to_owned(), phone: phone.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c5_the_number_is_a_link_that_dials() {
        assert_eq!(Phone::new("+45 86 12 34 56").link, "tel:+4586123456");
        assert_eq!(Phone::new("86 12 34 56").shown, "86 12 34 56");
    }
}
