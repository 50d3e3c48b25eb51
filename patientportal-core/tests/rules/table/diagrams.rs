//! The diagrams in `docs/flows/`: what the table says, drawn.

use patientportal_core::store::FlowKind;

use super::beginnings::NOTHING;
use super::commands::ALWAYS_THE_SAME;
use super::scene::{Line, Outcome};
use super::words::words;

/// A diagram in a page, found by its name.
pub(super) struct Diagram {
    pub(super) page: &'static str,
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// What the lines of the three parts look like, drawn.
pub(super) fn diagrams(flows: &[Line], memberships: &[Line], accounts: &[Line]) -> Vec<Diagram> {
    let of_flows = FLOWS.iter().map(|(page, prefix, kinds)| {
        let states = kinds.iter().map(|kind| format!("{kind:?}")).collect();
        Diagram { page, name: "flow", text: Drawing { states, prefix, loops: true }.of(flows) }
    });
    let of_accounts = ACCOUNTS.iter().map(|(page, states)| {
        let states = states.iter().map(|state| (*state).to_owned()).collect();
        Diagram { page, name: "account", text: Drawing { states, prefix: "", loops: false }.of(accounts) }
    });
    let states = MEMBERSHIP.iter().map(|state| (*state).to_owned()).collect();
    let drawing = Drawing { states, prefix: "", loops: true };
    let of_memberships = Diagram { page: "membership", name: "membership", text: drawing.of(memberships) };
    of_flows.chain(of_accounts).chain([of_memberships]).collect()
}

/// The page with this diagram in the place of the one that it has. `None` where the page has no place for it.
pub(super) fn placed(page: &str, diagram: &Diagram) -> Option<String> {
    let begin = format!("<!-- diagram: {} -->\n", diagram.name);
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{begin}{}{END}{after}", diagram.text))
}

/// What is drawn of the lines.
struct Drawing<'a> {
    /// The states that it is about.
    states: Vec<String>,
    /// What their names begin with, left out.
    prefix: &'a str,
    /// Whether what leads back to where it came from is drawn too.
    loops: bool,
}

/// What leads from one state to another, or back to the same.
struct Edge {
    from: String,
    to: String,
    commands: Vec<String>,
    answer: Result<&'static str, &'static str>,
}

impl Drawing<'_> {
    fn of(&self, lines: &[Line]) -> String {
        let mut edges: Vec<Edge> = Vec::new();
        for line in lines {
            let Some(edge) = self.edge(line) else { continue };
            if self.is_told_already(line, lines) {
                continue;
            }
            match edges.iter_mut().find(|known| known.is_like(&edge)) {
                Some(known) => known.commands.extend(edge.commands),
                None => edges.push(edge),
            }
        }
        let drawn: String = edges.iter().map(|edge| self.drawn(edge)).collect();
        format!("```mermaid\nstateDiagram-v2\n{drawn}```\n")
    }

    /// The line as an edge, if it is one of these states': it leads somewhere else, or something was done.
    fn edge(&self, line: &Line) -> Option<Edge> {
        let Outcome { answer, becomes, wrote, noted } = &line.outcome;
        let (from, situation) = parts(line);
        let to = becomes.as_deref().unwrap_or(from);
        let is_done = *noted || (*wrote && *answer != Ok(ALWAYS_THE_SAME));
        let is_loop = self.loops && is_done && !is_outside(from) && line.actor != "time";
        let is_theirs = [from, to].iter().any(|state| self.states.iter().any(|known| known == state));
        if !is_theirs || (becomes.is_none() && !is_loop) {
            return None;
        }
        let mut said = words(line.command);
        let apart = [situation, line.actor].into_iter().filter(|apart| !apart.is_empty() && !PLAIN.contains(apart));
        for apart in apart {
            said += &format!(" ({apart})");
        }
        Some(Edge { from: from.to_owned(), to: to.to_owned(), commands: vec![said], answer: *answer })
    }

    /// Whether a line above says the same of the same command in another situation, or by somebody else.
    fn is_told_already(&self, line: &Line, lines: &[Line]) -> bool {
        let above = lines.iter().take_while(|above| !std::ptr::eq(*above, line));
        let mut same =
            above.filter(|above| parts(above).0 == parts(line).0 && words(above.command) == words(line.command));
        same.any(|above| (above.outcome.answer, &above.outcome.becomes) == (line.outcome.answer, &line.outcome.becomes))
    }

    fn drawn(&self, Edge { from, to, commands, answer }: &Edge) -> String {
        let answer = match answer {
            Ok("done") => String::new(),
            Ok(words) => format!(" / {words}"),
            Err(refusal) => format!(" / refused, {refusal}"),
        };
        format!("    {} --> {}: {}{answer}\n", self.name(from), self.name(to), commands.join(" or "))
    }

    fn name<'a>(&self, state: &'a str) -> &'a str {
        match state {
            state if is_outside(state) => "[*]",
            state if self.states.iter().any(|known| known == state) => state.strip_prefix(self.prefix).unwrap_or(state),
            state => state,
        }
    }
}

