//! The CPR number and its replacements (A3): what is accepted, which century it means, how old its owner is (A4).

use std::fmt;

use time::{Date, Month};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A CPR number, or a replacement number that stands for one. Ten ASCII characters, upper case.
///
/// `Debug` prints no digit; there is no `Display`. Compare numbers as values, look them up by keyed hash.
#[derive(Clone, PartialEq, Eq, Hash, Zeroize, ZeroizeOnDrop)]
pub struct Cpr([u8; LENGTH]);

/// What kind of number a [`Cpr`] is (A3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CprKind {
    /// A person number from the CPR register.
    Person,
    /// An X-eCPR: a replacement number that is unique in the whole country.
    NationalReplacement,
    /// A day + 60 number: unique only in the clinic that gave it.
    LocalReplacement,
}

/// Why a text is not an accepted CPR number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum CprError {
    /// Nothing was typed.
    #[error("no CPR number was given")]
    Missing,
    /// Not ten characters in the pattern of a CPR number.
    #[error("a CPR number is ten digits")]
    Format,
    /// Its first six digits are no date in the century that the seventh gives.
    #[error("the CPR number's date does not exist")]
    NoSuchDate,
    /// Its date is after today.
    #[error("the CPR number's date is in the future")]
    Future,
    /// A D-eCPR: a decentral replacement number, which several people may have.
    #[error("decentral replacement numbers are not accepted")]
    DecentralReplacement,
}

impl Cpr {
    /// Reads a number as people type it: with or without hyphen and spaces, in any width of digit.
    ///
    /// `today` is the date in Copenhagen. Modulus 11 is never a reason to refuse.
    ///
    /// # Errors
    /// [`CprError`] says which rule the text breaks.
    pub fn parse(text: &str, today: Date) -> Result<Self, CprError> {
        let number = normalize(text)?;
        let birth = birth_date(&number)?;
        if birth > today {
            return Err(CprError::Future);
        }
        Ok(Self(number))
    }

    /// Which kind of number it is.
    #[must_use]
    pub fn kind(&self) -> CprKind {
        kind_of(&self.0)
    }

    /// The date of birth that the number tells.
    #[must_use]
    pub fn birth_date(&self) -> Date {
        // A `Cpr` is only made from a number whose date exists.
        birth_date(&self.0).unwrap_or(Date::MIN)
    }

    /// Full years on `date` (A4): born on 29 February counts on 1 March in common years.
    #[must_use]
    pub fn age_on(&self, date: Date) -> u16 {
        let birth = self.birth_date();
        let years = date.year() - birth.year();
        let had_birthday = (date.month() as u8, date.day()) >= (birth.month() as u8, birth.day());
        u16::try_from(if had_birthday { years } else { years - 1 }).unwrap_or(0)
    }

    /// The date on which its owner turns `years` (A4).
    #[must_use]
    pub fn turns(&self, years: u16) -> Date {
        let birth = self.birth_date();
        let year = birth.year() + i32::from(years);
        let first_of_march = Date::from_calendar_date(year, Month::March, 1);
        birth.replace_year(year).or(first_of_march).unwrap_or(Date::MAX)
    }

    /// `DDMMYY-SSSS`, for showing to the one who typed it.
    #[must_use]
    pub fn formatted(&self) -> String {
        let digits = self.digits();
        let (date, serial) = digits.split_at(6);
        format!("{date}-{serial}")
    }

    /// `DDMMYY-••••`: enough for its owner to know it.
    #[must_use]
    pub fn masked(&self) -> String {
        let date = self.digits().get(..6).unwrap_or_default();
        format!("{date}-••••")
    }

    /// The ten characters without hyphen: for a keyed hash or a sealed record, never for a log.
    #[must_use]
    pub fn digits(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Cpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cpr(••••••-••••)")
    }
}

const LENGTH: usize = 10;

