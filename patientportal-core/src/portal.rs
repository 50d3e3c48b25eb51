//! The portal: the only caller of the ports, and what an embedding program sees. One method a use case; each loads,
//! decides with a pure function, and commits.

mod activation;
mod address;
mod audit_check;
mod audit_export;
mod audit_sealing;
mod changed_number;
mod children;
mod clinic_systems;
mod code_login;
mod contact;
mod dead_mail;
mod email_proof;
mod former;
mod fresh_proof;
mod jobs;
mod jobs_in_hand;
mod keys;
mod late_form;
mod membership;
mod mitid;
mod own_page;
mod recovery;
mod registration;
mod renewal;
mod requests_told;
mod restored;
mod rotation;
mod session;
mod staff;
mod staff_renewal;
mod staff_sign_in;
mod staff_trail;
mod staff_users;
mod tasks;

use std::collections::HashMap;
use std::mem;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use crate::account::clinic_made::UserMade;
pub use crate::account::contact::ContactPage;
pub use crate::flow::activation::Activated;
pub use crate::flow::child::ChildOutcome;
pub use crate::flow::code_login::CodePage;
pub use crate::flow::email_proof::EmailProofPage;
pub use crate::flow::late_form::LateForm;
pub use crate::flow::login::{LoggedIn, Meeting};
pub use crate::flow::mitid::MitIdOutcome;
pub use crate::staff::{Role, Staff, StaffOperation, StaffSession, StaffSignedIn};
pub use activation::ActivationForm;
pub use audit_check::AuditTally;
pub use audit_export::{AuditExport, AuditLine, AuditSpan};
pub use changed_number::ChangedNumber;
pub use children::{ChildForm, KeptChildForm, KnownChild, NewLoginForm};
pub use contact::{ContactForm, ContactOutcome};
pub use dead_mail::RetriedMails;
pub use jobs::DeadMail;
pub use keys::KeyCheck;
pub use late_form::FormOwner;
pub use mitid::MitIdReturn;
pub use own_page::{History, HistoryEntry, OwnData, OwnSession, PasswordForm};
pub use registration::{KeptForm, RegistrationForm};
pub use renewal::{Renewal, RenewalForm};
pub use rotation::{KeysLeft, LeftUnder, RewrapPlace, Rewrapped};
pub use session::{Owner, Principal};
pub use staff::{ClinicMember, HadAccount, MemberDetails, MemberPage};
pub use staff_trail::{Administration, MailPage, MailState, SentMail, TrailEntry, TrailPage};
pub use staff_users::NewUser;
pub(crate) use tasks::Task;

use crate::account::Account;
use crate::clinic::{Clinic, ClinicDirectory, FunctionKind};
use crate::decision::{Facts, Step};
use crate::device::Device;
use crate::draw::Draw;
use crate::fault::Fault;
use crate::flow::login::{Browser, EarlierSession};
use crate::flow::{Flow, Origin};
use crate::ids::{AccountId, ClinicId, FlowId, SessionNo};
use crate::language::Language;
use crate::measures;
use crate::moment::{Minute, Timestamp};
use crate::policy::Policy;
use crate::ports::{
    ClinicSystem, Clock, CustodyRegistry, Entropy, HashError, Hasher, IdentityProvider, Mailer, StaffIdentityProvider,
};
use crate::refusal::{Failure, Refusal};
use crate::sealing::{BrowserKey, KeyRing, SessionToken};
use crate::store::{Change, ChangeSet, NotCommitted, Store, Versioned};

use audit_sealing::TrailEnd;
use clinic_systems::Talking;
use jobs_in_hand::JobsInHand;

/// The portal. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Portal(Arc<Inner>);

/// What the portal needs from outside.
#[expect(clippy::exhaustive_structs, reason = "a new port is a breaking change on purpose")]
pub struct Ports {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Hashes passwords.
    pub hasher: Arc<dyn Hasher>,
    /// MitID.
    pub identity: Arc<dyn IdentityProvider>,
    /// Delivers mail.
    pub mailer: Arc<dyn Mailer>,
    /// Knows who holds custody of a child; [`NoCustodyRegistry`](crate::ports::NoCustodyRegistry) where there is none.
    pub custody: Arc<dyn CustodyRegistry>,
    /// The clinics' own systems; [`NoClinicSystem`](crate::ports::NoClinicSystem) where there is none.
    pub clinic_system: Arc<dyn ClinicSystem>,
    /// Vouches for staff; [`NoStaffIdentityProvider`](crate::ports::NoStaffIdentityProvider) where they do not sign in here.
    pub staff: Arc<dyn StaffIdentityProvider>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub entropy: Arc<dyn Entropy>,
}

