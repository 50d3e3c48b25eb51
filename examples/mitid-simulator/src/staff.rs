//! The clinics' staff: invented, like the clinics that they work at. They sign in below a path of their own.

use crate::persons::Person;

/// Where somebody works, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Post {
    /// The slugs of the clinics.
    pub clinics: &'static [&'static str],
    /// The role, as the claim has it.
    pub role: &'static str,
}

/// All staff, as the page lists them.
pub const STAFF: &[Person] = &[
    staff("sara", "Sara Test Skov", &["skovby"], SECRETARY, "Sekretær hos Skovby", "Secretary at Skovby"),
    staff("adam", "Adam Test Skov", &["skovby"], ADMINISTRATOR, "Administrator hos Skovby", "Administrator at Skovby"),
    staff("signe", "Signe Test Clin", &["clinea"], SECRETARY, "Sekretær hos Clinea", "Secretary at Clinea"),
    staff(
        "asger",
        "Asger Test Clin",
        &["clinea"],
        ADMINISTRATOR,
        "Administrator hos Clinea",
        "Administrator at Clinea",
    ),
    staff("helle", "Helle Test Havn", &["havnely"], SECRETARY, "Sekretær hos Havnely", "Secretary at Havnely"),
    staff(
        "aage",
        "Aage Test Havn",
        &["havnely"],
        ADMINISTRATOR,
        "Administrator hos Havnely",
        "Administrator at Havnely",
    ),
    staff(
        "vibe",
        "Vibe Test Vikar",
        &["clinea", "skovby"],
        SECRETARY,
        "Sekretær hos Clinea og Skovby",
        "Secretary at Clinea and Skovby",
    ),
    staff("otto", "Otto Test Udenfor", &[], SECRETARY, "Arbejder ikke hos nogen af dem", "Works at none of them"),
];

const fn staff(
    id: &'static str,
    name: &'static str,
    clinics: &'static [&'static str],
    role: &'static str,
    purpose: &'static str,
    purpose_english: &'static str,
) -> Person {
    Person { id, mitid: id, name, cpr: None, purpose, purpose_english, post: Some(Post { clinics, role }) }
}

const SECRETARY: &str = "secretary";
const ADMINISTRATOR: &str = "administrator";
