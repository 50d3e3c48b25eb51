//! The operator's numbers as the pages say them, so that no page says another number than the one that holds.

use std::time::Duration;

use patientportal_core::language::Language;
use patientportal_core::policy::Policy;
use patientportal_core::value::PasswordPolicy;

use crate::texts::TimeTexts;

/// What a page may say of the policy; times are spelled out (`10 minutter`).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Numbers {
    /// How long a security code holds.
    pub code_life: String,
    /// The least time between two codes.
    pub code_spacing: String,
    /// How long a reset link holds.
    pub link_life: String,
    /// How long the form may take for somebody whom MitID has vouched for.
    pub proven_life: String,
    /// How long after a login sensitive changes may be made.
    pub fresh_proof: String,
    /// How long one stays logged in without a request.
    pub session_idle: String,
    /// The age at which one registers oneself, in years.
    pub self_age: u16,
    /// The age at which one may confirm a child's registration, in years.
    pub guardian_age: u16,
    /// Which passwords may be chosen.
    pub password: PasswordPolicy,
}

impl Numbers {
    /// The numbers of `policy`, said in `language`.
    #[must_use]
    pub fn of(policy: &Policy, language: Language) -> Self {
        let said = |time| spelled(time, language);
        Self {
            code_life: said(policy.code_life),
            code_spacing: said(policy.code_spacing),
            link_life: said(policy.link_life),
            proven_life: said(policy.proven_life),
            fresh_proof: said(policy.fresh_proof),
            session_idle: said(policy.session_idle),
            self_age: policy.self_age,
            guardian_age: policy.guardian_age,
            password: policy.password.clone(),
        }
    }
}

/// A length of time in the largest unit that it is a whole number of.
fn spelled(time: Duration, language: Language) -> String {
    let texts = TimeTexts::of(language);
    let seconds = time.as_secs();
    let (count, one, more) = match seconds {
        1.. if seconds.is_multiple_of(HOUR) => (seconds / HOUR, texts.hour, texts.hours),
        1.. if seconds.is_multiple_of(MINUTE) => (seconds / MINUTE, texts.minute, texts.minutes),
        _ => (seconds, texts.second, texts.seconds),
    };
    format!("{count} {}", if count == 1 { one } else { more })
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c6_times_are_spelled_in_whole_units_and_in_both_languages() {
        for (seconds, danish, english) in [
            (0, "0 sekunder", "0 seconds"),
            (1, "1 sekund", "1 second"),
            (60, "1 minut", "1 minute"),
            (90, "90 sekunder", "90 seconds"),
            (600, "10 minutter", "10 minutes"),
            (3600, "1 time", "1 hour"),
            (5400, "90 minutter", "90 minutes"),
            (7200, "2 timer", "2 hours"),
        ] {
            let time = Duration::from_secs(seconds);
            assert_eq!(spelled(time, Language::Danish), danish);
            assert_eq!(spelled(time, Language::English), english);
        }
    }
}
