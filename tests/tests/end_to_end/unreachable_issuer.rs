//! L1: an issuer that cannot be reached closes only the MitID way in, and every place that is asked says so.

use http::StatusCode;
use patientportal_tests::installation::{FAST, OUTBOX, free_port, mitid_at};
use patientportal_tests::journey::is_logged_in;
use patientportal_tests::waiting::until;
use patientportal_tests::{Installation, Page, Patient, ServerProcess, Visitor};

#[tokio::test(flavor = "multi_thread")]
async fn l1_without_mitid_the_server_runs_and_code_login_works() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("carla");
    Visitor::at(&installation).register(&patient).await.unwrap();
    assert_eq!(mitid(&Visitor::at(&installation).open("/readyz").await.unwrap()), "ok");
    server.stop().await;

    // The same files, but the broker is nowhere.
    let nowhere = format!("http://localhost:{}", free_port());
    installation.configure(&mitid_at(&nowhere), OUTBOX, FAST);
    let server = ServerProcess::start(&installation).await;
    let mut visitor = Visitor::at(&installation);
    until("the server to find out", async || {
        let ready = visitor.open("/readyz").await.unwrap();
        assert_eq!(ready.status, StatusCode::OK, "{}", ready.html());
        (mitid(&ready) != "ok").then_some(())
    })
    .await;

    let front = visitor.front().await.unwrap();
    assert!(front.says("MitID kan ikke nås lige nu."), "{}", front.words());
    assert!(!front.forms().iter().any(|form| form.has_button("Log ind med MitID")));
    let form = visitor.client.open(front.link("Opret ny bruger").unwrap()).await.unwrap();
    assert!(form.says("MitID kan ikke nås lige nu"), "{}", form.words());

    let page = visitor.log_in_with_code(&patient).await.unwrap();
    assert!(is_logged_in(&page, &patient), "{}", page.words());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l1_a_server_that_never_saw_mitid_starts_and_says_so() {
    let installation = Installation::bare();
    installation.configure(&mitid_at(&format!("http://localhost:{}", free_port())), OUTBOX, "");
    let server = ServerProcess::start(&installation).await;
    let mut visitor = Visitor::at(&installation);
    let ready = visitor.open("/readyz").await.unwrap();
    assert_eq!((ready.status, mitid(&ready).as_str()), (StatusCode::OK, "not-ok"));
    let front = visitor.front().await.unwrap();
    assert!(front.status.is_success() && front.says("MitID kan ikke nås lige nu."), "{}", front.words());
    server.stop().await;
}

fn mitid(ready: &Page) -> String {
    let json: serde_json::Value = serde_json::from_slice(&ready.body).unwrap();
    json["mitid"].as_str().unwrap().to_owned()
}
