//! Where a further page of a list begins, in an address.

use patientportal_core::moment::Timestamp;
use patientportal_core::store::Cursor;

use super::words;

/// `address` with the place where the next page begins.
pub(crate) fn with_cursor(address: &str, Cursor { at, id }: Cursor) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}{}={}-{id}", words::AFTER, at.0)
}

/// Reads the value that [`with_cursor`] wrote.
pub(crate) fn read_cursor(text: &str) -> Option<Cursor> {
    let (at, id) = text.rsplit_once('-')?;
    Some(Cursor { at: Timestamp(at.parse().ok()?), id: id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        for at in [Cursor { at: Timestamp(1_795_420_800_000), id: 7 }, Cursor { at: Timestamp(-5), id: 0 }] {
            let address = with_cursor("/a?b=c", at);
            assert_eq!(read_cursor(address.rsplit_once('=').unwrap().1), Some(at), "{address}");
        }
        for text in ["", "-", "1-", "1-x", "x-1"] {
            assert_eq!(read_cursor(text), None, "{text:?}");
        }
    }
}
