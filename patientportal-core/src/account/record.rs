//! How an account is written down: two CBOR records with numbered fields, so that fields can be added later.

use minicbor::{Decode, Decoder, Encode, Encoder};

use super::{Access, Account};
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::ports::PasswordHash;
use crate::record::{decode, encode};

/// An account as stores keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRecord {
    /// The hot half: put it first in the row.
    pub access: Vec<u8>,
    /// The rest.
    pub details: Vec<u8>,
}

impl Account {
    /// The account as stores keep it.
    ///
    /// # Errors
    /// Never for an account that the core made.
    pub fn to_record(&self) -> Result<AccountRecord, Fault> {
        Ok(AccountRecord { access: encode(&self.access)?, details: encode(&self.details)? })
    }

    /// Reads what [`to_record`](Self::to_record) wrote.
    ///
    /// # Errors
    /// When the bytes are not such a record.
    pub fn from_record(id: AccountId, access: &[u8], details: &[u8]) -> Result<Self, Fault> {
        Ok(Self { id, access: Access::from_record(access)?, details: decode(details)? })
    }
}

impl Access {
    /// Reads the hot half alone, as the session check does.
    ///
    /// # Errors
    /// When the bytes are not such a record.
    pub fn from_record(access: &[u8]) -> Result<Self, Fault> {
        decode(access)
    }
}

impl<C> Encode<C> for PasswordHash {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for PasswordHash {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Ok(Self(d.str()?.to_owned()))
    }
}
