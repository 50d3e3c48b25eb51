//! Every statement says for each of its tables in which shard its rows are, so that a database spread over machines
//! asks one of them.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Delete, Expr, FromTable, Insert, JoinConstraint, JoinOperator, ObjectName, Query, Select,
    SelectItem, SetExpr, Statement, TableFactor, TableObject, TableWithJoins, Update, UpdateTableFromKind, Value,
    Visit, Visitor, visit_relations,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use crate::statements;

#[test]
fn every_statement_names_the_shard_of_each_of_its_tables() {
    for (name, statement) in statements::ALL {
        assert_eq!(complaints(statement), [""; 0], "{name}");
    }
}

#[test]
fn a_table_without_its_shard_is_noticed() {
    let samples = [
        ("SELECT body FROM flow WHERE id = $1", 1),
        ("SELECT body FROM flow WHERE shard = 3 AND id = $1", 1),
        ("SELECT body FROM flow WHERE shard > $1", 1),
        ("SELECT body FROM flow WHERE shard = $1 OR id = $2", 1),
        ("SELECT body FROM flow WHERE NOT shard = $1", 1),
        ("SELECT a.id FROM session AS s JOIN account AS a ON a.id = s.account WHERE s.shard = $1", 1),
        ("SELECT a.id FROM session AS s JOIN account AS a ON a.id = s.account WHERE shard = $1", 2),
        ("SELECT s.no FROM session AS s, flow WHERE s.shard = $1", 1),
        ("INSERT INTO flow (id, body) VALUES ($1, $2)", 1),
        ("INSERT INTO flow (id, shard) VALUES ($1, 3)", 1),
        ("INSERT INTO flow (id, shard) SELECT id, shard FROM flow WHERE shard = $1", 1),
        ("INSERT INTO flow (id, shard) SELECT id, $1 FROM flow", 1),
        ("INSERT INTO flow (id, shard) SELECT id, $1 FROM flow WHERE shard = $1", 0),
        ("INSERT INTO flow (id, shard) SELECT $1, 3", 1),
        ("INSERT INTO flow (id, shard) SELECT $1, $2 WHERE NOT EXISTS (SELECT id FROM flow WHERE id = $1)", 1),
        ("INSERT INTO flow (id, shard) SELECT $1, $2", 0),
        ("UPDATE flow SET body = $1 WHERE id = $2", 1),
        ("UPDATE flow SET body = $1 WHERE shard = $2 AND id IN (SELECT id FROM flow WHERE expires < $3)", 1),
        ("UPDATE job SET dead = TRUE FROM flow WHERE job.shard = $1", 1),
        ("DELETE FROM flow", 1),
        ("DELETE FROM flow WHERE shard = $1 AND id = ANY (ARRAY(SELECT id FROM flow))", 1),
        ("DELETE FROM session AS s USING flow WHERE s.shard = $1", 1),
        ("WITH found AS (SELECT id FROM flow) DELETE FROM flow WHERE shard = $1 AND id = ANY ($2)", 1),
        ("SELECT count(*) FROM (SELECT id FROM flow) AS found", 1),
        ("SELECT id FROM flow WHERE shard = $1 UNION SELECT id FROM flow", 1),
        ("TRUNCATE flow", 1),
        ("SELECT body FROM flow WHERE (shard = $1) AND id = $2", 0),
    ];
    for (statement, expected) in samples {
        let found = complaints(statement);
        assert_eq!(found.len(), expected, "{statement}: {found:?}");
    }
}

/// What is wrong with a statement.
fn complaints(statement: &str) -> Vec<String> {
    let parsed = Parser::parse_sql(&PostgreSqlDialect {}, statement).unwrap();
    let [parsed] = parsed.as_slice() else { panic!("one statement: {statement}") };
    let mut search = Search::default();
    let _: ControlFlow<()> = parsed.visit(&mut search);
    // Whatever the search does not understand, it has not seen.
    let mut tables = 0;
    let _: ControlFlow<()> = visit_relations(parsed, |name| {
        tables += usize::from(!search.is_named_here(&name.to_string()));
        ControlFlow::Continue(())
    });
    if tables != search.seen {
        search.complaints.push(format!("{tables} tables, of which {} were understood", search.seen));
    }
    search.complaints
}

