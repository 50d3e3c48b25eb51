//! That requests wait, told to the clinic itself (S5): in the morning, once a day at most, as long as one waits.

use std::time::Duration;

use crate::decision::{Facts, Step};
use crate::fault::Fault;
use crate::ids::ClinicId;
use crate::mail::Mail;
use crate::moment::Timestamp;
use crate::portal::Task;
use crate::refusal::Refusal;
use crate::sealing::CounterKind;
use crate::store::Change;
use crate::throttle::Ladder;
use crate::value::Email;

/// The look that a new request brings about, where the clinic wants to be told. There may be several of one morning: the
/// first tells, the others end.
pub(crate) fn tomorrow(facts: &mut Facts<'_>, clinic: ClinicId) -> Result<Option<Change>, Fault> {
    if facts.clinic(clinic)?.notice_address.is_none() {
        return Ok(None);
    }
    let due = next_morning(facts.now);
    Task::TellOfRequests { clinic }.enqueue(facts, due).map(Some)
}

/// The clinic is told how many requests wait. Refused where it was told today already.
pub(crate) fn tell(facts: &mut Facts<'_>, clinic: ClinicId, address: Email, waiting: u32) -> Result<Step<()>, Fault> {
    let day = facts.today().to_julian_day();
    let counter = facts.ring.counter(CounterKind::ClinicTold, &[&clinic.0.to_be_bytes(), &day.to_be_bytes()]);
    let mail = Mail::to_clinic(address, clinic, waiting).enqueue(facts)?;
    Ok(Step::answering(Ok(()))
        .with([Change::Count { key: counter, ladder: ONCE_A_DAY }, mail])
        .blocked_as(counter, |until| Refusal::RequestsWait { until }))
}

/// When clinics look at their mail.
pub(crate) fn next_morning(now: Timestamp) -> Timestamp {
    now.next_copenhagen_hour(SEVEN)
}

const SEVEN: i8 = 7;

/// The counter is of one day, and so longer than that day lasts.
const ONCE_A_DAY: Ladder =
    Ladder::Window { limit: 1, window: Duration::from_secs(48 * 60 * 60), spacing: Duration::ZERO, past_limit: None };
