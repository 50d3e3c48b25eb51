//! Journeys through the pages in a real browser, over the server as `cargo run` starts it. Each journey is a file
//! `journey-….mjs` in `tests/browser`; here it gets a server with files of its own, so that all may run at once. A few
//! run besides on a server that is configured as in life, on PostgreSQL.
//!
//! `cargo build --workspace` comes first. `cargo xtask test` installs what they need and runs them.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod configured;
mod demo;
mod script;

use patientportal_tests::Installation;
use postgres_server::PostgresServer;

use demo::Demo;

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn r1_l1_l3_l9_an_adult_creates_an_account_and_logs_in_both_ways() {
    Demo::start().journey("adult");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn r3_r4_r6_a_parent_creates_a_child_and_the_child_logs_in_by_code() {
    Demo::start().journey("child");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn r7_a10_whom_the_clinic_creates_gets_in_with_mitid_or_without() {
    Demo::start().journey("activation");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn c2_whoever_comes_for_a_function_lands_on_it() {
    Demo::start().journey("functions");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn f1_a_forgotten_password_is_replaced() {
    Demo::start().journey("recovery");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn k1_where_the_clinic_holds_something_else_the_user_confirms_and_a_new_address_is_proved() {
    Demo::start().journey("contact");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn r1_r5_mistakes_and_breaking_off_at_mitid_lose_nothing() {
    Demo::start().journey("mistakes");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn r5_r6_i4_two_tabs_back_and_double_clicks_do_everything_once() {
    Demo::start().journey("tabs");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn c6_everything_works_without_javascript() {
    Demo::start().journey("no-script");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn a3_l4_the_cpr_field_helps_and_hides() {
    Demo::start().journey("cpr");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn c6_everything_is_there_in_english() {
    Demo::start().journey("english");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn c1_c7_r9_a_clinics_settings_hold_and_no_clinic_is_named_to_strangers() {
    Demo::start().journey("clinics");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn r4_r8_a9_p1_a_clinic_approves_refuses_and_closes() {
    Demo::start().journey("approval");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn s1_s2_staff_sign_in_approve_by_keyboard_create_users_and_close() {
    Demo::start().journey("staff");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn a7_f2_a_patient_sees_changes_fetches_and_closes_on_their_own_page() {
    Demo::start().journey("own-page");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn l10_the_page_offers_to_stay_and_what_stood_typed_comes_back_after_the_login() {
    Demo::start().journey("session-end");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn p2_a_function_that_demands_mitid_asks_a_code_session_to_step_up() {
    Demo::start().journey("step-up");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn c3_every_label_of_the_guide_is_there_letter_for_letter() {
    Demo::start().journey("labels");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn l7_a_young_person_takes_the_account_over_on_the_fifteenth_birthday() {
    Demo::start().journey("of-age");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn a11_s4_an_account_moves_to_a_new_number_and_a_clinic_renews_one() {
    Demo::start().journey("changed-number");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn c6_axe_finds_nothing_on_any_page_in_light_and_dark() {
    Demo::start().journey("accessible");
}

#[test]
#[ignore = "needs chromium: run cargo xtask test"]
fn c6_no_page_scrolls_sideways_on_a_phone() {
    Demo::start().journey("phone");
}

/// The demonstration has one clinic that is joined at once; this server has two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs chromium: run cargo xtask test"]
async fn j1_a_user_of_one_clinic_joins_another() {
    configured::journey("join", Installation::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs chromium and PostgreSQL: run cargo xtask test"]
async fn an_adult_creates_an_account_on_postgresql() {
    configured::journey("adult", on_postgresql().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs chromium and PostgreSQL: run cargo xtask test"]
async fn a_forgotten_password_is_replaced_on_postgresql() {
    configured::journey("recovery", on_postgresql().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs chromium and PostgreSQL: run cargo xtask test"]
async fn a_user_of_one_clinic_joins_another_on_postgresql() {
    configured::journey("join", on_postgresql().await).await;
}

async fn on_postgresql() -> Installation {
    Installation::on_database(&PostgresServer::shared().new_database()).await
}