/// A walk through a statement and everything within it.
#[derive(Default)]
struct Search {
    /// What `WITH` names.
    named_here: Vec<String>,
    seen: usize,
    complaints: Vec<String>,
}

impl Visitor for Search {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let named = query.with.iter().flat_map(|with| &with.cte_tables);
        self.named_here.extend(named.map(|table| table.alias.name.value.clone()));
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.level(&select.from.iter().collect::<Vec<_>>(), select.selection.as_ref());
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Search {
    fn insert(&mut self, insert: &Insert) {
        let TableObject::TableName(table) = &insert.table else { return };
        self.seen += 1;
        let place = insert.columns.iter().position(|column| column.to_string() == "shard");
        let rows: Vec<Vec<&Expr>> = match insert.source.as_ref().map(|source| source.body.as_ref()) {
            Some(SetExpr::Values(values)) => values.rows.iter().map(|row| row.iter().collect()).collect(),
            Some(SetExpr::Select(select)) => vec![selected(select)],
            _ => Vec::new(),
        };
        let given =
            |row: &Vec<&Expr>| place.and_then(|place| row.get(place)).is_some_and(|shard| is_placeholder(shard));
        if rows.is_empty() || !rows.iter().all(given) {
            self.complaints.push(format!("a row is inserted into {table} without its shard"));
        }
    }

    fn update(&mut self, update: &Update) {
        let mut tables = vec![&update.table];
        if let Some(UpdateTableFromKind::AfterSet(from)) = &update.from {
            tables.extend(from);
        }
        self.level(&tables, update.selection.as_ref());
    }

    fn delete(&mut self, delete: &Delete) {
        let FromTable::WithFromKeyword(from) = &delete.from else { return };
        let tables: Vec<_> = from.iter().chain(delete.using.iter().flatten()).collect();
        self.level(&tables, delete.selection.as_ref());
    }

    /// The tables that stand beside each other, and the conditions that all of them meet.
    fn level(&mut self, from: &[&TableWithJoins], selection: Option<&Expr>) {
        let joins = || from.iter().flat_map(|table| &table.joins);
        let mut conditions: Vec<&Expr> = selection.into_iter().collect();
        conditions.extend(joins().filter_map(|join| match &join.join_operator {
            JoinOperator::Join(on) | JoinOperator::Inner(on) | JoinOperator::Left(on) => match on {
                JoinConstraint::On(condition) => Some(condition),
                _ => None,
            },
            _ => None,
        }));
        let named: Vec<String> = conditions.into_iter().flat_map(shards).collect();
        let factors: Vec<_> =
            from.iter().map(|table| &table.relation).chain(joins().map(|join| &join.relation)).collect();
        for factor in &factors {
            let TableFactor::Table { name, alias, args: None, .. } = factor else { continue };
            if self.is_named_here(&name.to_string()) {
                continue;
            }
            self.seen += 1;
            let called = alias.as_ref().map_or_else(|| name.to_string(), |alias| alias.name.value.clone());
            let unmistakable = factors.len() == 1 && named.iter().any(|shard| shard == "shard");
            if !unmistakable && !named.contains(&format!("{called}.shard")) {
                self.complaints.push(format!("{called} is asked without its shard"));
            }
        }
    }

    /// Whether this is no table: a `WITH`, or a function.
    fn is_named_here(&self, name: &str) -> bool {
        name == "unnest" || self.named_here.iter().any(|named| named == name)
    }
}

/// What a row of a selection consists of, as far as that is said without names.
fn selected(select: &Select) -> Vec<&Expr> {
    let columns = select.projection.iter().map(|column| match column {
        SelectItem::UnnamedExpr(expression) => Some(expression),
        _ => None,
    });
    columns.map_while(|column| column).collect()
}

/// The columns that must equal a number of the statement for this condition to hold, if they are shards.
fn shards(condition: &Expr) -> Vec<String> {
    match condition {
        Expr::Nested(inner) => shards(inner),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => [shards(left), shards(right)].concat(),
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if is_placeholder(right) => match left.as_ref() {
            Expr::Identifier(column) => vec![column.value.clone()],
            Expr::CompoundIdentifier(parts) => vec![ObjectName::from(parts.clone()).to_string()],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn is_placeholder(expression: &Expr) -> bool {
    matches!(expression, Expr::Value(value) if matches!(value.value, Value::Placeholder(_)))
}
