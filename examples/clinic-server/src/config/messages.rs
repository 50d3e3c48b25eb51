//! `[[clinic.message]]`: what a clinic tells for a time, and what is closed meanwhile (C8).

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use patientportal_core::clinic::{Clinic, ClinicMessage, FunctionKind};
use patientportal_core::moment::Timestamp;

use super::error::{ConfigError, Source};
use super::file::MessageTable;

/// The message of a table below `key`.
pub(super) fn message(
    source: &Source<'_>,
    key: &str,
    table: MessageTable,
    clinic: &Clinic,
) -> Result<ClinicMessage, ConfigError> {
    let wrong = |name: &str, what: &str| source.wrong(&format!("{key}.{name}"), what);
    for (name, text) in [("text", &table.text), ("text_en", &table.text_en)] {
        if text.trim().is_empty() {
            return Err(wrong(name, "is empty"));
        }
    }
    let time = |name, text: Option<&str>, end| {
        text.map(|text| instant(text, end).ok_or_else(|| wrong(name, NO_TIME))).transpose()
    };
    let from = time("from", table.from.as_deref(), DayOf::Beginning)?.unwrap_or(Timestamp(i64::MIN));
    let until = time("until", table.until.as_deref(), DayOf::End)?;
    if until.is_some_and(|until| until <= from) {
        return Err(wrong("until", "is not after `from`"));
    }
    let closes: Vec<FunctionKind> = table.closes.into_iter().map(Into::into).collect();
    if closes.iter().any(|kind| clinic.function(*kind).is_none()) {
        return Err(wrong("closes", "names a function that the clinic does not offer"));
    }
    let (danish, english) = (table.text.trim().to_owned(), table.text_en.trim().to_owned());
    Ok(ClinicMessage { from, until, danish, english, closes })
}

/// What a day without a time of day means.
#[derive(Clone, Copy)]
enum DayOf {
    Beginning,
    End,
}

/// The instant of Danish wall-clock time, or of a whole day.
fn instant(text: &str, whole_day: DayOf) -> Option<Timestamp> {
    let text = text.trim();
    let local: DateTime = match (text.len() == "2026-12-21".len(), whole_day) {
        (true, DayOf::Beginning) => text.parse::<Date>().ok()?.into(),
        (true, DayOf::End) => text.parse::<Date>().ok()?.tomorrow().ok()?.into(),
        (false, _) => text.parse().ok()?,
    };
    let zone = TimeZone::get("Europe/Copenhagen").ok()?;
    Some(Timestamp(local.to_zoned(zone).ok()?.timestamp().as_millisecond()))
}

const NO_TIME: &str = "is no time like 2026-12-21 or 2026-12-21 08:00";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c8_a_day_lasts_until_its_midnight_and_clocks_are_danish() {
        let at = |text, whole_day| instant(text, whole_day).map(|at| at.0);
        assert_eq!(at("2026-12-21", DayOf::Beginning), Some(1_797_807_600_000));
        assert_eq!(at("2026-12-21", DayOf::End), at("2026-12-22 00:00", DayOf::End));
        assert_eq!(at("2026-07-01T08:00", DayOf::Beginning), Some(1_782_885_600_000));
        for wrong in ["", "jul", "2026-13-01", "2026-02-30", "21-12-2026", "08:00"] {
            assert_eq!(at(wrong, DayOf::End), None, "{wrong}");
        }
    }
}
