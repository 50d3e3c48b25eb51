//! The JSON on the wire: what is asked and told, and how an answer is read.

use bytes::Bytes;
use patientportal_core::account::Contact;
use patientportal_core::ids::ClinicId;
use patientportal_core::ports::ClinicPatient;
use patientportal_core::value::{Cpr, Email, EmailError, Mobile};
use serde::{Deserialize, Deserializer, Serialize};

use crate::failure::Failure;

/// The body that names a patient.
pub(crate) fn patient_body(cpr: &Cpr) -> Result<Bytes, Failure> {
    body(&PatientBody { cpr: cpr.digits() })
}

/// The body that says how a patient is reached.
pub(crate) fn contact_body(cpr: &Cpr, contact: &Contact) -> Result<Bytes, Failure> {
    body(&ContactBody {
        cpr: cpr.digits(),
        email: contact.email.as_ref().map(Email::as_str),
        mobile: contact.mobile.as_ref().map(Mobile::as_str),
    })
}

/// Reads the answer to a lookup. What is no address or number counts as missing.
pub(crate) fn read_patient(clinic: ClinicId, json: &[u8]) -> Result<ClinicPatient, Failure> {
    // serde would take an array for the object, too.
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(Failure::Shape { line: 1, column: 1 });
    }
    let held: PatientAnswer =
        serde_json::from_slice(json).map_err(|error| Failure::Shape { line: error.line(), column: error.column() })?;
    let email = held.email.and_then(|text| match Email::parse(&text) {
        Ok(email) => Some(email),
        Err(EmailError::Missing) => None,
        Err(reason) => unreadable(clinic, "email", &reason),
    });
    let mobile = held
        .mobile
        .and_then(|text| Mobile::parse(&text).unwrap_or_else(|reason| unreadable(clinic, "mobile", &reason)));
    Ok(ClinicPatient::new(Contact { email, mobile }, held.own_patient))
}

#[derive(Serialize)]
struct PatientBody<'a> {
    cpr: &'a str,
}

#[derive(Serialize)]
struct ContactBody<'a> {
    cpr: &'a str,
    email: Option<&'a str>,
    mobile: Option<&'a str>,
}

/// All three must be there, if only as null: a misspelt name must not read as "nothing is held".
#[derive(Deserialize)]
struct PatientAnswer {
    #[serde(deserialize_with = "null_or")]
    email: Option<String>,
    #[serde(deserialize_with = "null_or")]
    mobile: Option<String>,
    #[serde(deserialize_with = "null_or")]
    own_patient: Option<bool>,
}

/// With a function of its own a member may be null, and not absent.
fn null_or<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

fn body(value: &impl Serialize) -> Result<Bytes, Failure> {
    Ok(serde_json::to_vec(value).map_err(|_| Failure::Request)?.into())
}

fn unreadable<T>(clinic: ClinicId, member: &'static str, reason: &dyn std::fmt::Display) -> Option<T> {
    tracing::warn!(
        clinic = clinic.0,
        member,
        %reason,
        "the clinic's system holds something unreadable for a patient; it counts as missing"
    );
    None
}
