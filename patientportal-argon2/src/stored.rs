//! A stored hash, read from its PHC string: `$argon2id$v=19$m=…,t=…,p=…,keyid=…$salt$hash`.

use argon2::password_hash::phc::{Ident, Output, ParamsString, Salt};
use argon2::{Algorithm, KeyId, Params, Version};

use crate::settings::within_bounds;

/// What a PHC string says, checked to be something that can be computed.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) parameters: Params,
    pub(crate) pepper: u16,
    pub(crate) salt: Salt,
    pub(crate) output: Output,
}

/// What is wrong with a PHC string. Holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreadable(pub(crate) &'static str);

impl Stored {
    pub(crate) fn parse(text: &str) -> Result<Self, Unreadable> {
        let phc = argon2::PasswordHash::new(text).map_err(|_| Unreadable("not a PHC string"))?;
        if phc.algorithm != ident() || phc.version != Some(VERSION.into()) {
            return Err(Unreadable("not argon2id in version 19"));
        }
        let parameters = Params::try_from(&phc).map_err(|_| Unreadable("unknown parameters"))?;
        if !within_bounds(&parameters) {
            return Err(Unreadable("parameters out of bounds"));
        }
        let pepper = <[u8; 2]>::try_from(parameters.keyid()).map_err(|_| Unreadable("names no pepper"))?;
        let (Some(salt), Some(output)) = (phc.salt, phc.hash) else {
            return Err(Unreadable("no salt or no hash"));
        };
        Ok(Self { parameters, pepper: u16::from_be_bytes(pepper), salt, output })
    }

    pub(crate) fn to_phc(&self) -> Result<String, Unreadable> {
        let phc = argon2::PasswordHash {
            algorithm: ident(),
            version: Some(VERSION.into()),
            params: ParamsString::try_from(&self.parameters).map_err(|_| Unreadable("unknown parameters"))?,
            salt: Some(self.salt),
            hash: Some(self.output),
        };
        Ok(phc.to_string())
    }
}

/// How a pepper is named in a PHC string.
pub(crate) fn key_id(pepper: u16) -> Result<KeyId, argon2::Error> {
    KeyId::new(&pepper.to_be_bytes())
}

fn ident() -> Ident {
    ALGORITHM.ident()
}

pub(crate) const ALGORITHM: Algorithm = Algorithm::Argon2id;
pub(crate) const VERSION: Version = Version::V0x13;

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "$argon2id$v=19$m=64,t=1,p=1,keyid=AAc$c2FsdHNhbHRzYWx0c2E$NkQWpvLJjGzJXSSnGmKCm7DF4JrBHfJRTIn1J0T4tqA";

    #[test]
    fn a_phc_string_comes_back_as_it_was() {
        let stored = Stored::parse(GOOD).unwrap();
        assert_eq!(stored.pepper, 7);
        assert_eq!((stored.parameters.m_cost(), stored.parameters.t_cost(), stored.parameters.p_cost()), (64, 1, 1));
        assert_eq!(stored.to_phc().unwrap(), GOOD);
    }

    #[test]
    fn what_cannot_be_computed_is_refused_with_a_reason() {
        let wrong = [
            (String::new(), "not a PHC string"),
            ("hunter42".into(), "not a PHC string"),
            (GOOD.replace("argon2id", "argon2i"), "not argon2id in version 19"),
            (GOOD.replace("argon2id", "scrypt"), "not argon2id in version 19"),
            (GOOD.replace("v=19", "v=16"), "not argon2id in version 19"),
            (GOOD.replace("$v=19", ""), "not argon2id in version 19"),
            (GOOD.replace("m=64", "m=4"), "unknown parameters"),
            (GOOD.replace("t=1", "t=0"), "unknown parameters"),
            (GOOD.replace("t=1", "t=x"), "unknown parameters"),
            (GOOD.replace("m=64", "m=4294967295"), "parameters out of bounds"),
            (GOOD.replace("t=1", "t=4294967295"), "parameters out of bounds"),
            (GOOD.replace(",keyid=AAc", ""), "names no pepper"),
            (GOOD.replace("keyid=AAc", "keyid=AAcA"), "names no pepper"),
            (GOOD.rsplit_once('$').unwrap().0.into(), "no salt or no hash"),
        ];
        for (text, reason) in wrong {
            assert_eq!(Stored::parse(&text).unwrap_err(), Unreadable(reason), "{text}");
        }
    }
}
