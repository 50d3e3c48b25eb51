//! The patients of the tests: MedCom's test CPR numbers, which belong to nobody, as the MitID simulator has them.

use mitid_simulator::PERSONS;

/// A patient and what they would type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patient {
    /// The simulator's name for the person.
    pub id: &'static str,
    /// The CPR number, with hyphen.
    pub cpr: &'static str,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The e-mail address.
    pub email: String,
    /// The mobile number.
    pub mobile: String,
    /// The password.
    pub password: String,
}

impl Patient {
    /// The simulator's person of this id.
    ///
    /// # Panics
    /// When it has none such, or one without a CPR number.
    #[must_use]
    pub fn named(id: &str) -> Self {
        let person = PERSONS.iter().find(|person| person.id == id).expect("a person of the simulator");
        let (first, last) = person.name.rsplit_once(' ').expect("two names");
        Self {
            id: person.id,
            cpr: person.cpr.expect("a person with a CPR number"),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            email: format!("{id}@patient.example"),
            mobile: "+45 20 30 40 50".to_owned(),
            password: format!("Kanariefugl-7-{}", id.len()),
        }
    }

    /// Everybody of 15 or over that has a CPR number: those with two of them under one MitID by the first.
    #[must_use]
    pub fn adults() -> Vec<Self> {
        let may = |id: &&str| !CHILDREN.contains(id);
        PERSONS
            .iter()
            .filter(|person| person.cpr.is_some() && person.mitid == person.id)
            .map(|person| person.id)
            .filter(may)
            .map(Self::named)
            .collect()
    }

    /// The number without its hyphen.
    #[must_use]
    pub fn digits(&self) -> String {
        self.cpr.replace('-', "")
    }

    /// The whole name, as pages show it.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The same with another e-mail address.
    #[must_use]
    pub fn with_email(self, email: &str) -> Self {
        Self { email: email.to_owned(), ..self }
    }
}

/// Those whose seventh digit makes them born in this century, less than 15 years ago.
const CHILDREN: [&str; 4] = ["ida", "jens", "karl", "frederik"];
