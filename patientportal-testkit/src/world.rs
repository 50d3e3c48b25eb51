//! A world to script journeys in: the portal over ports in memory, browsers that keep their cookies, mail that must be read.
#![expect(clippy::expect_used, clippy::panic, reason = "a test kit fails by panicking")]

mod children;
mod clinic_made;
mod coming_of_age;
mod contact;
mod settings;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use patientportal_core::ids::{ClinicId, StaffId};
use patientportal_core::language::Language;
use patientportal_core::moment::Timestamp;
use patientportal_core::policy::Policy;
use patientportal_core::portal::{
    CodePage, Destination, LoggedIn, MitIdOutcome, MitIdReturn, Portal, Ports, Principal, RegistrationForm, Role,
    Settings, Staff, Visitor,
};
use patientportal_core::ports::{Clock, Hasher, IdentityFailure, Message, VouchedIdentity};
use patientportal_core::refusal::{Failure, Refusal};
use patientportal_core::sealing::FlowToken;
use patientportal_core::store::Store;

use crate::clinic_system::MemoryClinicSystem;
use crate::clock::{FixedClock, FixedEntropy};
use crate::custody::MemoryCustodyRegistry;
use crate::hasher::CheapHasher;
use crate::identity::ScriptedIdentityProvider;
use crate::mailer::RecordingMailer;
use crate::memory::MemoryStore;
use crate::person::Person;
use crate::staff_identity::ScriptedStaffIdentityProvider;

pub use contact::contact;
use settings::settings;
pub use settings::{APPROVAL, AUTOMATIC, NEIGHBOUR, OFF, keys};

/// The portal and everything around it. Dropping it with unread mail fails the test.
pub struct World {
    /// The portal.
    pub portal: Portal,
    /// Its clock, at eight in the morning of Monday 23 November 2026 UTC until it is moved.
    pub clock: Arc<FixedClock>,
    /// Its mailer.
    pub mailer: Arc<RecordingMailer>,
    /// Its identity provider.
    pub identity: Arc<ScriptedIdentityProvider>,
    /// Its hasher.
    pub hasher: Arc<CheapHasher>,
    /// Its register of custody.
    pub custody: Arc<MemoryCustodyRegistry>,
    /// The clinics' own systems, which are asked in a world [`with_clinic_systems`](Self::with_clinic_systems).
    pub clinic_system: Arc<MemoryClinicSystem>,
    /// Who vouches for its clinics' staff.
    pub staff_identity: Arc<ScriptedStaffIdentityProvider>,
    /// Its store.
    pub store: Arc<dyn Store>,
    policy: Policy,
    /// How many portals were made over these ports: no two draw the same numbers.
    portals: Arc<AtomicU64>,
    reads_mail: bool,
}

/// One browser with its cookies.
pub struct Browser<'w> {
    world: &'w World,
    /// What its requests tell.
    pub visitor: Visitor,
    /// Where its visitor wants to go.
    pub to: Destination,
}

