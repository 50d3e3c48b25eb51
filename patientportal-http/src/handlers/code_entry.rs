//! What every page says where a mailed code is typed (L3, L7, K1).

use patientportal_core::moment::Timestamp;
use patientportal_core::portal::EmailProofPage;
use patientportal_core::refusal::Refusal;

use super::problems_of;
use crate::pages::form::names;
use crate::pages::{CodeEntry, Form, Problem};
use crate::texts::FieldTexts;
use crate::visit::Visit;

/// What such a page says besides itself.
pub(super) enum Said {
    Nothing,
    /// What was wrong with what was typed.
    Problems(Vec<Problem>),
    /// Why no new code was sent; nothing was wrong, and a code sent before still holds.
    NotResent(String),
}

/// The code as the core tells of it.
pub(super) struct Mailed<'a> {
    pub(super) masked_email: &'a str,
    pub(super) reference: Option<&'a str>,
    pub(super) next_code: Timestamp,
}

impl Said {
    /// What a refusal says there.
    pub(super) fn of(refusal: &Refusal, visit: &Visit) -> Self {
        match refusal {
            Refusal::InvalidForm(_) => Self::Problems(problems_of(refusal, visit)),
            Refusal::NextCodeLater { .. } => Self::NotResent(refusal.text(visit.language())),
            refusal => Self::Problems(vec![Problem::with(names::CODE, refusal.text(visit.language()))]),
        }
    }

    /// That the page was too old.
    pub(super) fn stale(visit: &Visit) -> Self {
        Self::Problems(vec![Problem::overall(FieldTexts::of(visit.language()).stale_form)])
    }
}

/// The part of the page where the code is typed, by its form, to be posted to `action`; `resend` sends another.
pub(super) fn code_entry(
    visit: &Visit,
    mailed: &Mailed<'_>,
    said: Said,
    form: Form,
    (action, resend): (String, String),
) -> CodeEntry {
    let (problems, not_resent) = match said {
        Said::Nothing => (Vec::new(), None),
        Said::NotResent(reason) => (Vec::new(), Some(reason)),
        // Where there is no field, what is wrong with it is said of the whole.
        Said::Problems(problems) if mailed.reference.is_none() => {
            (problems.into_iter().map(|problem| Problem::overall(problem.text)).collect(), None)
        }
        Said::Problems(problems) => (problems, None),
    };
    let may_send = mailed.next_code <= visit.site.portal.now();
    CodeEntry {
        address: mailed.masked_email.to_owned(),
        numbers: visit.numbers(),
        reference: mailed.reference.map(str::to_owned),
        resend_at: (!may_send).then(|| mailed.next_code.copenhagen_clock_seconds()),
        resent: visit.query.has(SENT),
        not_resent,
        form: form.with_problems(problems),
        action,
        resend,
    }
}

/// The same for a code that went to a new address.
pub(super) fn address_entry(visit: &Visit, proof: &EmailProofPage, said: Said, to: (String, String)) -> CodeEntry {
    let reference = proof.reference.as_deref();
    let mailed = Mailed { masked_email: &proof.masked_email, reference, next_code: proof.next_code };
    code_entry(visit, &mailed, said, Form::email_code(reference, visit.language()), to)
}

/// The query name that says that a new code was sent.
pub(super) const SENT: &str = "sendt";
