//! The rules of `docs/rules.md` beside the tests that name them: each that is built has one at least.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where the rules are listed.
pub(crate) const LIST: &str = "docs/rules.md";

/// A rule of the list.
#[derive(Debug, PartialEq, Eq)]
struct Rule<'a> {
    id: &'a str,
    /// Where it is built; nowhere yet where nothing is named.
    places: Vec<&'a str>,
    is_built: bool,
}

/// The tests that name a rule, by its id.
#[derive(Debug, Default)]
pub(crate) struct Named(BTreeMap<String, BTreeSet<String>>);

impl Named {
    /// Takes the tests of one source in.
    pub(crate) fn read(&mut self, source: &str) {
        for test in tests(source) {
            for id in ids(test) {
                self.0.entry(id).or_default().insert(test.to_owned());
            }
        }
    }

    /// What the list and the tests do not agree on. `is_there` says whether a place in the repository is.
    pub(crate) fn complaints(&self, list: &str, is_there: impl Fn(&Path) -> bool) -> Vec<String> {
        let rules: Vec<_> = list.lines().filter_map(rule).collect();
        let mut complaints = Vec::new();
        if rules.is_empty() {
            complaints.push(format!("{LIST}: lists no rule"));
        }
        for Rule { id, places, is_built } in &rules {
            match (is_built, self.0.get(*id)) {
                (true, None) => complaints.push(format!("{LIST}: {id} is built, and no test is named after it")),
                (false, Some(tests)) => {
                    complaints.push(format!("{LIST}: {id} is not built, and yet there is {}", listed(tests)));
                }
                _ => {}
            }
            if *is_built && places.is_empty() {
                complaints.push(format!("{LIST}: {id} does not say where it is built"));
            }
            let gone = places.iter().filter(|place| !path(place).is_some_and(|path| is_there(Path::new(&path))));
            complaints.extend(gone.map(|place| format!("{LIST}: {id} is said to be in {place}, which is not there")));
        }
        // A letter that no rule has is somebody else's: tests are named after chapters of ASVS too.
        let is_ours = |id: &str| rules.iter().any(|rule| rule.id.get(..1) == id.get(..1));
        let unknown = self.0.iter().filter(|(id, _)| is_ours(id) && !rules.iter().any(|rule| rule.id == id.as_str()));
        complaints.extend(unknown.map(|(id, tests)| format!("{LIST}: has no {id}, which {} names", listed(tests))));
        complaints
    }
}

/// A line of the list: `| id | what | where |`.
fn rule(line: &str) -> Option<Rule<'_>> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let (id, _, place) = (cells.next()?, cells.next()?, cells.next()?);
    let is_id =
        id.starts_with(|first: char| first.is_ascii_uppercase()) && ids(&format!("{}_", id.to_lowercase())) == [id];
    is_id.then(|| Rule {
        id,
        places: place.split('`').skip(1).step_by(2).collect(),
        is_built: !place.starts_with(NOT_BUILT),
    })
}

/// The ids with which a test's name begins: `l3_l6_slows_down` has two.
fn ids(test: &str) -> Vec<String> {
    let is_id = |part: &&str| {
        let mut letters = part.chars();
        letters.next().is_some_and(|first| first.is_ascii_lowercase())
            && !letters.as_str().is_empty()
            && letters.all(|digit| digit.is_ascii_digit())
    };
    test.split('_').take_while(is_id).map(str::to_uppercase).collect()
}

/// The names of the functions that are marked as tests.
fn tests(source: &str) -> Vec<&str> {
    let (mut names, mut is_marked) = (Vec::new(), false);
    for line in source.lines().map(str::trim_start) {
        if let Some(attribute) = line.strip_prefix("#[") {
            is_marked |= MARKS.iter().any(|mark| attribute.starts_with(mark));
        } else if let Some((_, name)) = line.split_once("fn ").filter(|_| is_marked) {
            names.extend(name.split(['(', '<']).next());
            is_marked = false;
        } else if !line.starts_with("//") {
            is_marked = false;
        }
    }
    names
}

