//! How far a session comes in its owner's account: each thing that an owner does names the first step of L8 that may still be
//! outstanding with it.

use super::Account;
use crate::clinic::Clinic;
use crate::decision::Facts;
use crate::policy::{Denial, OutstandingStep, outstanding_step};
use crate::session::Session;

/// Whether this session may see and close what is its owner's: no doubt is left who that is.
pub(crate) fn may_see_own(
    facts: &Facts<'_>,
    account: &Account,
    session: &Session,
    clinic: &Clinic,
) -> Result<(), Denial> {
    comes_to(facts, account, session, clinic, OutstandingStep::ChoosePassword)
}

/// Whether this session may change what is its owner's. Terms and memberships may be outstanding: nobody must agree to
/// anything in order to leave, or to be reached.
pub(crate) fn may_change_own(
    facts: &Facts<'_>,
    account: &Account,
    session: &Session,
    clinic: &Clinic,
) -> Result<(), Denial> {
    comes_to(facts, account, session, clinic, OutstandingStep::AcceptTerms)
}

/// Whether this session may ask the clinic for something, or answer it.
pub(crate) fn may_turn_to_clinic(
    facts: &Facts<'_>,
    account: &Account,
    session: &Session,
    clinic: &Clinic,
) -> Result<(), Denial> {
    comes_to(facts, account, session, clinic, OutstandingStep::Join)
}

fn comes_to(
    facts: &Facts<'_>,
    account: &Account,
    session: &Session,
    clinic: &Clinic,
    step: OutstandingStep,
) -> Result<(), Denial> {
    if account.access.epoch != session.epoch {
        return Err(Denial::NotLoggedIn);
    }
    match outstanding_step(session, &account.access, clinic, facts.policy) {
        Some(first) if first < step => Err(Denial::StepOutstanding(first)),
        _ => Ok(()),
    }
}
