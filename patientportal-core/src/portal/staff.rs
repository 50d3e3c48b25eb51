//! Use cases of a clinic's staff (S1–S3). Every one takes a [`Staff`], so that none reaches another clinic's patients, and is
//! written down with who, whom, what and when.

use crate::account::{Account, Guardian, IdentityStanding, Membership, MembershipCommand, MembershipState, approval};
use crate::audit::AuditEvent;
use crate::decision::{Note, Step};
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId, StaffId};
use crate::refusal::{Failure, Refusal};
use crate::store::{Cursor, List, Listed};
use crate::value::Cpr;

use super::{Portal, Settled, contended};

/// A member of a clinic's staff, as the embedding program has authenticated them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever authenticates staff makes it")]
pub struct Staff {
    /// The clinic that they act for.
    pub clinic: ClinicId,
    /// Who it is: what the audit trail names.
    pub id: StaffId,
}

/// What staff see of a person at their clinic. `Debug` prints nothing of who it is.
#[derive(Clone)]
#[non_exhaustive]
pub struct ClinicMember {
    /// Whose account it is.
    pub account: AccountId,
    /// Where the membership stands, and since when.
    pub membership: Membership,
    /// The number.
    pub cpr: Cpr,
    /// First and last name, as typed.
    pub name: String,
    /// The name that MitID gave (R1).
    pub vouched_name: Option<String>,
    /// How old the person is today (A4).
    pub age: u16,
    /// Who answers for a child, or answered for one (A8).
    pub guardians: Vec<Guardian>,
    /// How far the owner is known to be who the account says (R7).
    pub identity: IdentityStanding,
    /// Whether a user whom a clinic created has been activated (A10).
    pub is_activated: bool,
}

/// A page of a clinic's members.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MemberPage {
    /// They, longest in this state first.
    pub members: Vec<ClinicMember>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

impl Portal {
    /// The requests that wait for the clinic, oldest first (S1).
    ///
    /// # Errors
    /// Only faults.
    pub async fn pending_requests(&self, staff: &Staff, after: Option<Cursor>) -> Result<MemberPage, Failure> {
        self.clinic_members(staff, MembershipState::Pending, after).await
    }

    /// Those whose membership at the clinic is in this state, a page at a time (S1).
    ///
    /// # Errors
    /// Only faults.
    pub async fn clinic_members(
        &self,
        staff: &Staff,
        state: MembershipState,
        after: Option<Cursor>,
    ) -> Result<MemberPage, Failure> {
        let what = List::Members { clinic: self.clinic(staff.clinic)?.id, state };
        let page = self.store().list(what, after, PAGE).await?;
        let mut members = Vec::new();
        for row in &page.rows {
            let Listed::Member { account, .. } = row else { continue };
            let Some(account) = self.store().account(*account).await? else { continue };
            members.extend(self.seen_by(staff, &account.value)?.filter(|member| member.membership.state == state));
        }
        let seen: Vec<_> = members.iter().map(|member| member.account).collect();
        let step = Step::answering(Ok(MemberPage { members, next: page.next }));
        let seen = seen.into_iter().map(|account| Note::by_staff(staff, Some(account), AuditEvent::ListedToStaff));
        match self.commit(seen.fold(step, Step::noting), self.now(), &mut self.draw()?).await? {
            Settled::Answer(answer) => Ok(answer?),
            Settled::Again => Err(contended()),
        }
    }

    /// Approves, refuses, suspends, reopens, ends, or changes rights (S1). `words` go with a refusal, and only its owner
    /// reads them.
    ///
    /// # Errors
    /// Refused: nobody of that kind at the clinic, somebody else was faster, the words are too long, or the refusal is
    /// too old to be taken back. A lapse is a fault: time decides it.
    pub async fn decide_membership(
        &self,
        staff: &Staff,
        account: AccountId,
        command: MembershipCommand,
        words: &str,
    ) -> Result<(), Failure> {
        self.clinic(staff.clinic)?;
        let decision = approval::Decision { staff, command, words };
        self.decide_on(account, Refusal::NoSuchMember, |facts, account| approval::decide(facts, account, &decision))
            .await
    }

    /// What staff see of an account, if it is or was at their clinic.
    fn seen_by(&self, staff: &Staff, account: &Account) -> Result<Option<ClinicMember>, Fault> {
        let Some(membership) = account.access.membership(staff.clinic).cloned() else { return Ok(None) };
        let person = account.details.person.open(account.id, self.ring())?;
        Ok(Some(ClinicMember {
            account: account.id,
            membership,
            name: person.full_name(),
            age: person.cpr.age_on(self.now().copenhagen_date()),
            cpr: person.cpr,
            vouched_name: person.vouched_name,
            guardians: person.guardians,
            identity: account.access.identity,
            is_activated: account.is_activated(),
        }))
    }
}

impl std::fmt::Debug for ClinicMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClinicMember").field("membership", &self.membership).finish_non_exhaustive()
    }
}

/// How many are shown at a time: each is unsealed and written down.
const PAGE: u16 = 50;
