//! Who the owner of an account is, and how that is kept: sealed (I7).

use minicbor::{Decode, Encode};

use crate::draw::Draw;
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId, Sealed};
use crate::moment::Timestamp;
use crate::ports::Assurance;
use crate::record::{decode, encode};
use crate::sealing::{Header, KeyRing, Purpose, open_with, seal_with};
use crate::value::{Cpr, Email, Mobile, Name};

/// Who the owner is. Only ever stored sealed (I7); `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Person {
    /// The CPR number.
    #[n(0)]
    pub cpr: Cpr,
    /// The first name, as typed.
    #[n(1)]
    pub first_name: Name,
    /// The last name, as typed.
    #[n(2)]
    pub last_name: Name,
    /// The e-mail address.
    #[n(3)]
    pub email: Email,
    /// The mobile number, if given.
    #[n(4)]
    pub mobile: Option<Mobile>,
    /// The name that MitID gave, for staff to see beside the typed one (R1).
    #[n(5)]
    pub vouched_name: Option<String>,
    /// The identity provider's id of the person (A11).
    #[n(6)]
    pub provider_subject: Option<String>,
    /// Who answers for a child, or answered for one (A8).
    #[n(7)]
    #[cbor(default)]
    pub guardians: Vec<Guardian>,
    /// Numbers that this person had before: held, and unusable (A11).
    #[n(8)]
    #[cbor(default)]
    pub former_cprs: Vec<Cpr>,
    /// What the clinics' own systems hold, as last heard (K1).
    #[n(9)]
    #[cbor(default)]
    pub heard: Vec<HeardContact>,
    /// What a clinic has written beside a refusal, for the owner alone (R4).
    #[n(10)]
    #[cbor(default)]
    pub words: Vec<(ClinicId, String)>,
    /// Whether the owner was told that the 15th birthday is near: that is said once (L7).
    #[n(11)]
    #[cbor(default)]
    pub told_of_age: bool,
    /// Whether guardians are taken to answer for the owner by a number alone that the account was moved to (A11): that ends
    /// when the number turns out to be a mistake.
    #[n(12)]
    #[cbor(default)]
    pub ward_by_number: bool,
}

/// Who answers for a child (A8). Needs no account.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Guardian {
    /// The guardian's number.
    #[n(0)]
    pub cpr: Cpr,
    /// Since when.
    #[n(1)]
    pub since: Timestamp,
    /// How sure MitID was.
    #[n(2)]
    pub assurance: Assurance,
    /// What the custody register said then (R3).
    #[n(3)]
    pub custody: Custody,
}

/// Whether a person holds custody of a child, as far as can be told (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Custody {
    /// Holds custody.
    #[n(0)]
    Holder,
    /// Does not.
    #[n(1)]
    NotHolder,
    /// Nobody can tell; also when there is no register.
    #[n(2)]
    Unknown,
}

/// How a person is reached.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Contact {
    /// The e-mail address, if there is one.
    #[n(0)]
    pub email: Option<Email>,
    /// The mobile number, if there is one.
    #[n(1)]
    pub mobile: Option<Mobile>,
}

/// What a clinic's own system holds of a person, as last heard (K1).
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct HeardContact {
    /// The clinic.
    #[n(0)]
    pub clinic: ClinicId,
    /// What its system held; `None` when it knew nobody of the number.
    #[n(1)]
    pub contact: Option<Contact>,
    /// When that was heard.
    #[n(2)]
    pub at: Timestamp,
    /// The portal's own at the time when the owner confirmed a difference; asked again only when a side changes.
    #[n(3)]
    pub confirmed_beside: Option<Contact>,
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
        let record = encode(person)?;
        let data = seal_with(&data_key, Header::DATA_KEY, &associated(account), &record, draw)?;
        let key = ring.seal(Purpose::DataKey, &account.0.to_be_bytes(), &data_key, draw)?;
        Ok(Self { key, data })
    }

    /// The same under the ring's current key: of the data key alone, the data stays as it is.
    pub(crate) fn rewrapped(&self, account: AccountId, ring: &KeyRing, draw: &mut Draw) -> Result<Self, Fault> {
        let key = ring.reseal(Purpose::DataKey, &account.0.to_be_bytes(), &self.key, draw)?;
        Ok(Self { key, data: self.data.clone() })
    }

    /// The data key, as it is sealed.
    pub(crate) fn sealed_key(&self) -> &Sealed {
        &self.key
    }

    /// What is left of a person whose data key was dropped: nothing that any key opens.
    pub(crate) fn erased() -> Self {
        Self { key: Sealed(Vec::new()), data: Sealed(Vec::new()) }
    }

    /// Opens it again.
    pub(crate) fn open(&self, account: AccountId, ring: &KeyRing) -> Result<Person, Fault> {
        let data_key = ring.open(Purpose::DataKey, &account.0.to_be_bytes(), &self.key)?;
        let data_key =
            <[u8; 32]>::try_from(data_key.as_slice()).map_err(|_| Fault::new("a data key has the wrong length"))?;
        let record = open_with(&data_key, &associated(account), &self.data)?;
        decode(&record)
    }
}

impl Person {
    /// A person with nothing but what a form asks for.
    #[must_use]
    pub fn new(cpr: Cpr, first_name: Name, last_name: Name, email: Email, mobile: Option<Mobile>) -> Self {
        Self {
            cpr,
            first_name,
            last_name,
            email,
            mobile,
            vouched_name: None,
            provider_subject: None,
            guardians: Vec::new(),
            former_cprs: Vec::new(),
            heard: Vec::new(),
            words: Vec::new(),
            told_of_age: false,
            ward_by_number: false,
        }
    }

    /// How the person is reached.
    #[must_use]
    pub fn contact(&self) -> Contact {
        Contact { email: Some(self.email.clone()), mobile: self.mobile.clone() }
    }

    /// Whether MitID has ever vouched for the owner themselves, and not only for a guardian.
    pub(crate) fn was_vouched_for(&self) -> bool {
        self.provider_subject.is_some() || self.vouched_name.is_some()
    }

    /// First and last name as one.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name.as_str(), self.last_name.as_str())
    }
}

impl Contact {
    /// Whether both reach the same person in the same way (K1). Reading has trimmed addresses and folded their domains, and
    /// given numbers their country code. What is missing on one side only is a difference.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        let same_email = match (&self.email, &other.email) {
            (Some(own), Some(other)) => own.same_mailbox(other),
            (own, other) => own == other,
        };
        same_email && self.mobile == other.mobile
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(•••)")
    }
}

impl std::fmt::Debug for Guardian {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guardian").field("custody", &self.custody).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(•••)")
    }
}

impl std::fmt::Debug for HeardContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeardContact").field("clinic", &self.clinic).finish_non_exhaustive()
    }
}

fn associated(account: AccountId) -> Vec<u8> {
    [b"person".as_slice(), &account.0.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::KeyId;
    use crate::sealing::MasterKey;

    fn person() -> Person {
        let cpr = Cpr::parse("251248-9996", time::macros::date!(2026 - 11 - 22)).unwrap();
        let [first, last] = ["Nancy Ann", "Berggren"].map(|name| Name::parse(name).unwrap());
        let email = Email::parse("nancy@example.dk").unwrap();
        let person = Person::new(cpr, first, last, email, Mobile::parse("20123456").unwrap());
        Person { vouched_name: Some("Nancy Ann Test Berggren".into()), ..person }
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