impl World {
    /// A world with four clinics and the default numbers, in memory.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Arc::new(MemoryStore::new()), |_| {})
    }

    /// A world over another store, or with other numbers.
    #[must_use]
    pub fn with(store: Arc<dyn Store>, change: impl FnOnce(&mut Policy)) -> Self {
        let clock = Arc::new(FixedClock::at(MORNING));
        let (mailer, identity, hasher) =
            <(Arc<RecordingMailer>, Arc<ScriptedIdentityProvider>, Arc<CheapHasher>)>::default();
        let (custody, clinic_system) = <(Arc<MemoryCustodyRegistry>, Arc<MemoryClinicSystem>)>::default();
        let staff_identity = Arc::<ScriptedStaffIdentityProvider>::default();
        clinic_system.set_there(false);
        let ports = Ports {
            store: store.clone(),
            hasher: hasher.clone(),
            identity: identity.clone(),
            mailer: mailer.clone(),
            custody: custody.clone(),
            clinic_system: clinic_system.clone(),
            staff: staff_identity.clone(),
            clock: clock.clone(),
            entropy: Arc::new(FixedEntropy::from_seed(1)),
        };
        let mut policy = Policy::default();
        change(&mut policy);
        let portal = Portal::new(ports, settings(policy.clone()), || {});
        let portals = Arc::new(AtomicU64::new(1));
        Self {
            portal,
            clock,
            mailer,
            identity,
            hasher,
            custody,
            clinic_system,
            staff_identity,
            store,
            policy,
            portals,
            reads_mail: true,
        }
    }

    /// The same world with another hasher in the portal: for tests and benchmarks that are about hashing.
    #[must_use]
    pub fn hashing_with(mut self, hasher: Arc<dyn Hasher>) -> Self {
        let ports = Ports { hasher, ..self.ports() };
        self.portal = Portal::new(ports, settings(self.policy.clone()), || {});
        self
    }

    /// The same portal as another process would run it: over the same store, with other settings.
    #[must_use]
    pub fn restarted(&self, change: impl FnOnce(&mut Settings)) -> Portal {
        let mut settings = settings(self.policy.clone());
        change(&mut settings);
        Portal::new(self.ports(), settings, || {})
    }

    /// Another node beside this one: over the same store, with ports or settings of its own where `change` says so.
    /// Mail that neither reads fails the test when the first is dropped.
    #[must_use]
    pub fn another_node(&self, change: impl FnOnce(&mut Ports, &mut Settings)) -> Self {
        let (mut ports, mut settings) = (self.ports(), settings(self.policy.clone()));
        change(&mut ports, &mut settings);
        Self {
            policy: settings.policy.clone(),
            portal: Portal::new(ports, settings, || {}),
            clock: self.clock.clone(),
            mailer: self.mailer.clone(),
            identity: self.identity.clone(),
            hasher: self.hasher.clone(),
            custody: self.custody.clone(),
            clinic_system: self.clinic_system.clone(),
            staff_identity: self.staff_identity.clone(),
            store: self.store.clone(),
            portals: self.portals.clone(),
            reads_mail: false,
        }
    }

    fn ports(&self) -> Ports {
        let seed = self.portals.fetch_add(1, Ordering::SeqCst) + 1;
        Ports {
            store: self.store.clone(),
            hasher: self.hasher.clone(),
            identity: self.identity.clone(),
            mailer: self.mailer.clone(),
            custody: self.custody.clone(),
            clinic_system: self.clinic_system.clone(),
            staff: self.staff_identity.clone(),
            clock: self.clock.clone(),
            entropy: Arc::new(FixedEntropy::from_seed(seed)),
        }
    }

    /// A new browser at the clinic's front page.
    #[must_use]
    pub fn browser(&self, slug: &str) -> Browser<'_> {
        let visitor = Visitor {
            browser: self.portal.new_browser().expect("entropy"),
            address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
            language: Language::Danish,
            session: None,
            device: None,
        };
        Browser { world: self, visitor, to: Destination { clinic: self.clinic(slug), function: None } }
    }

    /// The clinic with this slug.
    #[must_use]
    pub fn clinic(&self, slug: &str) -> ClinicId {
        self.portal.clinics().by_slug(slug).expect("a clinic of the world").id
    }

    /// Somebody at the desk of the clinic with this slug.
    #[must_use]
    pub fn staff(&self, slug: &str) -> Staff {
        Staff { clinic: self.clinic(slug), id: StaffId("anne".to_owned()), role: Role::Secretary }
    }

    /// Who runs the clinic with this slug.
    #[must_use]
    pub fn administrator(&self, slug: &str) -> Staff {
        Staff { clinic: self.clinic(slug), id: StaffId("bodil".to_owned()), role: Role::Administrator }
    }

    /// Lets time pass.
    pub fn wait(&self, length: Duration) {
        self.clock.wait(length);
    }

    /// Does every job that is due.
    pub async fn work(&self) {
        while self.portal.work(16).await.expect("the store works") > 0 {}
    }

    /// Delivers what is due and takes the oldest unread mail.
    pub async fn next_mail(&self) -> Message {
        self.work().await;
        self.mailer.read().expect("a mail was to be there")
    }

    /// Takes the next mail, which must have this Danish subject.
    pub async fn mail(&self, subject: &str) -> Message {
        let message = self.next_mail().await;
        assert_eq!(message.subject, subject);
        message
    }

    /// The code in the next mail.
    pub async fn mailed_code(&self) -> String {
        let message = self.mail("Din sikkerhedskode").await;
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        message.text.lines().find(is_code).expect("a code").to_owned()
    }

    /// The token of the reset link in the next mail.
    pub async fn mailed_link(&self) -> FlowToken {
        let message = self.mail("Ny adgangskode").await;
        let link = message.text.lines().find_map(|line| line.strip_prefix("https://portal.example.dk/nulstil/"));
        FlowToken::parse(link.expect("a link")).expect("a token")
    }

    /// A person with an account at `slug`, made in a browser of their own, whose mail is read.
    pub async fn registered(&self, person: &Person, slug: &str) -> Browser<'_> {
        let mut browser = self.browser(slug);
        browser.register(person).await;
        self.mail("Din bruger er oprettet").await;
        browser
    }

    /// The same, with the e-mail address proved by a login with a code (F1).
    pub async fn proven(&self, person: &Person, slug: &str) -> Browser<'_> {
        drop(self.registered(person, slug).await);
        let mut browser = self.browser(slug);
        browser.log_in_with_code(person).await;
        browser
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if self.reads_mail && !std::thread::panicking() {
            assert_eq!(self.mailer.unread(), 0, "mail was left unread");
        }
    }
}

