//! A person's first or last name: kept as typed, without what could deceive a reader or a terminal.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// A first name or a last name, NFC, inner spaces collapsed, 1 to 100 characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name(String);

/// Why a text is not an accepted name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing was typed.
    #[error("no name was given")]
    Missing,
    /// Longer than 100 characters.
    #[error("the name is too long")]
    TooLong,
    /// Holds no letter, or a character that has no place in a name: control, direction mark, `<`, `>`.
    #[error("the name holds a character that a name cannot have")]
    Format,
}

impl Name {
    /// Reads a name as typed.
    ///
    /// # Errors
    /// [`NameError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let normal: String = text.nfc().collect();
        let words: Vec<&str> = normal.split_whitespace().collect();
        let name = words.join(" ");
        if name.is_empty() {
            return Err(NameError::Missing);
        }
        if name.chars().count() > 100 {
            return Err(NameError::TooLong);
        }
        if name.chars().any(is_unfit) || !name.chars().any(char::is_alphabetic) {
            return Err(NameError::Format);
        }
        Ok(Self(name))
    }

    /// The name as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(•••)")
    }
}

fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '<' | '>' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_names_of_all_kinds_and_refuses_what_deceives() {
        assert_eq!(Name::parse("  Anne  Marie ").unwrap().as_str(), "Anne Marie");
        assert_eq!(Name::parse("A\u{30a}se").unwrap().as_str(), "Åse");
        assert!(Name::parse("O'Brien-Sørensen").is_ok());
        assert_eq!(Name::parse(" \t"), Err(NameError::Missing));
        assert_eq!(Name::parse(&"a".repeat(101)), Err(NameError::TooLong));
        for text in ["<b>", "a\u{202e}b", "12", "a\u{1b}[2J"] {
            assert_eq!(Name::parse(text), Err(NameError::Format), "{text:?}");
        }
    }
}
