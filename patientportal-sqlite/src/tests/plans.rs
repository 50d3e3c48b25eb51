//! No statement's cost may grow with the number of accounts: each finds its rows by an index.

use rusqlite::Connection;

use super::Scratch;
use crate::{SqliteOptions, SqliteTarget, statements};

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let scratch = Scratch::new();
    drop(scratch.store());
    let connection = Connection::open(scratch.database()).unwrap();
    assert_eq!(scans(&connection, "SELECT * FROM job WHERE give_up = ?1").len(), 1, "a scan is noticed");
    for (name, statement) in statements::ALL {
        assert_eq!(scans(&connection, statement), [""; 0], "{name}");
    }
}

#[test]
fn a_page_of_a_copy_costs_no_more_at_the_end_of_a_table() {
    let scratch = Scratch::new();
    drop(SqliteTarget::open(scratch.database(), &SqliteOptions::default()).unwrap());
    let connection = Connection::open(scratch.database()).unwrap();
    for (name, statement) in crate::transfer::statements::ALL {
        let plan = plan(&connection, statement);
        let slow = plan.iter().find(|step| step.contains("SCAN") || step.contains("TEMP B-TREE"));
        assert_eq!(slow, None, "{name}");
    }
}

#[test]
fn lists_and_leases_are_not_sorted_but_read_in_order() {
    let scratch = Scratch::new();
    drop(scratch.store());
    let connection = Connection::open(scratch.database()).unwrap();
    for (name, statement) in statements::ALL {
        let sorted = plan(&connection, statement).iter().any(|step| step.contains("TEMP B-TREE"));
        assert!(!sorted, "{name}");
    }
}

fn scans(connection: &Connection, statement: &str) -> Vec<String> {
    plan(connection, statement).into_iter().filter(|step| step.contains("SCAN")).collect()
}

fn plan(connection: &Connection, statement: &str) -> Vec<String> {
    let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
    let mut rows = explained.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}
