//! The change sets of a person's registration and logins as the portal writes them, and the same again for as many
//! persons as one likes: every id becomes another, everything else stays as it is.

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::account::Account;
use patientportal_core::ids::{AccountId, CommandId, CounterKey, CprIndex, FlowId};
use patientportal_core::store::{Change, ChangeSet};
use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::noted::Noted;

/// What one person wrote.
pub(crate) struct Journey {
    /// Registration with MitID, and the first login with a code.
    pub(crate) begin: Vec<ChangeSet>,
    /// One more login with a code: the try, the right password, the right code.
    pub(crate) login: Vec<ChangeSet>,
}

impl Journey {
    /// Has one person go all the way.
    pub(crate) async fn record() -> Self {
        let noted = Noted::over(Arc::new(MemoryStore::new()));
        let world = World::with(noted.clone(), |_| {});
        drop(world.proven(&Person::NANCY, AUTOMATIC).await);
        let begin = noted.committed();
        // Codes are a minute apart at least.
        world.wait(Duration::from_secs(120));
        world.browser(AUTOMATIC).log_in_with_code(&Person::NANCY).await;
        Self { begin: without_deliveries(begin), login: without_deliveries(noted.committed()) }
    }

    /// The account, as it is after [`begin`](Self::begin).
    pub(crate) fn account(&self) -> Account {
        let mut written = self.begin.iter().flat_map(ChangeSet::changes).filter_map(|change| match change {
            Change::Account { to, .. } => Some(Account::clone(to)),
            _ => None,
        });
        written.next_back().expect("whoever registers has an account")
    }
}

/// The same set, written by another person. Two persons share no row.
pub(crate) fn written_by(person: u64, set: &ChangeSet) -> ChangeSet {
    let mask = Mask(scatter(person));
    let changes = set.changes().iter().map(|change| mask.change(change)).collect();
    let audit = set.audit().iter().cloned().map(|mut entry| {
        entry.id = mask.number(entry.id);
        entry.account = entry.account.map(|account| mask.account(account));
        entry
    });
    ChangeSet::new(mask.command(set.id()), set.at(), changes, audit.collect())
}

/// The same set, written by many persons in one commit.
pub(crate) fn written_by_all(persons: std::ops::Range<u64>, set: &ChangeSet) -> ChangeSet {
    let sets: Vec<ChangeSet> = persons.map(|person| written_by(person, set)).collect();
    let id = sets.first().expect("somebody writes").id();
    let changes = sets.iter().flat_map(|set| set.changes().to_vec()).collect();
    ChangeSet::new(id, set.at(), changes, sets.iter().flat_map(|set| set.audit().to_vec()).collect())
}

/// The id of one more command.
pub(crate) fn command(number: u64) -> CommandId {
    Mask(scatter(u64::MAX / 4 + number)).command(CommandId(0))
}

/// A mail is delivered under a lease, which a set alone does not have; the jobs stay in the queue.
fn without_deliveries(sets: Vec<ChangeSet>) -> Vec<ChangeSet> {
    let delivers = |set: &ChangeSet| set.changes().iter().any(|change| matches!(change, Change::Finish { .. }));
    sets.into_iter().filter(|set| !delivers(set)).collect()
}

/// What a person's ids differ by from those that were recorded.
struct Mask(u128);

impl Mask {
    fn change(&self, change: &Change) -> Change {
        let mut change = change.clone();
        match &mut change {
            Change::Count { key, .. } | Change::Uncount(key) | Change::Forget(key) => {
                *key = CounterKey(self.bytes(key.0));
            }
            Change::Account { to, .. } => {
                to.id = self.account(to.id);
                to.details.cpr_index.iter_mut().for_each(|index| self.index(index));
            }
            Change::Expect { account, .. } => *account = self.account(*account),
            Change::ClaimCpr { index, account } => {
                index.iter_mut().for_each(|index| self.index(index));
                *account = self.account(*account);
            }
            Change::ReleaseCpr { index, account } => {
                self.index(index);
                *account = self.account(*account);
            }
            Change::Flow { to, .. } => to.id = FlowId(self.bytes(to.id.0)),
            Change::OpenSession { session, .. } => session.account = self.account(session.account),
            Change::EndSession { account, .. } => *account = self.account(*account),
            Change::Enqueue(job) => job.id.0 = self.number(job.id.0),
            Change::Finish { job, .. } | Change::Tend { job, .. } => job.0 = self.number(job.0),
            // No part of anybody's journey.
            Change::RegisterKey(_) | Change::SealAudit { .. } => {}
        }
        change
    }
}

impl Mask {
    fn bytes(&self, recorded: [u8; 16]) -> [u8; 16] {
        (u128::from_be_bytes(recorded) ^ self.0).to_be_bytes()
    }

    /// Ids have 63 bits.
    fn number(&self, recorded: u64) -> u64 {
        recorded ^ (self.0 as u64 >> 1)
    }

    fn account(&self, recorded: AccountId) -> AccountId {
        AccountId(self.number(recorded.0))
    }

    fn command(&self, recorded: CommandId) -> CommandId {
        CommandId(self.number(recorded.0))
    }

    fn index(&self, recorded: &mut CprIndex) {
        recorded.hash = self.bytes(recorded.hash);
    }
}

/// Numbers that follow each other, spread over all bits: the finisher of SplitMix64, twice.
fn scatter(number: u64) -> u128 {
    let half = |seed: u64| {
        let mut bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    };
    u128::from(half(2 * number + 1)) << 64 | u128::from(half(2 * number + 2))
}
