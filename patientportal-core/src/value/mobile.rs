//! Mobile numbers: Danish eight digits, or any country's in the international form.

use std::fmt;

/// A mobile number in the international form (`+4512345678`). The only optional field (A6).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mobile(String);

/// The text is no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("not a mobile number")]
pub struct MobileError;

impl Mobile {
    /// Reads a number as typed; an empty text is `None`. Eight digits are taken as Danish.
    ///
    /// # Errors
    /// [`MobileError`] when it is neither eight Danish digits nor `+` with 7 to 15 digits.
    pub fn parse(text: &str) -> Result<Option<Self>, MobileError> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace() && !"-.()".contains(*c)).collect();
        if compact.is_empty() {
            return Ok(None);
        }
        let international = compact.strip_prefix('+').or_else(|| compact.strip_prefix("00"));
        let digits = international.map_or_else(|| format!("45{compact}"), str::to_owned);
        let danish = digits.strip_prefix("45");
        let plausible = digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
            && match danish {
                Some(number) => number.len() == 8 && matches!(number.as_bytes().first(), Some(b'2'..=b'9')),
                None => (7..=15).contains(&digits.len()),
            };
        if plausible { Ok(Some(Self(format!("+{digits}")))) } else { Err(MobileError) }
    }

    /// The number as people read it: a Danish one in pairs, without its country code.
    #[must_use]
    pub fn formatted(&self) -> String {
        let Some(danish) = self.0.strip_prefix("+45") else { return self.0.clone() };
        let (pairs, _) = danish.as_bytes().as_chunks::<2>();
        pairs.iter().map(|pair| String::from_utf8_lossy(pair)).collect::<Vec<_>>().join(" ")
    }

    /// The number with `+` and country code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile(•••)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a6_reads_danish_and_foreign_numbers_and_nothing_else() {
        for text in ["20 12 34 56", "+45 20123456", "004520123456", "20-12-34-56"] {
            assert_eq!(Mobile::parse(text).unwrap().unwrap().as_str(), "+4520123456", "{text}");
        }
        assert_eq!(Mobile::parse("+4520123456").unwrap().unwrap().formatted(), "20 12 34 56");
        assert_eq!(Mobile::parse("+46 70 123 45 67").unwrap().unwrap().formatted(), "+46701234567");
        assert_eq!(Mobile::parse("+46 70 123 45 67").unwrap().unwrap().as_str(), "+46701234567");
        assert_eq!(Mobile::parse("  "), Ok(None));
        for text in ["1234567", "123456789", "10123456", "+0123456789", "abcdefgh", "+45 1234", "2012345６"] {
            assert_eq!(Mobile::parse(text), Err(MobileError), "{text}");
        }
    }
}
