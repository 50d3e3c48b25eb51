//! What every store must do, as tests that run against any of them.
//!
//! Say where your stores come from, and one line makes a test of every rule:
//!
//! ```
//! use std::sync::Arc;
//!
//! use patientportal_core::store::Store;
//! use patientportal_testkit::conformance::StoreUnderTest;
//! use patientportal_testkit::memory::MemoryStore;
//!
//! #[derive(Default)]
//! struct Mine(Arc<MemoryStore>); // of yours: a folder, a schema, removed when dropped
//!
//! #[async_trait::async_trait]
//! impl StoreUnderTest for Mine {
//!     async fn open(&self) -> Arc<dyn Store> {
//!         self.0.clone()
//!     }
//! }
//!
//! patientportal_testkit::store_conformance!(Mine::default());
//! # fn main() {}
//! ```

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "these functions are tests")]

pub mod audit;
pub mod commits;
pub mod counters;
pub mod crowds;
pub mod flows;
pub mod jobs;
pub mod lists;
pub mod lookups;
pub mod portal;
pub mod sessions;
pub mod transfer;
pub mod upkeep;

mod clerk;
mod samples;

use std::sync::Arc;

use async_trait::async_trait;
use patientportal_core::store::Store;

/// The files, tables or servers of one store, empty at first and removed when this is dropped.
#[async_trait]
pub trait StoreUnderTest: Send + Sync {
    /// Opens the store. When it is opened again after all its handles are dropped, as at a restart,
    /// what was committed is there.
    async fn open(&self) -> Arc<dyn Store>;
}

/// Runs one rule on a runtime of several threads.
pub fn run<S: StoreUnderTest>(store: &S, rule: impl AsyncFnOnce(&dyn StoreUnderTest)) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(4).enable_all().build().expect("a runtime starts");
    runtime.block_on(rule(store));
}

