//! What must not come back with a backup: staff sessions, among which may be some that were ended since. Patients' sessions
//! are rows of their own, and the store ends them.

use crate::decision::Step;
use crate::fault::Fault;
use crate::moment::Timestamp;
use crate::sealing::Purpose;
use crate::store::transfer::{CopySource, Row, Table};
use crate::store::{Change, FlowRecord, Versioned};

use super::{Portal, Settled};

impl Portal {
    /// Ends every staff session and half-finished staff login of a store that was restored and that nobody uses yet;
    /// answers how many. `rows` shows the rows of that store.
    ///
    /// # Errors
    /// Only faults of the store.
    pub async fn end_staff_sessions(&self, rows: &dyn CopySource) -> Result<u64, Fault> {
        let (mut ended, mut after) = (0, None);
        loop {
            let page = rows.rows(Table::Flows, after, ROWS_A_PAGE).await?;
            for row in &page.rows {
                if let Row::Flow(flow) = row {
                    ended += u64::from(self.end_if_staffs(flow).await?);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(ended);
            }
        }
    }

    async fn end_if_staffs(&self, flow: &Versioned<FlowRecord>) -> Result<bool, Fault> {
        let Versioned { revision, value } = flow;
        if self.ring().open(Purpose::StaffSignIn, &value.id.0, &value.body).is_err() {
            return Ok(false);
        }
        let to = Box::new(FlowRecord { expires: Timestamp(0), consumed: true, ..value.clone() });
        let end = Change::Flow { expect: Some(*revision), to };
        let step = Step::answering(Ok(())).with([end]);
        Ok(matches!(self.commit(step, self.now(), &mut self.draw()?).await?, Settled::Answer(_)))
    }
}

const ROWS_A_PAGE: u32 = 500;
