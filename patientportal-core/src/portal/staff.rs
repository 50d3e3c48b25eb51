//! What a clinic's staff see of its people, and decide of them (S1–S3). Every use case takes a [`Staff`], so that none
//! reaches another clinic's patients, and is written down with who, whom, what and when.

use crate::account::{
    Account, FormerAccount, Guardian, IdentityStanding, Membership, MembershipCommand, MembershipState,
};
use crate::account::{approval, staff_view};
use crate::audit::AuditEvent;
use crate::clinic::Clinic;
use crate::decision::{Note, Step};
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::moment::Timestamp;
use crate::refusal::{Failure, Field, Flaw, Refusal};
use crate::store::{Cursor, List, Listed};
use crate::value::Cpr;

use time::Date;

use super::registration::Flaws;
use super::{Portal, Settled, Staff, StaffOperation, contended};

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
    /// Whether the clinic's own system says that this is a patient of theirs; `None`: it has not said (S1).
    pub own_patient: Option<bool>,
    /// For how many days a request has waited, today not counted; `None` where there is none.
    pub waiting_days: Option<u16>,
    /// The account that the same person has closed before, if there was one (A7).
    pub had_account: Option<HadAccount>,
}

/// What staff see of an account that was closed: not at which other clinics it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct HadAccount {
    /// What the audit trail knows it by.
    pub account: AccountId,
    /// When it was closed.
    pub closed: Timestamp,
    /// Whether this clinic had suspended it, and has not let the person in since.
    pub suspended_here: bool,
}