/// Makes one `#[test]` of every rule. Takes an expression for a new, empty [`StoreUnderTest`]; it is evaluated once a
/// rule. Attributes before the expression are put on every test.
#[macro_export]
macro_rules! store_conformance {
    (@attributed [$($attributes:tt)*] #[$attribute:meta] $($rest:tt)+) => {
        $crate::store_conformance! { @attributed [$($attributes)* #[$attribute]] $($rest)+ }
    };
    (@attributed $attributes:tt $store:expr) => {
        $crate::store_conformance! { @rules $attributes $store;
            audit {
                i9_entries_wait_until_they_are_sealed
                i9_batches_and_their_entries_are_listed
                i9_a_batch_is_sealed_whole_or_not_at_all
                i9_one_of_many_seals_a_batch
                i9_a_history_is_whole_while_it_is_sealed
            }
            commits {
                i8_a_set_is_applied_whole_or_not_at_all
                what_was_written_since_it_was_read_is_stale
                i8_a_command_is_applied_once
                i9_audit_entries_come_and_go_with_their_set
            }
            counters {
                i5_counters_follow_their_ladder
                i5_a_blocked_count_counts_nothing
                counting_back_and_forgetting_need_no_counter
            }
            crowds {
                i4_one_of_many_uses_a_flow
                i5_a_window_of_five_counts_five_of_many
                i5_every_count_of_many_is_counted
                a1_one_of_many_gets_a_cpr_number
                one_of_many_writes_each_revision
                nobody_waits_for_each_other_in_a_circle
                i8_a_command_sent_by_many_is_applied_once
                each_job_is_leased_to_one_of_many
            }
            flows {
                i4_a_flow_is_used_once
                using_a_flow_makes_what_was_read_stale
            }
            jobs {
                jobs_are_leased_oldest_due_first
                a_lease_that_ended_is_given_to_another
                only_the_latest_lease_finishes_a_job
                a_job_underway_is_kept_from_others
                what_came_of_a_job_is_kept
                a_dead_job_is_revived_or_forgotten
                a_job_is_sealed_anew
            }
            lists {
                pages_have_no_gap_and_no_double
                dead_jobs_are_listed_oldest_due_first
                jobs_are_listed_by_account
                entries_are_listed_by_clinic_newest_first
                a_master_key_is_registered_once
                an_account_lists_its_own_sessions_and_entries
                members_are_listed_by_clinic_and_state
            }
            lookups {
                what_is_not_there_is_none
                a1_a_cpr_number_has_one_account
                a_cpr_number_is_found_under_each_key
                a_cpr_number_is_given_back_by_its_holder_only
                what_is_written_is_read_back
                big_values_are_kept_whole
            }
            portal {
                a1_sixty_four_registrations_of_one_child_make_one_account
                a1_sixty_four_registrations_of_one_number_make_one_account
                a9_sixty_four_joins_at_once_make_one_request
                i3_of_a_patient_who_takes_it_back_and_a_clinic_that_approves_one_is_first
                i4_one_activation_link_activates_once
                i4_one_code_submitted_sixty_four_times_opens_one_session
                i4_one_code_to_a_new_address_submitted_sixty_four_times_changes_it_once
                i4_one_reset_link_sets_one_password
                i5_no_more_than_five_wrong_codes_are_judged_however_many_come_at_once
                i5_no_more_than_five_wrong_codes_to_a_new_address_are_judged_however_many_come_at_once
                i5_no_more_than_five_wrong_numbers_are_judged_however_many_come_at_once
                i5_no_more_than_five_wrong_passwords_are_hashed_however_many_come_at_once
                l6_no_more_tries_than_an_address_has_left_are_hashed_however_many_come_at_once
                r4_sixty_four_withdrawals_at_once_take_one_request_back
                r5_one_return_sent_sixty_four_times_logs_in_once_and_asks_mitid_once
                s1_of_sixty_four_decisions_at_once_one_counts_and_all_others_are_told_whose
            }
            sessions {
                a_session_comes_with_its_accounts_access
                a_session_number_in_use_is_stale
                l9_an_ended_session_is_gone
                last_seen_never_goes_back
                what_the_provider_needs_is_kept_beside_the_session
            }
            upkeep {
                i8_everything_is_there_after_a_restart
                purge_removes_only_what_is_over
                purge_keeps_to_its_limit
                a_store_that_works_is_ready
            }
        }
    };
    (@rules $attributes:tt $store:expr; $($file:ident { $($rule:ident)+ })+) => {
        $($($crate::store_conformance! { @rule $attributes $store; $file $rule })+)+
    };
    (@rule [$($attribute:tt)*] $store:expr; $file:ident $rule:ident) => {
        #[test]
        $($attribute)*
        fn $rule() {
            $crate::conformance::run(&$store, $crate::conformance::$file::$rule);
        }
    };
    ($($whole:tt)+) => {
        $crate::store_conformance! { @attributed [] $($whole)+ }
    };
}

#[cfg(test)]
mod tests {
    use super::transfer::TransferUnderTest;
    use super::*;
    use crate::memory::MemoryStore;
    use patientportal_core::store::transfer::{CopySource, CopyTarget};

    /// Memory has no restart: opening again is the same store.
    struct InMemory(Arc<MemoryStore>);

    impl InMemory {
        fn new() -> Self {
            Self(Arc::new(MemoryStore::new()))
        }
    }

    #[async_trait]
    impl StoreUnderTest for InMemory {
        async fn open(&self) -> Arc<dyn Store> {
            Arc::clone(&self.0) as Arc<dyn Store>
        }
    }

    #[async_trait]
    impl TransferUnderTest for InMemory {
        async fn source(&self) -> Arc<dyn CopySource> {
            Arc::clone(&self.0) as Arc<dyn CopySource>
        }

        async fn target(&self) -> Arc<dyn CopyTarget> {
            Arc::clone(&self.0) as Arc<dyn CopyTarget>
        }
    }

    store_conformance!(InMemory::new());
    crate::transfer_conformance!(InMemory::new() => InMemory::new());

    #[test]
    fn every_rule_is_in_the_list() {
        let list = concat!(include_str!("conformance.rs"), include_str!("conformance/transfer.rs"));
        let files = [
            include_str!("conformance/audit.rs"),
            include_str!("conformance/commits.rs"),
            include_str!("conformance/counters.rs"),
            include_str!("conformance/crowds.rs"),
            include_str!("conformance/flows.rs"),
            include_str!("conformance/jobs.rs"),
            include_str!("conformance/lists.rs"),
            include_str!("conformance/lookups.rs"),
            include_str!("conformance/portal/codes.rs"),
            include_str!("conformance/portal/links.rs"),
            include_str!("conformance/portal/registrations.rs"),
            include_str!("conformance/portal/requests.rs"),
            include_str!("conformance/sessions.rs"),
            include_str!("conformance/transfer.rs"),
            include_str!("conformance/upkeep.rs"),
        ];
        let rules = files.iter().flat_map(|file| file.split("\npub async fn ").skip(1));
        let names: Vec<&str> = rules.filter_map(|rule| rule.split('(').next()).collect();
        assert!(names.len() > 30, "the rules were found: {names:?}");
        for name in names {
            assert!(list.lines().any(|line| line.trim() == name), "{name} is not run");
        }
    }
}
