//! Accounts: where one stands, against what staff, whoever proves something, the owner and time do (R7, A7, A10, L7, S4).

use patientportal_core::account::{MembershipCommand, RefusalReason, Rights};
use patientportal_core::audit::IdentityCheck;
use patientportal_core::ids::AccountId;
use patientportal_core::portal::{MitIdOutcome, PasswordForm, Principal, Staff, UserMade, Visitor};
use patientportal_core::sealing::FlowToken;
use patientportal_core::value::Cpr;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, OFF, refusal};

use crate::HOUR;
use crate::coming_of_age::WINTER;

use super::scene::{Answer, Line, Outcome, Scene, said, told};
use super::scripts::{NEW, RENUMBERED, birthday};
use super::standings::Standing;

/// Something done to an account, or about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    ByStaff(StaffDeed),
    ByStaffElsewhere(StaffDeed),
    Password,
    OwnersMitId,
    Activates,
    ByOwner(OwnerDeed),
    ThirtyDaysPass,
    TurnsFifteen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StaffDeed {
    Approve,
    Refuse,
    Create,
    Resend,
    Exempt,
    WithdrawExemption,
    Renew,
    ChangeNumber,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OwnerDeed {
    ProveWithMitId,
    Renew,
    ChoosePassword,
    AcceptTerms,
    OwnPerson,
    OwnSessions,
    OwnHistory,
    OwnData,
    ChangePassword,
    ChangeMobile,
    LogOut,
    Close,
}

/// Every standing against every deed.
pub(super) async fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for standing in Standing::ALL {
        let mut stage = None;
        for deed in deeds() {
            let set = match stage.take() {
                Some(stage) => stage,
                None => Stage::set(standing).await,
            };
            if deed.is_possible(&set) {
                let line = set.play(deed).await;
                let is_as_before = !line.outcome.wrote && !deed.is_times();
                lines.push(line);
                stage = is_as_before.then_some(set);
            } else {
                stage = Some(set);
            }
        }
    }
    lines
}

fn deeds() -> Vec<Deed> {
    let by_staff = StaffDeed::ALL.map(Deed::ByStaff).into_iter();
    // Whoever creates a user elsewhere links the person there: what comes of it stands with the memberships.
    let elsewhere = StaffDeed::ALL.into_iter().filter(|deed| *deed != StaffDeed::Create).map(Deed::ByStaffElsewhere);
    let by_visitor = [Deed::Password, Deed::OwnersMitId, Deed::Activates];
    let by_owner = OwnerDeed::ALL.map(Deed::ByOwner);
    let by_time = [Deed::ThirtyDaysPass, Deed::TurnsFifteen];
    by_staff.chain(elsewhere).chain(by_visitor).chain(by_owner).chain(by_time).collect()
}

impl StaffDeed {
    const ALL: [Self; 8] = [
        Self::Approve,
        Self::Refuse,
        Self::Create,
        Self::Resend,
        Self::Exempt,
        Self::WithdrawExemption,
        Self::Renew,
        Self::ChangeNumber,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Approve => "decide_membership: approve",
            Self::Refuse => "decide_membership: refuse",
            Self::Create => "create_user",
            Self::Resend => "resend_activation",
            Self::Exempt => "exempt",
            Self::WithdrawExemption => "withdraw_exemption",
            Self::Renew => "renew_by_clinic",
            Self::ChangeNumber => "change_number",
        }
    }
}

impl OwnerDeed {
    const ALL: [Self; 12] = [
        Self::ProveWithMitId,
        Self::Renew,
        Self::ChoosePassword,
        Self::AcceptTerms,
        Self::OwnPerson,
        Self::OwnSessions,
        Self::OwnHistory,
        Self::OwnData,
        Self::ChangePassword,
        Self::ChangeMobile,
        Self::LogOut,
        Self::Close,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::ProveWithMitId => "complete_mitid: the owner",
            Self::Renew => "submit_renewal_code: all chosen anew",
            Self::ChoosePassword => "choose_password",
            Self::AcceptTerms => "accept_terms",
            Self::OwnPerson => "own_person",
            Self::OwnSessions => "own_sessions",
            Self::OwnHistory => "own_history",
            Self::OwnData => "own_data",
            Self::ChangePassword => "change_password",
            Self::ChangeMobile => "change_mobile",
            Self::LogOut => "log_out",
            Self::Close => "close_account",
        }
    }
}

