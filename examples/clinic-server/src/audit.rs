//! `audit verify` and `audit export`: the audit trail held against its seals, and given to somebody outside. The server may
//! be running.

mod export;
pub(crate) mod roots;
mod verify;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use jiff::civil::Date;
use patientportal_core::moment::Timestamp;

use crate::parts::StartError;

/// What is to be done with the audit trail.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum AuditOrder {
    /// Verify it.
    Verify {
        /// The configuration file.
        config: PathBuf,
        /// A file of roots to compare with.
        roots: Option<PathBuf>,
        /// From which day on entries must be there.
        kept_from: Option<Date>,
    },
    /// Give out entries.
    Export {
        /// The configuration file.
        config: PathBuf,
        /// Of which clinic, if of one.
        clinic: Option<String>,
        /// From which day on.
        from: Option<Date>,
        /// Until which day, which is included.
        until: Option<Date>,
        /// The file, which is not there yet.
        to: PathBuf,
    },
}

/// The options of the command line by their names.
type Options<'a> = BTreeMap<&'a str, OsString>;

/// Reads an order from the word after `audit` and the options.
///
/// # Errors
/// One sentence on what is not understood.
pub(crate) fn order(word: &str, mut options: Options<'_>) -> Result<AuditOrder, String> {
    let config = take_path(&mut options, "--config").ok_or_else(|| format!("audit {word} needs --config FILE"))?;
    let order = match word {
        "verify" => {
            let kept_from = take_day(&mut options, "--kept-from")?;
            AuditOrder::Verify { config, roots: take_path(&mut options, "--roots"), kept_from }
        }
        "export" => {
            let to = take_path(&mut options, "--to").ok_or("audit export needs --to FILE")?;
            let clinic = options.remove("--clinic").map(|slug| slug.to_string_lossy().into_owned());
            let (from, until) = (take_day(&mut options, "--from")?, take_day(&mut options, "--until")?);
            AuditOrder::Export { config, clinic, from, until, to }
        }
        _ => return Err(format!("{:?} is not understood; --help tells what is", format!("audit {word}"))),
    };
    match options.keys().next() {
        Some(option) => Err(format!("{option} is not for audit {word}")),
        None => Ok(order),
    }
}

/// Does it and tells `out` what came of it.
///
/// # Errors
/// [`StartError::Flaws`] when somebody has tampered with the trail; else what is wrong with file or database.
pub(crate) async fn carry_out(order: AuditOrder, out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    match order {
        AuditOrder::Verify { config, roots, kept_from } => {
            verify::verify(&config, roots.as_deref(), kept_from.map(beginning), out).await
        }
        AuditOrder::Export { config, clinic, from, until, to } => {
            let until = until.map(|day| day.tomorrow().map_or(Timestamp(i64::MAX), beginning));
            let wanted = export::Wanted { clinic, from: from.map(beginning), until };
            export::export(&config, wanted, &to, out).await
        }
    }
}

fn take_path(options: &mut Options<'_>, option: &str) -> Option<PathBuf> {
    options.remove(option).map(PathBuf::from)
}

fn take_day(options: &mut Options<'_>, option: &str) -> Result<Option<Date>, String> {
    let day = options.remove(option).map(|text| text.to_string_lossy().parse());
    day.transpose().map_err(|_| format!("{option} needs a day like 2026-11-23"))
}

/// The moment at which a day begins in Denmark.
fn beginning(day: Date) -> Timestamp {
    let zoned = day.in_tz("Europe/Copenhagen");
    zoned.map_or(Timestamp(i64::MAX), |begins| Timestamp(begins.timestamp().as_millisecond()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<AuditOrder, String> {
        let mut words = line.split_whitespace();
        let word = words.next().unwrap();
        let options = words.map(|option| option.split_once('=').unwrap()).collect::<BTreeMap<_, _>>();
        order(word, options.into_iter().map(|(name, value)| (name, OsString::from(value))).collect())
    }

    #[test]
    fn orders_are_understood() {
        let verify = AuditOrder::Verify {
            config: "p.toml".into(),
            roots: Some("a.roots".into()),
            kept_from: Some(Date::constant(2021, 1, 1)),
        };
        assert_eq!(read("verify --config=p.toml --roots=a.roots --kept-from=2021-01-01"), Ok(verify));
        let export = AuditOrder::Export {
            config: "p.toml".into(),
            clinic: Some("clinea".to_owned()),
            from: None,
            until: Some(Date::constant(2026, 11, 30)),
            to: "trail".into(),
        };
        assert_eq!(read("export --config=p.toml --clinic=clinea --until=2026-11-30 --to=trail"), Ok(export));
    }

    #[test]
    fn the_rest_is_told() {
        for (line, sentence) in [
            ("verify", "audit verify needs --config FILE"),
            ("export --config=p.toml", "audit export needs --to FILE"),
            ("export --config=p.toml --to=x --from=monday", "--from needs a day like 2026-11-23"),
            ("verify --config=p.toml --to=x", "--to is not for audit verify"),
            ("prune --config=p.toml", "\"audit prune\" is not understood; --help tells what is"),
        ] {
            assert_eq!(read(line).unwrap_err(), sentence);
        }
    }

    #[test]
    fn a_day_begins_in_denmark() {
        assert_eq!(beginning(Date::constant(2026, 11, 23)).utc(), "2026-11-22T23:00:00.000Z");
        assert_eq!(beginning(Date::constant(2026, 6, 1)).utc(), "2026-05-31T22:00:00.000Z");
    }
}
