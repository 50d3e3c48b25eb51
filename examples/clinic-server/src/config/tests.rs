//! Every mistake in a file has one exact sentence.

use super::*;
use crate::scratch::Scratch;

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
    assert_eq!(config.database, folder.path().join("portal.db"));
    assert_eq!(config.keys, folder.path().join("portal.keys"));
    assert!(!config.database.exists() && !config.keys.exists());
    assert_eq!(config.policy.terms_version, "2026-01");
    assert_eq!(config.policy.code_life, std::time::Duration::from_secs(300));
    assert_eq!(config.words.terms.english, "# Vilkår\n\nBrug portalen.");
    assert_eq!(config.identity.redirect_url, "https://portal.example.dk/mitid/retur");
    assert_eq!(config.identity.post_logout_redirect_url, "https://portal.example.dk/logget-ud");
    let slugs: Vec<_> = config.clinics.iter().map(|clinic| clinic.slug.as_str()).collect();
    assert_eq!(slugs, ["clinea", "skovby"]);
    assert_eq!(config.clinics.by_slug("clinea").unwrap().functions.len(), 1);
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
    let config = read(&folder(), &GOOD.replace("\"pw\"", "\"hemmelig-mail\"")).unwrap();
    let printed = format!("{config:?}");
    assert!(!printed.contains("s3cret") && !printed.contains("hemmelig-mail"), "{printed}");
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

