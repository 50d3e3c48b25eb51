//! What is measured can be read at its own address, counts what happened, and tells of no patient.

use patientportal_tests::installation::{FAST, free_port};
use patientportal_tests::journey::is_logged_in;
use patientportal_tests::mailbox::CREATED_SUBJECT;
use patientportal_tests::{Client, Installation, Patient, ServerProcess, Visitor};

#[tokio::test(flavor = "multi_thread")]
async fn i7_what_is_measured_is_read_at_its_own_address_and_tells_of_nobody() {
    let port = free_port();
    let installation = Installation::with_limits(&format!("{FAST}[metrics]\nlisten = \"127.0.0.1:{port}\"\n")).await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("nancy");
    let mut visitor = Visitor::at(&installation);
    let page = visitor.register(&patient).await.unwrap();
    assert!(is_logged_in(&page, &patient), "{}", page.words());
    visitor.mailbox.next(&patient.email, CREATED_SUBJECT, &[]).await;
    let page = Visitor::at(&installation).log_in_with_code(&patient).await.unwrap();
    assert!(is_logged_in(&page, &patient), "{}", page.words());
    Visitor::at(&installation).submit_password(patient.cpr, "Forkert-kode-12").await.unwrap();

    let mut reader = Client::new();
    let page = reader.open(format!("http://127.0.0.1:{port}/metrics")).await.unwrap();
    let read = String::from_utf8_lossy(&page.body).into_owned();
    let value = |line: &str| {
        let found = read.lines().find_map(|read| read.strip_prefix(line)?.strip_prefix(' '));
        found.unwrap_or_else(|| panic!("{line} is not in {read}")).parse::<f64>().unwrap()
    };
    assert_eq!(value("patientportal_logins_total{proof=\"mitid\"}"), 1.0);
    assert_eq!(value("patientportal_logins_total{proof=\"code\"}"), 1.0);
    assert!(value("patientportal_refusals_total{id=\"wrong-credentials\"}") >= 1.0);
    assert!(value("patientportal_mails_total{outcome=\"delivered\"}") >= 2.0);
    assert!(value("patientportal_commit_seconds_count") >= 5.0);
    assert!(value("patientportal_session_checks_total{outcome=\"valid\"}") >= 2.0);
    assert!(value("patientportal_hash_wait_seconds_count{lane=\"login\"}") >= 2.0);
    assert!(value("patientportal_job_wait_seconds_count{kind=\"mail\"}") >= 2.0);
    for told in [patient.cpr, &patient.cpr.replace('-', ""), &patient.email, &patient.first_name, &patient.last_name] {
        assert!(!read.contains(told), "{read}");
    }
    let elsewhere = visitor.open("/metrics").await.unwrap();
    assert!(elsewhere.status.is_client_error(), "not where patients are: {}", elsewhere.status);
    server.stop().await;
}
