//! Passwords and the rules for choosing one (A5).

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Cpr, Email, Name};

/// A password as typed, in NFC, wiped from memory when dropped. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

/// Which passwords may be chosen: data, so that an operator can take another preset or set numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PasswordPolicy {
    /// Fewest code points.
    pub min_length: usize,
    /// Whether a lower-case letter, an upper-case letter and a digit are demanded.
    pub composition: bool,
}

/// What a password must not be made of.
#[derive(Debug)]
#[non_exhaustive]
pub struct PasswordContext<'a> {
    /// The owner's number, where known.
    pub cpr: Option<&'a Cpr>,
    /// The owner's first and last name, where known.
    pub names: Option<(&'a Name, &'a Name)>,
    /// The owner's e-mail address, where known.
    pub email: Option<&'a Email>,
}

/// Why a password may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Nothing was typed.
    #[error("no password was given")]
    Missing,
    /// Fewer code points than the policy asks for.
    #[error("the password is too short")]
    TooShort,
    /// Over 256 bytes.
    #[error("the password is too long")]
    TooLong,
    /// No lower-case letter.
    #[error("the password has no lower-case letter")]
    NoLowerCase,
    /// No upper-case letter.
    #[error("the password has no upper-case letter")]
    NoUpperCase,
    /// No digit.
    #[error("the password has no digit")]
    NoDigit,
    /// On the list of passwords that are guessed first.
    #[error("the password is too common")]
    Common,
    /// Holds the CPR number or the birth date.
    #[error("the password holds the CPR number or birth date")]
    HoldsCpr,
    /// Its letters are the owner's name.
    #[error("the password is the name")]
    IsName,
    /// Its letters are the e-mail's local part.
    #[error("the password is the e-mail address")]
    IsEmail,
}

impl Password {
    /// Takes a password as typed and brings it to NFC. No rule is checked here: a login must hash
    /// whatever was typed.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`] over 256 bytes, before any hashing.
    pub fn new(typed: &str) -> Result<Self, PasswordError> {
        if typed.len() > MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(typed.nfc().collect()))
    }

    /// The bytes to hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(•••)")
    }
}

impl PasswordPolicy {
    /// The user guide's rules: 8 characters, small and capital letters, a digit. The default.
    #[must_use]
    pub fn guide() -> Self {
        Self { min_length: 8, composition: true }
    }

    /// NIST 800-63B-4's rules: 15 characters, no composition.
    #[must_use]
    pub fn nist() -> Self {
        Self { min_length: 15, composition: false }
    }

    /// Whether `password` may be chosen by the person of `context`.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, password: &Password, context: &PasswordContext<'_>) -> Result<(), PasswordError> {
        let text = password.0.as_str();
        self.check_form(text)?;
        let folded = text.to_lowercase();
        if COMMON.contains(folded.as_str()) {
            return Err(PasswordError::Common);
        }
        if context.cpr.is_some_and(|cpr| holds(text, cpr)) {
            return Err(PasswordError::HoldsCpr);
        }
        check_letters(&letters(&folded), context)
    }

    fn check_form(&self, text: &str) -> Result<(), PasswordError> {
        if text.is_empty() {
            return Err(PasswordError::Missing);
        }
        if text.chars().count() < self.min_length {
            return Err(PasswordError::TooShort);
        }
        if self.composition {
            if !text.chars().any(char::is_lowercase) {
                return Err(PasswordError::NoLowerCase);
            }
            if !text.chars().any(char::is_uppercase) {
                return Err(PasswordError::NoUpperCase);
            }
            if !text.chars().any(|c| c.is_ascii_digit()) {
                return Err(PasswordError::NoDigit);
            }
        }
        Ok(())
    }
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self::guide()
    }
}

impl<'a> PasswordContext<'a> {
    /// What is known of the person who chooses.
    #[must_use]
    pub fn new(cpr: Option<&'a Cpr>, names: Option<(&'a Name, &'a Name)>, email: Option<&'a Email>) -> Self {
        Self { cpr, names, email }
    }
}