/// `core/flow.rs` is `patientportal-core/src/flow.rs`; what is no crate of ours is an example.
fn path(place: &str) -> Option<String> {
    let (of, file) = place.split_once('/')?;
    let folder =
        if of == "clinic-server" { "examples/clinic-server".to_owned() } else { format!("patientportal-{of}") };
    Some(format!("{folder}/src/{file}"))
}

fn listed(tests: &BTreeSet<String>) -> String {
    tests.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// How the place of a rule begins that is not built.
const NOT_BUILT: &str = "not built";
/// How an attribute begins that makes a test.
const MARKS: [&str; 2] = ["test]", "tokio::test"];

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
mod tests {
    #[test]
    fn z1_the_first() {}

    /// Said of it.
    #[tokio::test(flavor = \"multi_thread\")]
    #[ignore = \"slow\"]
    async fn z2_z31_two_rules() {}

    fn z3_a_helper() {}

    #[test]
    fn without_an_id() {}

    #[derive(Debug)]
    struct Between;
    fn z4_not_marked() {}
}";

    fn named(source: &str) -> Named {
        let mut named = Named::default();
        named.read(source);
        named
    }

    fn complaints(list: &str) -> Vec<String> {
        named(SOURCE).complaints(list, |path| path == Path::new("patientportal-core/src/a.rs"))
    }

    #[test]
    fn tests_are_known_by_their_mark_and_ids_by_the_beginning_of_the_name() {
        assert_eq!(tests(SOURCE), ["z1_the_first", "z2_z31_two_rules", "without_an_id"]);
        assert_eq!(ids("z2_z31_two_rules"), ["Z2", "Z31"]);
        for none in ["without_an_id", "z_1_x", "zz1_x", "z1a_x", "x"] {
            assert_eq!(ids(none), Vec::<String>::new(), "{none}");
        }
    }

    #[test]
    fn a_row_is_read_and_what_is_no_row_is_not() {
        let read = rule("| Z9 | something | `core/a.rs`, `http/b/` |").unwrap();
        assert_eq!(read, Rule { id: "Z9", places: vec!["core/a.rs", "http/b/"], is_built: true });
        assert!(!rule("| Z10 | something | not built yet |").unwrap().is_built);
        for line in ["| id | what | where |", "|---|---|---|", "Z9 is a rule", "", "| Z9 |"] {
            assert_eq!(rule(line), None, "{line}");
        }
    }

    #[test]
    fn a_list_that_fits_gives_no_complaint() {
        let list =
            "| Z1 | a | `core/a.rs` |\n| Z2 | b | `core/a.rs` |\n| Z31 | c | `core/a.rs` |\n| Z5 | d | not built |";
        assert_eq!(complaints(list), Vec::<String>::new());
    }

    #[test]
    fn each_disagreement_is_a_complaint() {
        let rest = "| Z2 | b | `core/a.rs` |\n| Z31 | c | `core/a.rs` |\n";
        let with = |row: &str| complaints(&format!("{rest}{row}"));
        let first = "| Z1 | a | `core/a.rs` |";
        assert_eq!(with(""), ["docs/rules.md: has no Z1, which z1_the_first names"]);
        assert_eq!(named("#[test]\nfn y1_of_others() {}").complaints("| Z9 | a | not built |", |_| true), [""; 0]);
        assert_eq!(
            with(&format!("{first}\n| Z5 | d | `core/a.rs` |")),
            ["docs/rules.md: Z5 is built, and no test is named after it"]
        );
        assert_eq!(with("| Z1 | a | not built |"), ["docs/rules.md: Z1 is not built, and yet there is z1_the_first"]);
        assert_eq!(with("| Z1 | a | somewhere |"), ["docs/rules.md: Z1 does not say where it is built"]);
        assert_eq!(
            with("| Z1 | a | `core/gone.rs` |"),
            ["docs/rules.md: Z1 is said to be in core/gone.rs, which is not there"]
        );
        assert_eq!(named("").complaints("", |_| true), ["docs/rules.md: lists no rule"]);
    }
}
