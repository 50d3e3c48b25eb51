//! Records: how what is stored is written, as CBOR with numbered fields.

use minicbor::{Decode, Encode};

use crate::fault::Fault;

pub(crate) fn encode<T: Encode<()>>(value: &T) -> Result<Vec<u8>, Fault> {
    minicbor::to_vec(value).map_err(|error| Fault::permanent("a record could not be written", error.to_string()))
}

pub(crate) fn decode<'b, T: Decode<'b, ()> + 'b>(bytes: &'b [u8]) -> Result<T, Fault> {
    minicbor::decode(bytes).map_err(|_| Fault::new("a stored record could not be read"))
}
