//! How value types are written into sealed records: as the text they hold.

use minicbor::decode::Error as DecodeError;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};

use super::{Cpr, Email, Mobile, Name};

macro_rules! as_text {
    ($type:ty, $text:expr, $read:expr) => {
        impl<C> Encode<C> for $type {
            fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
                e.str($text(self))?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $type {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
                $read(d.str()?).ok_or_else(|| DecodeError::message("a stored value is not of its type"))
            }
        }
    };
}

// A stored number was in the past when it was typed, so the last of all dates is "today" enough.
as_text!(Cpr, Cpr::digits, |text| Cpr::parse(text, time::Date::MAX).ok());
as_text!(Email, Email::as_str, |text| Email::parse(text).ok());
as_text!(Name, Name::as_str, |text| Name::parse(text).ok());
as_text!(Mobile, Mobile::as_str, |text| Mobile::parse(text).ok().flatten());
