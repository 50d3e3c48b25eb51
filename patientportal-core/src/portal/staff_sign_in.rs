//! Use cases of staff who sign in at the portal's own pages (S2): to the provider and back, who it is (asked at every
//! request), choosing a clinic, and signing out.

use crate::decision::Step;
use crate::fault::Fault;
use crate::flow::journey::Journey;
use crate::ids::{ClinicId, FlowId};
use crate::ports::{IdentityCallback, IdentityFailure, IdentityRequest, VouchedStaff};
use crate::refusal::{Failure, SignInRefusal};
use crate::sealing::{CounterKind, FlowToken, hash_secret};
use crate::staff::sign_in::{self, AwaitingIdentity, SignIn, SignInState, StaffSession, StaffSignedIn};
use crate::store::{Change, Versioned};

use super::{ATTEMPTS, Portal, Settled, Visitor, contended};

impl Portal {
    /// Whether staff sign in at the portal's own pages.
    #[must_use]
    pub fn staff_sign_in_here(&self) -> bool {
        self.0.ports.staff.is_there()
    }

    /// Sends a browser to whoever vouches for staff. `clinic` is the one whose page was asked for.
    ///
    /// # Errors
    /// Refused: the provider cannot be reached, or too much comes from this address.
    pub async fn begin_staff_sign_in(&self, visitor: &Visitor, clinic: Option<ClinicId>) -> Result<String, Failure> {
        let (now, mut draw) = (self.now(), self.draw()?);
        let token = FlowToken { flow: draw.flow(), secret: draw.bytes() };
        let request = IdentityRequest::new(sign_in::to_text(&token), visitor.language, now);
        let departure = self.0.ports.staff.begin(&request).await.map_err(|failure| {
            tracing::warn!(%failure, "no sign-in of staff can begin");
            SignInRefusal::Unavailable
        })?;
        let journey = Journey { secret: hash_secret(&token.secret), remembered: departure.remember };
        let state =
            SignInState::AwaitingIdentity(AwaitingIdentity { journey, browser: visitor.browser.hash(), clinic });
        let row = SignIn { id: token.flow, expires: now + self.policy().mitid_life, state };
        let write = Change::Flow { expect: None, to: Box::new(row.to_record(self.ring(), &mut draw)?) };
        let key = self.address_counter(CounterKind::AddressJourney, visitor.address);
        let count = Change::Count { key, ladder: self.policy().journeys() };
        match self.commit(Step::answering(Ok(())).with([count, write]), now, &mut draw).await? {
            Settled::Answer(answer) => Ok(answer.map(|()| departure.url)?),
            Settled::Again => Err(contended()),
        }
    }

    /// Judges a browser's return. `query` holds the callback's names and values, decoded; `earlier` is the session cookie
    /// that the browser has, whose session ends.
    ///
    /// # Errors
    /// Refused: [`Refusal::SignIn`](crate::refusal::Refusal::SignIn).
    pub async fn complete_staff_sign_in(
        &self,
        visitor: &Visitor,
        earlier: Option<&str>,
        query: &[(String, String)],
    ) -> Result<StaffSignedIn, Failure> {
        let state = query.iter().find(|(name, _)| name == "state").map_or("", |(_, value)| value);
        let token = sign_in::parse(state).ok_or(SignInRefusal::NotUnderWay)?;
        let row = self.open_sign_in(token.flow).await?.ok_or(SignInRefusal::NotUnderWay)?;
        let mut draw = self.draw()?;
        let now = self.now();
        let awaited = row.value.awaited(&token, visitor.browser.hash(), now)?.clone();
        // Claimed before the provider is asked: a return that comes twice has its code exchanged once.
        let claim = row.becoming(SignInState::Over, &mut self.facts(now, &mut draw))?;
        match self.commit(Step::answering(Ok(())).with([claim]), now, &mut draw).await? {
            Settled::Answer(answer) => answer?,
            Settled::Again => return Err(SignInRefusal::NotUnderWay.into()),
        }
        let told = self.ask_staff_provider(&awaited, query).await;
        let now = self.now();
        let step = match &told {
            Ok(vouched) => sign_in::vouched(&mut self.facts(now, &mut draw), awaited.clinic, vouched)?,
            Err(failure) => sign_in::refused(awaited.clinic, refusal_of(failure)),
        };
        let signed_in = match self.commit(step, now, &mut draw).await? {
            Settled::Answer(answer) => answer?,
            Settled::Again => return Err(contended()),
        };
        if let Some(earlier) = earlier {
            self.sign_staff_out(earlier).await?;
        }
        Ok(signed_in)
    }

