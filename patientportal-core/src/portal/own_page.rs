//! Use cases of the patient's own page (A7, F2): sessions, history, the data held, leaving a clinic, a new password, closing
//! the account.

use crate::account::{Account, Person, own_page, reach};
use crate::audit::{AuditEvent, AuditRecord};
use crate::decision::{Note, Step};
use crate::flow::login::{Arrival, LoggedIn, NewSession};
use crate::ids::{ClinicId, SessionNo};
use crate::moment::Timestamp;
use crate::policy::Denial;
use crate::ports::Lane;
use crate::record::decode;
use crate::refusal::{Failure, Field, Refusal};
use crate::session::Session;
use crate::store::{Change, Cursor, List, Listed};

use super::{ATTEMPTS, Destination, Portal, Principal, Settled, Visitor, contended, hash_failure};

/// One of the owner's sessions that lives.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnSession {
    /// Which, how it was proved, when it was opened and last seen.
    pub session: Session,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// Something that happened to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// At which clinic, if at one.
    pub clinic: Option<ClinicId>,
    /// Who did what.
    pub record: AuditRecord,
}

/// A page of the account's history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct History {
    /// What happened.
    pub entries: Vec<HistoryEntry>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// All that is held on a person. `Debug` prints nothing of it.
#[non_exhaustive]
pub struct OwnData {
    /// Who they are, how they are reached, who answers for them, and what the clinics' systems were heard to hold.
    pub person: Person,
    /// What they may do where, and since when the account is there.
    pub account: Account,
    /// The sessions that live.
    pub sessions: Vec<OwnSession>,
    /// All that happened.
    pub history: Vec<HistoryEntry>,
}

/// A new password as typed. `Debug` prints nothing of it.
#[expect(clippy::exhaustive_structs, reason = "adapters fill it in")]
pub struct PasswordForm {
    /// The password until now: asked for in a session that a code opened.
    pub old: String,
    /// `Adgangskode`
    pub new: String,
    /// `Bekræft adgangskode`
    pub again: String,
}

impl Portal {
    /// Who the owner is, as their own page shows it.
    ///
    /// # Errors
    /// Refused: a step of L8 that tells who they are comes first.
    pub async fn own_person(&self, principal: &Principal, clinic: ClinicId) -> Result<Person, Failure> {
        let account = self.own_account(principal, clinic).await?;
        Ok(account.details.person.open(account.id, self.ring())?)
    }

    /// The owner's sessions that live.
    ///
    /// # Errors
    /// Refused: a step of L8 that tells who they are comes first.
    pub async fn own_sessions(&self, principal: &Principal, clinic: ClinicId) -> Result<Vec<OwnSession>, Failure> {
        self.own_account(principal, clinic).await?;
        let (mut sessions, mut after) = (Vec::new(), None);
        loop {
            let page = self.store().list(List::Sessions(principal.account()), after, PAGE).await?;
            for row in page.rows {
                let Listed::Session(session) = row else { continue };
                let is_over = session.is_over(self.now(), self.policy().session_idle);
                if session.epoch == principal.epoch() && !is_over {
                    let is_this = session.no == principal.session().no;
                    sessions.push(OwnSession { session, is_this });
                }
            }
            if page.next.is_none() {
                return Ok(sessions);
            }
            after = page.next;
        }
    }

    /// Ends one of the owner's sessions: it is over at its next click. One that is over already is ended.
    ///
    /// # Errors
    /// Refused: a step of L8 that tells who they are comes first.
    pub async fn end_own_session(&self, principal: &Principal, clinic: ClinicId, no: SessionNo) -> Result<(), Failure> {
        let (at, session) = (self.clinic(clinic)?, principal.session());
        self.decide_on(session.account, NOT_LOGGED_IN, |facts, account| {
            if let Err(denial) = reach::may_change_own(facts, &account.value, session, at) {
                return Ok(Step::refusing(Refusal::Denied(denial)));
            }
            let note = Note::of(session.account, clinic, AuditEvent::SessionEnded);
            Ok(Step::answering(Ok(())).with([Change::EndSession { account: session.account, no }]).noting(note))
        })
        .await
    }

    /// What happened to the account, newest first, from `after` on.
    ///
    /// # Errors
    /// Refused: a step of L8 that tells who they are comes first.
    pub async fn own_history(
        &self,
        principal: &Principal,
        clinic: ClinicId,
        after: Option<Cursor>,
    ) -> Result<History, Failure> {
        self.own_account(principal, clinic).await?;
        self.history(List::LatestAudit(principal.account()), after).await
    }