impl Deed {
    fn name(self, standing: Standing) -> (&'static str, &'static str) {
        match self {
            Self::ByStaff(deed) => (deed.name(), "staff of the clinic"),
            Self::ByStaffElsewhere(deed) => (deed.name(), "staff elsewhere"),
            Self::Password => ("submit_password: right", "visitor"),
            Self::OwnersMitId => ("complete_mitid: the owner", "visitor"),
            Self::ByOwner(deed) => (deed.name(), standing.owner_name()),
            Self::Activates => ("activate: right number", "visitor"),
            Self::ThirtyDaysPass => ("thirty days pass", "time"),
            Self::TurnsFifteen => ("the 15th birthday comes", "time"),
        }
    }

    /// Whether this can be done to an account that stands here: an owner needs a session, a link must be out, and only
    /// a child comes of age.
    fn is_possible(self, stage: &Stage) -> bool {
        match self {
            Self::ByOwner(_) => stage.owner.is_some(),
            Self::Activates => stage.link.is_some(),
            Self::TurnsFifteen => matches!(stage.standing, Standing::AwaitsFirstApproval | Standing::Child),
            _ => true,
        }
    }

    fn is_times(self) -> bool {
        matches!(self, Self::ThirtyDaysPass | Self::TurnsFifteen)
    }
}

/// An account that stands somewhere, and its owner's browser.
struct Stage {
    scene: Scene,
    standing: Standing,
    account: AccountId,
    owner: Option<Visitor>,
    link: Option<FlowToken>,
}

impl Stage {
    async fn set(standing: Standing) -> Self {
        let scene = Scene::new();
        let link = standing.bring_about(&scene.world).await;
        scene.settle().await;
        let owner = standing.owner(&scene.world).await;
        scene.settle().await;
        let account = scene.accounts().await.first().map_or(AccountId(0), |account| account.id);
        let stage = Self { scene, standing, account, owner, link };
        assert_eq!(stage.stands().await, standing, "the sample is what it is to be");
        stage
    }

    /// Where the account stands, or the one that there is by now.
    async fn stands(&self) -> Standing {
        let accounts = self.scene.accounts().await;
        let here = accounts.iter().find(|account| account.id == self.account).or(accounts.first());
        let today = self.scene.world.portal.now().copenhagen_date();
        let cpr = Cpr::parse(self.standing.person().cpr, today).expect("a test person's number");
        here.map_or(Standing::NoAccount, |account| Standing::of(account, cpr.age_on(today) >= 15))
    }

    async fn play(&self, deed: Deed) -> Line {
        let before = self.scene.written().await;
        let answer = self.give(deed).await;
        let stands = self.stands().await;
        let becomes = (stands != self.standing).then(|| format!("{stands:?}"));
        let outcome = Outcome::of(&self.scene, before, answer, becomes).await;
        self.scene.settle().await;
        let (command, actor) = deed.name(self.standing);
        Line { state: format!("{:?}", self.standing), command, actor, outcome }
    }

    async fn give(&self, deed: Deed) -> Answer {
        let (world, person) = (&self.scene.world, self.standing.person());
        let mut browser = world.browser(AUTOMATIC);
        match deed {
            Deed::ByStaff(deed) => self.by_staff(deed, &world.staff(AUTOMATIC)).await,
            Deed::ByStaffElsewhere(deed) => self.by_staff(deed, &world.staff(OFF)).await,
            Deed::Password => said(browser.submit_password(person.cpr, person.password).await, "code mailed"),
            Deed::OwnersMitId => {
                let departure = browser.leave_for_mitid().await.expect("MitID is there");
                let identity = browser.identity(&person);
                told(browser.come_back(&departure, Ok(identity)).await, |outcome| match outcome.0 {
                    MitIdOutcome::LoggedIn(_) => "logged in",
                    _ => "registration is offered",
                })
            }
            Deed::ThirtyDaysPass => {
                world.wait(31 * 24 * HOUR);
                self.scene.settle().await;
                Ok("done")
            }
            Deed::TurnsFifteen => {
                world.clock.set(birthday());
                self.scene.settle().await;
                Ok("done")
            }
            Deed::Activates => {
                let link = self.link.as_ref().expect("a link is out");
                said(browser.activate(link, &person).await, "activated")
            }
            Deed::ByOwner(deed) => self.by_owner(deed, self.owner.as_ref().expect("a session")).await,
        }
    }

