//! Operation × role × clinic (S1): what must come of every staff operation, and how each is brought about. Whoever offers
//! the operations in another way, over HTTP say, runs the same cases with a `carry_out` of their own.
#![expect(clippy::expect_used, reason = "a test kit fails by panicking")]

use patientportal_core::account::{MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::audit::{AuditEvent, IdentityCheck};
use patientportal_core::clinic::FunctionKind;
use patientportal_core::ids::AccountId;
use patientportal_core::portal::{Administration, Portal, Role, Staff, StaffOperation, UserMade};
use patientportal_core::refusal::Failure;

use crate::person::Person;
use crate::world::{APPROVAL, World};

/// Somebody who tries an operation on a person of [`APPROVAL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a case of the table")]
pub struct Case {
    /// What is tried.
    pub operation: StaffOperation,
    /// What they are at their clinic.
    pub role: Role,
    /// Whether their clinic is the person's.
    pub at_own_clinic: bool,
}

/// What must come of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "who runs the table must tell them all apart")]
pub enum Expected {
    /// It is done, and it is written down.
    Done,
    /// [`NotYourRole`](patientportal_core::refusal::Refusal::NotYourRole), and nothing at all has changed.
    NotTheirRole,
    /// [`NoSuchMember`](patientportal_core::refusal::Refusal::NoSuchMember), and nothing at all has changed.
    NobodyOfTheirs,
    /// It is done at their own clinic: of the person's it shows nothing and changes nothing.
    OwnClinicOnly,
}

/// Whom a case is about.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a case of the table")]
pub struct Subject {
    /// Who it is. Where a user is to be created, they have no account yet.
    pub person: Person,
    /// Their account; one that nobody has, where they have none.
    pub account: AccountId,
}

/// Every case of the table.
#[must_use]
pub fn cases() -> Vec<Case> {
    let of = |operation| {
        Role::ALL
            .into_iter()
            .flat_map(move |role| [true, false].map(|at_own_clinic| Case { operation, role, at_own_clinic }))
    };
    StaffOperation::ALL.into_iter().flat_map(of).collect()
}

impl Case {
    /// What must come of it. The roles stand here a second time, on purpose: whoever changes the portal's table changes
    /// this one too.
    #[must_use]
    pub fn expected(self) -> Expected {
        let (least, reach) = row(self.operation);
        match (self.role, least) {
            (Role::Secretary, Role::Administrator) => Expected::NotTheirRole,
            _ if self.at_own_clinic => Expected::Done,
            _ => reach,
        }
    }
}

/// Who may do it at least, and what comes of it when another clinic's staff try.
fn row(operation: StaffOperation) -> (Role, Expected) {
    use StaffOperation as Operation;
    match operation {
        Operation::SeeRequests | Operation::SeeMembers | Operation::FindPerson | Operation::CreateUser => {
            (Role::Secretary, Expected::OwnClinicOnly)
        }
        Operation::SeePerson
        | Operation::SeeMails
        | Operation::Approve
        | Operation::Refuse
        | Operation::ChangeRights
        | Operation::Suspend
        | Operation::Reopen
        | Operation::End
        | Operation::ResendActivation
        | Operation::Exempt
        | Operation::WithdrawExemption
        | Operation::RenewAccount
        | Operation::ChangeNumber => (Role::Secretary, Expected::NobodyOfTheirs),
        Operation::ReadPersonsTrail => (Role::Administrator, Expected::NobodyOfTheirs),
        Operation::ReadTrail | Operation::ChangeSettings | Operation::ManageApiKeys => {
            (Role::Administrator, Expected::OwnClinicOnly)
        }
    }
}

/// What the audit trail must say of an operation that was done.
#[must_use]
pub fn written_as(operation: StaffOperation) -> AuditEvent {
    use StaffOperation as Operation;
    match operation {
        Operation::SeeRequests | Operation::SeeMembers => AuditEvent::ListedToStaff,
        Operation::FindPerson => AuditEvent::FoundByStaff,
        Operation::SeePerson => AuditEvent::ShownToStaff,
        Operation::SeeMails => AuditEvent::MailsShownToStaff,
        Operation::Approve => AuditEvent::RequestApproved,
        Operation::Refuse => AuditEvent::RequestRefused,
        Operation::ChangeRights => AuditEvent::RightsChanged,
        Operation::Suspend => AuditEvent::MembershipSuspended,
        Operation::Reopen => AuditEvent::MembershipReopened,
        Operation::End => AuditEvent::MembershipEnded,
        Operation::CreateUser => AuditEvent::UserCreated,
        Operation::ResendActivation => AuditEvent::ActivationMailed,
        Operation::Exempt => AuditEvent::ExemptionRecorded,
        Operation::WithdrawExemption => AuditEvent::ExemptionWithdrawn,
        Operation::RenewAccount => AuditEvent::RenewedByClinic,
        Operation::ChangeNumber => AuditEvent::NumberChanged,
        Operation::ReadPersonsTrail | Operation::ReadTrail => AuditEvent::TrailRead,
        Operation::ChangeSettings => AuditEvent::SettingsChanged,
        Operation::ManageApiKeys => AuditEvent::ApiKeysChanged,
    }
}

/// Whether the operation is about one person, whom the audit trail then names.
#[must_use]
pub fn names_a_person(operation: StaffOperation) -> bool {
    use StaffOperation as Operation;
    !matches!(operation, Operation::ReadTrail | Operation::ChangeSettings | Operation::ManageApiKeys)
}

/// Brings somebody of [`APPROVAL`] to where the operation can be done. Their mail is read.
pub async fn subject(world: &World, operation: StaffOperation) -> Subject {
    use StaffOperation as Operation;
    let person = Person::NANCY;
    let account = match operation {
        Operation::CreateUser => AccountId(1),
        Operation::ResendActivation | Operation::RenewAccount | Operation::ChangeNumber => {
            world.invited(&person, APPROVAL).await.0
        }
        Operation::WithdrawExemption => world.invited_exempt(&person, APPROVAL).await.0,
        Operation::SeeRequests
        | Operation::SeeMembers
        | Operation::FindPerson
        | Operation::SeePerson
        | Operation::SeeMails
        | Operation::Approve
        | Operation::Refuse
        | Operation::ReadPersonsTrail
        | Operation::ReadTrail
        | Operation::ChangeSettings
        | Operation::ManageApiKeys => asked(world, &person).await,
        Operation::ChangeRights | Operation::Suspend | Operation::End | Operation::Exempt => {
            let account = asked(world, &person).await;
            decide(world, account, MembershipCommand::Approve(Rights::default())).await;
            account
        }
        Operation::Reopen => {
            let account = asked(world, &person).await;
            decide(world, account, MembershipCommand::Refuse(RefusalReason::DetailsDoNotFit)).await;
            account
        }
    };
    world.work().await;
    while world.mailer.read().is_some() {}
    Subject { person, account }
}

/// Does it in process. Answers whom it showed or changed.
///
/// # Errors
/// As the operation.
pub async fn carry_out(
    portal: &Portal,
    staff: &Staff,
    operation: StaffOperation,
    subject: &Subject,
) -> Result<Vec<AccountId>, Failure> {
    use StaffOperation as Operation;
    let (account, check) = (subject.account, IdentityCheck::PhotoId);
    let decided = async |command| portal.decide_membership(staff, account, command, "").await.map(|()| vec![account]);
    let done = vec![account];
    match operation {
        Operation::SeeRequests => {
            let page = portal.pending_requests(staff, None).await?;
            Ok(page.members.iter().map(|member| member.account).collect())
        }
        Operation::SeeMembers => {
            let page = portal.clinic_members(staff, MembershipState::Pending, None).await?;
            Ok(page.members.iter().map(|member| member.account).collect())
        }
        Operation::FindPerson => {
            let found = portal.find_person(staff, subject.person.cpr).await?;
            Ok(found.iter().map(|member| member.account).collect())
        }
        Operation::SeePerson => Ok(vec![portal.clinic_member(staff, account).await?.member.account]),
        Operation::SeeMails => portal.member_mails(staff, account, None).await.map(|_| done),
        Operation::Approve => decided(MembershipCommand::Approve(Rights::default())).await,
        Operation::Refuse => decided(MembershipCommand::Refuse(RefusalReason::NotAPatient)).await,
        Operation::ChangeRights => {
            decided(MembershipCommand::SetRights(Rights::default().without(FunctionKind::Booking))).await
        }
        Operation::Suspend => decided(MembershipCommand::Suspend).await,
        Operation::Reopen => decided(MembershipCommand::Reopen).await,
        Operation::End => decided(MembershipCommand::End).await,
        Operation::CreateUser => match portal.create_user(staff, &subject.person.new_user()).await? {
            UserMade::Created(made) | UserMade::Linked(made) | UserMade::LinkedAndInvited(made) => Ok(vec![made]),
            _ => Ok(Vec::new()),
        },
        Operation::ResendActivation => portal.resend_activation(staff, account).await.map(|()| done),
        Operation::Exempt => portal.exempt(staff, account).await.map(|()| done),
        Operation::WithdrawExemption => portal.withdraw_exemption(staff, account).await.map(|()| done),
        Operation::RenewAccount => {
            portal.renew_by_clinic(staff, account, check, "ny@example.dk", true).await.map(|()| done)
        }
        Operation::ChangeNumber => {
            portal.change_number(staff, account, check, Person::KIRSTEN.cpr).await.map(|()| done)
        }
        Operation::ReadPersonsTrail => portal.member_trail(staff, account, None).await.map(|_| done),
        Operation::ReadTrail => {
            let trail = portal.clinic_trail(staff, None).await?;
            Ok(trail.entries.iter().filter_map(|entry| entry.account).collect())
        }
        Operation::ChangeSettings => portal.administer(staff, Administration::Settings).await.map(|()| Vec::new()),
        Operation::ManageApiKeys => portal.administer(staff, Administration::ApiKeys).await.map(|()| Vec::new()),
    }
}

async fn asked(world: &World, person: &Person) -> AccountId {
    let mut browser = world.browser(APPROVAL);
    browser.register(person).await;
    browser.principal().await.expect("logged in").account()
}

async fn decide(world: &World, account: AccountId, command: MembershipCommand) {
    let staff = world.staff(APPROVAL);
    world.portal.decide_membership(&staff, account, command, "").await.expect("decided");
}
