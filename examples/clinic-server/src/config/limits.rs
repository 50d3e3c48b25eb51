//! `[limits]`: the operator's numbers, by the names they have in the portal's policy, and what a password hash costs.

use std::ops::RangeInclusive;
use std::time::Duration;

use patientportal_argon2::Argon2Settings;
use patientportal_core::policy::Policy;
use patientportal_core::value::PasswordPolicy;
use toml::{Table, Value};

use super::error::{ConfigError, Source};

/// The operator's numbers.
#[derive(Default)]
pub(super) struct Limits {
    pub(super) policy: Policy,
    pub(super) hashing: Argon2Settings,
}

/// The defaults with what the file sets.
pub(super) fn read(source: &Source<'_>, table: &Table) -> Result<Limits, ConfigError> {
    let mut limits = Limits::default();
    for (name, value) in table {
        set(&mut limits, name, value).map_err(|what| source.wrong(&format!("limits.{name}"), what))?;
    }
    check(&limits).map_err(|(name, what)| source.wrong(&format!("limits.{name}"), what))?;
    Ok(limits)
}

/// How one limit is set.
enum Limit {
    Count(fn(&mut Policy) -> &mut u32),
    Length(fn(&mut Policy) -> &mut Duration),
}

fn set(limits: &mut Limits, name: &str, value: &Value) -> Result<(), String> {
    let Limits { policy, hashing } = limits;
    match name {
        "hash_memory_kib" => hashing.memory_kib = count(value)?,
        "hash_passes" => hashing.passes = count(value)?,
        "hash_parallelism" => hashing.parallelism = count(value)?,
        "password" => policy.password = password(value)?,
        "self_age" => policy.self_age = age(value, 15..=18)?,
        "guardian_age" => policy.guardian_age = age(value, 18..=25)?,
        _ => {
            let limit = LIMITS.iter().find(|(known, _)| *known == name);
            match &limit.ok_or_else(unknown)?.1 {
                Limit::Count(field) => *field(policy) = count(value)?,
                Limit::Length(field) => *field(policy) = length(value)?,
            }
        }
    }
    Ok(())
}

fn unknown() -> String {
    let names: Vec<_> = LIMITS.iter().map(|(name, _)| *name).chain(OTHERS).collect();
    format!("is not a limit; there are {}", names.join(", "))
}

fn password(value: &Value) -> Result<PasswordPolicy, String> {
    match value.as_str() {
        Some("guide") => Ok(PasswordPolicy::guide()),
        Some("nist") => Ok(PasswordPolicy::nist()),
        _ => Err("must be \"guide\" or \"nist\"".to_owned()),
    }
}

/// Below 15 nobody may have a session that MitID opened (I2), and below 18 nobody answers for a child (R3), whatever the
/// operator says.
fn age(value: &Value, allowed: RangeInclusive<u16>) -> Result<u16, String> {
    let years = value.as_integer().and_then(|years| u16::try_from(years).ok());
    let what = || format!("must be a whole number from {} to {}", allowed.start(), allowed.end());
    years.filter(|years| allowed.contains(years)).ok_or_else(what)
}

fn count(value: &Value) -> Result<u32, String> {
    let count = value.as_integer().and_then(|count| u32::try_from(count).ok());
    count.filter(|count| (1..=MOST).contains(count)).ok_or_else(|| format!("must be a whole number from 1 to {MOST}"))
}

fn length(value: &Value) -> Result<Duration, String> {
    let length = value.as_str().and_then(parse_length);
    length
        .filter(|length| (Duration::from_secs(1)..=LONGEST).contains(length))
        .ok_or_else(|| "must be a length of time like \"30s\", \"10m\", \"8h\" or \"30d\", a year at most".to_owned())
}

/// A length of time as the file writes it.
pub(super) fn parse_length(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    let number = number.bytes().all(|byte| byte.is_ascii_digit()).then_some(number)?;
    Some(Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?))
}