    async fn by_staff(&self, deed: StaffDeed, staff: &Staff) -> Answer {
        let (portal, account, person) = (&self.scene.world.portal, self.account, self.standing.person());
        match deed {
            StaffDeed::Approve => {
                let approve = MembershipCommand::Approve(Rights::default());
                said(refusal(portal.decide_membership(staff, account, approve, "").await), "done")
            }
            StaffDeed::Refuse => {
                let refuse = MembershipCommand::Refuse(RefusalReason::ContactClinic);
                said(refusal(portal.decide_membership(staff, account, refuse, "").await), "done")
            }
            StaffDeed::Create => {
                told(refusal(portal.create_user(staff, &person.new_user()).await), |made| match made {
                    UserMade::Created(_) => "link mailed",
                    UserMade::LinkedAndInvited(_) => "access given, link mailed",
                    _ => "access given",
                })
            }
            StaffDeed::Resend => said(refusal(portal.resend_activation(staff, account).await), "link mailed"),
            StaffDeed::Exempt => said(refusal(portal.exempt(staff, account).await), "recorded"),
            StaffDeed::WithdrawExemption => said(refusal(portal.withdraw_exemption(staff, account).await), "recorded"),
            StaffDeed::Renew => {
                let renewed = portal.renew_by_clinic(staff, account, IdentityCheck::PhotoId, NEW, true).await;
                said(refusal(renewed), "all that was open ends, link mailed")
            }
            StaffDeed::ChangeNumber => {
                let number = if person == Person::CHILD { WINTER.cpr } else { RENUMBERED.cpr };
                let changed = portal.change_number(staff, account, IdentityCheck::PhotoId, number).await;
                said(refusal(changed), "all that was open ends")
            }
        }
    }

    async fn by_owner(&self, deed: OwnerDeed, owner: &Visitor) -> Answer {
        let (world, old) = (&self.scene.world, self.standing.person().password);
        let mut browser: Browser<'_> = world.browser(AUTOMATIC);
        browser.visitor = owner.clone();
        let principal: Principal = browser.principal().await.expect("logged in");
        let (portal, clinic, new) = (&world.portal, browser.to.clinic, "Sommerfugl-9");
        match deed {
            OwnerDeed::ProveWithMitId => said(browser.prove_with_mitid(&self.standing.person()).await, "logged in"),
            OwnerDeed::Renew => match browser.submit_renewal(&self.standing.person().renewal(NEW, new)).await {
                Err(refusal) => Err(refusal.code()),
                Ok(page) => {
                    let code = world.mailed_email_code(NEW).await;
                    said(browser.submit_renewal_code(&page, &code).await, "the account is its owner's")
                }
            },
            OwnerDeed::ChoosePassword => {
                said(refusal(portal.choose_password(&principal, clinic, new, new).await), "done")
            }
            OwnerDeed::AcceptTerms => said(refusal(portal.accept_terms(&principal, clinic).await), "done"),
            OwnerDeed::OwnPerson => said(refusal(portal.own_person(&principal, clinic).await), "shown"),
            OwnerDeed::OwnSessions => said(refusal(portal.own_sessions(&principal, clinic).await), "shown"),
            OwnerDeed::OwnHistory => said(refusal(portal.own_history(&principal, clinic, None).await), "shown"),
            OwnerDeed::OwnData => said(refusal(portal.own_data(owner, &principal, clinic, old).await), "given"),
            OwnerDeed::ChangePassword => {
                let [new, again, old] = [new, new, old].map(str::to_owned);
                let form = PasswordForm { old, new, again };
                let changed = portal.change_password(owner, &principal, browser.to, &form).await;
                said(refusal(changed), "all else that was open ends")
            }
            OwnerDeed::ChangeMobile => {
                said(refusal(portal.change_mobile(&principal, clinic, "20 12 34 56").await), "done")
            }
            OwnerDeed::LogOut => {
                portal.log_out(&principal, Some(clinic)).await.expect("no fault");
                Ok("done")
            }
            OwnerDeed::Close => said(refusal(portal.close_account(owner, &principal, clinic, old).await), "done"),
        }
    }
}
