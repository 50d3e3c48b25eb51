//! Renewal by the clinic: S4, L7 without MitID, A10 and A11 after it.

use patientportal_core::account::{Custody, IdentityStanding, MembershipCommand};
use patientportal_core::audit::{AuditEvent, AuditRecord, IdentityCheck};
use patientportal_core::ids::AccountId;
use patientportal_core::policy::OutstandingStep;
use patientportal_core::refusal::Refusal;
use patientportal_core::session::Proof;
use patientportal_core::store::{List, Listed};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, NEIGHBOUR, World, refusal};
use time::macros::date;

use crate::HOUR;
use crate::activation::step;
use crate::coming_of_age::{midnight, numbered, with};

const CHILD: Person = Person::CHILD;
const NANCY: Person = Person::NANCY;
const NEW: &str = "ny@example.dk";

async fn renew(world: &World, slug: &str, account: AccountId, tell_old: bool) -> Result<(), Refusal> {
    let staff = world.staff(slug);
    refusal(world.portal.renew_by_clinic(&staff, account, IdentityCheck::GuardianPhotoId, NEW, tell_old).await)
}

#[tokio::test]
async fn s4_sessions_and_password_end_and_a_link_goes_to_the_new_address() {
    let world = with(&CHILD).await;
    let mut child = world.browser(AUTOMATIC);
    let account = child.log_in_with_code(&CHILD).await.account;
    child.request_reset(CHILD.cpr, CHILD.email).await.expect("taken");
    let reset = world.mailed_link().await;
    renew(&world, AUTOMATIC, account, true).await.expect("renewed");
    assert!(child.principal().await.is_none());
    let dead = world.portal.submit_reset(&child.visitor, &reset, "Sommerfugl-9", "Sommerfugl-9").await;
    assert_eq!(refusal(dead), Err(Refusal::LinkDead));
    let wrong = world.browser(AUTOMATIC).submit_password(CHILD.cpr, CHILD.password).await;
    assert_eq!(wrong.err(), Some(Refusal::WrongCredentials));
    world.work().await;
    let mails: Vec<_> = std::iter::from_fn(|| world.mailer.read()).collect();
    let mut told: Vec<_> = mails.iter().map(|mail| (mail.to.as_str(), mail.subject.as_str())).collect();
    told.sort_unstable();
    assert_eq!(told, [(NEW, "Aktivér din bruger"), (CHILD.email, "Brugeren er fornyet af klinikken")]);
}

#[tokio::test]
async fn s4_the_link_activates_the_account_again_and_its_access_is_as_before() {
    let world = with(&CHILD).await;
    let account = world.browser(AUTOMATIC).log_in_with_code(&CHILD).await.account;
    renew(&world, AUTOMATIC, account, false).await.expect("renewed");
    let link = world.mailed_activation().await;
    world.browser(AUTOMATIC).activate(&link, &CHILD).await.expect("activated");
    let mut child = world.browser(AUTOMATIC);
    let page = child.submit_password(CHILD.cpr, CHILD.password).await.expect("the new one");
    let mail = world.next_mail().await;
    assert_eq!(mail.to.as_str(), NEW, "and the old address was not told");
    let code = mail.text.lines().find(|line| line.len() == 6 && line.parse::<u32>().is_ok()).expect("a code");
    child.submit_code(&page, code).await.expect("right");
    let principal = child.principal().await.expect("logged in");
    assert!(principal.access().ward && principal.access().membership(world.clinic(AUTOMATIC)).is_some());
}

#[tokio::test]
async fn s4_a10_an_account_that_was_in_use_is_not_removed_for_want_of_an_activation() {
    let world = World::new();
    let (account, link) = world.invited_exempt(&Person::NANCY, AUTOMATIC).await;
    world.browser(AUTOMATIC).activate(&link, &Person::NANCY).await.expect("activated");
    renew(&world, AUTOMATIC, account, false).await.expect("renewed");
    world.mailed_activation().await;
    for _ in 0..70 {
        world.wait(24 * HOUR);
        world.work().await;
    }
    refusal(world.portal.resend_activation(&world.staff(AUTOMATIC), account).await).expect("still there");
    world.mailed_activation().await;
}

#[tokio::test]
async fn s4_every_clinic_of_the_account_sees_it_and_how_identity_was_checked() {
    let world = with(&CHILD).await;
    let mut child = world.browser(NEIGHBOUR);
    let account = child.log_in_with_code(&CHILD).await.account;
    let principal = child.principal().await.expect("in");
    world.portal.join(&principal, world.clinic(NEIGHBOUR)).await.expect("joined");
    renew(&world, AUTOMATIC, account, false).await.expect("renewed");
    world.mailed_activation().await;
    let trail = world.store.list(List::Audit(account), None, 100).await.expect("no fault").rows;
    let mut seen = Vec::new();
    for row in &trail {
        let Listed::Audit(entry) = row else { continue };
        let record: AuditRecord = minicbor::decode(&entry.record).expect("a record");
        if record.event == AuditEvent::RenewedByClinic {
            assert_eq!(record.check, Some(IdentityCheck::GuardianPhotoId));
            assert_eq!(record.staff, Some(world.staff(AUTOMATIC).id));
            seen.extend(entry.clinic);
        }
    }
    seen.sort_unstable();
    let mut clinics = [world.clinic(AUTOMATIC), world.clinic(NEIGHBOUR)];
    clinics.sort_unstable();
    assert_eq!(seen, clinics);
}

