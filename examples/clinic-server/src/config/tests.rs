//! Every mistake in a file has one exact sentence.

mod mistakes;
mod postgres;
mod staff;

use super::*;
use crate::scratch::Scratch;
use mistakes::MISTAKES;
use patientportal_core::clinic::{ChildrenMode, FunctionKind, MitIdDemand};
use patientportal_core::moment::Timestamp;

const GOOD: &str = r#"listen = "127.0.0.1:8080"
public_url = "https://portal.example.dk"
database = "sqlite:portal.db"
keys = "portal.keys"
trusted_proxies = ["10.0.0.0/8", "::1"]

[mitid]
issuer = "https://clinic.idura.broker"
client_id = "portal"
client_secret_file = "mitid.secret"
broker = "idura"

[mail]
smtp = "smtps://portal@mail.example.dk"
password = "pw"
from = "Patientportalen <no-reply@example.dk>"

[terms]
operator = "Klinikkerne I/S"
version = "2026-01"
file = "terms.md"

[limits]
code_life = "5m"

[web]
out_of_hours = { da = "Ring 1813", en = "Call 1813" }

[[clinic]]
slug = "clinea"
name = "Clinea Lægeklinik"
homepage = "https://clinea.example"
phone = "+45 70 10 20 30"

[[clinic.function]]
kind = "booking"
title = "Tidsbestilling"
target = "https://clinea.example/tid"

[[clinic]]
slug = "skovby"
name = "Lægerne i Skovby"
phone = "70 10 20 31"
registration = "approval"
"#;

fn folder() -> Scratch {
    let folder = Scratch::new();
    folder.write("mitid.secret", "s3cret\n");
    folder.write("terms.md", "# Vilkår\n\nBrug portalen.");
    folder
}

