//! Use cases of a session: who is it (asked at every request), and logging out (L9).

use std::mem;

use crate::account::Access;
use crate::audit::AuditEvent;
use crate::clinic::{Clinic, FunctionKind};
use crate::decision::{Note, Step};
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId, Epoch, SessionNo};
use crate::measures;
use crate::moment::{Minute, Timestamp};
use crate::policy::{Deed, Denial, Policy, may};
use crate::sealing::{Purpose, SessionToken};
use crate::session::{Proof, Session};
use crate::store::{Change, SessionView};

use zeroize::Zeroizing;

use super::Portal;

/// Whoever is logged in: proof that a session cookie was checked, at this request.
#[derive(Clone)]
pub struct Principal {
    portal: Portal,
    view: SessionView,
}

/// What pages say of who is logged in. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Owner {
    /// First and last name.
    pub full_name: String,
    /// Where security codes go, masked.
    pub masked_email: String,
}

impl Portal {
    /// Who holds this session cookie. One read, no write: what staff or a new password changed holds at once.
    ///
    /// # Errors
    /// Only faults; a cookie that is no longer worth anything is `None`.
    pub async fn principal(&self, cookie: &str) -> Result<Option<Principal>, Fault> {
        let Ok(token) = SessionToken::parse(cookie) else { return Ok(None) };
        let view = self.store().session(token.account, token.no).await.inspect_err(measures::store_failed)?;
        let Some(view) = view else {
            measures::session_checked(false);
            return Ok(None);
        };
        let now = self.now();
        let session = &view.session;
        let holds = session.secret.is_of(&token.secret)
            && session.epoch == view.access.epoch
            && !session.is_over(now, self.policy().session_idle);
        measures::session_checked(holds);
        if !holds {
            return Ok(None);
        }
        if now.minute() > session.seen {
            self.note_seen(session, now);
        }
        Ok(Some(Principal { portal: self.clone(), view }))
    }

    /// What pages say of who is logged in: opens the sealed person data, so only pages ask.
    ///
    /// # Errors
    /// Only faults.
    pub async fn owner(&self, principal: &Principal) -> Result<Owner, Fault> {
        let id = principal.account();
        let account = self.store().account(id).await?.ok_or(Fault::new("a session's account is gone"))?;
        let person = account.value.details.person.open(id, self.ring())?;
        Ok(Owner { full_name: person.full_name(), masked_email: person.email.masked() })
    }

    /// Ends the session, and answers where the browser ends MitID's own, if it has one (L9).
    ///
    /// # Errors
    /// Only faults: then the session may live.
    pub async fn log_out(&self, principal: &Principal, clinic: Option<ClinicId>) -> Result<Option<String>, Fault> {
        let Session { account, no, proof, .. } = principal.view.session;
        let provider = if proof.is_mitid() { self.provider_session(account, no).await } else { None };
        let actor = crate::audit::Actor::Patient;
        let note = Note { actor, ..Note::by_visitor(Some(account), clinic, AuditEvent::LoggedOut) };
        let step = Step::answering(Ok(())).with([Change::EndSession { account, no }]).noting(note);
        self.commit(step, self.now(), &mut self.draw()?).await?;
        if !proof.is_mitid() {
            return Ok(None);
        }
        Ok(self.0.ports.identity.end_session(provider.as_ref().map(|bytes| bytes.as_slice())).await)
    }

    /// What the identity provider needs to end its own session. Logging out goes on without it.
    pub(super) async fn provider_session(&self, account: AccountId, no: SessionNo) -> Option<Zeroizing<Vec<u8>>> {
        let row = [account.0.to_be_bytes(), no.0.to_be_bytes()].concat();
        let read = match self.store().provider_session(account, no).await {
            Ok(sealed) => sealed.map(|sealed| self.ring().open(Purpose::ProviderSession, &row, &sealed)).transpose(),
            Err(fault) => Err(fault),
        };
        read.unwrap_or_else(|fault| {
            tracing::error!(fault = fault.chain(), "a provider session cannot be read");
            None
        })
    }

    fn note_seen(&self, session: &Session, now: Timestamp) {
        // A poisoned lock only means that somebody panicked while noting a minute.
        let mut seen = self.0.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.insert((session.account, session.no), now.minute());
    }

    /// Writes down when sessions were last seen.
    pub(super) async fn write_seen(&self) -> Result<(), Fault> {
        let seen = mem::take(&mut *self.0.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        if seen.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = seen.iter().map(|((account, no), minute)| (*account, *no, *minute)).collect();
        let written = self.store().touch(&rows).await;
        if written.is_err() {
            let mut newer = self.0.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            for (session, minute) in seen {
                newer.entry(session).or_insert(minute);
            }
        }
        written
    }
}

impl Principal {
    /// Whose session it is.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.view.session.account
    }

    /// How it was proved (P2).
    #[must_use]
    pub fn proof(&self) -> Proof {
        self.view.session.proof
    }

    /// What the account may do where.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.view.access
    }

    /// When the session ends if nothing more is asked.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        let idle = self.portal.now().minute().start() + self.policy().session_idle;
        self.view.session.ends.min(idle)
    }

    /// When the session is over: the page has promised until [`ends`](Self::ends), and it may live a minute longer.
    #[must_use]
    pub fn over(&self) -> Timestamp {
        let idle = Minute(self.portal.now().minute().0 + 1).start() + self.policy().session_idle;
        self.view.session.ends.min(idle)
    }

    /// When the session is over however much it is used.
    #[must_use]
    pub fn ends_in_any_case(&self) -> Timestamp {
        self.view.session.ends
    }

    /// May this session read or act in this function at this clinic now (P1)?
    ///
    /// # Errors
    /// The first reason against it.
    pub fn may(&self, clinic: &Clinic, function: FunctionKind, deed: Deed) -> Result<(), Denial> {
        may(Some((self.session(), self.access())), clinic, function, deed, self.portal.now(), self.policy())
    }

    pub(super) fn session(&self) -> &Session {
        &self.view.session
    }

    pub(super) fn portal(&self) -> &Portal {
        &self.portal
    }

    pub(super) fn epoch(&self) -> Epoch {
        self.view.session.epoch
    }

    pub(super) fn policy(&self) -> &Policy {
        self.portal.policy()
    }
}

impl std::fmt::Debug for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Owner(•••)")
    }
}

impl std::fmt::Debug for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Principal").field("proof", &self.proof()).finish_non_exhaustive()
    }
}