/// What the operator decides.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a new setting without a default is a breaking change on purpose")]
pub struct Settings {
    /// The keys that protect what is stored.
    pub keys: KeyRing,
    /// The clinics.
    pub clinics: ClinicDirectory,
    /// The numbers.
    pub policy: Policy,
    /// The portal's address as patients see it, with the prefix it is mounted under and no slash at the end.
    pub public_url: String,
}

/// What a request tells of the one who sent it. `Debug` prints no cookie.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "adapters make it from what every request has")]
pub struct Visitor {
    /// The browser cookie.
    pub browser: BrowserKey,
    /// The client's address, as far as it can be trusted.
    pub address: IpAddr,
    /// The language chosen.
    pub language: Language,
    /// The session cookie, if there is one.
    pub session: Option<String>,
    /// The device cookie, if there is one.
    pub device: Option<String>,
}

/// Where a visitor wants to go (C2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a pair")]
pub struct Destination {
    /// The clinic.
    pub clinic: ClinicId,
    /// The function to land on.
    pub function: Option<FunctionKind>,
}

struct Inner {
    ports: Ports,
    settings: Settings,
    /// The clinics that have a system of their own (K1).
    systems: Vec<ClinicId>,
    /// Sessions seen since they were last written down.
    seen: Mutex<HashMap<(AccountId, SessionNo), Minute>>,
    in_hand: JobsInHand,
    talking: Talking,
    trail_end: TrailEnd,
    /// Called when a job has been put into the queue.
    wake: Box<dyn Fn() + Send + Sync>,
}

/// What came of a commit.
enum Settled<T> {
    Answer(Result<T, Refusal>),
    /// Something was written in between: read and decide again.
    Again,
}

impl Portal {
    /// A portal over these ports. `wake` is called after a job was put into the queue, so that a worker can call
    /// [`work`](Self::work) at once; it must not block.
    #[must_use]
    pub fn new(ports: Ports, settings: Settings, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let clinics = settings.clinics.iter().map(|clinic| clinic.id);
        let systems = clinics.filter(|clinic| ports.clinic_system.serves(*clinic)).collect();
        Self(Arc::new(Inner {
            ports,
            settings,
            systems,
            seen: Mutex::default(),
            in_hand: JobsInHand::default(),
            talking: Talking::default(),
            trail_end: TrailEnd::default(),
            wake: Box::new(wake),
        }))
    }

    /// The clinics.
    #[must_use]
    pub fn clinics(&self) -> &ClinicDirectory {
        &self.0.settings.clinics
    }

