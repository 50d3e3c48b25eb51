//! An adult's whole journey: an account, both ways in, a function, a new password, out again.

use patientportal_tests::installation::CLINIC;
use patientportal_tests::journey::is_logged_in;
use patientportal_tests::mailbox::{CHANGED_SUBJECT, CREATED_SUBJECT};
use patientportal_tests::{Installation, Patient, ServerProcess, Visitor};

#[tokio::test(flavor = "multi_thread")]
async fn an_adult_makes_the_whole_journey() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let mut visitor = Visitor::at(&installation);
    travel(&mut visitor, &Patient::named("nancy")).await;
    server.stop().await;
}

/// The whole journey, with a look at each page. Answers the other browser, where the password was forgotten.
pub(crate) async fn travel(visitor: &mut Visitor, patient: &Patient) -> Visitor {
    let page = visitor.register(patient).await.unwrap();
    assert!(is_logged_in(&page, patient), "{}: {}", page.url, page.words());
    assert!(page.says("Din bruger er oprettet"), "{}: {}", page.url, page.words());
    visitor.mailbox.next(&patient.email, CREATED_SUBJECT, &[]).await;
    use_a_function(visitor, patient).await;

    let page = visitor.log_out(&page).await.unwrap();
    assert!(page.says("Du er logget ud"), "{}: {}", page.url, page.words());
    assert_logged_out(visitor, patient).await;

    let page = visitor.log_in_with_mitid(patient).await.unwrap();
    assert!(is_logged_in(&page, patient), "{}", page.words());
    visitor.log_out(&page).await.unwrap();

    let page = visitor.log_in_with_code(patient).await.unwrap();
    assert!(is_logged_in(&page, patient), "{}", page.words());

    let changed = Patient { password: format!("{}-ny", patient.password), ..patient.clone() };
    let mut elsewhere = visitor.elsewhere();
    let page = elsewhere.recover(patient, &changed.password).await.unwrap();
    assert!(page.says("Adgangskoden er ændret"), "{}", page.words());
    visitor.mailbox.next(&patient.email, CHANGED_SUBJECT, &[]).await;
    assert_logged_out(visitor, patient).await;

    let page = elsewhere.submit_password(patient.cpr, &patient.password).await.unwrap();
    assert_eq!(page.status, 422, "the old password is worth nothing");
    let page = visitor.log_in_with_code(&changed).await.unwrap();
    assert!(is_logged_in(&page, patient), "{}", page.words());
    visitor.log_out(&page).await.unwrap();
    elsewhere
}

async fn use_a_function(visitor: &mut Visitor, patient: &Patient) {
    let page = visitor.open(&format!("/{CLINIC}/tidsbestilling")).await.unwrap();
    assert!(is_logged_in(&page, patient), "{}", page.words());
    assert!(page.says("Her bestiller du tid til det, der ikke haster."), "{}", page.words());
}

async fn assert_logged_out(visitor: &mut Visitor, patient: &Patient) {
    let page = visitor.start().await.unwrap();
    assert!(page.says("Log ind med sikkerhedskode") && !page.says(&patient.last_name), "{}", page.words());
}
