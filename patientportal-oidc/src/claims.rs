//! Claims as brokers really send them: texts, numbers and flags alike are read as texts.

use std::collections::BTreeMap;
use std::fmt;

use patientportal_core::ports::IdentityFailure;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;

use crate::mapping::{Claim, ClaimSource};

/// One JSON object of claims, in which no name occurs twice.
pub(crate) struct ClaimSet(serde_json::Map<String, Value>);

/// All that the provider said about the person.
pub(crate) struct Claims {
    pub(crate) id_token: ClaimSet,
    pub(crate) userinfo: Option<ClaimSet>,
}

impl ClaimSet {
    /// Reads an object. `code` says what could not be read.
    pub(crate) fn read(bytes: &[u8], code: &'static str) -> Result<Self, IdentityFailure> {
        serde_json::from_slice(bytes).map_err(|_| IdentityFailure::Refused(code))
    }

    /// The text under a name; `None` when it is missing, null or empty.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, IdentityFailure> {
        self.under(name).map_or(Ok(None), as_text)
    }

    /// The texts under a name: one, or a list of them; none when it is missing.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, IdentityFailure> {
        match self.under(name) {
            Some(Value::Array(values)) => {
                let text = |value: &Value| match value {
                    Value::Array(_) => Err(IdentityFailure::Refused("claim-malformed")),
                    value => as_text(value),
                };
                values.iter().filter_map(|value| text(value).transpose()).collect()
            }
            Some(value) => Ok(as_text(value)?.into_iter().collect()),
            None => Ok(Vec::new()),
        }
    }

    /// The number under a name, be it written as a number or as a text.
    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, IdentityFailure> {
        let malformed = |_| IdentityFailure::Refused("claim-malformed");
        self.text(name)?.map(|text| text.parse().map_err(malformed)).transpose()
    }

    fn under(&self, name: &str) -> Option<&Value> {
        if name.starts_with('/') { pointed_at(&self.0, name) } else { self.0.get(name) }
    }
}

impl Claims {
    /// The one value of `claim` over all its names and places.
    pub(crate) fn value(&self, claim: &Claim) -> Result<Option<String>, IdentityFailure> {
        let id_token = (claim.from != ClaimSource::Userinfo).then_some(&self.id_token);
        let userinfo = self.userinfo.as_ref().filter(|_| claim.from != ClaimSource::IdToken);
        let mut found: Option<String> = None;
        for set in id_token.into_iter().chain(userinfo) {
            for name in &claim.names {
                let Some(value) = set.text(name)? else { continue };
                if found.as_ref().is_some_and(|earlier| *earlier != value) {
                    return Err(IdentityFailure::Refused("claim-contradictory"));
                }
                found = Some(value);
            }
        }
        Ok(found)
    }
}

fn pointed_at<'a>(object: &'a serde_json::Map<String, Value>, pointer: &str) -> Option<&'a Value> {
    let (first, rest) = match pointer.get(1..)?.split_once('/') {
        Some((first, rest)) => (first, Some(rest)),
        None => (pointer.get(1..)?, None),
    };
    let value = object.get(&first.replace("~1", "/").replace("~0", "~"))?;
    rest.map_or(Some(value), |rest| value.pointer(&format!("/{rest}")))
}

fn as_text(value: &Value) -> Result<Option<String>, IdentityFailure> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(values) => match values.as_slice() {
            [] => return Ok(None),
            [single] if !single.is_array() => return as_text(single),
            _ => return Err(IdentityFailure::Refused("claim-several-values")),
        },
        Value::Object(_) => return Err(IdentityFailure::Refused("claim-malformed")),
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

impl<'de> Deserialize<'de> for ClaimSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Unrepeated)
    }
}

/// `serde_json` lets the last of two equal names win; which one a provider meant nobody knows.
struct Unrepeated;

impl<'de> Visitor<'de> for Unrepeated {
    type Value = ClaimSet;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ClaimSet, A::Error> {
        let mut claims = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if claims.insert(name, value).is_some() {
                return Err(A::Error::custom("a claim occurs twice"));
            }
        }
        Ok(ClaimSet(claims.into_iter().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> ClaimSet {
        ClaimSet::read(text.as_bytes(), "x").unwrap()
    }

    #[test]
    fn l1_values_are_read_leniently_and_several_are_refused() {
        let claims = set(r#"{"a":"45","b":45,"c":true,"d":null,"e":" ","f":["45"],"g":["1","2"],"h":{"i":"45"}}"#);
        for name in ["a", "b", "f", "/h/i"] {
            assert_eq!(claims.text(name).unwrap().as_deref(), Some("45"), "{name}");
        }
        assert_eq!(claims.text("c").unwrap().as_deref(), Some("true"));
        for name in ["d", "e", "z", "/h/z", "/z/i"] {
            assert_eq!(claims.text(name).unwrap(), None, "{name}");
        }
        for name in ["g", "h"] {
            assert!(claims.text(name).is_err(), "{name}");
        }
        assert!(ClaimSet::read(br#"{"a":1,"a":2}"#, "x").is_err());
        assert!(ClaimSet::read(b"[]", "x").is_err());
    }

    #[test]
    fn l1_one_claim_with_two_values_is_refused() {
        let claims = Claims { id_token: set(r#"{"a":"1"}"#), userinfo: Some(set(r#"{"a":"2","b":"1"}"#)) };
        assert!(claims.value(&Claim::new(ClaimSource::Any, "a")).is_err());
        assert_eq!(claims.value(&Claim::new(ClaimSource::IdToken, "a")).unwrap().as_deref(), Some("1"));
        assert_eq!(claims.value(&Claim::new(ClaimSource::Userinfo, "b").or("c")).unwrap().as_deref(), Some("1"));
        assert!(claims.value(&Claim::new(ClaimSource::Userinfo, "a").or("b")).is_err());
    }
}