    /// The operator's numbers.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.settings.policy
    }

    /// The portal's address as patients see it.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.0.settings.public_url
    }

    /// The time now, as the portal sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.ports.clock.now()
    }

    /// Whether MitID could be reached when last tried (L1).
    #[must_use]
    pub fn mitid_available(&self) -> bool {
        self.0.ports.identity.available()
    }

    /// Whether a MitID login asks for the CPR number first.
    #[must_use]
    pub fn mitid_needs_typed_cpr(&self) -> bool {
        self.0.ports.identity.compares_typed_cpr()
    }

    /// Whether the store can be reached and written to.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn ready(&self) -> Result<(), Fault> {
        self.store().ready().await
    }

    /// A new browser cookie.
    ///
    /// # Errors
    /// When there is no randomness to be had.
    pub fn new_browser(&self) -> Result<BrowserKey, Fault> {
        Ok(BrowserKey::draw(&mut self.draw()?))
    }

    /// The token that every form of this browser carries.
    #[must_use]
    pub fn form_token(&self, browser: &BrowserKey) -> String {
        BrowserKey(self.ring().tag("form", &[&browser.0])).to_text()
    }

    /// Whether a form's token is this browser's.
    #[must_use]
    pub fn is_form_token(&self, browser: &BrowserKey, token: &str) -> bool {
        BrowserKey::parse(token).is_ok_and(|token| self.ring().has_tagged("form", &[&browser.0], &token.0))
    }

    fn store(&self) -> &dyn Store {
        self.0.ports.store.as_ref()
    }

    fn ring(&self) -> &KeyRing {
        &self.0.settings.keys
    }

    fn draw(&self) -> Result<Draw, Fault> {
        Draw::new(self.0.ports.entropy.as_ref())
    }

    fn facts<'a>(&'a self, now: Timestamp, draw: &'a mut Draw) -> Facts<'a> {
        let systems = &self.0.systems;
        Facts { now, policy: self.policy(), clinics: self.clinics(), ring: self.ring(), systems, draw }
    }

    fn clinic(&self, id: ClinicId) -> Result<&Clinic, Fault> {
        self.clinics().by_id(id).ok_or(Fault::new("the clinic is not configured"))
    }

    fn origin(&self, visitor: &Visitor, to: Destination) -> Origin {
        Origin {
            browser: Some(visitor.browser.hash()),
            clinic: to.clinic,
            function: to.function,
            language: visitor.language,
        }
    }

    async fn browser(&self, visitor: &Visitor) -> Result<Browser, Fault> {
        let earlier = self.earlier_session(visitor).await?;
        let device = Device::parse(visitor.device.as_deref());
        Ok(Browser { key: visitor.browser, hash: visitor.browser.hash(), device, earlier })
    }

    async fn earlier_session(&self, visitor: &Visitor) -> Result<EarlierSession, Fault> {
        let Some(token) = visitor.session.as_deref().and_then(|text| SessionToken::parse(text).ok()) else {
            return Ok(None);
        };
        let view = self.store().session(token.account, token.no).await?;
        let own = view.is_some_and(|view| view.session.secret.is_of(&token.secret));
        Ok(own.then_some((token.account, token.no)))
    }

    async fn open_flow(&self, id: FlowId) -> Result<Option<Versioned<Flow>>, Fault> {
        let Some(row) = self.store().flow(id).await? else { return Ok(None) };
        let flow = Flow::from_record(&row.value, self.ring())?;
        Ok(Some(Versioned { revision: row.revision, value: flow }))
    }

    /// Loads an account, decides on it and commits; again when somebody else wrote it meanwhile. `gone` answers where
    /// there is no such account any more.
    async fn decide_on<T>(
        &self,
        account: AccountId,
        gone: Refusal,
        decide: impl Fn(&mut Facts<'_>, &Versioned<Account>) -> Result<Step<T>, Fault>,
    ) -> Result<T, Failure> {
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let Some(account) = self.store().account(account).await? else { return Err(gone.into()) };
            let step = decide(&mut self.facts(now, &mut draw), &account)?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    async fn commit<T>(&self, mut step: Step<T>, now: Timestamp, draw: &mut Draw) -> Result<Settled<T>, Fault> {
        if step.changes.is_empty() && step.notes.is_empty() {
            return Ok(Settled::Answer(step.release(crate::store::Committed::on_disk())));
        }
        let audit = step.notes.iter().map(|note| self.audit_entry(note, now, draw)).collect::<Result<Vec<_>, _>>()?;
        let enqueues = step.changes.iter().any(|change| matches!(change, Change::Enqueue(_)));
        let set = ChangeSet::new(draw.command(), now, mem::take(&mut step.changes), audit);
        let begun = self.now();
        let committed = self.store().commit(&set).await;
        measures::committed(&committed, &set, &step.notes, self.now().since(begun));
        match committed {
            Ok(on_disk) => {
                if enqueues {
                    (self.0.wake)();
                }
                Ok(Settled::Answer(step.release(on_disk)))
            }
            Err(NotCommitted::Stale | NotCommitted::Taken(_)) => Ok(Settled::Again),
            Err(NotCommitted::Blocked { key, until }) => {
                let told = step.when_blocked.iter().find(|(counter, _)| *counter == key);
                let refusal = told.map_or(Refusal::AddressSlowed { until }, |(_, refusal)| refusal(until));
                Ok(Settled::Answer(Err(refusal)))
            }
            Err(NotCommitted::Fault(fault)) => Err(fault),
        }
    }
}

impl std::fmt::Debug for Visitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visitor").field("language", &self.language).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Portal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Portal").field("public_url", &self.public_url()).finish_non_exhaustive()
    }
}

/// How often a command is decided again when rows were written in between.
const ATTEMPTS: usize = 8;

/// Only with more than `ATTEMPTS` writers on one row at the same moment.
const TOO_CONTENDED: &str = "a row was written by too many at once";

fn contended() -> Failure {
    Failure::Failed(Fault::transient(TOO_CONTENDED, TOO_CONTENDED))
}

fn hash_failure(error: HashError, now: Timestamp) -> Failure {
    match error {
        HashError::Busy { retry_after } => {
            Refusal::Busy { until: now + retry_after.max(Duration::from_secs(1)) }.into()
        }
        HashError::Fault(fault) => fault.into(),
    }
}
