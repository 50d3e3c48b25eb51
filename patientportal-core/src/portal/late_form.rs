//! Use cases of a form that came when its session was over (L10): whose it is, keeping it, giving it back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::device::Device;
use crate::fault::Fault;
use crate::flow::late_form::{self, LateForm, Typed};
use crate::flow::login::LoggedIn;
use crate::ids::{AccountId, ClinicId, FlowId};
use crate::refusal::Failure;

use super::{ATTEMPTS, Destination, Portal, Principal, Settled, Visitor, contended};

/// Whose page a posted form was on, as the form's mark proves. It is no login: nothing may be done or shown by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormOwner(AccountId);

impl Portal {
    /// The mark that the forms on `principal`'s pages carry, so that one which comes when the session is over, or when
    /// somebody else is logged in, is known for whose it is. It holds for this browser; no secret.
    #[must_use]
    pub fn form_mark(&self, visitor: &Visitor, principal: &Principal) -> String {
        let account = principal.account().0.to_be_bytes();
        let tag = self.ring().tag(MARK, &[&visitor.browser.0, &account]);
        URL_SAFE_NO_PAD.encode([account.as_slice(), &tag].concat())
    }

    /// Whose page a form with this mark was on; nobody's, if the mark is not of this browser and this portal.
    #[must_use]
    pub fn form_owner(&self, visitor: &Visitor, mark: &str) -> Option<FormOwner> {
        let bytes = URL_SAFE_NO_PAD.decode(mark).ok()?;
        let (account, tag) = bytes.split_first_chunk::<8>()?;
        let is_ours = self.ring().has_tagged(MARK, &[&visitor.browser.0, account], tag);
        is_ours.then(|| FormOwner(AccountId(u64::from_be_bytes(*account))))
    }

    /// Keeps a form for its owner, sealed, for half an hour, in the place of one kept before. `place` is the address that
    /// it was posted to; `fields` are its names and values without any password or code. Answers whether it was kept:
    /// more than 16 KiB is not, nor anything on a device where the owner has never logged in, as far as its cookie tells.
    ///
    /// # Errors
    /// Only faults.
    pub async fn keep_late_form(
        &self,
        visitor: &Visitor,
        owner: &FormOwner,
        clinic: ClinicId,
        place: &str,
        fields: &[(String, String)],
    ) -> Result<bool, Failure> {
        let (device, account) = (Device::parse(visitor.device.as_deref()), self.store().account(owner.0).await?);
        // Anybody can make up devices, and would fill the store with a form of each.
        let is_known = account.is_some_and(|account| device.counter_of(self.ring(), &account.value).is_some());
        let Some(id) = self.late_flow(visitor, owner.0).filter(|_| is_known) else { return Ok(false) };
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let (now, before) = (self.now(), self.open_flow(id).await?);
            let origin = self.origin(visitor, Destination { clinic, function: None });
            let typed = Typed { place, fields };
            let mut facts = self.facts(now, &mut draw);
            let step = late_form::keep(&mut facts, before.as_ref(), id, (owner.0, origin), typed)?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// What is kept for whoever is logged in, on this device.
    ///
    /// # Errors
    /// Only faults.
    pub async fn late_form(&self, visitor: &Visitor, principal: &Principal) -> Result<Option<LateForm>, Fault> {
        self.late_form_of(visitor, principal.account()).await
    }

    /// The same for whoever has just logged in. A mere place is given back by that, once.
    ///
    /// # Errors
    /// Only faults.
    pub async fn late_form_at_login(&self, visitor: &Visitor, login: &LoggedIn) -> Result<Option<LateForm>, Fault> {
        let late = self.late_form_of(visitor, login.account).await?;
        match late {
            Some(late) if late.fields.is_empty() => match self.take_for(visitor, login.account).await {
                Ok(late) => Ok(late),
                Err(Failure::Failed(fault)) => Err(fault),
                Err(Failure::Refused(_)) => Ok(None),
            },
            late => Ok(late),
        }
    }

    /// Gives it back, once: nothing of it is left.
    ///
    /// # Errors
    /// Only faults.
    pub async fn take_late_form(&self, visitor: &Visitor, principal: &Principal) -> Result<Option<LateForm>, Failure> {
        self.take_for(visitor, principal.account()).await
    }

    async fn take_for(&self, visitor: &Visitor, account: AccountId) -> Result<Option<LateForm>, Failure> {
        let Some(id) = self.late_flow(visitor, account) else { return Ok(None) };
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let (now, Some(flow)) = (self.now(), self.open_flow(id).await?) else { return Ok(None) };
            let step = late_form::take(&mut self.facts(now, &mut draw), &flow, account)?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    async fn late_form_of(&self, visitor: &Visitor, account: AccountId) -> Result<Option<LateForm>, Fault> {
        let Some(id) = self.late_flow(visitor, account) else { return Ok(None) };
        let flow = self.open_flow(id).await?;
        Ok(flow.and_then(|flow| late_form::kept(&flow.value, account, self.now())))
    }

    fn late_flow(&self, visitor: &Visitor, account: AccountId) -> Option<FlowId> {
        late_form::flow_of(self.ring(), account, &Device::parse(visitor.device.as_deref()))
    }
}

impl Principal {
    /// Whoever is logged in, as the owner of what is kept for them.
    #[must_use]
    pub fn as_form_owner(&self) -> FormOwner {
        FormOwner(self.account())
    }
}

impl FormOwner {
    /// Whether that is who is logged in.
    #[must_use]
    pub fn is(&self, principal: &Principal) -> bool {
        self.0 == principal.account()
    }
}

const MARK: &str = "form-owner";
