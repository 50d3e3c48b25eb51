//! How far an account's owner is known and who answers for them, and a sample of each.

use patientportal_core::account::{Account, Custody, IdentityStanding};
use patientportal_core::portal::Visitor;
use patientportal_core::sealing::FlowToken;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World, refusal};

use crate::MINUTE;

use super::scripts::come_of_age;

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    NoAccount,
    NotActivated,
    NotActivatedExempt,
    Unconfirmed,
    Exempt,
    LacksPassword,
    Confirmed,
    AwaitsFirstApproval,
    Child,
    AwaitsOwner,
    Erased,
}

impl Standing {
    pub(super) const ALL: [Self; 11] = [
        Self::NoAccount,
        Self::NotActivated,
        Self::NotActivatedExempt,
        Self::Unconfirmed,
        Self::Exempt,
        Self::LacksPassword,
        Self::Confirmed,
        Self::AwaitsFirstApproval,
        Self::Child,
        Self::AwaitsOwner,
        Self::Erased,
    ];

    /// Where the account of somebody stands who is of age or not. A new standing of identity has to be thought of here.
    pub(super) fn of(account: &Account, is_of_age: bool) -> Self {
        if account.details.cpr_index.is_empty() {
            return Self::Erased;
        }
        if account.details.awaits_first_approval {
            return Self::AwaitsFirstApproval;
        }
        match (account.access.identity, account.is_activated()) {
            (IdentityStanding::Exempt, false) => Self::NotActivatedExempt,
            (IdentityStanding::Confirmed | IdentityStanding::Unconfirmed, false) => Self::NotActivated,
            (_, true) if account.access.ward && is_of_age => Self::AwaitsOwner,
            (_, true) if account.access.ward => Self::Child,
            (IdentityStanding::Unconfirmed, true) => Self::Unconfirmed,
            (IdentityStanding::Exempt, true) => Self::Exempt,
            (IdentityStanding::Confirmed, true) if account.access.password_missing => Self::LacksPassword,
            (IdentityStanding::Confirmed, true) => Self::Confirmed,
        }
    }

    /// Whose account it is.
    pub(super) fn person(self) -> Person {
        match self {
            Self::AwaitsFirstApproval | Self::Child | Self::AwaitsOwner => Person::CHILD,
            _ => Person::NANCY,
        }
    }

    /// Makes such an account, at the clinic where registration is automatic. Gives the link that is out, if one is.
    pub(super) async fn bring_about(self, world: &World) -> Option<FlowToken> {
        let nancy = Person::NANCY;
        match self {
            Self::NoAccount => {}
            Self::NotActivated => return Some(world.invited(&nancy, AUTOMATIC).await.1),
            Self::NotActivatedExempt => return Some(world.invited_exempt(&nancy, AUTOMATIC).await.1),
            Self::Unconfirmed => {
                let (_, link) = world.invited(&nancy, AUTOMATIC).await;
                world.browser(AUTOMATIC).activate(&link, &nancy).await.expect("her number");
            }
            Self::Exempt => {
                let (_, link) = world.invited_exempt(&nancy, AUTOMATIC).await;
                world.browser(AUTOMATIC).activate(&link, &nancy).await.expect("her number");
            }
            Self::LacksPassword => {
                world.invited(&nancy, AUTOMATIC).await;
                world.browser(AUTOMATIC).log_in_with_mitid(&nancy).await.expect("her MitID");
            }
            Self::Confirmed => drop(world.proven(&nancy, AUTOMATIC).await),
            Self::AwaitsFirstApproval => {
                world.browser(AUTOMATIC).register_child(&Person::CHILD, &Person::MAX).await.expect("asked");
            }
            Self::Child => {
                world.custody_is(&Person::CHILD, &Person::MAX, Custody::Holder);
                world.browser(AUTOMATIC).register_child(&Person::CHILD, &Person::MAX).await.expect("confirmed");
                world.mail("Brugeren er oprettet").await;
                world.browser(AUTOMATIC).log_in_with_code(&Person::CHILD).await;
            }
            Self::AwaitsOwner => come_of_age(world).await,
            Self::Erased => {
                let browser = world.registered(&nancy, AUTOMATIC).await;
                let principal = browser.principal().await.expect("logged in");
                let closed = world.portal.close_account(&browser.visitor, &principal, browser.to.clinic, "").await;
                refusal(closed).expect("closed");
            }
        }
        None
    }

    /// The owner's browser, logged in the way that leaves the account where it stands; `None` where there is none.
    pub(super) async fn owner(self, world: &World) -> Option<Visitor> {
        let mut browser = world.browser(AUTOMATIC);
        match self {
            Self::LacksPassword | Self::Confirmed | Self::AwaitsOwner => {
                browser.log_in_with_mitid(&self.person()).await.expect("their MitID");
            }
            Self::Unconfirmed | Self::Exempt | Self::Child => {
                world.wait(MINUTE);
                browser.log_in_with_code(&self.person()).await;
            }
            Self::NoAccount
            | Self::NotActivated
            | Self::NotActivatedExempt
            | Self::AwaitsFirstApproval
            | Self::Erased => return None,
        }
        Some(browser.visitor)
    }

    /// How the owner is logged in there.
    pub(super) fn owner_name(self) -> &'static str {
        match self {
            Self::Unconfirmed | Self::Exempt | Self::Child => "owner, by code",
            _ => "owner, by MitID",
        }
    }
}