/// Numbers that contradict one another.
fn check(Limits { policy, hashing }: &Limits) -> Result<(), (&'static str, &'static str)> {
    if hashing.memory_kib < LEAST_MEMORY_KIB || hashing.memory_kib.saturating_mul(hashing.passes) < LEAST_WORK_KIB {
        return Err(("hash_memory_kib", "and `hash_passes` are weaker than any setting that OWASP holds sufficient"));
    }
    if policy.session_idle > policy.session_life {
        return Err(("session_idle", "is longer than `session_life`"));
    }
    if policy.staff_session_idle > policy.staff_session_life {
        return Err(("staff_session_idle", "is longer than `staff_session_life`"));
    }
    if policy.failure_wait > policy.failure_wait_longest {
        return Err(("failure_wait", "is longer than `failure_wait_longest`"));
    }
    if policy.job_lease < LEAST_LEASE {
        return Err(("job_lease", "is shorter than \"10s\", so that jobs would be taken from who is still at them"));
    }
    if policy.dead_mail_kept < LEAST_SIGHT_OF_MAIL {
        return Err(("dead_mail_kept", "is shorter than \"7d\", so that nobody might see in time that a mail failed"));
    }
    if policy.code_spacing > policy.code_life {
        return Err(("code_spacing", "is longer than `code_life`"));
    }
    Ok(())
}

const LIMITS: &[(&str, Limit)] = &[
    ("code_life", Limit::Length(|policy| &mut policy.code_life)),
    ("code_tries", Limit::Count(|policy| &mut policy.code_tries)),
    ("code_spacing", Limit::Length(|policy| &mut policy.code_spacing)),
    ("codes_per_hour", Limit::Count(|policy| &mut policy.codes_per_hour)),
    ("link_life", Limit::Length(|policy| &mut policy.link_life)),
    ("links_per_hour", Limit::Count(|policy| &mut policy.links_per_hour)),
    ("resets_per_hour", Limit::Count(|policy| &mut policy.resets_per_hour)),
    ("secrets_per_hour", Limit::Count(|policy| &mut policy.secrets_per_hour)),
    ("mitid_life", Limit::Length(|policy| &mut policy.mitid_life)),
    ("proven_life", Limit::Length(|policy| &mut policy.proven_life)),
    ("session_idle", Limit::Length(|policy| &mut policy.session_idle)),
    ("session_life", Limit::Length(|policy| &mut policy.session_life)),
    ("staff_session_idle", Limit::Length(|policy| &mut policy.staff_session_idle)),
    ("staff_session_life", Limit::Length(|policy| &mut policy.staff_session_life)),
    ("wait_from_failure", Limit::Count(|policy| &mut policy.wait_from_failure)),
    ("failure_wait", Limit::Length(|policy| &mut policy.failure_wait)),
    ("failure_wait_longest", Limit::Length(|policy| &mut policy.failure_wait_longest)),
    ("failures_forgotten", Limit::Length(|policy| &mut policy.failures_forgotten)),
    ("address_failures", Limit::Count(|policy| &mut policy.address_failures)),
    ("address_window", Limit::Length(|policy| &mut policy.address_window)),
    ("fresh_proof", Limit::Length(|policy| &mut policy.fresh_proof)),
    ("contact_heard_for", Limit::Length(|policy| &mut policy.contact_heard_for)),
    ("activation_life", Limit::Length(|policy| &mut policy.activation_life)),
    ("activation_tries", Limit::Count(|policy| &mut policy.activation_tries)),
    ("request_life", Limit::Length(|policy| &mut policy.request_life)),
    ("requests_per_hour", Limit::Count(|policy| &mut policy.requests_per_hour)),
    ("reopening", Limit::Length(|policy| &mut policy.reopening)),
    ("job_lease", Limit::Length(|policy| &mut policy.job_lease)),
    ("audit_sealing", Limit::Length(|policy| &mut policy.audit_sealing)),
    ("dead_mail_kept", Limit::Length(|policy| &mut policy.dead_mail_kept)),
];
const OTHERS: [&str; 6] =
    ["hash_memory_kib", "hash_passes", "hash_parallelism", "self_age", "guardian_age", "password"];
