//! A journey on a server with a configuration file, as in life: two clinics that are joined at once, mails in an outbox.

use std::fs;

use patientportal_tests::{Installation, ServerProcess};

use crate::script::run;

/// Starts the server and makes the journey.
pub(crate) async fn journey(name: &'static str, installation: Installation) {
    let config = fs::read_to_string(installation.config()).unwrap();
    fs::write(installation.config(), config.clone() + SECOND_CLINIC).unwrap();
    let issuer = config.lines().find_map(|line| line.strip_prefix("issuer = ")).expect("an issuer");
    let simulator = issuer.trim_matches(['"', '/']).to_owned();
    let server = ServerProcess::start(&installation).await;
    let (portal, outbox) = (installation.url(""), installation.folder.path().join("outbox"));
    let made = tokio::task::spawn_blocking(move || run(name, &portal, &simulator, Some(&outbox)));
    let outcome = made.await.unwrap();
    assert!(outcome.is_ok(), "{}\n{}", outcome.unwrap_err(), server.logs());
    server.kill().await;
}

const SECOND_CLINIC: &str = r#"
[[clinic]]
slug = "havnegade"
name = "Lægerne Havnegade"
phone = "70 10 20 32"
registration = "automatic"
[[clinic.function]]
kind = "booking"
title = "Bestil tid"
"#;