fn read(folder: &Scratch, text: &str) -> Result<Config, String> {
    let file = folder.write("portal.toml", text);
    Config::read(&file).map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

#[test]
fn a_good_file_becomes_a_configuration_and_touches_nothing() {
    let folder = folder();
    let config = read(&folder, GOOD).unwrap();
    let Database::Sqlite(database) = &config.database else { panic!("{:?}", config.database) };
    assert_eq!(*database, folder.path().join("portal.db"));
    assert_eq!(config.keys, folder.path().join("portal.keys"));
    assert!(!database.exists() && !config.keys.exists());
    assert_eq!(config.policy.terms_version, "2026-01");
    assert_eq!(config.policy.code_life, std::time::Duration::from_secs(300));
    assert_eq!(config.words.terms.english, "# Vilkår\n\nBrug portalen.");
    assert_eq!(config.identity.redirect_url, "https://portal.example.dk/mitid/retur");
    assert_eq!(config.identity.post_logout_redirect_url, "https://portal.example.dk/logget-ud");
    let slugs: Vec<_> = config.clinics.iter().map(|clinic| clinic.slug.as_str()).collect();
    assert_eq!(slugs, ["clinea", "skovby"]);
    assert_eq!(config.clinics.by_slug("clinea").unwrap().functions.len(), 1);
    assert_eq!(config.clinics.by_slug("skovby").unwrap().notice_address, None);
}

#[test]
fn s5_a_clinic_says_where_it_is_told_of_its_requests() {
    let text = GOOD.replace("registration = \"approval\"", "notice_address = \"post@skovby.example\"");
    let config = read(&folder(), &text).unwrap();
    let address = config.clinics.by_slug("skovby").unwrap().notice_address.clone().unwrap();
    assert_eq!(address.as_str(), "post@skovby.example");
}

#[test]
fn the_example_file_is_good() {
    let folder = folder();
    let example = include_str!("../../portal.example.toml");
    let config = read(&folder, example).unwrap();
    let mut defaults = Policy::default();
    defaults.terms_version = "2026-01".into();
    assert_eq!(config.policy, defaults);
    // What the example leaves out by a comment is good too.
    let all: String = example.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n").collect();
    folder.write("terms.en.md", "# Terms");
    let config = read(&folder, &all).unwrap();
    assert_eq!((config.policy, config.words.terms.english.as_str()), (defaults, "# Terms"));
}

#[test]
fn i7_debug_prints_no_secret() {
    let folder = folder();
    folder.write("db.secret", "hemmelig-db\n");
    let postgres = GOOD.replace("sqlite:portal.db", "postgres://portal:hemmelig-url@db.example.dk/portal");
    let with_file = GOOD
        .replace("sqlite:portal.db", "postgres://portal@db.example.dk/portal")
        .replace("[mitid]", "[postgres]\npassword_file = \"db.secret\"\n[mitid]");
    for text in [GOOD.to_owned(), postgres, with_file] {
        let config = read(&folder, &text.replace("\"pw\"", "\"hemmelig-mail\"")).unwrap();
        let printed = format!("{config:?} {}", config.database);
        assert!(!printed.contains("s3cret") && !printed.contains("hemmelig"), "{printed}");
    }
}

#[test]
fn a_custom_broker_is_described_by_claims() {
    let custom = GOOD.replace("broker = \"idura\"", CUSTOM_BROKER);
    let config = read(&folder(), &custom).unwrap();
    assert_eq!(config.identity.broker.scopes, ["ssn"]);
    let reserved = custom.replace("scopes = [\"ssn\"]", "parameters = { nonce = \"1\" }");
    assert_eq!(
        read(&folder(), &reserved).unwrap_err(),
        "portal.toml, line 13: `mitid.claims.parameters` may not set `nonce`: the portal sets it"
    );
}

#[test]
fn a_portal_on_this_machine_may_have_http_beside_it() {
    let local = GOOD
        .replace("https://portal.example.dk", "http://localhost:8080")
        .replace("https://clinic.idura.broker", "http://127.0.0.1:9090")
        .replace("https://clinea.example/tid", "http://127.0.0.1:7070/tid");
    let config = read(&folder(), &local).unwrap();
    assert_eq!(config.identity.issuer, "http://127.0.0.1:9090");
}

#[test]
fn a_target_is_kept_as_browsers_read_it() {
    let config =
        read(&folder(), &GOOD.replace("https://clinea.example/tid", " HTTPS:\\\\\\\\Clinea.Example/a/../tid")).unwrap();
    let function = &config.clinics.by_slug("clinea").unwrap().functions[0];
    assert_eq!(function.target.as_deref(), Some("https://clinea.example/tid"));
}

#[test]
fn c8_a_clinic_tells_and_closes_for_a_time() {
    let message = "registration = \"approval\"
children = \"automatic\"
[[clinic.function]]
kind = \"e-consultation\"
title = \"Skriv til os\"
mitid = \"where-possible\"
[[clinic.message]]
until = \"2027-01-03\"
text = \"Vi holder ferie.\"
text_en = \"We are on holiday.\"
closes = [\"e-consultation\"]";
    let config = read(&folder(), &GOOD.replace("registration = \"approval\"", message)).unwrap();
    let clinic = config.clinics.by_slug("skovby").unwrap();
    assert_eq!(clinic.children, ChildrenMode::Automatic);
    assert_eq!(clinic.functions[0].mitid, MitIdDemand::WhereItCanBeUsed);
    assert_eq!(clinic.messages[0].closes, [FunctionKind::EConsultation]);
    assert_eq!(clinic.messages[0].until, Some(Timestamp(1_799_017_200_000)));
    assert_eq!(clinic.messages[0].english, "We are on holiday.");
}

#[test]
fn only_the_own_host_is_served_unless_the_file_says_otherwise() {
    assert!(!read(&folder(), GOOD).unwrap().any_host);
    assert!(read(&folder(), &GOOD.replace("[web]", "[web]\nany_host = true")).unwrap().any_host);
}

#[test]
fn one_mistake_is_one_sentence_with_its_place() {
    let folder = folder();
    folder.write("empty", "\n");
    for (from, _, _) in MISTAKES {
        assert!(GOOD.contains(from), "{from}");
    }
    let said = |(from, to, _): &(&str, &str, &str)| read(&folder, &GOOD.replacen(from, to, 1)).unwrap_err();
    let said: Vec<_> = MISTAKES.iter().map(said).collect();
    let expected: Vec<_> = MISTAKES.iter().map(|(_, _, sentence)| (*sentence).to_owned()).collect();
    assert_eq!(said.join("\n"), expected.join("\n"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Config::read(Path::new("nowhere/portal.toml")).unwrap_err();
    let sentence = "nowhere/portal.toml: the file cannot be read: No such file or directory (os error 2)";
    assert_eq!(error.to_string(), sentence);
}

const CUSTOM_BROKER: &str = r#"broker = "custom"
[mitid.claims]
scopes = ["ssn"]
cpr = { claim = { from = "id_token", names = ["cpr"] } }
subject = { from = "id_token", names = ["uuid"] }
assurance = { from = "id_token", names = ["loa"] }
assurance_values = { substantial = "substantial" }
logout = "none""#;