/// The weakest of OWASP's equal alternatives for argon2id: 7 MiB and five passes.
const LEAST_MEMORY_KIB: u32 = 7_168;
const LEAST_WORK_KIB: u32 = 5 * LEAST_MEMORY_KIB;
/// It is extended every few seconds, and a database that is away for a moment must not end it.
const LEAST_LEASE: Duration = Duration::from_secs(10);
const LEAST_SIGHT_OF_MAIL: Duration = Duration::from_secs(7 * 24 * 60 * 60);
const MOST: u32 = 1_000_000;
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn read(text: &str) -> Result<Policy, String> {
        let text = format!("[limits]\n{text}");
        let source = Source { file: Path::new("p.toml"), text: &text };
        let root: Table = text.parse().unwrap();
        let limits = super::read(&source, root["limits"].as_table().unwrap());
        limits.map(|limits| limits.policy).map_err(|error| error.to_string())
    }

    #[test]
    fn every_number_of_the_policy_can_be_set() {
        let known: Vec<_> = LIMITS.iter().map(|(name, _)| *name).chain(OTHERS).collect();
        let printed = format!("{:#?}", Policy::default());
        let fields =
            printed.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| !line.starts_with([' ', '}']));
        let fields: Vec<_> = fields.filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
        assert!(fields.len() > 15, "{printed}");
        for field in fields {
            // The terms have a table of their own.
            assert!(known.contains(&field) || field == "terms_version", "{field} cannot be set");
        }
    }

    #[test]
    fn lengths_and_counts_are_taken_and_the_rest_stays() {
        let policy =
            read("code_life = \"5m\"\nsession_life = \"10h\"\nlink_life = \"1d\"\ncodes_per_hour = 9").unwrap();
        let mut expected = Policy::default();
        expected.code_life = Duration::from_secs(300);
        expected.session_life = Duration::from_secs(36_000);
        expected.link_life = Duration::from_secs(86_400);
        expected.codes_per_hour = 9;
        assert_eq!(policy, expected);
        assert_eq!(read("password = \"nist\"").unwrap().password, PasswordPolicy::nist());
        assert_eq!(read("self_age = 16").unwrap().self_age, 16);
    }

    #[test]
    fn spec9_a_password_hash_may_cost_more_or_as_much_in_another_way() {
        let text = "[limits]\nhash_memory_kib = 12288\nhash_passes = 3\nhash_parallelism = 2";
        let source = Source { file: Path::new("p.toml"), text };
        let root: Table = text.parse().unwrap();
        let hashing = super::read(&source, root["limits"].as_table().unwrap())
            .map_err(|error| error.to_string())
            .unwrap()
            .hashing;
        assert_eq!((hashing.memory_kib, hashing.passes, hashing.parallelism), (12_288, 3, 2));
    }

    #[test]
    fn what_is_no_limit_is_told_with_its_line() {
        let length = "must be a length of time like \"30s\", \"10m\", \"8h\" or \"30d\", a year at most";
        let table = [
            ("code_life = 10", format!("p.toml, line 2: `limits.code_life` {length}")),
            ("code_life = \"10\"", format!("p.toml, line 2: `limits.code_life` {length}")),
            ("code_life = \"-1m\"", format!("p.toml, line 2: `limits.code_life` {length}")),
            ("code_life = \"0s\"", format!("p.toml, line 2: `limits.code_life` {length}")),
            ("code_life = \"9999d\"", format!("p.toml, line 2: `limits.code_life` {length}")),
            ("code_life = \"1é\"", format!("p.toml, line 2: `limits.code_life` {length}")),
            ("\ncode_tries = 0", "p.toml, line 3: `limits.code_tries` must be a whole number from 1 to 1000000".into()),
            (
                "hash_memory_kib = 8192",
                "p.toml, line 2: `limits.hash_memory_kib` and `hash_passes` are weaker than any setting that OWASP holds sufficient"
                    .into(),
            ),
            ("self_age = 14", "p.toml, line 2: `limits.self_age` must be a whole number from 15 to 18".into()),
            ("guardian_age = 17", "p.toml, line 2: `limits.guardian_age` must be a whole number from 18 to 25".into()),
            ("password = \"x\"", "p.toml, line 2: `limits.password` must be \"guide\" or \"nist\"".into()),
            (
                "job_lease = \"9s\"",
                "p.toml, line 2: `limits.job_lease` is shorter than \"10s\", so that jobs would be taken from who is still at them"
                    .into(),
            ),
            (
                "dead_mail_kept = \"6d\"",
                "p.toml, line 2: `limits.dead_mail_kept` is shorter than \"7d\", so that nobody might see in time that a mail failed"
                    .into(),
            ),
            ("session_idle = \"9h\"", "p.toml, line 2: `limits.session_idle` is longer than `session_life`".into()),
        ];
        for (text, sentence) in table {
            assert_eq!(read(text).unwrap_err(), sentence, "{text}");
        }
        let unknown = read("code_lif = \"1m\"").unwrap_err();
        let begin = "p.toml, line 2: `limits.code_lif` is not a limit; there are code_life, code_tries, ";
        assert!(unknown.starts_with(begin) && unknown.ends_with("guardian_age, password"), "{unknown}");
    }
}