/// What stands in the good file, what is put in its place, and what is said of it.
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "listen = \"127.0.0.1:8080\"",
        "listen = \"8080\"",
        "portal.toml, line 1: `listen` must be an address and a port, like 127.0.0.1:8080",
    ),
    ("listen = \"127.0.0.1:8080\"\n", "", "portal.toml: `listen` is missing"),
    ("broker = \"idura\"", "", "portal.toml, line 7: `broker` is missing"),
    ("keys = \"portal.keys\"", "keys = ", "portal.toml, line 4: string values must be quoted, expected literal string"),
    (
        "https://portal.example.dk\"",
        "http://portal.example.dk\"",
        "portal.toml, line 2: `public_url` must begin with https:// (http:// is for this machine only)",
    ),
    (
        "https://portal.example.dk\"",
        "portal\"",
        "portal.toml, line 2: `public_url` is not an address like https://portal.example.dk",
    ),
    (
        "https://portal.example.dk\"",
        "https://portal.example.dk/?a\"",
        "portal.toml, line 2: `public_url` must end before any ? or #",
    ),
    (
        "sqlite:portal.db",
        "postgres://localhost",
        "portal.toml, line 3: `database` must be `sqlite:` and a path, like sqlite:portal.db",
    ),
    (
        "sqlite:portal.db",
        "sqlite:nowhere/portal.db",
        "portal.toml, line 3: `database` lies in nowhere, which is not a directory",
    ),
    (
        "\"portal.keys\"",
        "\"nowhere/portal.keys\"",
        "portal.toml, line 4: `keys` lies in nowhere, which is not a directory",
    ),
    (
        "\"::1\"",
        "\"10.0.0.0/64\"",
        "portal.toml, line 5: `trusted_proxies` holds \"10.0.0.0/64\", which is no network like 10.0.0.0/8",
    ),
    (
        "broker = \"idura\"",
        "broker = \"idura2\"",
        "portal.toml, line 11: `mitid.broker` is \"idura2\"; there are nets, nets-match, idura, signicat and custom",
    ),
    (
        "broker = \"idura\"",
        "broker = \"custom\"",
        "portal.toml, line 11: `mitid.broker` is \"custom\" and needs [mitid.claims]",
    ),
    (
        "https://clinic.idura.broker",
        "http://clinic.idura.broker",
        "portal.toml, line 8: `mitid.issuer` must be https (http is for loopback only)",
    ),
    (
        "https://clinic.idura.broker",
        "http://127.0.0.1:9090",
        "portal.toml, line 8: `mitid.issuer` must be https (http is for a portal whose `public_url` is on this machine)",
    ),
    ("client_id = \"portal\"", "client_id = \"\"", "portal.toml, line 9: `mitid.client_id` is empty"),
    (
        "client_secret_file = \"mitid.secret\"",
        "",
        "portal.toml, line 7: `mitid` needs `client_secret` or `client_secret_file`",
    ),
    (
        "client_id = \"portal\"",
        "client_id = \"portal\"\nclient_secret = \"x\"",
        "portal.toml, line 11: `mitid.client_secret_file` stands beside `mitid.client_secret`; keep one of them",
    ),
    (
        "\"mitid.secret\"",
        "\"nowhere\"",
        "portal.toml, line 10: `mitid.client_secret_file` names nowhere, which cannot be read: \
         No such file or directory (os error 2)",
    ),
    ("\"mitid.secret\"", "\"empty\"", "portal.toml, line 10: `mitid.client_secret_file` is empty"),
    (
        "smtp = \"smtps://portal@mail.example.dk\"\npassword = \"pw\"",
        "",
        "portal.toml, line 13: `mail` needs `smtp` or `outbox`",
    ),
    (
        "password = \"pw\"",
        "outbox = \"mails\"",
        "portal.toml, line 15: `mail.outbox` stands beside `smtp`; keep one of them",
    ),
    (
        "smtp = \"smtps://portal@mail.example.dk\"",
        "outbox = \"mails\"",
        "portal.toml, line 15: `mail.password` is for `smtp` only",
    ),
    (
        "smtps://portal@mail",
        "smtp://mail",
        "portal.toml, line 14: `mail.smtp` cannot be used: smtp:// without TLS is for loopback hosts only; \
         use smtps:// or smtp+starttls://",
    ),
    (
        "Patientportalen <no-reply@example.dk>",
        "Patientportalen",
        "portal.toml, line 16: `mail.from` must be an e-mail address, or a name and one: \
         Patientportalen <no-reply@example.dk>",
    ),
    ("operator = \"Klinikkerne I/S\"", "operator = \" \"", "portal.toml, line 19: `terms.operator` is empty"),
    (
        "\"terms.md\"",
        "\"nowhere.md\"",
        "portal.toml, line 21: `terms.file` names nowhere.md, which cannot be read: \
         No such file or directory (os error 2)",
    ),
    (
        "\"clinea\"",
        "\"Clinea\"",
        "portal.toml, line 30: `clinic.slug` \"Clinea\" is not made of a-z, 0-9 and inner hyphens (40 at most)",
    ),
    (
        "\"clinea\"",
        "\"mitid\"",
        "portal.toml, line 30: `clinic.slug` may not be \"mitid\": pages of the portal stand there",
    ),
    (
        "\"clinea\"",
        "\"readyz\"",
        "portal.toml, line 30: `clinic.slug` may not be \"readyz\": pages of the portal stand there",
    ),
    ("\"skovby\"", "\"clinea\"", "portal.toml, line 41: `clinic.slug` \"clinea\" is another clinic's"),
    (
        "phone = \"70",
        "phone = \"x70",
        "portal.toml, line 43: `clinic.phone` must be a telephone number of digits, spaces and a leading +",
    ),
    (
        "\"https://clinea.example/tid\"",
        "\"javascript:alert(1)\"",
        "portal.toml, line 38: `clinic.function.target` must be an address like https://clinic.example/booking \
         (http:// is for a portal on this machine)",
    ),
    (
        "\"https://clinea.example/tid\"",
        "\"http://clinea.example/tid\"",
        "portal.toml, line 38: `clinic.function.target` must be an address like https://clinic.example/booking \
         (http:// is for a portal on this machine)",
    ),
    (
        "\"https://clinea.example/tid\"",
        "\"//clinea.example/tid\"",
        "portal.toml, line 38: `clinic.function.target` must be an address like https://clinic.example/booking \
         (http:// is for a portal on this machine)",
    ),
    (
        "kind = \"booking\"",
        "kind = \"chat\"",
        "portal.toml, line 36: unknown variant `chat`, expected one of `booking`, `e-consultation`, `prescription-renewal`",
    ),
    (
        "[[clinic]]\nslug = \"skovby\"",
        "[[clinic.function]]\nkind = \"booking\"\ntitle = \"B\"\n[[clinic]]\nslug = \"skovby\"",
        "portal.toml, line 35: `clinic.function` has one kind twice",
    ),
    (
        "registration = \"approval\"",
        "registration = \"maybe\"",
        "portal.toml, line 44: unknown variant `maybe`, expected one of `automatic`, `approval`, `off`",
    ),
    (
        "[limits]",
        "[limit]",
        "portal.toml, line 23: unknown field `limit`, expected one of `listen`, `public_url`, `database`, `keys`, \
         `trusted_proxies`, `forwarded_header`, `mitid`, `mail`, `terms`, `limits`, `web`, `clinic`",
    ),
];
