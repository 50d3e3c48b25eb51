//! From claims to a person: private, sure enough, and with which CPR number (L1).

use patientportal_core::moment::Timestamp;
use patientportal_core::ports::{Assurance, IdentityFailure};
use patientportal_core::value::Cpr;

use crate::claims::Claims;
use crate::mapping::{ClaimMapping, CprSource};

/// What the claims say of the person.
pub(crate) struct Judged {
    /// `None` at brokers that only compare.
    pub(crate) cpr: Option<Cpr>,
    pub(crate) subject: String,
    pub(crate) name: Option<String>,
    pub(crate) assurance: Assurance,
}

/// Judges `claims` by the broker's mapping.
pub(crate) fn judge(mapping: &ClaimMapping, claims: &Claims, now: Timestamp) -> Result<Judged, IdentityFailure> {
    check_private(mapping, claims, Missing::Passes)?;
    let assurance = assurance(mapping, claims)?;
    if assurance < Assurance::Substantial {
        return Err(IdentityFailure::AssuranceTooLow);
    }
    let cpr = cpr(mapping, claims, now)?;
    // Somebody without a number also lacks the claims about it: they get the text that helps, and nobody gets past here.
    check_private(mapping, claims, Missing::Fails)?;
    let subject = claims.value(&mapping.subject)?.ok_or(IdentityFailure::Refused("subject-missing"))?;
    let name = mapping.name.as_ref().map_or(Ok(None), |claim| claims.value(claim))?;
    Ok(Judged { cpr, subject, name, assurance })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Passes,
    Fails,
}

fn check_private(mapping: &ClaimMapping, claims: &Claims, missing: Missing) -> Result<(), IdentityFailure> {
    for demand in &mapping.private {
        let holds = match claims.value(&demand.claim)? {
            Some(value) => demand.accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(&value)),
            None => missing == Missing::Passes,
        };
        if !holds {
            return Err(IdentityFailure::NotPrivate);
        }
    }
    Ok(())
}

fn assurance(mapping: &ClaimMapping, claims: &Claims) -> Result<Assurance, IdentityFailure> {
    let level = claims.value(&mapping.assurance)?;
    let level = level.and_then(|value| mapping.assurance_values.get(&value.to_lowercase()).copied());
    Ok(level.map_or(Assurance::Low, Assurance::from))
}

fn cpr(mapping: &ClaimMapping, claims: &Claims, now: Timestamp) -> Result<Option<Cpr>, IdentityFailure> {
    let flag = mapping.has_cpr.as_ref().map_or(Ok(None), |claim| claims.value(claim))?;
    if flag.is_some_and(|flag| flag.eq_ignore_ascii_case("false")) {
        return Err(IdentityFailure::NoCpr);
    }
    let CprSource::Claim(claim) = &mapping.cpr else { return Ok(None) };
    let text = claims.value(claim)?.ok_or(IdentityFailure::NoCpr)?;
    let cpr = Cpr::parse(&text, now.copenhagen_date()).map_err(|_| IdentityFailure::Refused("cpr-malformed"))?;
    Ok(Some(cpr))
}