impl Edge {
    fn is_like(&self, other: &Self) -> bool {
        (&self.from, &self.to, self.answer) == (&other.from, &other.to, other.answer)
    }
}

/// The state, and the situation where it is told.
fn parts(line: &Line) -> (&str, &str) {
    line.state.split_once(", ").unwrap_or((&line.state, ""))
}

fn is_outside(state: &str) -> bool {
    [NOTHING, "NoAccount", "no membership", "Finished", "Erased", "gone", "account closed"].contains(&state)
}

/// Actors who need not be named where the command says who it is.
const PLAIN: [&str; 13] = [
    "visitor",
    "staff",
    "staff of the clinic",
    "owner",
    "owner, logged in",
    "owner, by code",
    "owner, by MitID",
    "owner, MitID just now",
    "owner, session just over",
    "owner come of age, MitID",
    "time",
    "its browser",
    "another browser",
];

/// The pages of the flows, what their states' names begin with, and the states.
const FLOWS: [(&str, &str, &[FlowKind]); 10] = [
    (
        "registration",
        "Registration",
        &[FlowKind::RegistrationAwaitingMitId, FlowKind::RegistrationJourneyOver, FlowKind::RegistrationAwaitingForm],
    ),
    ("child", "Child", &[FlowKind::ChildAwaitingGuardian, FlowKind::ChildJourneyOver, FlowKind::ChildAwaitingChoice]),
    ("activation", "Activation", &[FlowKind::ActivationAwaitingPassword]),
    ("mitid-login", "Login", &[FlowKind::LoginAwaitingMitId, FlowKind::LoginJourneyOver]),
    ("code-login", "Login", &[FlowKind::LoginAwaitingCode, FlowKind::CodeAccepted]),
    ("recovery", "Recovery", &[FlowKind::RecoveryAwaitingPassword]),
    ("contact", "Email", &[FlowKind::EmailAwaitingCode]),
    ("coming-of-age", "Renewal", &[FlowKind::RenewalAwaitingCode]),
    ("changed-number", "Number", &[FlowKind::NumberAwaitingConsent]),
    ("session-end", "Form", &[FlowKind::FormAwaitingOwner]),
];

/// The pages on which accounts are drawn, and where those stand that they tell of.
const ACCOUNTS: [(&str, &[&str]); 3] = [
    ("activation", &["NotActivated", "NotActivatedExempt", "Unconfirmed", "Exempt", "LacksPassword"]),
    ("child", &["AwaitsFirstApproval"]),
    ("coming-of-age", &["Child", "AwaitsOwner"]),
];

const MEMBERSHIP: [&str; 6] = ["Pending", "Active", "Suspended", "Refused", "Lapsed", "Ended"];
const END: &str = "<!-- end of diagram: the code draws it, see ../table.txt -->";
