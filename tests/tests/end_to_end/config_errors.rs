//! A wrong file, command line or place: one sentence that names it, exit code 2, and nothing half started.

use std::net::TcpStream;

use patientportal_tests::installation::{OUTBOX, mitid_at};
use patientportal_tests::server::{Ended, run};
use patientportal_tests::{Installation, ServerProcess};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_file_is_told_in_one_sentence_and_nothing_is_started() {
    for (from, to, words) in MISTAKES {
        let installation = Installation::bare();
        let good = installation.text(&mitid_at("http://localhost:1"), OUTBOX, "");
        assert!(good.contains(from), "{from:?} is not in the good file");
        installation.folder.write("portal.toml", &good.replacen(from, to, 1));
        let sentence = refused(&installation, &["--config", &path(&installation)]).await;
        let file = format!("{}", installation.config().display());
        for word in words.iter().chain([&file.as_str()]) {
            assert!(sentence.contains(word), "{to:?}: {word:?} is not in {sentence:?}");
        }
        // `check` says the same, and starts nothing either.
        assert_eq!(refused(&installation, &["check", "--config", &path(&installation)]).await, sentence);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_file_is_called_good_and_nothing_is_made() {
    let installation = Installation::bare();
    installation.configure(&mitid_at("http://localhost:1"), OUTBOX, "");
    let ended = run(&["check", "--config", &path(&installation)]).await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(
        ended.stdout.contains("the file is good") && ended.stdout.contains("http://localhost:1 cannot be reached"),
        "{ended:?}"
    );
    assert_untouched(&installation, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_there_and_a_slip_on_the_command_line_are_told() {
    let installation = Installation::bare();
    let missing = path(&installation);
    let sentence = refused(&installation, &["--config", &missing]).await;
    assert!(sentence.contains(&missing), "{sentence}");
    for (arguments, word) in
        [(vec!["--confg"], "--confg"), (vec!["--config"], "--config"), (vec!["check"], "--config FILE")]
    {
        let sentence = refused(&installation, &arguments).await;
        assert!(sentence.contains(word), "{sentence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_used_are_told_with_their_place() {
    let good = Installation::new().await;
    ServerProcess::start(&good).await.stop().await;

    // A database that is none.
    let installation = Installation::bare();
    installation.configure(&mitid_at("http://localhost:1"), OUTBOX, "");
    installation.folder.write("portal.db", &"not a database ".repeat(100));
    std::fs::copy(good.folder.path().join("portal.keys"), installation.folder.path().join("portal.keys")).unwrap();
    assert!(said(&run(&["--config", &path(&installation)]).await).contains("portal.db"));

    // Keys that are gone: new ones could open nothing.
    let keys = good.folder.path().join("portal.keys");
    let kept = good.folder.path().join("kept.keys");
    std::fs::rename(&keys, &kept).unwrap();
    let sentence = said(&run(&["--config", &path(&good)]).await);
    assert!(sentence.contains("portal.keys") && !keys.exists(), "{sentence}");
    std::fs::rename(&kept, &keys).unwrap();

    // An address that another has.
    let server = ServerProcess::start(&good).await;
    let sentence = said(&run(&["--config", &path(&good)]).await);
    assert!(sentence.contains(&good.port.to_string()), "{sentence}");
    server.stop().await;
}

/// Runs the server with arguments that it must refuse, and answers its sentence.
async fn refused(installation: &Installation, arguments: &[&str]) -> String {
    let ended = run(arguments).await;
    let sentence = said(&ended);
    assert_untouched(installation, &sentence);
    sentence
}

/// The one sentence of a program that refused to begin.
fn said(ended: &Ended) -> String {
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert_eq!(ended.stdout, "", "{ended:?}");
    let lines: Vec<&str> = ended.stderr.lines().collect();
    let [sentence] = lines.as_slice() else { panic!("not one sentence: {ended:?}") };
    (*sentence).to_owned()
}

fn assert_untouched(installation: &Installation, sentence: &str) {
    for made in ["portal.db", "portal.keys", "outbox"] {
        assert!(!installation.folder.path().join(made).exists(), "{made} was made, although: {sentence}");
    }
    assert!(TcpStream::connect(("127.0.0.1", installation.port)).is_err(), "somebody listens, although: {sentence}");
}

fn path(installation: &Installation) -> String {
    installation.config().to_str().unwrap().to_owned()
}

/// What stands in the good file, what is put there, and what the sentence must name.
const MISTAKES: &[(&str, &str, &[&str])] = &[
    ("listen = ", "lisen = ", &["line 1", "lisen"]),
    ("keys = \"portal.keys\"\n", "", &["`keys` is missing"]),
    ("[mail]\n", "[mail]\nport = 25\n", &["line 13", "port"]),
    ("sqlite:portal.db", "postgres://localhost/portal", &["line 3", "database"]),
    ("sqlite:portal.db", "sqlite:nowhere/portal.db", &["line 3", "database", "nowhere"]),
    ("public_url = \"http://127.0.0.1", "public_url = \"http://portal.example.dk", &["line 2", "public_url", "https"]),
    ("broker = \"idura\"", "broker = \"neb\"", &["line 10", "mitid.broker", "nets", "custom"]),
    ("issuer = \"http://localhost:1\"", "issuer = \"http://broker.example\"", &["line 7", "mitid.issuer", "https"]),
    ("outbox = \"outbox\"", "smtp = \"smtp://mail.example.dk\"", &["mail.smtp", "loopback"]),
    ("[limits]\n", "[limits]\ncode_life = \"10\"\n", &["limits.code_life", "10m"]),
    ("[limits]\n", "[limits]\ncode_lif = \"10m\"\n", &["limits.code_lif", "code_life"]),
    ("registration = \"approval\"", "registration = \"sometimes\"", &["sometimes", "approval"]),
    ("slug = \"godkend\"", "slug = \"clinea\"", &["clinic.slug", "clinea"]),
    ("kind = \"booking\"", "kind = \"bookng\"", &["bookng", "booking"]),
    ("version = \"2026-01\"", "version = 2026", &["string"]),
    ("[terms]", "[terms", &["line"]),
];
