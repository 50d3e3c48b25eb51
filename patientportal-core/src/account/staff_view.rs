//! What staff may do with one person now (S1), for a page that offers no more than that. Every operation is judged again
//! when it is done.

use super::approval::moved;
use super::child::OF_AGE;
use super::identity::is_of;
use super::renewed_by_clinic::cannot_use_mitid;
use super::{Account, IdentityStanding, Membership, MembershipCommand, MembershipState, RefusalReason};
use crate::decision::Facts;
use crate::staff::{Staff, StaffOperation};
use crate::value::{Cpr, CprKind};

/// The operations on this person, who is or was at the clinic, that would not be refused. `number` is the person's.
pub(crate) fn operations(facts: &Facts<'_>, account: &Account, number: &Cpr, staff: &Staff) -> Vec<StaffOperation> {
    let Some(here) = account.access.membership(staff.clinic) else { return Vec::new() };
    let fits = |operation: &StaffOperation| {
        staff.role.may(*operation) && would_be_done(facts, account, (here, number), staff, *operation)
    };
    StaffOperation::ALL.into_iter().filter(fits).collect()
}

fn would_be_done(
    facts: &Facts<'_>,
    account: &Account,
    (here, number): (&Membership, &Cpr),
    staff: &Staff,
    operation: StaffOperation,
) -> bool {
    use MembershipCommand as Command;
    use StaffOperation as Operation;
    let moves = |command| moved(facts, here, command).is_ok();
    let is_active = here.state == MembershipState::Active;
    let is_exempt = account.access.identity == IdentityStanding::Exempt;
    match operation {
        // A request ends with the day on which the child comes of age (R4).
        Operation::Approve => {
            let asks_itself = account.access.ward && number.age_on(facts.today()) >= OF_AGE;
            moves(Command::Approve(here.rights)) && !asks_itself
        }
        Operation::Refuse => moves(Command::Refuse(RefusalReason::NotAPatient)),
        Operation::ChangeRights => moves(Command::SetRights(here.rights)),
        Operation::Suspend => moves(Command::Suspend),
        Operation::Reopen => moves(Command::Reopen),
        Operation::End => moves(Command::End),
        Operation::ResendActivation => is_active && !account.is_activated(),
        Operation::Exempt => is_of(account, staff) && !is_exempt,
        Operation::WithdrawExemption => is_of(account, staff) && is_exempt && number.kind() == CprKind::Person,
        Operation::RenewAccount | Operation::ChangeNumber => {
            is_active && !here.linked_unseen && cannot_use_mitid(facts, account, number)
        }
        Operation::CreateUser => !is_of(account, staff),
        Operation::SeePerson | Operation::SeeMails | Operation::ReadPersonsTrail => true,
        Operation::SeeRequests
        | Operation::SeeMembers
        | Operation::FindPerson
        | Operation::ReadTrail
        | Operation::ChangeSettings
        | Operation::ManageApiKeys => false,
    }
}
