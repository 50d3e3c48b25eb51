//! The schema keeps to what databases that speak PostgreSQL's protocol have in common, and spreads over machines.

use sqlparser::ast::{
    AlterTable, AlterTableOperation, ColumnDef, ColumnOption, CreateTable, DataType, Ident, IndexColumn, SetExpr,
    Statement, TableConstraint,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use crate::schema::MIGRATIONS;

#[test]
fn every_table_key_and_index_begins_with_the_shard() {
    for migration in MIGRATIONS {
        assert_eq!(complaints(migration), [""; 0]);
    }
}

#[test]
fn what_is_not_common_or_does_not_spread_is_noticed() {
    let samples = [
        "CREATE TABLE x (id BIGINT NOT NULL, shard SMALLINT NOT NULL, PRIMARY KEY (shard, id))",
        "CREATE TABLE x (shard SMALLINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (id, shard))",
        "CREATE TABLE x (shard SMALLINT NOT NULL, id BIGINT NOT NULL)",
        "CREATE TABLE x (shard SMALLINT NOT NULL, id BIGSERIAL NOT NULL, PRIMARY KEY (shard, id))",
        "CREATE TABLE x (shard SMALLINT NOT NULL, id BIGINT DEFAULT nextval('s'), PRIMARY KEY (shard, id))",
        "CREATE TABLE x (shard SMALLINT, id BIGINT GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (shard, id))",
        "CREATE TABLE x (shard SMALLINT NOT NULL, a BIGINT UNIQUE, PRIMARY KEY (shard, a))",
        "CREATE TABLE x (shard SMALLINT NOT NULL, a BIGINT, PRIMARY KEY (shard), FOREIGN KEY (a) REFERENCES y (a))",
        "CREATE INDEX i ON x (id)",
        "CREATE INDEX i ON x (id, shard)",
        "ALTER TABLE x ADD COLUMN a BIGINT NOT NULL",
        "ALTER TABLE x ADD COLUMN a BIGINT DEFAULT 1",
        "ALTER TABLE x DROP COLUMN a",
        "CREATE VIEW v AS SELECT id FROM x",
        "CREATE VIEW v AS SELECT shard, id FROM x UNION ALL SELECT id, shard FROM y",
        "CREATE MATERIALIZED VIEW v AS SELECT shard, id FROM x",
        "CREATE SEQUENCE s",
        "CREATE TRIGGER t BEFORE UPDATE ON x FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE FUNCTION f() RETURNS INTEGER LANGUAGE SQL AS 'SELECT 1'",
        "CREATE EXTENSION pgcrypto",
    ];
    for sample in samples {
        assert_ne!(complaints(sample), [""; 0], "{sample}");
    }
}

fn complaints(migration: &str) -> Vec<String> {
    let statements = Parser::parse_sql(&PostgreSqlDialect {}, migration).unwrap();
    let mut complaints = Vec::new();
    for statement in statements {
        match &statement {
            Statement::CreateTable(table) => complaints.extend(about_table(table)),
            Statement::CreateIndex(index) if begins_with_shard(&index.columns) => {}
            Statement::Insert(_) => {}
            Statement::CreateView(view) if !view.materialized && shows_shards(&view.query.body) => {}
            Statement::AlterTable(AlterTable { name, operations, .. }) => {
                let complained = operations.iter().filter(|operation| !adds_a_plain_column(operation));
                complaints.extend(complained.map(|operation| format!("{name}: {operation}")));
            }
            other => complaints.push(format!("not allowed: {other}")),
        }
    }
    complaints
}

/// Whether the first column of all that a view puts together is the shard.
fn shows_shards(query: &SetExpr) -> bool {
    match query {
        SetExpr::Select(select) => select.projection.first().is_some_and(|column| column.to_string() == "shard"),
        SetExpr::SetOperation { left, right, .. } => shows_shards(left) && shows_shards(right),
        _ => false,
    }
}

fn about_table(table: &CreateTable) -> Vec<String> {
    let mut complaints = Vec::new();
    let shard = table.columns.first().map(|column| (column.name.value.as_str(), &column.data_type));
    if !matches!(shard, Some(("shard", DataType::SmallInt(None)))) {
        complaints.push(format!("{}: the first column is not the shard", table.name));
    }
    for column in table.columns.iter().filter(|column| !is_plain(column)) {
        complaints.push(format!("{}: {column}", table.name));
    }
    let mut keys = 0;
    for constraint in &table.constraints {
        let well = match constraint {
            TableConstraint::PrimaryKey(key) => {
                keys += 1;
                begins_with_shard(&key.columns)
            }
            TableConstraint::ForeignKey(key) => {
                [&key.columns, &key.referred_columns].into_iter().all(|columns| is_shard(columns.first()))
            }
            _ => false,
        };
        if !well {
            complaints.push(format!("{}: {constraint}", table.name));
        }
    }
    if keys != 1 {
        complaints.push(format!("{} has {keys} primary keys", table.name));
    }
    complaints
}

/// One that may be null, so that rows of before need not be written anew.
fn adds_a_plain_column(operation: &AlterTableOperation) -> bool {
    match operation {
        AlterTableOperation::AddColumn { column_def, .. } => is_plain(column_def) && column_def.options.is_empty(),
        _ => false,
    }
}

fn is_plain(column: &ColumnDef) -> bool {
    let is_common = matches!(
        column.data_type,
        DataType::SmallInt(None)
            | DataType::Integer(None)
            | DataType::BigInt(None)
            | DataType::Bytea
            | DataType::Boolean
    );
    is_common && column.options.iter().all(|option| option.option == ColumnOption::NotNull)
}

fn begins_with_shard(columns: &[IndexColumn]) -> bool {
    columns.first().is_some_and(|column| column.to_string() == "shard")
}

fn is_shard(column: Option<&Ident>) -> bool {
    column.is_some_and(|column| column.value == "shard")
}
