//! Reads what browsers send: forms in bodies and values in addresses.

use std::collections::HashSet;

/// A posted form's names and values, no name twice.
#[derive(Debug, Default)]
pub(crate) struct PostedForm(Vec<(String, String)>);

/// A name came twice: no browser sends our forms so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a form holds a name twice")]
pub(crate) struct NameTwice;

impl PostedForm {
    /// Reads an `application/x-www-form-urlencoded` body.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, NameTwice> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        let mut names = HashSet::new();
        if pairs.iter().all(|(name, _)| names.insert(name.as_str())) { Ok(Self(pairs)) } else { Err(NameTwice) }
    }

    /// A form with these names and values.
    pub(crate) fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// What was typed under `name`; nothing when it is missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        find(&self.0, name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }
}

/// The values of an address.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(query: Option<&str>) -> Self {
        Self(form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        find(&self.0, name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// All of them, in order.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_decoded() {
        let form = PostedForm::parse(b"fornavn=Nancy+Ann&efternavn=S%C3%B8rensen").unwrap();
        assert_eq!((form.get("fornavn"), form.get("efternavn"), form.get("mobil")), ("Nancy Ann", "Sørensen", ""));
    }

    #[test]
    fn a_name_that_comes_twice_is_refused() {
        assert_eq!(PostedForm::parse(b"cpr=1&cpr=2").unwrap_err(), NameTwice);
    }
}
