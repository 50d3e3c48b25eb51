//! A whole portal, of which sixty-four callers want the same at the same moment, each from one of two nodes: it happens
//! once, all others are told so, and there is one mail and one line in the audit trail of it.

mod codes;
mod links;
mod registrations;
mod requests;

use patientportal_core::audit::{AuditEvent, AuditRecord};
use patientportal_core::ids::AccountId;
use patientportal_core::portal::Portal;
use patientportal_core::refusal::Refusal;
use patientportal_core::store::{Cursor, List, Listed};

use crate::crowd::CALLERS;
use crate::world::World;

use super::StoreUnderTest;

pub use codes::{
    i4_one_code_submitted_sixty_four_times_opens_one_session,
    i4_one_code_to_a_new_address_submitted_sixty_four_times_changes_it_once,
    i5_no_more_than_five_wrong_codes_are_judged_however_many_come_at_once,
    i5_no_more_than_five_wrong_codes_to_a_new_address_are_judged_however_many_come_at_once,
    i5_no_more_than_five_wrong_passwords_are_hashed_however_many_come_at_once,
    l6_no_more_tries_than_an_address_has_left_are_hashed_however_many_come_at_once,
};
pub use links::{
    i4_one_activation_link_activates_once, i4_one_reset_link_sets_one_password,
    i5_no_more_than_five_wrong_numbers_are_judged_however_many_come_at_once,
    r5_one_return_sent_sixty_four_times_logs_in_once_and_asks_mitid_once,
};
pub use registrations::{
    a1_sixty_four_registrations_of_one_child_make_one_account,
    a1_sixty_four_registrations_of_one_number_make_one_account,
};
pub use requests::{
    a9_sixty_four_joins_at_once_make_one_request,
    i3_of_a_patient_who_takes_it_back_and_a_clinic_that_approves_one_is_first,
    r4_sixty_four_withdrawals_at_once_take_one_request_back,
    s1_of_sixty_four_decisions_at_once_one_counts_and_all_others_are_told_whose,
};

/// Two nodes over a store, and people who use them.
struct Town {
    world: World,
    /// The nodes' portals.
    nodes: [Portal; 2],
}

impl Town {
    async fn over(store: &dyn StoreUnderTest) -> Self {
        Self::of(World::with(store.open().await, |_| {}))
    }

    fn of(world: World) -> Self {
        let nodes = [world.portal.clone(), world.another_node(|_, _| {}).portal.clone()];
        Self { world, nodes }
    }

    /// The node that a caller comes to.
    fn node(&self, caller: usize) -> Portal {
        self.nodes[caller % self.nodes.len()].clone()
    }

    /// How often something was written down about an account.
    async fn audited(&self, account: AccountId, event: AuditEvent) -> usize {
        let (mut found, mut after): (usize, Option<Cursor>) = (0, None);
        loop {
            let page = self.world.store.list(List::Audit(account), after, 100).await.expect("lists can be read");
            found += page.rows.iter().filter(|row| event_of(row) == Some(event)).count();
            match page.next {
                Some(next) => after = Some(next),
                None => return found,
            }
        }
    }

    async fn sessions(&self, account: AccountId) -> usize {
        let page = self.world.store.list(List::Sessions(account), None, 100).await;
        page.expect("lists can be read").rows.len()
    }

    /// Both nodes have done their jobs: this mail is there, once, and no other.
    async fn one_mail(&self, subject: &str) {
        self.world.mail(subject).await;
        assert_eq!(self.world.mailer.unread(), 0, "one mail, and not another");
    }
}

fn event_of(row: &Listed) -> Option<AuditEvent> {
    let Listed::Audit(entry) = row else { return None };
    let record: AuditRecord = minicbor::decode(&entry.record).expect("a record");
    Some(record.event)
}

/// All but so many callers were told this.
fn others_were_told(refusals: &[Refusal], but: usize, told: &Refusal) {
    assert_eq!(refusals.len(), CALLERS - but, "{refusals:?}");
    assert!(refusals.iter().all(|refusal| refusal == told), "{refusals:?}");
}

fn count(refusals: &[Refusal], told: &Refusal) -> usize {
    refusals.iter().filter(|refusal| *refusal == told).count()
}
