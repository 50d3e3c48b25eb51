//! What the portal counts and measures, for whatever recorder of the `metrics` crate the embedding program installs; without
//! one it costs next to nothing. No label tells of a patient or of staff, and each has few values.

use std::time::Duration;

use metrics::{Unit, describe_counter, describe_histogram};

use crate::decision::Note;
use crate::fault::Fault;
use crate::moment::Timestamp;
use crate::session::Proof;
use crate::store::{Change, ChangeSet, Committed, JobKind, NotCommitted, Outcome};

/// Sessions opened. `proof`: `code`, `mitid`.
pub const LOGINS: &str = "patientportal_logins_total";
/// What is in the audit trail, by kind. `event`: the name of an [`AuditEvent`](crate::audit::AuditEvent), so that wrong
/// passwords, locked links and the like are seen.
pub const EVENTS: &str = "patientportal_events_total";
/// Refusals shown to visitors. `id`: that of the refusal (I10).
pub const REFUSALS: &str = "patientportal_refusals_total";
/// Tries to send a mail. `outcome`: `delivered`, `retried`, `given_up`.
pub const MAILS: &str = "patientportal_mails_total";
/// How long a job was due before it was begun, in seconds. `kind`: `mail`, `recovery`, `task`.
pub const JOB_WAIT: &str = "patientportal_job_wait_seconds";
/// How long a commit took, in seconds.
pub const COMMIT: &str = "patientportal_commit_seconds";
/// Commits and session checks that the store failed at. `kind`: `transient`, `permanent`.
pub const STORE_FAULTS: &str = "patientportal_store_faults_total";
/// Sessions asked for by a request. `outcome`: `valid`, `none`.
pub const SESSION_CHECKS: &str = "patientportal_session_checks_total";
/// How long a password waited for a hash thread, in seconds. `lane`: `login`, `low`.
pub const HASH_WAIT: &str = "patientportal_hash_wait_seconds";
/// Passwords that were not hashed since too many waited. `lane`: `login`, `low`.
pub const HASHES_REFUSED: &str = "patientportal_hashes_refused_total";

/// Tells the recorder what each of them is. Call it once, when the recorder is installed.
pub fn describe() {
    for (name, what) in COUNTERS {
        describe_counter!(name, what);
    }
    for (name, what) in HISTOGRAMS {
        describe_histogram!(name, Unit::Seconds, what);
    }
}

/// What came of a commit, and how long it took.
pub(crate) fn committed(outcome: &Result<Committed, NotCommitted>, set: &ChangeSet, notes: &[Note], took: Duration) {
    metrics::histogram!(COMMIT).record(took.as_secs_f64());
    match outcome {
        Ok(_) => on_disk(set, notes),
        Err(NotCommitted::Fault(fault)) => store_failed(fault),
        Err(_) => {}
    }
}

fn on_disk(set: &ChangeSet, notes: &[Note]) {
    for note in notes {
        metrics::counter!(EVENTS, "event" => format!("{:?}", note.event)).increment(1);
    }
    for change in set.changes() {
        if let Change::OpenSession { session, .. } = change {
            let proof = match session.proof {
                Proof::MitIdSubstantial | Proof::MitIdHigh => "mitid",
                _ => "code",
            };
            metrics::counter!(LOGINS, "proof" => proof).increment(1);
        }
    }
}

/// A fault of the store.
pub(crate) fn store_failed(fault: &Fault) {
    let kind = if fault.is_transient() { "transient" } else { "permanent" };
    metrics::counter!(STORE_FAULTS, "kind" => kind).increment(1);
}

/// A session that a request asked for.
pub(crate) fn session_checked(holds: bool) {
    metrics::counter!(SESSION_CHECKS, "outcome" => if holds { "valid" } else { "none" }).increment(1);
}

/// A job that is begun.
pub(crate) fn job_begun(kind: JobKind, due: Timestamp, now: Timestamp) {
    let kind = match kind {
        JobKind::Mail => "mail",
        JobKind::Recovery => "recovery",
        JobKind::Task => "task",
    };
    metrics::histogram!(JOB_WAIT, "kind" => kind).record(now.since(due).as_secs_f64());
}

/// A mail that was tried.
pub(crate) fn mail_tried(outcome: Outcome) {
    let outcome = match outcome {
        Outcome::Done => "delivered",
        Outcome::Dead => "given_up",
        Outcome::RetryAt(_) | Outcome::UnderwayUntil(_) => "retried",
    };
    metrics::counter!(MAILS, "outcome" => outcome).increment(1);
}

const COUNTERS: [(&str, &str); 7] = [
    (LOGINS, "Sessions opened"),
    (EVENTS, "Entries of the audit trail by kind"),
    (REFUSALS, "Refusals shown to visitors"),
    (MAILS, "Tries to send a mail"),
    (STORE_FAULTS, "Commits and session checks that the store failed at"),
    (SESSION_CHECKS, "Sessions asked for by a request"),
    (HASHES_REFUSED, "Passwords not hashed since too many waited"),
];
const HISTOGRAMS: [(&str, &str); 3] = [
    (JOB_WAIT, "How long a job was due before it was begun"),
    (COMMIT, "How long a commit took"),
    (HASH_WAIT, "How long a password waited for a hash thread"),
];