#[tokio::test]
async fn s4_staff_cannot_do_it_for_those_who_use_mitid_nor_for_another_clinics_patients() {
    let world = World::new();
    let account = world.proven(&Person::MAX, AUTOMATIC).await.principal().await.expect("in").account();
    assert_eq!(renew(&world, AUTOMATIC, account, true).await, Err(Refusal::RenewsWithMitId));
    assert_eq!(renew(&world, NEIGHBOUR, account, true).await, Err(Refusal::NoSuchMember));
    let staff = world.staff(AUTOMATIC);
    refusal(world.portal.decide_membership(&staff, account, MembershipCommand::Suspend, "").await).expect("done");
    world.next_mail().await;
    assert_eq!(renew(&world, AUTOMATIC, account, true).await, Err(Refusal::NoSuchMember), "active only");
    let flawed = world.portal.renew_by_clinic(&staff, account, IdentityCheck::PhotoId, "ingen", true).await;
    assert!(matches!(refusal(flawed), Err(Refusal::InvalidForm(_))));
}

#[tokio::test]
async fn s4_a_child_that_waits_for_its_first_clinic_is_no_member_yet() {
    let world = World::new();
    world.custody_is(&CHILD, &Person::MAX, Custody::Holder);
    world.browser(APPROVAL).register_child(&CHILD, &Person::MAX).await.expect("confirmed");
    world.mail("Din anmodning er sendt").await;
    let requests = world.portal.pending_requests(&world.staff(APPROVAL), None).await.expect("no fault").members;
    assert_eq!(renew(&world, APPROVAL, requests[0].account, true).await, Err(Refusal::NoSuchMember));
}

#[tokio::test]
async fn s4_l7_who_has_come_of_age_without_mitid_is_renewed_by_the_clinic_and_the_guardians_end() {
    let world = with(&CHILD).await;
    world.clock.set(midnight(date!(2031 - 10 - 13)) + 8 * HOUR);
    world.work().await;
    let mut parent = world.browser(AUTOMATIC);
    let account = parent.log_in_with_code(&CHILD).await.account;
    assert_eq!(parent.principal().await.expect("in").proof(), Proof::CodeToRenew);
    assert_eq!(renew(&world, AUTOMATIC, account, true).await, Err(Refusal::RenewsWithMitId), "not yet exempt");
    refusal(world.portal.exempt(&world.staff(AUTOMATIC), account).await).expect("recorded");
    world.mail("Du er fritaget for MitID").await;
    assert!(parent.principal().await.is_some_and(|here| here.awaits_renewal()), "still only the way to MitID");
    renew(&world, AUTOMATIC, account, false).await.expect("renewed");
    let link = world.mailed_activation().await;
    assert!(parent.principal().await.is_none());
    let mut owner = world.browser(AUTOMATIC);
    owner.activate(&link, &CHILD).await.expect("activated");
    let page = owner.submit_password(CHILD.cpr, CHILD.password).await.expect("chosen anew");
    let code = world.mailed_code().await;
    owner.submit_code(&page, &code).await.expect("right");
    let principal = owner.principal().await.expect("logged in");
    assert_eq!((principal.proof(), principal.access().ward), (Proof::PasswordAndCode, false));
}

#[tokio::test]
async fn a11_a10_consent_activates_and_f1_mails_no_activation_link() {
    let world = World::new();
    let renumbered = numbered(NANCY, "020160-9995");
    let owner = world.proven(&NANCY, AUTOMATIC).await;
    let (account, staff) = (owner.principal().await.expect("in").account(), world.staff(AUTOMATIC));
    refusal(world.portal.exempt(&staff, account).await).expect("recorded");
    world.mail("Du er fritaget for MitID").await;
    refusal(world.portal.renew_by_clinic(&staff, account, IdentityCheck::PhotoId, NANCY.email, false).await)
        .expect("done");
    world.work().await;
    let mut mails: Vec<_> = std::iter::from_fn(|| world.mailer.read()).map(|mail| mail.subject).collect();
    mails.sort_unstable();
    assert_eq!(mails, ["Aktivér din bruger", "Brugeren er fornyet af klinikken"]);

    let mut browser = world.browser(AUTOMATIC);
    let identity = browser.identity(&renumbered);
    let flow = browser.asked_for_number(identity).await;
    browser.confirm_number(flow).await.expect("moved");
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(principal.access().identity, IdentityStanding::Confirmed, "she has used MitID");
    assert_eq!(step(&world, &browser, AUTOMATIC).await, Some(OutstandingStep::ChoosePassword));
    let resent = refusal(world.portal.resend_activation(&staff, account).await);
    assert_eq!(resent, Err(Refusal::AlreadyActivated));
    world.work().await;
    let mut told: Vec<_> = std::iter::from_fn(|| world.mailer.read()).map(|mail| mail.subject).collect();
    told.sort_unstable();
    assert_eq!(told, ["Brugeren har fået nyt CPR-nummer", "Log ind med MitID fra nu af"]);

    browser.request_reset(renumbered.cpr, NANCY.email).await.expect("taken");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);
}
