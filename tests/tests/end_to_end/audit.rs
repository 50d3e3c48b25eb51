//! The audit trail from the command line: what journeys left is sealed by the server, verified while it serves, given to an
//! auditor, and verified again after somebody has tampered with the file.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use patientportal_core::audit::{AuditEntry, KnownRoot, entry_leaf, is_under};
use patientportal_core::ids::{AccountId, ClinicId};
use patientportal_core::moment::Timestamp;
use patientportal_tests::journey::is_logged_in;
use patientportal_tests::server::{Ended, run};
use patientportal_tests::waiting::until;
use patientportal_tests::{Installation, Patient, ServerProcess, Visitor};
use rusqlite::Connection;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn i9_the_command_line_seals_verifies_and_exports() {
    let installation = Installation::new().await;
    let roots = keep_roots(&installation);
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("nancy");
    let mut visitor = Visitor::at(&installation);
    let page = visitor.register(&patient).await.unwrap();
    assert!(is_logged_in(&page, &patient), "{}", page.words());
    until("a sealed registration", async || (count(&roots) > 0).then_some(())).await;
    let before = count(&roots);
    Visitor::at(&installation).log_in_with_code(&patient).await.unwrap();
    until("a sealed login", async || (count(&roots) > before).then_some(())).await;

    let (config, file) = (installation.config().display().to_string(), roots.display().to_string());
    let verify = ["audit", "verify", "--config", &config, "--roots", &file];
    let verified = run(&verify).await;
    assert!(verified.status.success(), "while it is served: {verified:?}");
    let export = installation.folder.path().join("trail.jsonl");
    let to = export.display().to_string();
    let exported = run(&["audit", "export", "--config", &config, "--to", &to, "--clinic", "clinea"]).await;
    assert!(exported.status.success(), "{exported:?}");
    check_export(&export, &roots, &patient);
    let again = run(&["audit", "export", "--config", &config, "--to", &to]).await;
    assert!(again.status.code() == Some(2) && again.stderr.contains("is there already"), "{again:?}");
    let ended = server.stop().await;
    assert!(ended.stderr.contains("audit entries were sealed"), "{}", ended.stderr);
    let verified = run(&verify).await;
    assert!(verified.status.success(), "{verified:?}");
    assert!(verified.stdout.contains(&format!("{} roots are known outside", count(&roots))), "{verified:?}");

    let database = Connection::open(installation.database()).unwrap();
    let id = |sql| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let changed = id("SELECT id FROM sealed_audit WHERE batch = 1 LIMIT 1");
    database.execute("UPDATE sealed_audit SET clinic = NULL WHERE id = ?1", [changed]).unwrap();
    let last = id("SELECT max(number) FROM audit_batch");
    database.execute("DELETE FROM sealed_audit WHERE batch = ?1", [last]).unwrap();
    database.execute("DELETE FROM audit_batch WHERE number = ?1", [last]).unwrap();
    drop(database);
    let tampered = run(&verify).await;
    assert_eq!(tampered.status.code(), Some(1), "{tampered:?}");
    let changed = format!("FLAW: entry {changed:016x} of batch 1 was changed, or was never the portal's");
    let cut = format!("FLAW: batch {last} is not there, though known outside");
    let flaws = flaws(&tampered);
    assert!(flaws.len() == 2 && flaws[0].starts_with(&cut) && flaws[1] == changed, "{tampered:?}");
    assert!(tampered.stderr.contains("2 flaws"), "{tampered:?}");

    let unread = run(&["audit", "verify", "--config", &config, "--roots", "/none/of/these"]).await;
    assert!(unread.status.code() == Some(2) && unread.stderr.contains("the roots cannot be read"), "{unread:?}");
}

/// Has the server keep roots, and answers where.
fn keep_roots(installation: &Installation) -> std::path::PathBuf {
    let config = std::fs::read_to_string(installation.config()).unwrap();
    let with_roots = config.replace("[terms]", "[audit]\nroots = \"audit.roots\"\n\n[terms]");
    std::fs::write(installation.config(), with_roots).unwrap();
    installation.folder.path().join("audit.roots")
}

fn count(roots: &Path) -> usize {
    std::fs::read_to_string(roots).unwrap_or_default().lines().count()
}

fn flaws(ended: &Ended) -> Vec<&str> {
    ended.stdout.lines().filter(|line| line.starts_with("FLAW: ")).collect()
}

/// Does what an auditor does, who has the export and the file of roots, and no key.
fn check_export(export: &Path, roots: &Path, patient: &Patient) {
    assert_eq!(std::fs::metadata(export).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(export).unwrap();
    let cpr = patient.cpr.replace('-', "");
    for told in [&cpr, patient.cpr, &patient.first_name, &patient.last_name, &patient.email, &patient.mobile] {
        assert!(!text.contains(told), "I7: {told} is in the export");
    }
    let roots = std::fs::read_to_string(roots).unwrap();
    let roots: Vec<KnownRoot> = roots.lines().filter_map(KnownRoot::parse).collect();
    let (mut batch, mut events) = (Value::Null, Vec::new());
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if line.get("batch").is_some() {
            batch = line;
            continue;
        }
        events.push(line["event"].as_str().unwrap().to_owned());
        assert_eq!(line["clinic"], "clinea");
        let proof: Vec<[u8; 32]> =
            line["proof"].as_array().unwrap().iter().map(|hash| bytes(hash).try_into().unwrap()).collect();
        let known = roots.iter().find(|root| root.number == batch["batch"]).unwrap();
        let leaves = usize::try_from(batch["entries"].as_u64().unwrap()).unwrap() + 1;
        let place = usize::try_from(line["place"].as_u64().unwrap()).unwrap();
        assert!(is_under(&known.root, entry_leaf(&entry(&line)), place, leaves, &proof), "{line}");
    }
    for event in ["AccountCreated", "PasswordAccepted", "LoggedInWithCode"] {
        assert!(events.iter().any(|known| known == event), "{event}: {events:?}");
    }
}

fn entry(line: &Value) -> AuditEntry {
    AuditEntry {
        id: number(&line["entry"]).unwrap(),
        at: Timestamp(line["time_ms"].as_i64().unwrap()),
        account: number(&line["account_id"]).map(AccountId),
        clinic: number(&line["clinic_id"]).map(ClinicId),
        record: bytes(&line["record"]),
        mac: bytes(&line["mac"]).try_into().unwrap(),
    }
}

fn number(text: &Value) -> Option<u64> {
    text.as_str().map(|text| u64::from_str_radix(text, 16).unwrap())
}

fn bytes(text: &Value) -> Vec<u8> {
    let digits = text.as_str().unwrap();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
