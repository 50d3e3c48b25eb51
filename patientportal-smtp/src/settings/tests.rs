//! Which URLs are understood, and which are refused with a reason.

use super::*;

type Wanted = fn(&SmtpConfigError) -> bool;

fn settings(url: &str) -> Result<SmtpSettings, SmtpConfigError> {
    SmtpSettings::from_url(url, Sender::new("portal@klinik.example", None).unwrap())
}

#[test]
fn the_three_kinds_of_url_are_read() {
    for (url, security, host, port) in [
        ("smtps://mail.klinik.example", Security::Implicit, "mail.klinik.example", 465),
        ("smtps://Mail.Klinik.example:4465/", Security::Implicit, "mail.klinik.example", 4465),
        ("smtp+starttls://mail.klinik.example", Security::StartTls, "mail.klinik.example", 587),
        ("smtp+starttls://10.0.0.7:2587", Security::StartTls, "10.0.0.7", 2587),
        ("smtp+starttls://[fd00::7]", Security::StartTls, "fd00::7", 587),
        ("smtp://localhost", Security::Loopback, "localhost", 25),
        ("smtp://127.9.9.9:1025", Security::Loopback, "127.9.9.9", 1025),
        ("smtp://[::1]:1025", Security::Loopback, "::1", 1025),
    ] {
        let settings = settings(url).unwrap();
        assert_eq!((settings.security, settings.host.as_str(), settings.port), (security, host, port), "{url}");
    }
}

#[test]
fn what_cannot_be_used_is_refused_with_its_reason() {
    let cases: [(&str, Wanted); 14] = [
        ("mail.klinik.example", |e| matches!(e, SmtpConfigError::Url)),
        ("smtps://mail klinik", |e| matches!(e, SmtpConfigError::Url)),
        ("smtps://mail:99999", |e| matches!(e, SmtpConfigError::Url)),
        ("https://mail.klinik.example", |e| matches!(e, SmtpConfigError::Scheme)),
        ("smtp+ssl://mail.klinik.example", |e| matches!(e, SmtpConfigError::Scheme)),
        ("smtps:mail.klinik.example", |e| matches!(e, SmtpConfigError::Trailing)),
        ("smtps://", |e| matches!(e, SmtpConfigError::Host)),
        ("smtps://m%0D%0Ail", |e| matches!(e, SmtpConfigError::Host)),
        ("smtps://mail.klinik.example/inbox", |e| matches!(e, SmtpConfigError::Trailing)),
        ("smtps://mail.klinik.example?tls=no", |e| matches!(e, SmtpConfigError::Trailing)),
        ("smtp://mail.klinik.example", |e| matches!(e, SmtpConfigError::PlainBeyondLoopback)),
        ("smtp://localhost.klinik.example", |e| matches!(e, SmtpConfigError::PlainBeyondLoopback)),
        ("smtp://128.0.0.1", |e| matches!(e, SmtpConfigError::PlainBeyondLoopback)),
        ("smtps://user:%FF@mail.klinik.example", |e| matches!(e, SmtpConfigError::Credentials)),
    ];
    for (url, wanted) in cases {
        let error = settings(url).unwrap_err();
        assert!(wanted(&error), "{url}: {error:?}");
    }
}

#[test]
fn credentials_are_decoded_and_the_password_may_come_from_elsewhere() {
    let url = "smtps://portal%40klinik:s%C3%A6sam%2F1@mail.klinik.example";
    let wanted = |user: &str, password: &str| Some(Credentials::new(user.into(), password.into()));
    assert_eq!(settings(url).unwrap().credentials().unwrap(), wanted("portal@klinik", "sæsam/1"));
    let apart = settings("smtps://portal@mail.klinik.example").unwrap();
    assert!(matches!(apart.credentials(), Err(SmtpConfigError::Credentials)));
    assert_eq!(apart.with_password("100%25").credentials().unwrap(), wanted("portal", "100%25"));
    let nobody = settings("smtps://mail.klinik.example").unwrap();
    assert_eq!(nobody.credentials().unwrap(), None);
    assert!(matches!(nobody.with_password("x").credentials(), Err(SmtpConfigError::Credentials)));
}

#[test]
fn i7_debug_and_errors_print_no_password() {
    let settings = settings("smtps://portal:hemmelig@mail.klinik.example").unwrap();
    assert!(!format!("{settings:?}").contains("hemmelig"));
    let error = super::SmtpSettings::from_url("smtps://portal:hemmelig@x/y", settings.sender).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hemmelig"));
}

#[test]
fn only_pem_certificates_and_host_names_are_taken() {
    let settings = settings("smtps://mail.klinik.example").unwrap();
    for pem in ["", "no pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        let refused = settings.clone().with_root_certificates(pem.as_bytes());
        assert!(matches!(refused, Err(SmtpConfigError::Certificate)), "{pem}");
    }
    for name in ["", "a b", "a\r\nMAIL FROM:<x@y>", "[::1]"] {
        assert!(matches!(settings.clone().with_hello_name(name), Err(SmtpConfigError::Hello)), "{name}");
    }
    assert!(settings.with_hello_name("portal.klinik.example").is_ok());
}
