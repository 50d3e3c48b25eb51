//! The test persons: MedCom's national test numbers, which no living person has.

use crate::staff::Post;

/// A person that can log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// The id on the page.
    pub id: &'static str,
    /// The stable id that stands for the MitID UUID: two entries of one person have one.
    pub mitid: &'static str,
    /// The name as MitID gives it.
    pub name: &'static str,
    /// The test CPR number, with hyphen.
    pub cpr: Option<&'static str>,
    /// What the person is good for, in Danish.
    pub purpose: &'static str,
    /// The same in English.
    pub purpose_english: &'static str,
    /// Where the person works, for staff.
    pub post: Option<Post>,
}

/// All persons, as the page lists them.
pub const PERSONS: &[Person] = &[
    person("nancy", "Nancy Ann Test Berggren", "251248-9996", "Voksen patient", "Adult patient"),
    person("max", "Max Test Berggren", "010772-9995", "Voksen, forælder", "Adult, parent"),
    person("kirsten", "Kirsten Test Berggren", "291182-9996", "Voksen, forælder", "Adult, parent"),
    person("anders", "Anders Test Testesen", "010490-9995", "Voksen patient", "Adult patient"),
    person(
        "bo",
        "Bo Test Testesen",
        "010490-9989",
        "Voksen, samme fødselsdag som Anders",
        "Adult, born on the same day as Anders",
    ),
    person("carla", "Carla Test Testesen", "020191-9996", "Voksen patient", "Adult patient"),
    person("dagmar", "Dagmar Test Testesen", "210300-9996", "Ung voksen", "Young adult"),
    person("emil", "Emil Test Testesen", "100705-9995", "Ung voksen", "Young adult"),
    person("gustav", "Gustav Test Testesen", "021122-3989", "Født i 1922", "Born in 1922"),
    person("hanna", "Hanna Test Testesen", "111010-9996", "Over 15: må selv logge ind", "Over 15: may log in alone"),
    Person {
        mitid: "anders",
        ..person(
            "anders-new",
            "Anders Test Nytnummer",
            "020160-9995",
            "Anders, efter at hans CPR-nummer er ændret",
            "Anders, after his CPR number has changed",
        )
    },
    person(
        "frederik",
        "Frederik Test Testesen",
        "231114-9995",
        "Barn med MitID: skal afvises",
        "Child with MitID: must be refused",
    ),
    person(
        "ida",
        "Ida Test Testesen",
        "131016-9996",
        "Barn med MitID: skal afvises",
        "Child with MitID: must be refused",
    ),
    person(
        "jens",
        "Jens Test Testesen",
        "131016-9995",
        "Barn med MitID: skal afvises",
        "Child with MitID: must be refused",
    ),
    person(
        "karl",
        "Karl Test Testesen",
        "021215-9995",
        "Barn med MitID: skal afvises",
        "Child with MitID: must be refused",
    ),
    Person {
        id: "lone",
        mitid: "lone",
        name: "Lone Test Udencpr",
        cpr: None,
        purpose: "Har MitID, men intet CPR-nummer",
        purpose_english: "Has MitID, but no CPR number",
        post: None,
    },
];

impl Person {
    /// The number without hyphen, as brokers send it.
    pub(crate) fn digits(&self) -> Option<String> {
        self.cpr.map(|cpr| cpr.replace('-', ""))
    }
}

const fn person(
    id: &'static str,
    name: &'static str,
    cpr: &'static str,
    purpose: &'static str,
    purpose_english: &'static str,
) -> Person {
    Person { id, mitid: id, name, cpr: Some(cpr), purpose, purpose_english, post: None }
}