    async fn history(&self, list: List, after: Option<Cursor>) -> Result<History, Failure> {
        let page = self.store().list(list, after, PAGE).await?;
        let mut entries = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            if let Listed::Audit(entry) = row {
                entries.push(HistoryEntry { at: entry.at, clinic: entry.clinic, record: decode(&entry.record)? });
            }
        }
        Ok(History { entries, next: page.next })
    }

    /// All that is held on the owner. Fetching it is written down first.
    ///
    /// # Errors
    /// Refused: a session that must prove again who it is, or a step of L8 that tells so comes first.
    pub async fn own_data(
        &self,
        visitor: &Visitor,
        principal: &Principal,
        clinic: ClinicId,
        password: &str,
    ) -> Result<OwnData, Failure> {
        let account = self.own_account(principal, clinic).await?;
        self.prove_own(visitor, principal, &account, clinic, password).await?;
        let note = Note::of(account.id, clinic, AuditEvent::DataFetched);
        match self.commit(Step::answering(Ok(())).noting(note), self.now(), &mut self.draw()?).await? {
            Settled::Answer(answer) => answer?,
            Settled::Again => return Err(contended()),
        }
        let person = account.details.person.open(account.id, self.ring())?;
        let sessions = self.own_sessions(principal, clinic).await?;
        let (mut history, mut after) = (Vec::new(), None);
        loop {
            let page = self.history(List::Audit(account.id), after).await?;
            history.extend(page.entries);
            if page.next.is_none() {
                return Ok(OwnData { person, account, sessions, history });
            }
            after = page.next;
        }
    }

    /// Ends the membership at a clinic.
    ///
    /// # Errors
    /// Refused: there is none, or the clinic has suspended it.
    pub async fn leave_clinic(&self, principal: &Principal, clinic: ClinicId) -> Result<(), Failure> {
        let session = principal.session();
        self.decide_on(session.account, NOT_LOGGED_IN, |facts, account| {
            own_page::leave(facts, account, session, clinic)
        })
        .await
    }

    /// Sets a new password (A7, F2): every other session ends and every link dies; this session goes on under a new cookie.
    ///
    /// # Errors
    /// Refused: flaws of the form, or a session that must prove again who it is.
    pub async fn change_password(
        &self,
        visitor: &Visitor,
        principal: &Principal,
        to: Destination,
        form: &PasswordForm,
    ) -> Result<LoggedIn, Failure> {
        let account = self.own_account(principal, to.clinic).await?;
        let password = self.read_password(&account, &form.new, &form.again).map_err(about_the_new)?;
        self.prove_own(visitor, principal, &account, to.clinic, &form.old).await?;
        let now = self.now();
        let hash = self.0.ports.hasher.hash(password, Lane::Low).await.map_err(|error| hash_failure(error, now))?;
        let (session, browser) = (principal.session(), self.browser(visitor).await?);
        let provider = self.provider_session(session.account, session.no).await;
        let origin = self.origin(visitor, to);
        self.decide_on(session.account, NOT_LOGGED_IN, |facts, account| {
            let arrival = Arrival {
                origin: &origin,
                earlier: browser.earlier,
                provider: provider.as_ref().map(|bytes| bytes.as_slice()),
                device: &browser.device,
                session: NewSession::draw(facts.draw),
            };
            own_page::change_password(facts, account, (session, &arrival), hash.clone())
        })
        .await
    }

    /// Closes the account (A7): everybody's right, also of whom a clinic has suspended. The number may register anew; clinics
    /// see then that there was an account, and one that had suspended the membership is asked first.
    ///
    /// # Errors
    /// Refused: a session that must prove again who it is.
    pub async fn close_account(
        &self,
        visitor: &Visitor,
        principal: &Principal,
        clinic: ClinicId,
        password: &str,
    ) -> Result<(), Failure> {
        let account = self.own_account(principal, clinic).await?;
        self.prove_own(visitor, principal, &account, clinic, password).await?;
        let cpr = account.details.person.open(account.id, self.ring())?.cpr;
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let account = self.store().account(account.id).await?.ok_or(NOT_LOGGED_IN)?;
            let keeper = self.keeper_of(&cpr, clinic).await?;
            let mut facts = self.facts(now, &mut draw);
            let step = own_page::close(&mut facts, &account, keeper.as_ref(), principal.session(), clinic)?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// The account of whoever is logged in, if no doubt is left that it is theirs.
    async fn own_account(&self, principal: &Principal, clinic: ClinicId) -> Result<Account, Failure> {
        let account = self.store().account(principal.account()).await?.ok_or(NOT_LOGGED_IN)?.value;
        let mut draw = self.draw()?;
        let facts = self.facts(self.now(), &mut draw);
        reach::may_see_own(&facts, &account, principal.session(), self.clinic(clinic)?).map_err(Refusal::Denied)?;
        Ok(account)
    }
}

impl Principal {
    /// Whether the login was a moment ago, so that sensitive changes may be made (A7, F2).
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.portal().now() < self.session().opened + self.policy().fresh_proof
    }
}

impl std::fmt::Debug for OwnData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnData(•••)")
    }
}

impl std::fmt::Debug for PasswordForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordForm(•••)")
    }
}

/// The form has two passwords: what is wrong with the new one is said beside that.
fn about_the_new(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(Refusal::InvalidForm(mut flaws)) => {
            for flaw in flaws.iter_mut().filter(|flaw| flaw.field == Field::Password) {
                flaw.field = Field::NewPassword;
            }
            Refusal::InvalidForm(flaws).into()
        }
        other => other,
    }
}

const NOT_LOGGED_IN: Refusal = Refusal::Denied(Denial::NotLoggedIn);

const PAGE: u16 = 50;
