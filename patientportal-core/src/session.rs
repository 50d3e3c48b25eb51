//! Sessions: how one was proved (I1), when it ends, and the cookie that names it.

use std::time::Duration;

use minicbor::{Decode, Encode};

use crate::flow::evidence::SessionProof;
use crate::ids::{AccountId, Epoch, SecretHash, SessionNo};
use crate::moment::{Minute, Timestamp};
use crate::ports::Assurance;

/// A session on the server. The browser holds its secret, the store only the hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub account: AccountId,
    /// Which of the account's.
    pub no: SessionNo,
    /// The hash of the cookie's secret.
    pub secret: SecretHash,
    /// The account's epoch when it was opened; another epoch ends it.
    pub epoch: Epoch,
    /// How it was proved.
    pub proof: Proof,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it ends in any case.
    pub ends: Timestamp,
    /// When it was last seen.
    pub seen: Minute,
}

/// How a session was proved (P2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Proof {
    /// Password and a code by e-mail: the weaker one.
    #[n(0)]
    PasswordAndCode,
    /// MitID at Substantial.
    #[n(1)]
    MitIdSubstantial,
    /// MitID at High.
    #[n(2)]
    MitIdHigh,
    /// Password and code of somebody who was a child when the account was made and has come of age: it opens nothing but
    /// the way to MitID (L7).
    #[n(3)]
    CodeToRenew,
}

impl Session {
    /// Opens a session for whoever `proof` proves (I1). The numbers come from the entropy port.
    pub(crate) fn open(
        proof: &SessionProof,
        account: AccountId,
        epoch: Epoch,
        no: SessionNo,
        secret: SecretHash,
        now: Timestamp,
        life: Duration,
    ) -> Self {
        let proof = match proof {
            SessionProof::PasswordAndCode(..) => Proof::PasswordAndCode,
            SessionProof::MitId(vouched) if vouched.assurance() >= Assurance::High => Proof::MitIdHigh,
            SessionProof::MitId(_) => Proof::MitIdSubstantial,
        };
        Self { account, no, secret, epoch, proof, opened: now, ends: now + life, seen: now.minute() }
    }

    /// Whether it is over by time. `idle` counts from the end of the minute it was last seen in.
    #[must_use]
    pub fn is_over(&self, now: Timestamp, idle: Duration) -> bool {
        now >= self.ends || now >= self.idle_end(idle)
    }

    /// When it ends if nothing more is asked.
    #[must_use]
    pub fn idle_end(&self, idle: Duration) -> Timestamp {
        Minute(self.seen.0 + 1).start() + idle
    }
}

impl Proof {
    /// Whether MitID proved it.
    #[must_use]
    pub fn is_mitid(self) -> bool {
        matches!(self, Self::MitIdSubstantial | Self::MitIdHigh)
    }

    /// Its number in a store's column.
    #[must_use]
    pub fn to_column(self) -> u8 {
        match self {
            Self::PasswordAndCode => 0,
            Self::MitIdSubstantial => 1,
            Self::MitIdHigh => 2,
            Self::CodeToRenew => 3,
        }
    }

    /// The proof of a store's column.
    #[must_use]
    pub fn from_column(column: u8) -> Option<Self> {
        match column {
            0 => Some(Self::PasswordAndCode),
            1 => Some(Self::MitIdSubstantial),
            2 => Some(Self::MitIdHigh),
            3 => Some(Self::CodeToRenew),
            _ => None,
        }
    }
}
