//! The operator's numbers (spec §9); beside them the gate between login and functions (L8), and the one policy question
//! (P1).

mod gate;

pub(crate) use gate::awaits_renewal;
pub use gate::{Deed, Denial, OutstandingStep, may, outstanding_step};

use std::time::Duration;

use crate::throttle::Ladder;
use crate::value::PasswordPolicy;

/// What the operator may set. Every default is the spec's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// How long a security code lives.
    pub code_life: Duration,
    /// After how many tries a code dies.
    pub code_tries: u32,
    /// The least time between two codes to one account.
    pub code_spacing: Duration,
    /// Codes to one account in an hour.
    pub codes_per_hour: u32,
    /// How long a reset link lives.
    pub link_life: Duration,
    /// Reset links to one account in an hour.
    pub links_per_hour: u32,
    /// How often reset links may be asked for with one e-mail address in an hour, whatever the CPR number (F1): enough for
    /// a family that shares it, and not for trying numbers.
    pub resets_per_hour: u32,
    /// Codes and links together to one account in an hour.
    pub secrets_per_hour: u32,
    /// How long a journey to MitID may take.
    pub mitid_life: Duration,
    /// How long somebody whom MitID has vouched for may take to fill in the form (L2): short, for shared computers.
    pub proven_life: Duration,
    /// A session ends after this long without a request, and up to a minute more.
    pub session_idle: Duration,
    /// A session ends after this long in any case.
    pub session_life: Duration,
    /// A session of staff ends after this long without a request, and up to a minute more.
    pub staff_session_idle: Duration,
    /// A session of staff ends after this long in any case.
    pub staff_session_life: Duration,
    /// The wrong password or code from which waiting begins.
    pub wait_from_failure: u32,
    /// The first wait.
    pub failure_wait: Duration,
    /// The longest wait.
    pub failure_wait_longest: Duration,
    /// How long until failures are forgotten.
    pub failures_forgotten: Duration,
    /// Failures from one address within `address_window` before it is slowed to one a second.
    pub address_failures: u32,
    /// See [`address_failures`](Self::address_failures).
    pub address_window: Duration,
    /// How long a node that died holds on to a mail that it had in hand, until another node delivers it (M3). A node
    /// that lives extends it; see [`Portal::keep_house`](crate::portal::Portal::keep_house).
    pub job_lease: Duration,
    /// How often audit entries are sealed (I9).
    pub audit_sealing: Duration,
    /// How long a mail that was given up stays for the clinics' staff and the operator to see (M3).
    pub dead_mail_kept: Duration,
    /// The age at which a person registers on their own (R2).
    pub self_age: u16,
    /// The age at which a person may confirm a child's registration (R3).
    pub guardian_age: u16,
    /// For how long after a login sensitive changes may be made without proving again (A7, F2).
    pub fresh_proof: Duration,
    /// For how long a clinic's system, once heard, is not asked again how a patient is reached (K1).
    pub contact_heard_for: Duration,
    /// How long an activation link lives (R7).
    pub activation_life: Duration,
    /// After how many wrong CPR numbers an activation link dies, and only staff can send another (R7).
    pub activation_tries: u32,
    /// How long a clinic has to decide a request, and a user to activate an account (R4, A10).
    pub request_life: Duration,
    /// For how long after a refusal a clinic may take it back (S1).
    pub reopening: Duration,
    /// How often one account may ask clinics for access in an hour: each time mails its address, which nobody may have
    /// proved yet.
    pub requests_per_hour: u32,
    /// Which passwords may be chosen.
    pub password: PasswordPolicy,
    /// The version of the terms that users must have accepted.
    pub terms_version: String,
}

impl Policy {
    /// The ladder of wrong passwords and wrong codes (L3, L6).
    #[must_use]
    pub fn failures(&self) -> Ladder {
        Ladder::Backoff {
            from: self.wait_from_failure,
            first: self.failure_wait,
            longest: self.failure_wait_longest,
            forgotten_after: self.failures_forgotten,
        }
    }

    /// The ladder of an address (L6).
    #[must_use]
    pub fn address(&self) -> Ladder {
        let past_limit = Some(Duration::from_secs(1));
        Ladder::Window {
            limit: self.address_failures,
            window: self.address_window,
            spacing: Duration::ZERO,
            past_limit,
        }
    }

    /// The ladder of an address that starts journeys to MitID: ten times as generous, since a login with MitID is
    /// never held up (L6), and yet each costs a row.
    #[must_use]
    pub fn journeys(&self) -> Ladder {
        let (limit, past_limit) = (self.address_failures.saturating_mul(10), Some(Duration::from_secs(1)));
        Ladder::Window { limit, window: self.address_window, spacing: Duration::ZERO, past_limit }
    }

    /// The tries of one code (L3): the window outlives the code.
    #[must_use]
    pub fn code_tries(&self) -> Ladder {
        Ladder::Window { limit: self.code_tries, window: self.code_life, spacing: Duration::ZERO, past_limit: None }
    }

    /// The tries of an activation link (R7): counted until the account would be removed.
    #[must_use]
    pub fn activation_tries(&self) -> Ladder {
        let (limit, window) = (self.activation_tries, self.request_life);
        Ladder::Window { limit, window, spacing: Duration::ZERO, past_limit: None }
    }

    /// How often codes are mailed (L3).
    #[must_use]
    pub fn code_mails(&self) -> Ladder {
        hourly(self.codes_per_hour, self.code_spacing)
    }

    /// How often reset links are mailed (F1).
    #[must_use]
    pub fn link_mails(&self) -> Ladder {
        hourly(self.links_per_hour, Duration::ZERO)
    }

    /// How often reset links may be asked for with one e-mail address (F1).
    #[must_use]
    pub fn resets(&self) -> Ladder {
        hourly(self.resets_per_hour, Duration::ZERO)
    }

    /// How often an account may ask clinics for access.
    #[must_use]
    pub fn requests(&self) -> Ladder {
        hourly(self.requests_per_hour, Duration::ZERO)
    }

    /// How often codes and links together are mailed.
    #[must_use]
    pub fn secret_mails(&self) -> Ladder {
        hourly(self.secrets_per_hour, Duration::ZERO)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            code_life: minutes(10),
            code_tries: 5,
            code_spacing: Duration::from_secs(60),
            codes_per_hour: 5,
            link_life: minutes(30),
            links_per_hour: 3,
            resets_per_hour: 10,
            secrets_per_hour: 10,
            mitid_life: minutes(15),
            proven_life: minutes(5),
            session_idle: minutes(20),
            session_life: minutes(8 * 60),
            staff_session_idle: minutes(20),
            staff_session_life: minutes(8 * 60),
            wait_from_failure: 5,
            failure_wait: Duration::from_secs(30),
            failure_wait_longest: minutes(15),
            failures_forgotten: minutes(24 * 60),
            address_failures: 100,
            address_window: minutes(15),
            job_lease: minutes(1),
            audit_sealing: Duration::from_secs(1),
            dead_mail_kept: days(30),
            self_age: 15,
            guardian_age: 18,
            fresh_proof: minutes(5),
            contact_heard_for: days(1),
            activation_life: days(7),
            activation_tries: 5,
            request_life: days(30),
            reopening: days(30),
            requests_per_hour: 10,
            password: PasswordPolicy::guide(),
            terms_version: "1".to_owned(),
        }
    }
}

fn days(count: u64) -> Duration {
    minutes(count * 24 * 60)
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

fn hourly(limit: u32, spacing: Duration) -> Ladder {
    Ladder::Window { limit, window: minutes(60), spacing, past_limit: None }
}
