//! The table in `docs/table.txt`, and the diagrams in `docs/flows/`: what every state makes of every command, by whomever it
//! is given, as the portal answers it.

mod accounts;
mod beginnings;
mod commands;
mod diagrams;
mod flows;
mod gate;
mod memberships;
mod printed;
mod samples;
mod scene;
mod scripts;
mod staff;
mod standings;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use printed::Section;

#[tokio::test]
async fn a9_l8_p1_the_table_and_the_diagrams_in_the_docs_say_what_the_code_does() {
    let (beginnings, flows) = (beginnings::lines().await, flows::lines().await);
    let (memberships, accounts) = (memberships::lines().await, accounts::lines().await);
    let drawn: Vec<_> = beginnings.iter().chain(&flows).cloned().collect();
    let diagrams = diagrams::diagrams(&drawn, &memberships, &accounts);
    let sections = [
        Section { title: "What begins a flow", says: "Where nothing waits yet.", lines: beginnings },
        Section { title: "Flows", says: "`its browser`: the one that it belongs to; of a link, any.", lines: flows },
        Section {
            title: "Memberships",
            says: "At a clinic that approves, unless it says otherwise.",
            lines: memberships,
        },
        Section { title: "Accounts", says: "How far the owner is known, and who answers for them.", lines: accounts },
        Section {
            title: "Staff (S1)",
            says: "What is done elsewhere is done at their own clinic.",
            lines: staff::lines().await,
        },
        Section { title: "Steps after a login (L8)", says: "By how the session was proved.", lines: gate::steps() },
        Section { title: "Functions (P1, P2)", says: "May this session do this here now?", lines: gate::functions() },
    ];
    let mut stale = Vec::new();
    stale.extend(differs(&docs().join("table.txt"), printed::table(&sections)));
    for diagram in diagrams {
        let page = docs().join(format!("flows/{}.md", diagram.page));
        let text = fs::read_to_string(&page).expect("the page is there");
        match diagrams::placed(&text, &diagram) {
            Some(placed) => stale.extend(differs(&page, placed)),
            None => stale.push(format!("{} has no place for the diagram `{}`", page.display(), diagram.name)),
        }
    }
    assert!(stale.is_empty(), "{}\nIf the code is right, write them anew: {ANEW}", stale.join("\n"));
}

#[test]
fn a9_every_command_of_the_portal_is_in_the_table() {
    let table = fs::read_to_string(docs().join("table.txt")).expect("the table is there");
    let is_in_table = |method: &str| {
        let commands = table.lines().filter_map(|line| line.strip_prefix("  ")?.split([':', ' ']).next());
        commands.into_iter().any(|command| command == method)
    };
    let portal = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/portal");
    let mut missing = Vec::new();
    for file in fs::read_dir(portal).expect("the portal is there") {
        let source = fs::read_to_string(file.expect("a file").path()).expect("it can be read");
        let methods = source.split("pub async fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
        missing.extend(methods.filter(|name| !is_in_table(name) && !ELSEWHERE.contains(name)).map(str::to_owned));
    }
    assert!(missing.is_empty(), "commands of the portal that no state is asked about: {missing:?}");
}

/// What differs, if anything does. With the variable set the file is written instead.
fn differs(path: &Path, expected: String) -> Option<String> {
    let found = fs::read_to_string(path).unwrap_or_default();
    if found == expected {
        return None;
    }
    if std::env::var_os("PATIENTPORTAL_WRITE_TABLE").is_some() {
        fs::write(path, expected).expect("the docs can be written");
        return None;
    }
    let mut lines = expected.lines().zip(found.lines().chain(std::iter::repeat("")));
    let first = lines.find(|(expected, found)| expected != found);
    let (expected, found) = first.unwrap_or(("the end", "more lines"));
    Some(format!("{}\n  the code says: {expected}\n  the file says: {found}", path.display()))
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

const ANEW: &str = "PATIENTPORTAL_WRITE_TABLE=1 cargo test -p patientportal-core --test rules table";

/// Methods that no state of a patient's is asked about: staff's own, which stand under their operations; staff's way in; and
/// what keeps the portal running.
const ELSEWHERE: [&str; 34] = [
    "administer",
    "begin_staff_sign_in",
    "check_keys",
    "choose_staff_clinic",
    "clinic_member",
    "clinic_members",
    "clinic_trail",
    "compare_roots",
    "complete_staff_sign_in",
    "contact_page",
    "dead_mails",
    "end_own_session",
    "end_staff_sessions",
    "export_audit",
    "find_person",
    "forget_dead_mails",
    "joining_asks",
    "keep_house",
    "keys_left",
    "late_form_at_login",
    "member_mails",
    "member_trail",
    "new_keys",
    "owner",
    "pending_requests",
    "principal",
    "retry_dead_mails",
    "rewrap",
    "seal_audit",
    "sign_staff_out",
    "staff_session",
    "verify_audit",
    "words_of_clinic",
    "work",
];