const MAX_BYTES: usize = 256;

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/common-passwords.txt").lines().collect());

/// Whether the ten digits stand in it, or its digits hold the six of the birth date.
fn holds(password: &str, cpr: &Cpr) -> bool {
    let digits: String = password.chars().filter(char::is_ascii_digit).collect();
    let birth = cpr.digits().get(..6).unwrap_or_default();
    password.contains(cpr.digits()) || digits.contains(birth)
}

fn check_letters(password: &str, context: &PasswordContext<'_>) -> Result<(), PasswordError> {
    if password.is_empty() {
        return Ok(());
    }
    if let Some((first, last)) = context.names {
        let (first, last) = (letters(&first.as_str().to_lowercase()), letters(&last.as_str().to_lowercase()));
        let both = [format!("{first}{last}"), format!("{last}{first}")];
        if password == first || password == last || both.iter().any(|name| name == password) {
            return Err(PasswordError::IsName);
        }
    }
    let local = context.email.map(|email| letters(&email.local_part().to_lowercase()));
    if local.as_deref() == Some(password) { Err(PasswordError::IsEmail) } else { Ok(()) }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn check(policy: &PasswordPolicy, typed: &str) -> Result<(), PasswordError> {
        let cpr = Cpr::parse("251248-9996", date!(2026 - 11 - 22)).unwrap();
        let (first, last) = (Name::parse("Nancy Ann").unwrap(), Name::parse("Berggren").unwrap());
        let email = Email::parse("skovmus@example.dk").unwrap();
        let context = PasswordContext::new(Some(&cpr), Some((&first, &last)), Some(&email));
        policy.check(&Password::new(typed)?, &context)
    }

    #[test]
    fn a5_guide_preset_each_refusal_says_its_reason() {
        let guide = PasswordPolicy::guide();
        for (typed, expected) in [
            ("", Err(PasswordError::Missing)),
            ("Kaffe12", Err(PasswordError::TooShort)),
            ("KAFFEKOP12", Err(PasswordError::NoLowerCase)),
            ("kaffekop12", Err(PasswordError::NoUpperCase)),
            ("Kaffekoppen", Err(PasswordError::NoDigit)),
            ("Password123", Err(PasswordError::Common)),
            ("Hej2512489996x", Err(PasswordError::HoldsCpr)),
            ("Hej-25-12-48", Err(PasswordError::HoldsCpr)),
            ("Berggren7", Err(PasswordError::IsName)),
            ("NancyAnnBerggren77", Err(PasswordError::IsName)),
            ("Skovmus99!", Err(PasswordError::IsEmail)),
            ("Ærø-færge1", Ok(())),
            ("Kaffekop12", Ok(())),
        ] {
            assert_eq!(check(&guide, typed), expected, "{typed}");
        }
    }

    #[test]
    fn a5_nist_preset_asks_for_length_only() {
        let nist = PasswordPolicy::nist();
        assert_eq!(check(&nist, "fjorten tegn.."), Err(PasswordError::TooShort));
        assert_eq!(check(&nist, "en lang sætning uden tal"), Ok(()));
    }

    #[test]
    fn a5_counts_code_points_after_nfc_and_takes_long_ones_whole() {
        assert_eq!(Password::new("A\u{30a}").unwrap().as_bytes(), "Å".as_bytes());
        assert_eq!(Password::new(&"x".repeat(257)), Err(PasswordError::TooLong));
        let long = format!("{}A1{}", "x".repeat(120), "y".repeat(120));
        assert_eq!(check(&PasswordPolicy::guide(), &long), Ok(()));
    }

    #[test]
    fn a5_the_common_list_is_large_enough_after_the_policy() {
        let fits = |word: &&&str| word.len() >= 8 && word.bytes().any(|b| b.is_ascii_digit());
        assert!(COMMON.iter().filter(fits).count() >= 3000);
    }
}
