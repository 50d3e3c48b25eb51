//! Every word on the pages, in Danish and English, as compile-time data: a text that lacks one does not compile.
//!
//! Labels are spelled as in the users' guide. `{…}` marks what [`fill`] puts in.

/// Declares the texts of one area, the two languages side by side.
macro_rules! texts {
    ($(#[$about:meta])* $area:ident { $($name:ident: $danish:literal, $english:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug)]
        #[non_exhaustive]
        pub struct $area {
            $(#[doc = $english] pub $name: &'static str,)+
        }

        impl $area {
            /// The area in Danish.
            pub const DANISH: Self = Self { $($name: $danish,)+ };
            /// The area in English.
            pub const ENGLISH: Self = Self { $($name: $english,)+ };

            /// The area in `language`.
            #[must_use]
            pub fn of(language: patientportal_core::language::Language) -> &'static Self {
                language.pick(&Self::DANISH, &Self::ENGLISH)
            }

            #[cfg(test)]
            pub(crate) const PAIRS: &'static [(&'static str, &'static str, &'static str)] =
                &[$((stringify!($name), $danish, $english),)+];
        }
    };
}

mod activation;
mod child;
mod contact;
mod errors;
mod fields;
mod frame;
mod front;
mod history;
mod join;
mod late_form;
mod login;
mod membership;
mod mitid;
mod own_page;
mod recovery;
mod registration;
mod renewal;
mod staff;
mod start;
mod terms;
mod time;

pub use activation::ActivationTexts;
pub use child::ChildTexts;
pub use contact::ContactTexts;
pub use errors::ErrorTexts;
pub use fields::FieldTexts;
pub use frame::FrameTexts;
pub use front::FrontTexts;
pub use history::event_text;
pub use join::JoinTexts;
pub use late_form::LateFormTexts;
pub use login::LoginTexts;
pub use membership::MembershipTexts;
pub use mitid::MitidTexts;
pub use own_page::OwnPageTexts;
pub use recovery::RecoveryTexts;
pub use registration::RegistrationTexts;
pub use renewal::RenewalTexts;
pub use staff::{StaffHistoryTexts, StaffListTexts, StaffPersonTexts, StaffTexts, mail_text};
pub use start::StartTexts;
pub use terms::TermsTexts;
pub use time::TimeTexts;

/// `text` with `{name}` replaced by `value`.
#[must_use]
pub fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&format!("{{{name}}}"), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_text() -> Vec<(&'static str, &'static str, &'static str)> {
        [
            ActivationTexts::PAIRS,
            ChildTexts::PAIRS,
            ContactTexts::PAIRS,
            ErrorTexts::PAIRS,
            FieldTexts::PAIRS,
            FrameTexts::PAIRS,
            FrontTexts::PAIRS,
            JoinTexts::PAIRS,
            LateFormTexts::PAIRS,
            LoginTexts::PAIRS,
            MembershipTexts::PAIRS,
            MitidTexts::PAIRS,
            OwnPageTexts::PAIRS,
            RecoveryTexts::PAIRS,
            RegistrationTexts::PAIRS,
            RenewalTexts::PAIRS,
            StaffTexts::PAIRS,
            StaffListTexts::PAIRS,
            StaffPersonTexts::PAIRS,
            StaffHistoryTexts::PAIRS,
            StartTexts::PAIRS,
            TermsTexts::PAIRS,
            TimeTexts::PAIRS,
        ]
        .concat()
    }

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<_> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn c6_both_languages_say_something_and_take_the_same_values() {
        for (name, danish, english) in every_text() {
            assert!(!danish.trim().is_empty() && !english.trim().is_empty(), "{name} is empty");
            assert_eq!(placeholders(danish), placeholders(english), "{name} takes other values in English");
        }
    }

    #[test]
    fn labels_are_those_of_the_guide() {
        let spoken: Vec<_> = every_text().into_iter().map(|(_, danish, _)| danish).collect();
        for label in GUIDE_LABELS {
            assert!(spoken.contains(label), "no text reads {label:?}");
        }
    }

    const GUIDE_LABELS: &[&str] = &[
        "Hjælp",
        "Log ud",
        "Log ind med MitID",
        "Log ind med sikkerhedskode",
        "Log ind",
        "Glemt adgangskode?",
        "CPR-nummer",
        "Skjul CPR-nummer",
        "Barnets CPR-nummer",
        "Forælder/værge CPR-nummer",
        "Skjul CPR-numre",
        "Fornavn",
        "Efternavn",
        "E-mail",
        "Bekræft e-mail",
        "Mobil",
        "Adgangskode",
        "Bekræft adgangskode",
        "Sikkerhedskode",
        "Opret bruger",
        "Opret ny bruger",
        "Opret bruger under 15 år",
        "Nulstil adgangskode",
        "Registrer",
        "Bekræft",
    ];
}
