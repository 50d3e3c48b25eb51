//! Settings that must be refused, with words that help, and what may be printed of good ones.

use std::time::Duration;

use patientportal_clinicsystem::{ClinicEndpoint, ClinicSystemSettings, HttpClinicSystem};
use serde_json::json;

use crate::world::{CLINIC, TOKEN, settings};

fn refusal(settings: ClinicSystemSettings) -> String {
    HttpClinicSystem::new(settings).unwrap_err().to_string()
}

#[test]
fn a_wrong_address_or_token_is_named_with_its_clinic() {
    for (base, expected) in [
        ("journal.example.dk", "is not an absolute address"),
        ("", "is not an absolute address"),
        ("http://journal.example.dk", "must be https (http is for loopback only)"),
        ("http://10.0.0.1", "must be https (http is for loopback only)"),
        ("http://localhost.example.dk", "must be https (http is for loopback only)"),
        ("ftp://journal.example.dk", "must be https"),
        ("https://me:secret@journal.example.dk", "holds a user name or password"),
        ("https://journal.example.dk?clinic=7", "has a query or a fragment"),
        ("https://journal.example.dk/#a", "has a query or a fragment"),
    ] {
        assert_eq!(refusal(settings(base)), format!("clinic 71: `base_url` {expected}"), "{base}");
    }
    for token in ["", " ", "two words", "line\nbreak", "kødbolle"] {
        let settings = ClinicSystemSettings::new().with_clinic(CLINIC, ClinicEndpoint::new("https://a.example", token));
        assert_eq!(refusal(settings), "clinic 71: `token` must be visible ASCII characters without spaces");
    }
    for base in ["http://localhost:1", "http://127.0.0.1:1/base/", "http://[::1]:1", "https://journal.example.dk/v1"] {
        assert!(HttpClinicSystem::new(settings(base)).is_ok(), "{base}");
    }
}

#[test]
fn roots_that_are_none_and_numbers_that_cannot_work_are_named() {
    for pem in ["", "PEM?", "-----BEGIN CERTIFICATE-----\nAAAA"] {
        let endpoint = ClinicEndpoint::new("https://a.example", TOKEN).with_root_certificates(pem);
        let refusal = refusal(ClinicSystemSettings::new().with_clinic(CLINIC, endpoint));
        assert_eq!(refusal, "clinic 71: `extra_root_certificates` is not a list of PEM certificates", "{pem}");
    }
    type Change = fn(&mut ClinicSystemSettings);
    let cases: [(Change, &str); 9] = [
        (|s| s.limits.connect = Duration::ZERO, "`limits.connect is zero`"),
        (|s| s.limits.total = Duration::ZERO, "`limits.total is zero`"),
        (|s| s.limits.body = 0, "`limits.body is zero`"),
        (|s| s.limits.concurrent = 0, "`limits.concurrent is zero`"),
        (|s| s.limits.concurrent = usize::MAX, "`limits.concurrent is over 1024`"),
        (|s| s.breaker.failures = 0, "`breaker.failures is zero`"),
        (|s| s.breaker.pause = Duration::ZERO, "`breaker.pause is zero`"),
        (|s| s.breaker.longest_pause = Duration::from_secs(1), "`breaker.longest_pause is shorter than breaker.pause`"),
        (|s| s.breaker.longest_pause = Duration::MAX, "`breaker.longest_pause is over a day`"),
    ];
    for (change, expected) in cases {
        let mut settings = settings("http://localhost:1");
        change(&mut settings);
        assert_eq!(refusal(settings), expected);
    }
}

#[test]
fn an_endpoint_is_read_from_a_file_and_a_misspelt_setting_is_told() {
    let read = |value| serde_json::from_value::<ClinicEndpoint>(value);
    let endpoint = read(json!({"base_url": "https://a.example/v1", "token": TOKEN})).unwrap();
    assert!(HttpClinicSystem::new(ClinicSystemSettings::new().with_clinic(CLINIC, endpoint)).is_ok());
    let error = read(json!({"base_url": "https://a.example", "token": TOKEN, "tokne": 1})).unwrap_err();
    assert!(error.to_string().contains("unknown field `tokne`"), "{error}");
}

#[test]
fn i7_settings_and_system_print_no_token() {
    let settings = settings("https://journal.example.dk");
    let shown = format!("{settings:?} {settings:#?} {:?}", HttpClinicSystem::new(settings.clone()).unwrap());
    assert!(shown.contains("journal.example.dk") && !shown.contains(TOKEN), "{shown}");
}
