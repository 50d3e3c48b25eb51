//! A clinic's staff at a browser of their own.
#![expect(clippy::expect_used, reason = "a browser for tests fails by panicking")]

use patientportal_core::ids::AccountId;
use patientportal_core::portal::{NewUser, Role, Staff, UserMade};
use patientportal_core::ports::{IdentityFailure, VouchedStaff};
use patientportal_testkit::person::Person;
use patientportal_testkit::staff_identity::vouched_staff;
use patientportal_testkit::world::World;

use crate::browser::{Browser, Page, registration};

/// Somebody signed in at one clinic.
pub(crate) async fn staff_at(world: &World, slug: &str, role: Role) -> Browser {
    let mut browser = Browser::new(world);
    let page =
        browser.sign_in(world, &format!("/personale?klinik={slug}"), Ok(vouched_staff("sara", &[slug], role))).await;
    page.says("action=\"/personale/log-ud\"");
    browser
}

/// A request that waits at a clinic, and whose.
pub(crate) async fn request_of(world: &World, person: &Person, slug: &str) -> AccountId {
    let mut browser = Browser::new(world);
    let form = browser.visit(&format!("/{slug}/opret")).await;
    let departure = browser.post(&form, &format!("/{slug}/opret"), &registration(person)).await;
    browser.come_back(world, &departure, Ok(person.identity(world.portal.now()))).await.says("Din anmodning venter");
    world.mail("Din anmodning er sendt").await;
    let staff = world.staff(slug);
    let page = world.portal.pending_requests(&staff, None).await.expect("listed");
    page.members.iter().find(|member| member.cpr.formatted() == person.cpr).expect("a request").account
}

/// A user whom a clinic has created, and whose mail is read.
pub(crate) async fn user_made(world: &World, staff: &Staff, person: &Person) -> AccountId {
    let typed = |text: &str| text.to_owned();
    let new = NewUser {
        cpr: typed(person.cpr),
        first_name: typed(person.first_name),
        last_name: typed(person.last_name),
        email: typed(person.email),
        ..NewUser::default()
    };
    let made = world.portal.create_user(staff, &new).await.expect("created");
    let (UserMade::Created(account) | UserMade::Linked(account) | UserMade::LinkedAndInvited(account)) = made else {
        unreachable!("a user was made")
    };
    drain(world).await;
    account
}

/// Does what is due and reads all mail.
pub(crate) async fn drain(world: &World) {
    world.work().await;
    while world.mailer.read().is_some() {}
}

/// An account as addresses have it.
pub(crate) fn word(account: AccountId) -> String {
    format!("{:016x}", account.0)
}

impl Browser {
    /// The whole sign-in, from the page at `address`.
    pub(crate) async fn sign_in(
        &mut self,
        world: &World,
        address: &str,
        answer: Result<VouchedStaff, IdentityFailure>,
    ) -> Page {
        let door = self.visit(address).await;
        let departure = self.post(&door, "/personale/log-ind", &[]).await;
        let back = returned(world, &departure, answer);
        self.visit(&back).await
    }

    /// Posts to an address of staff with this browser's token.
    pub(crate) async fn post_as_staff(&mut self, action: &str, typed: &[(&str, &str)]) -> Page {
        let door = self.visit("/personale").await;
        let mut fields: Vec<_> = door.unseen_fields("/sprog").into_iter().filter(|(name, _)| name == "token").collect();
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post_fields(action, &fields, &[("sec-fetch-site", "same-origin")]).await
    }
}

/// Where the provider sends the browser back to with this answer.
pub(crate) fn returned(world: &World, departure: &Page, answer: Result<VouchedStaff, IdentityFailure>) -> String {
    let query = world.staff_identity.answer(&departure.departs_to(), answer);
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("/personale/retur?{query}")
}
