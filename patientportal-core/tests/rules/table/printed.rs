//! The table as text: a line for each state, command and actor; actors of whom the same comes share one.

use super::scene::Line;

/// Lines that belong together.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) says: &'static str,
    pub(super) lines: Vec<Line>,
}

/// The whole file.
pub(super) fn table(sections: &[Section]) -> String {
    let mut text = HEAD.to_owned();
    for Section { title, says, lines } in sections {
        text += &format!("\n\n{title}\n{}\n{says}\n", "=".repeat(title.chars().count()));
        let mut rest = lines.as_slice();
        while let Some(first) = rest.first() {
            let (of_state, others) = rest.split_at(rest.iter().take_while(|line| line.state == first.state).count());
            text += &format!("\n{}\n", first.state);
            text += &of_one_state(of_state);
            rest = others;
        }
    }
    text
}

fn of_one_state(lines: &[Line]) -> String {
    let mut text = String::new();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let (of_command, others) = rest.split_at(rest.iter().take_while(|line| line.command == first.command).count());
        let groups = grouped(of_command);
        let by_all = groups.len() == 1 && of_command.len() > 1;
        for (actors, outcome) in groups {
            let actors = if by_all { "whoever".to_owned() } else { actors.join("; ") };
            text += &format!("  {:<44} {:<42} {outcome}\n", first.command, actors);
        }
        rest = others;
    }
    text
}

/// Who gets the same, in the order in which they stand.
fn grouped(lines: &[Line]) -> Vec<(Vec<&'static str>, String)> {
    let mut groups: Vec<(Vec<&'static str>, String)> = Vec::new();
    for line in lines {
        let outcome = line.outcome.text();
        match groups.iter_mut().find(|(_, text)| *text == outcome) {
            Some((actors, _)) => actors.push(line.actor),
            None => groups.push((vec![line.actor], outcome)),
        }
    }
    groups
}

const HEAD: &str = "\
What every state makes of every command, by whomever it is given
================================================================

Each line is a command that was given to the portal, in a world made for it, and what came of it: nobody writes it by hand.
A command is a method of `Portal`, with what it was given where that makes a difference. `whoever`: of all of them the same
comes. `-> State`: where it leads to, if elsewhere. `noted`: the audit trail says so. A refusal has its id.

The code makes it: PATIENTPORTAL_WRITE_TABLE=1 cargo test -p patientportal-core --test rules table
A test fails where this file, or a diagram in flows/, says otherwise than the code.";