    /// Who of a clinic's staff holds this cookie. One read; a write once a minute, that they were seen.
    ///
    /// # Errors
    /// Only faults; a cookie that is no longer worth anything is `None`.
    pub async fn staff_session(&self, cookie: &str) -> Result<Option<StaffSession>, Fault> {
        let Some(token) = sign_in::parse(cookie) else { return Ok(None) };
        let Some(row) = self.open_sign_in(token.flow).await? else { return Ok(None) };
        let (now, mut draw) = (self.now(), self.draw()?);
        let Some(state) = row.value.session(&token, now, self.policy()) else { return Ok(None) };
        let mut facts = self.facts(now, &mut draw);
        let session = row.value.shown(state, &facts);
        if now.minute() > state.seen {
            let seen = row.seen(state, &mut facts)?;
            // Another request of the same minute may have been faster, or the session's end: either stands.
            let _settled = self.commit(Step::answering(Ok(())).with([seen]), now, &mut draw).await?;
        }
        Ok(Some(session))
    }

    /// Takes the clinic that the holder of this cookie acts for from now on: one of their own.
    ///
    /// # Errors
    /// Refused: another clinic, or nobody is signed in any more.
    pub async fn choose_staff_clinic(&self, cookie: &str, clinic: ClinicId) -> Result<StaffSession, Failure> {
        let token = sign_in::parse(cookie).ok_or(SignInRefusal::NotUnderWay)?;
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let row = self.open_sign_in(token.flow).await?.ok_or(SignInRefusal::NotUnderWay)?;
            let state = row.value.session(&token, now, self.policy()).ok_or(SignInRefusal::NotUnderWay)?;
            let step = sign_in::choose(&mut self.facts(now, &mut draw), &row, state, clinic)?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// Ends the session, and answers where the browser ends the provider's own, if it has one. A session that is over is
    /// as good as ended.
    ///
    /// # Errors
    /// Only faults: then the session may live.
    pub async fn sign_staff_out(&self, cookie: &str) -> Result<Option<String>, Failure> {
        let Some(token) = sign_in::parse(cookie) else { return Ok(None) };
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let Some(row) = self.open_sign_in(token.flow).await? else { return Ok(None) };
            let Some(state) = row.value.session(&token, now, self.policy()) else { return Ok(None) };
            let step = sign_in::end(&mut self.facts(now, &mut draw), &row, state)?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                answer?;
                return Ok(self.0.ports.staff.end_session(state.provider.as_deref()).await);
            }
        }
        Err(contended())
    }

    async fn ask_staff_provider(
        &self,
        awaited: &AwaitingIdentity,
        query: &[(String, String)],
    ) -> Result<VouchedStaff, IdentityFailure> {
        let callback = IdentityCallback::new(query, &awaited.journey.remembered, None, self.now());
        let told = self.0.ports.staff.complete(&callback).await;
        if let Err(failure) = &told {
            tracing::info!(%failure, "nobody was vouched for as staff");
        }
        told
    }

    async fn open_sign_in(&self, id: FlowId) -> Result<Option<Versioned<SignIn>>, Fault> {
        let Some(row) = self.store().flow(id).await? else { return Ok(None) };
        let value = SignIn::from_record(&row.value, self.ring())?;
        Ok(Some(Versioned { revision: row.revision, value }))
    }
}

fn refusal_of(failure: &IdentityFailure) -> SignInRefusal {
    match failure {
        IdentityFailure::Aborted => SignInRefusal::BrokenOff,
        IdentityFailure::NotFresh => SignInRefusal::NotFresh,
        IdentityFailure::Unavailable(_) => SignInRefusal::Unavailable,
        _ => SignInRefusal::AnswerRefused,
    }
}
