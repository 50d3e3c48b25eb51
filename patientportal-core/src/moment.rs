//! Points in time, to the millisecond, and the calendar day that Danish rules count by.

use std::ops::Add;
use std::time::Duration;

use crate::language::Language;
use minicbor::{Decode, Encode};
use time::{Date, Month};

/// A point in time: milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Timestamp(#[n(0)] pub i64);

/// A point in time, to the minute: how finely "last seen" is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Minute(#[n(0)] pub i64);

impl Timestamp {
    /// How long after `earlier` this is; zero when it is before.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The minute that this lies in.
    #[must_use]
    pub fn minute(self) -> Minute {
        Minute(self.0.div_euclid(60_000))
    }

    /// The time in UTC, as `2026-11-23T08:00:00.123Z`.
    #[must_use]
    pub fn utc(self) -> String {
        jiff::Timestamp::from_millisecond(self.0).map_or_else(|_| String::new(), |time| format!("{time:.3}"))
    }

    /// The calendar date in Copenhagen (A4).
    #[must_use]
    pub fn copenhagen_date(self) -> Date {
        let Some(local) = self.copenhagen() else { return Date::MIN };
        let month = u8::try_from(local.month()).ok().and_then(|month| Month::try_from(month).ok());
        let day = u8::try_from(local.day()).unwrap_or(1);
        month.and_then(|month| Date::from_calendar_date(i32::from(local.year()), month, day).ok()).unwrap_or(Date::MIN)
    }

    /// The instant at which `date` begins in Copenhagen.
    #[must_use]
    pub fn copenhagen_midnight(date: Date) -> Self {
        let begins = || {
            let (month, day) = (i8::try_from(date.month() as u8).ok()?, i8::try_from(date.day()).ok()?);
            let day = jiff::civil::Date::new(i16::try_from(date.year()).ok()?, month, day).ok()?;
            let zone = jiff::tz::TimeZone::get("Europe/Copenhagen").ok()?;
            Some(Self(day.to_zoned(zone).ok()?.timestamp().as_millisecond()))
        };
        begins().unwrap_or(Self(i64::MAX))
    }

    /// The next time that Copenhagen's clocks show this full hour, after now.
    #[must_use]
    pub fn next_copenhagen_hour(self, hour: i8) -> Self {
        let next = || {
            let zone = jiff::tz::TimeZone::get("Europe/Copenhagen").ok()?;
            let today = self.copenhagen()?.date();
            let at = |day: jiff::civil::Date| {
                Some(Self(day.at(hour, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()))
            };
            at(today)?.later_than(self).or_else(|| at(today.tomorrow().ok()?))
        };
        next().unwrap_or(Self(i64::MAX))
    }

    /// The wall clock in Copenhagen, as `14:05`.
    #[must_use]
    pub fn copenhagen_clock(self) -> String {
        self.copenhagen().map_or_else(String::new, |local| format!("{:02}:{:02}", local.hour(), local.minute()))
    }

    /// The wall clock in Copenhagen to the second, rounded up: when waiting is over.
    #[must_use]
    pub fn copenhagen_clock_seconds(self) -> String {
        let whole =
            Self(self.0.div_euclid(1000).saturating_mul(1000) + if self.0.rem_euclid(1000) > 0 { 1000 } else { 0 });
        let text =
            |local: jiff::civil::DateTime| format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second());
        whole.copenhagen().map_or_else(String::new, text)
    }

    /// The day in Copenhagen, as `5. december 2026` or `5 December 2026`.
    #[must_use]
    pub fn copenhagen_day(self, language: Language) -> String {
        let date = self.copenhagen_date();
        let month = usize::from(date.month() as u8 - 1);
        let names = language.pick(DANISH_MONTHS, ENGLISH_MONTHS);
        let name = names.get(month).copied().unwrap_or_default();
        let dot = language.pick(".", "");
        format!("{}{dot} {name} {}", date.day(), date.year())
    }

    fn later_than(self, other: Self) -> Option<Self> {
        (self > other).then_some(self)
    }

    fn copenhagen(self) -> Option<jiff::civil::DateTime> {
        let zone = jiff::tz::TimeZone::get("Europe/Copenhagen").ok()?;
        Some(zone.to_datetime(jiff::Timestamp::from_millisecond(self.0).ok()?))
    }
}

impl Minute {
    /// The first instant of this minute.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(self.0.saturating_mul(60_000))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, length: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(length.as_millis()).unwrap_or(i64::MAX)))
    }
}

const DANISH_MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
];

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    fn at(moment: time::OffsetDateTime) -> Timestamp {
        Timestamp(moment.unix_timestamp() * 1000)
    }

    #[test]
    fn a4_the_day_turns_at_midnight_in_copenhagen_in_summer_and_winter() {
        assert_eq!(at(datetime!(2026-01-01 22:59 UTC)).copenhagen_date(), date!(2026 - 01 - 01));
        assert_eq!(at(datetime!(2026-01-01 23:00 UTC)).copenhagen_date(), date!(2026 - 01 - 02));
        assert_eq!(at(datetime!(2026-07-01 21:59 UTC)).copenhagen_date(), date!(2026 - 07 - 01));
        assert_eq!(at(datetime!(2026-07-01 22:00 UTC)).copenhagen_date(), date!(2026 - 07 - 02));
        assert_eq!(at(datetime!(2026-07-01 22:00 UTC)).copenhagen_clock(), "00:00");
        assert_eq!(Timestamp::copenhagen_midnight(date!(2026 - 01 - 02)), at(datetime!(2026-01-01 23:00 UTC)));
        assert_eq!(Timestamp::copenhagen_midnight(date!(2026 - 07 - 02)), at(datetime!(2026-07-01 22:00 UTC)));
    }
}
