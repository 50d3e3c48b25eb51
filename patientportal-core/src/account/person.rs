//! Who the owner of an account is, and how that is kept: sealed (I7).

use minicbor::{Decode, Encode};

use crate::draw::Draw;
use crate::fault::Fault;
use crate::ids::{AccountId, Sealed};
use crate::record::{decode, encode};
use crate::sealing::{Header, KeyRing, Purpose, open_with, seal_with};
use crate::value::{Cpr, Email, Mobile, Name};

/// Who the owner is. Only ever stored sealed (I7); `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The CPR number.
    pub cpr: Cpr,
    /// The first name, as typed.
    pub first_name: Name,
    /// The last name, as typed.
    pub last_name: Name,
    /// The e-mail address.
    pub email: Email,
    /// The mobile number, if given.
    pub mobile: Option<Mobile>,
    /// The name that MitID gave, for staff to see beside the typed one (R1).
    pub vouched_name: Option<String>,
    /// The identity provider's id of the person (A11).
    pub provider_subject: Option<String>,
}

/// A person's data under a key of its own, and that key under the master key: rotation rewraps one key,
/// closing the account drops it and so erases the data.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SealedPerson {
    /// The data key, sealed by the key ring.
    #[n(0)]
    key: Sealed,
    /// The person, sealed by the data key.
    #[n(1)]
    data: Sealed,
}

impl SealedPerson {
    /// Seals a person's data for an account, under a new data key.
    pub(crate) fn seal(person: &Person, account: AccountId, ring: &KeyRing, draw: &mut Draw) -> Result<Self, Fault> {
        let data_key = draw.bytes::<32>();
        let record = encode(&PersonRecord::of(person))?;
        let data = seal_with(&data_key, Header::DATA_KEY, &associated(account), &record, draw)?;
        let key = ring.seal(Purpose::DataKey, &account.0.to_be_bytes(), &data_key, draw)?;
        Ok(Self { key, data })
    }

    /// Opens it again.
    pub(crate) fn open(&self, account: AccountId, ring: &KeyRing) -> Result<Person, Fault> {
        let data_key = ring.open(Purpose::DataKey, &account.0.to_be_bytes(), &self.key)?;
        let data_key =
            <[u8; 32]>::try_from(data_key.as_slice()).map_err(|_| Fault::new("a data key has the wrong length"))?;
        let record = open_with(&data_key, &associated(account), &self.data)?;
        decode::<PersonRecord>(&record).map(PersonRecord::into_person)
    }
}

impl Person {
    /// First and last name as one.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name.as_str(), self.last_name.as_str())
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(•••)")
    }
}

fn associated(account: AccountId) -> Vec<u8> {
    [b"person".as_slice(), &account.0.to_be_bytes()].concat()
}

#[derive(Encode, Decode)]
struct PersonRecord {
    #[n(0)]
    cpr: Cpr,
    #[n(1)]
    first_name: Name,
    #[n(2)]
    last_name: Name,
    #[n(3)]
    email: Email,
    #[n(4)]
    mobile: Option<Mobile>,
    #[n(5)]
    vouched_name: Option<String>,
    #[n(6)]
    provider_subject: Option<String>,
}

impl PersonRecord {
    fn of(person: &Person) -> Self {
        let Person { cpr, first_name, last_name, email, mobile, vouched_name, provider_subject } = person.clone();
        Self { cpr, first_name, last_name, email, mobile, vouched_name, provider_subject }
    }

    fn into_person(self) -> Person {
        let Self { cpr, first_name, last_name, email, mobile, vouched_name, provider_subject } = self;
        Person { cpr, first_name, last_name, email, mobile, vouched_name, provider_subject }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::KeyId;
    use crate::sealing::MasterKey;

    fn person() -> Person {
        Person {
            cpr: Cpr::parse("251248-9996", time::macros::date!(2026 - 11 - 22)).unwrap(),
            first_name: Name::parse("Nancy Ann").unwrap(),
            last_name: Name::parse("Berggren").unwrap(),
            email: Email::parse("nancy@example.dk").unwrap(),
            mobile: Mobile::parse("20123456").unwrap(),
            vouched_name: Some("Nancy Ann Test Berggren".into()),
            provider_subject: None,
        }
    }

    #[test]
    fn i7_person_data_is_sealed_for_one_account_and_one_key_ring() {
        let old = MasterKey::new(KeyId(1), [1; 32]);
        let new = MasterKey::new(KeyId(2), [2; 32]);
        let mut draw = Draw::from_seed([7; 32]);
        let before = KeyRing::new(old.clone(), []).unwrap();
        let sealed = SealedPerson::seal(&person(), AccountId(5), &before, &mut draw).unwrap();

        assert!(!sealed.data.0.windows(5).any(|window| window == b"nancy" || window == b"25124"));
        assert_eq!(sealed.open(AccountId(5), &before).unwrap(), person());
        assert!(sealed.open(AccountId(6), &before).is_err(), "bound to its account");
        assert_eq!(sealed.open(AccountId(5), &KeyRing::new(new.clone(), [old]).unwrap()).unwrap(), person());
        assert!(sealed.open(AccountId(5), &KeyRing::new(new, []).unwrap()).is_err(), "key is gone");
    }

    #[test]
    fn i7_a_changed_byte_is_noticed() {
        let ring = KeyRing::new(MasterKey::new(KeyId(1), [1; 32]), []).unwrap();
        let mut draw = Draw::from_seed([7; 32]);
        let sealed = SealedPerson::seal(&person(), AccountId(5), &ring, &mut draw).unwrap();
        for at in 0..sealed.data.0.len() {
            let mut changed = sealed.clone();
            changed.data.0[at] ^= 1;
            assert!(changed.open(AccountId(5), &ring).is_err(), "byte {at}");
        }
    }
}
