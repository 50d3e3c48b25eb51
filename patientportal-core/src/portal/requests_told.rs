//! Telling clinics how many requests wait for them (S5).

use crate::account::{MembershipState, requests_told};
use crate::fault::Fault;
use crate::ids::ClinicId;
use crate::store::{LeasedJob, List, Outcome};

use super::jobs::finishing;
use super::{Portal, Settled};

impl Portal {
    /// Tells a clinic how many requests wait, and looks again the next morning. Ends where none does, or where another
    /// look has told it today.
    pub(super) async fn tell_of_requests(&self, leased: &LeasedJob, clinic: ClinicId) -> Result<(), Fault> {
        let address = self.clinics().by_id(clinic).and_then(|clinic| clinic.notice_address.clone());
        let waiting = self.count_requests(clinic).await?;
        let Some(address) = address.filter(|_| waiting > 0) else {
            return self.finish(leased, Outcome::Done).await;
        };
        let (now, mut draw) = (self.now(), self.draw()?);
        let again = Outcome::RetryAt(requests_told::next_morning(now));
        let step = requests_told::tell(&mut self.facts(now, &mut draw), clinic, address, waiting)?;
        match self.commit(step.with([finishing(leased, again)]), now, &mut draw).await? {
            Settled::Answer(Err(_)) => self.finish(leased, Outcome::Done).await,
            // Again: the job is another node's by now.
            Settled::Answer(Ok(())) | Settled::Again => Ok(()),
        }
    }

    async fn count_requests(&self, clinic: ClinicId) -> Result<u32, Fault> {
        let (mut count, mut after) = (0, None);
        loop {
            let waiting = List::Members { clinic, state: MembershipState::Pending };
            let page = self.store().list(waiting, after, PAGE).await?;
            count += u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
            if page.next.is_none() {
                return Ok(count);
            }
            after = page.next;
        }
    }
}

const PAGE: u16 = 500;
