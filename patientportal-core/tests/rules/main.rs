//! The rules of the spec, one script each, over a simulated world.
#![expect(clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod activation;
mod activation_attacks;
mod approval;
mod audit_export;
mod audit_sealing;
mod audit_tampering;
mod changed_number;
mod children;
mod code_again;
mod code_login;
mod coming_of_age;
mod contact;
mod dead_mail;
mod email_proof;
mod exemption;
mod former_account;
mod guardians_today;
mod jobs;
mod keys;
mod known_children;
mod late_form;
mod linked_by_clinic;
mod mail;
mod membership;
mod mitid_login;
mod nodes;
mod of_age_reminder;
mod own_page;
mod paused_store;
mod recovery;
mod registration;
mod renewed_by_clinic;
mod replacement_numbers;
mod rotation;
mod sameness;
mod slow_clinic_system;
mod staff;
mod staff_answers;
mod staff_looks;
mod staff_mails;
mod staff_sign_in;
mod staff_table;
mod step_up;
mod table;
mod walks;

use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