impl Browser<'_> {
    /// The same browser, led to another node by the balancer in front.
    #[must_use]
    pub fn led_to<'w>(&self, node: &'w World) -> Browser<'w> {
        Browser { world: node, visitor: self.visitor.clone(), to: self.to }
    }

    /// The whole registration of a person who meets no obstacle.
    pub async fn register(&mut self, person: &Person) -> LoggedIn {
        let departure = self.submit_registration(&person.form()).await.expect("a good form");
        self.come_back(&departure, Ok(self.identity(person))).await.expect("MitID vouches").logged_in()
    }

    /// The whole MitID login of a person who has an account.
    pub async fn log_in_with_mitid(&mut self, person: &Person) -> Result<LoggedIn, Refusal> {
        let departure = self.leave_for_mitid().await?;
        self.come_back(&departure, Ok(self.identity(person))).await.map(Outcome::logged_in)
    }

    /// The whole code login of a person who has an account.
    pub async fn log_in_with_code(&mut self, person: &Person) -> LoggedIn {
        let page = self.submit_password(person.cpr, person.password).await.expect("a right password");
        let code = self.world.mailed_code().await;
        self.submit_code(&page, &code).await.expect("a right code")
    }

    /// Sends the registration form; answers where MitID is.
    pub async fn submit_registration(&self, form: &RegistrationForm) -> Result<String, Refusal> {
        refusal(self.world.portal.begin_registration(&self.visitor, self.to, form).await)
    }

    /// Presses `Log ind med MitID`; answers where MitID is.
    pub async fn leave_for_mitid(&self) -> Result<String, Refusal> {
        refusal(self.world.portal.begin_mitid_login(&self.visitor, self.to, None).await)
    }

    /// Comes back from MitID with this answer.
    pub async fn come_back(
        &mut self,
        departure: &str,
        answer: Result<VouchedIdentity, IdentityFailure>,
    ) -> Result<Outcome, Refusal> {
        let query = self.world.identity.answer(departure, answer);
        let returned = self.return_with(&query).await;
        returned.outcome.map(Outcome)
    }

    /// Comes back from MitID with this query.
    pub async fn return_with(&mut self, query: &[(String, String)]) -> MitIdReturn {
        let returned = self.world.portal.complete_mitid(&self.visitor, query).await.expect("no fault");
        if let Ok(MitIdOutcome::LoggedIn(logged_in)) = &returned.outcome {
            self.keep(logged_in);
        }
        returned
    }

    /// Sends number and password.
    pub async fn submit_password(&self, cpr: &str, password: &str) -> Result<CodePage, Refusal> {
        refusal(self.world.portal.submit_password(&self.visitor, self.to, cpr, password).await)
    }

    /// Sends a code, with the reference that the page shows.
    pub async fn submit_code(&mut self, page: &CodePage, code: &str) -> Result<LoggedIn, Refusal> {
        let reference = page.reference.as_deref().unwrap_or_default();
        let logged_in = refusal(self.world.portal.submit_code(&self.visitor, page.flow, reference, code).await)?;
        self.keep(&logged_in);
        Ok(logged_in)
    }

    /// Asks for another code.
    pub async fn resend_code(&self, page: &CodePage) -> Result<CodePage, Refusal> {
        refusal(self.world.portal.resend_code(&self.visitor, page.flow).await)
    }

    /// Asks for a reset link.
    pub async fn request_reset(&self, cpr: &str, email: &str) -> Result<(), Refusal> {
        refusal(self.world.portal.request_reset(&self.visitor, self.to, cpr, email).await)
    }

    /// Who is logged in here, asked as every request does.
    pub async fn principal(&self) -> Option<Principal> {
        let cookie = self.visitor.session.as_deref()?;
        self.world.portal.principal(cookie).await.expect("no fault")
    }

    /// What MitID says of a person now.
    #[must_use]
    pub fn identity(&self, person: &Person) -> VouchedIdentity {
        person.identity(self.world.clock.now())
    }

    fn keep(&mut self, logged_in: &LoggedIn) {
        self.visitor.session = Some(logged_in.session.clone());
        self.visitor.device = Some(logged_in.device.clone());
    }
}

/// A good return from MitID.
#[derive(Debug)]
pub struct Outcome(pub MitIdOutcome);

impl Outcome {
    /// The login that it was to be.
    #[must_use]
    pub fn logged_in(self) -> LoggedIn {
        match self.0 {
            MitIdOutcome::LoggedIn(logged_in) => logged_in,
            other => panic!("not a login: {other:?}"),
        }
    }
}

/// The refusal of an answer that is no fault.
///
/// # Panics
/// When it is a fault: a scripted world has none.
pub fn refusal<T>(answer: Result<T, Failure>) -> Result<T, Refusal> {
    match answer {
        Ok(value) => Ok(value),
        Err(Failure::Refused(refusal)) => Err(refusal),
        Err(Failure::Failed(fault)) => panic!("a fault: {fault:?}"),
    }
}

const MORNING: Timestamp = Timestamp(1_795_420_800_000);