/// What staff see on the page of one person.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MemberDetails {
    /// Who it is, and where the membership stands.
    pub member: ClinicMember,
    /// Since when the account is there.
    pub created: Timestamp,
    /// Since when a clinic says that the person cannot use MitID, where one does (R7).
    pub exempt_since: Option<Timestamp>,
    /// When an account that nobody has activated must have been (A10).
    pub activate_by: Option<Timestamp>,
    /// What whoever looks may do with this person now. It may be different a moment later: every operation is judged when
    /// it is done.
    pub operations: Vec<StaffOperation>,
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
        self.admit(staff, StaffOperation::SeeRequests)?;
        self.members_in(staff, MembershipState::Pending, after).await
    }

    /// Those whose membership at the clinic is in this state, longest in it first, a page at a time (S1).
    ///
    /// # Errors
    /// Refused: staff whose role does not let them.
    pub async fn clinic_members(
        &self,
        staff: &Staff,
        state: MembershipState,
        after: Option<Cursor>,
    ) -> Result<MemberPage, Failure> {
        self.admit(staff, StaffOperation::SeeMembers)?;
        self.members_in(staff, state, after).await
    }

    /// The person of a CPR number, or of a replacement number, who is or was at the clinic. A number that its owner had
    /// before finds them too. Nobody, and somebody whom only other clinics know, are the same answer (S1).
    ///
    /// # Errors
    /// Refused: staff whose role does not let them, or a flaw of the number.
    pub async fn find_person(&self, staff: &Staff, number: &str) -> Result<Option<ClinicMember>, Failure> {
        self.admit(staff, StaffOperation::FindPerson)?;
        let mut flaws = Flaws::default();
        let number = Cpr::parse(number, self.now().copenhagen_date()).map_err(Flaw::Cpr);
        let number = flaws.take(Field::Cpr, number);
        let number = flaws.or(number)?;
        let indexes = self.ring().cpr_indexes(&number, Some(staff.clinic));
        let found = match self.store().account_by_cpr(&indexes).await? {
            Some(account) => self.seen_by(staff, &account.value)?,
            None => None,
        };
        let whom = found.as_ref().map(|member| member.account);
        let event = if whom.is_some() { AuditEvent::FoundByStaff } else { AuditEvent::SearchedByStaff };
        self.answer_noting(found, [Note::by_staff(staff, whom, event)]).await
    }

    /// One person who is or was at the clinic (S1).
    ///
    /// # Errors
    /// Refused: staff whose role does not let them, or nobody of that kind at the clinic.
    pub async fn clinic_member(&self, staff: &Staff, account: AccountId) -> Result<MemberDetails, Failure> {
        self.admit(staff, StaffOperation::SeePerson)?;
        let account = self.store().account(account).await?.ok_or(Refusal::NoSuchMember)?.value;
        let member = self.seen_by(staff, &account)?.ok_or(Refusal::NoSuchMember)?;
        let mut draw = self.draw()?;
        let facts = self.facts(self.now(), &mut draw);
        let details = MemberDetails {
            created: account.details.created,
            exempt_since: account.details.exemption.as_ref().map(|exemption| exemption.at),
            activate_by: account.details.activate_by,
            operations: staff_view::operations(&facts, &account, &member.cpr, staff),
            member,
        };
        let note = Note::by_staff(staff, Some(account.id), AuditEvent::ShownToStaff);
        self.answer_noting(details, [note]).await
    }

    /// Whether they may do it, at a clinic that is one of the portal's: what every use case of staff asks first.
    pub(super) fn admit(&self, staff: &Staff, operation: StaffOperation) -> Result<&Clinic, Failure> {
        staff.may(operation)?;
        Ok(self.clinic(staff.clinic)?)
    }

    /// Gives an answer out once it is on disk who was shown what (S3).
    pub(super) async fn answer_noting<T>(
        &self,
        answer: T,
        notes: impl IntoIterator<Item = Note>,
    ) -> Result<T, Failure> {
        let step = notes.into_iter().fold(Step::answering(Ok(answer)), Step::noting);
        match self.commit(step, self.now(), &mut self.draw()?).await? {
            Settled::Answer(answer) => Ok(answer?),
            Settled::Again => Err(contended()),
        }
    }

    async fn members_in(
        &self,
        staff: &Staff,
        state: MembershipState,
        after: Option<Cursor>,
    ) -> Result<MemberPage, Failure> {
        let page = self.store().list(List::Members { clinic: staff.clinic, state }, after, PAGE).await?;
        let mut members = Vec::new();
        for row in &page.rows {
            let Listed::Member { account, .. } = row else { continue };
            let Some(account) = self.store().account(*account).await? else { continue };
            members.extend(self.seen_by(staff, &account.value)?.filter(|member| member.membership.state == state));
        }
        let listed = |member: &ClinicMember| Note::by_staff(staff, Some(member.account), AuditEvent::ListedToStaff);
        let notes: Vec<_> = members.iter().map(listed).collect();
        self.answer_noting(MemberPage { members, next: page.next }, notes).await
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
        let operation = StaffOperation::of(command).ok_or(Fault::new("a lapse is nobody's decision"))?;
        self.admit(staff, operation)?;
        let decision = approval::Decision { staff, command, words };
        self.decide_on(account, Refusal::NoSuchMember, |facts, account| approval::decide(facts, account, &decision))
            .await
    }

    /// What staff see of an account, if it is or was at their clinic.
    fn seen_by(&self, staff: &Staff, account: &Account) -> Result<Option<ClinicMember>, Fault> {
        let Some(membership) = account.access.membership(staff.clinic).cloned() else { return Ok(None) };
        let person = account.details.person.open(account.id, self.ring())?;
        let today = self.now().copenhagen_date();
        let waits = membership.state == MembershipState::Pending;
        Ok(Some(ClinicMember {
            account: account.id,
            waiting_days: waits.then(|| days_between(membership.since.copenhagen_date(), today)),
            own_patient: membership.own_patient,
            membership,
            name: person.full_name(),
            age: person.cpr.age_on(today),
            cpr: person.cpr,
            vouched_name: person.vouched_name,
            guardians: person.guardians,
            identity: account.access.identity,
            is_activated: account.is_activated(),
            had_account: account.details.former.as_ref().map(|former| HadAccount::seen_by(staff, former)),
        }))
    }
}

impl HadAccount {
    fn seen_by(staff: &Staff, former: &FormerAccount) -> Self {
        let FormerAccount { account, closed, .. } = *former;
        Self { account, closed, suspended_here: former.is_suspended_at(staff.clinic) }
    }
}

impl std::fmt::Debug for ClinicMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClinicMember").field("membership", &self.membership).finish_non_exhaustive()
    }
}

fn days_between(first: Date, last: Date) -> u16 {
    u16::try_from((last - first).whole_days()).unwrap_or(0)
}

/// How many are shown at a time: each is unsealed and written down.
const PAGE: u16 = 50;