fn normalize(text: &str) -> Result<[u8; LENGTH], CprError> {
    let mut number = [0u8; LENGTH];
    let mut filled = 0;
    for character in text.nfkc().filter(|c| !is_separator(*c)) {
        let slot = number.get_mut(filled).ok_or(CprError::Format)?;
        if !character.is_ascii_alphanumeric() {
            return Err(CprError::Format);
        }
        *slot = (character.to_ascii_uppercase() as u32).try_into().map_err(|_| CprError::Format)?;
        filled += 1;
    }
    match filled {
        0 => Err(CprError::Missing),
        LENGTH => Ok(number),
        _ => Err(CprError::Format),
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// `DDMMYY` C `AA` G: an eCPR has two letters in front of its last digit.
fn is_electronic(number: &[u8; LENGTH]) -> bool {
    let [.., a, b, g] = number;
    a.is_ascii_uppercase() && b.is_ascii_uppercase() && g.is_ascii_digit()
}

fn kind_of(number: &[u8; LENGTH]) -> CprKind {
    if is_electronic(number) {
        CprKind::NationalReplacement
    } else if number[0] >= b'6' {
        CprKind::LocalReplacement
    } else {
        CprKind::Person
    }
}

fn birth_date(number: &[u8; LENGTH]) -> Result<Date, CprError> {
    let electronic = is_electronic(number);
    let digits = if electronic { &number[..7] } else { &number[..] };
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(CprError::Format);
    }
    let [d1, d2, m1, m2, y1, y2, seventh, ..] = number.map(|digit| digit.wrapping_sub(b'0'));
    let (day, month, year_of_century) = (10 * d1 + d2, 10 * m1 + m2, 10 * y1 + y2);
    let century = if electronic { electronic_century(seventh)? } else { century(seventh, year_of_century) };
    let day = if !electronic && day > 60 { day - 60 } else { day };
    let month = Month::try_from(month).map_err(|_| CprError::NoSuchDate)?;
    Date::from_calendar_date(century + i32::from(year_of_century), month, day).map_err(|_| CprError::NoSuchDate)
}

/// The CPR office's table: the seventh digit and the year within the century give the century.
fn century(seventh: u8, year_of_century: u8) -> i32 {
    match (seventh, year_of_century) {
        (0..=3, _) => 1900,
        (4 | 9, 0..=36) => 2000,
        (4 | 9, _) => 1900,
        (_, 0..=57) => 2000,
        _ => 1800,
    }
}

fn electronic_century(seventh: u8) -> Result<i32, CprError> {
    match seventh {
        1 => Ok(1900),
        7 => Ok(2000),
        0 | 5 | 6 => Err(CprError::DecentralReplacement),
        _ => Err(CprError::Format),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const TODAY: Date = date!(2026 - 11 - 22);

    fn parse(text: &str) -> Result<Cpr, CprError> {
        Cpr::parse(text, TODAY)
    }

    #[test]
    fn a3_takes_input_with_and_without_hyphen_spaces_and_wide_digits_as_one_number() {
        let plain = parse("2512489996").unwrap();
        for text in ["251248-9996", " 25 12 48 - 9996 ", "251248–9996", "２５１２４８９９９６"] {
            assert_eq!(parse(text).unwrap(), plain, "{text}");
        }
        assert_eq!(plain.formatted(), "251248-9996");
    }

    #[test]
    fn a3_century_table_as_a_function_of_seventh_digit_and_year() {
        for (seventh, year, expected) in [
            (0, 0, 1900),
            (3, 99, 1900),
            (4, 36, 2000),
            (4, 37, 1900),
            (9, 36, 2000),
            (9, 37, 1900),
            (5, 57, 2000),
            (8, 57, 2000),
            (5, 58, 1800),
            (8, 99, 1800),
            (7, 0, 2000),
            (6, 58, 1800),
        ] {
            assert_eq!(century(seventh, year), expected, "digit {seventh}, year {year:02}");
        }
    }

    #[test]
    fn a3_refuses_what_is_no_date_and_what_is_in_the_future() {
        assert_eq!(parse("310290-9996"), Err(CprError::NoSuchDate));
        assert_eq!(parse("000190-9996"), Err(CprError::NoSuchDate));
        assert_eq!(parse("290200-0999"), Err(CprError::NoSuchDate)); // 1900 was no leap year
        assert!(parse("290200-9996").is_ok()); // 2000 was
        assert_eq!(parse("231126-9996"), Err(CprError::Future));
        assert!(parse("221126-9996").is_ok());
    }

    #[test]
    fn a3_refuses_what_is_no_number_at_all() {
        assert_eq!(parse(""), Err(CprError::Missing));
        assert_eq!(parse(" - "), Err(CprError::Missing));
        for text in ["251248999", "25124899966", "25124899x6", "２５12489996æ", "251248/9996", "\u{0}512489996"] {
            assert_eq!(parse(text), Err(CprError::Format), "{text}");
        }
    }

    #[test]
    fn a3_knows_replacement_numbers_and_refuses_decentral_ones() {
        let national = parse("0203291wq3").unwrap();
        assert_eq!(national.kind(), CprKind::NationalReplacement);
        assert_eq!(national.birth_date(), date!(1929 - 03 - 02));
        assert_eq!(parse("3101057JC9").unwrap().birth_date(), date!(2005 - 01 - 31));
        for seventh in [0, 5, 6] {
            let text = format!("020329{seventh}WQ3");
            assert_eq!(parse(&text), Err(CprError::DecentralReplacement));
        }
        let local = parse("671248-9996").unwrap();
        assert_eq!(local.kind(), CprKind::LocalReplacement);
        assert_eq!(local.birth_date(), date!(1948 - 12 - 07));
        assert_eq!(parse("2512489996").unwrap().kind(), CprKind::Person);
    }

    #[test]
    fn a4_age_turns_on_the_birthday_and_on_1_march_for_the_29th_of_february() {
        let cpr = parse("131016-9995").unwrap();
        assert_eq!(cpr.birth_date(), date!(2016 - 10 - 13));
        assert_eq!(cpr.age_on(date!(2031 - 10 - 12)), 14);
        assert_eq!(cpr.age_on(date!(2031 - 10 - 13)), 15);
        let leap = Cpr(*b"8902009996"); // day + 60: 29 February 2000
        assert_eq!(leap.age_on(date!(2015 - 02 - 28)), 14);
        assert_eq!(leap.age_on(date!(2015 - 03 - 01)), 15);
        assert_eq!(leap.age_on(date!(2016 - 02 - 29)), 16);
        assert_eq!(cpr.turns(15), date!(2031 - 10 - 13));
        assert_eq!(leap.turns(15), date!(2015 - 03 - 01));
        assert_eq!(leap.turns(16), date!(2016 - 02 - 29));
    }

    #[test]
    fn i7_debug_shows_no_digit() {
        let shown = format!("{:?}", parse("251248-9996").unwrap());
        assert!(!shown.chars().any(|c| c.is_ascii_digit()), "{shown}");
    }
}
