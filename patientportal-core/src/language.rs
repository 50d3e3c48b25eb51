//! The two languages that everything is written in (C6).

use minicbor::{Decode, Encode};

/// A visitor's or an account's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum Language {
    /// Dansk.
    #[default]
    #[n(0)]
    Danish,
    /// English.
    #[n(1)]
    English,
}

impl Language {
    /// The tag for `lang` attributes and `Content-Language`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Danish => "da",
            Self::English => "en",
        }
    }

    /// The language of a tag (`da`, `en`, with any region).
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.get(..2)?.to_ascii_lowercase().as_str() {
            "da" => Some(Self::Danish),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// Whichever of the two texts is in this language.
    #[must_use]
    pub fn pick<T>(self, danish: T, english: T) -> T {
        match self {
            Self::Danish => danish,
            Self::English => english,
        }
    }
}
