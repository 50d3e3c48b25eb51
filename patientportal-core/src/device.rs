//! The device cookie (L6): a browser that has completed a login to an account counts its failures apart, so that a
//! stranger's failures do not shut the owner out. It names no account: 16 random bytes and a keyed tag for each.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::account::Account;
use crate::draw::Draw;
use crate::ids::{CounterKey, CprIndex};
use crate::sealing::{CounterKind, KeyRing};

/// A browser's device cookie, opened. A broken or missing one is that of a new device.
#[derive(Clone, Default)]
pub(crate) struct Device {
    id: Option<[u8; SIZE]>,
    tags: Vec<[u8; SIZE]>,
}

impl Device {
    pub(crate) fn parse(cookie: Option<&str>) -> Self {
        let bytes = cookie.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).unwrap_or_default();
        let (parts, rest) = bytes.as_chunks::<SIZE>();
        match parts {
            [id, tags @ ..] if rest.is_empty() && tags.len() <= MOST_ACCOUNTS => {
                Self { id: Some(*id), tags: tags.to_vec() }
            }
            _ => Self::default(),
        }
    }

    /// What it is known by, if it has completed a login to any account.
    pub(crate) fn id(&self) -> Option<[u8; SIZE]> {
        self.id
    }

    /// The counter of this device for a number, if it has completed a login to it.
    pub(crate) fn counter(&self, ring: &KeyRing, index: &CprIndex) -> Option<CounterKey> {
        let id = self.id?;
        let known = self.tags.iter().any(|tag| ring.has_tagged("device", &[&id, &index.hash], tag));
        known.then(|| ring.counter(CounterKind::PasswordFromDevice, &[&id, &index.hash]))
    }

    /// The counter of this device for an account, if it has completed a login to it.
    pub(crate) fn counter_of(&self, ring: &KeyRing, account: &Account) -> Option<CounterKey> {
        self.counter(ring, ring.anchored(&account.details.cpr_index)?)
    }

    /// The cookie after a completed login: the accounts used last, a family's worth of them.
    pub(crate) fn logged_in_to(&self, ring: &KeyRing, account: &Account, draw: &mut Draw) -> String {
        let id = self.id.unwrap_or_else(|| draw.bytes());
        let tag = ring.anchored(&account.details.cpr_index).map(|index| ring.tag("device", &[&id, &index.hash]));
        let others = self.tags.iter().copied().filter(|other| Some(*other) != tag);
        let tags = tag.into_iter().chain(others).take(MOST_ACCOUNTS);
        let bytes: Vec<u8> = std::iter::once(id).chain(tags).flatten().collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

const SIZE: usize = 16;
const MOST_ACCOUNTS: usize = 8;
