//! What the database holds in the end, beside what the callers were told.

use std::collections::BTreeSet;

use patientportal_core::ids::AccountId;
use patientportal_core::store::{List, Listed, Store};
use patientportal_postgres::PostgresStore;
use postgres_server::PostgresServer;

use crate::CONNECTIONS;
use crate::callers::Told;
use crate::sets::counts;
use crate::waiting::until;

/// Every set that was acknowledged is there, whole and once, and nothing else is: each caller went on with a set until
/// it was told, so there is none whose outcome is open. Nothing is left lying about on the server.
pub(crate) async fn judge(told: &[Told], store: &PostgresStore, server: &PostgresServer, database: &str) {
    let numbers: BTreeSet<u64> = told.iter().flat_map(|told| told.acknowledged.iter().copied()).collect();
    let ids = |table: &str| -> Vec<u64> {
        let rows = server.sql(database, &format!("SELECT id FROM patientportal.{table} ORDER BY id"));
        rows.lines().map(|row| row.parse().unwrap()).collect()
    };
    for table in ["job", "audit", "command"] {
        assert!(ids(table).iter().eq(&numbers), "the rows of {table} are not those that were acknowledged");
    }
    let flows = server.sql(database, "SELECT encode(id, 'hex') FROM patientportal.flow ORDER BY id");
    let flows = flows.lines().map(|row| u64::from_str_radix(&row[16..], 16).unwrap());
    assert!(flows.eq(numbers.iter().copied()), "the flows are not those that were acknowledged");
    let counted = server.sql(database, "SELECT count FROM patientportal.counter");
    assert_eq!(counted, numbers.iter().filter(|number| counts(**number)).count().to_string());
    for told in told {
        let account = store.account(told.account).await.unwrap().unwrap();
        assert_eq!(account.revision.0, told.acknowledged.len() as u64);
        assert_eq!(account.value.access.terms, told.acknowledged.last().unwrap().to_string());
        let mut entries = audit_of(store, told.account).await;
        entries.sort_unstable();
        assert_eq!(entries, told.acknowledged, "each caller's numbers go up");
    }
    nothing_left(server, database).await;
}

/// No transaction is left open, and there are no more connections than the store may have: those it gave up are gone
/// as soon as the server has noticed.
async fn nothing_left(server: &PostgresServer, database: &str) {
    let count = |condition: &str| -> usize {
        let which = format!("datname = '{database}' AND pid <> pg_backend_pid() AND {condition}");
        server.sql(database, &format!("SELECT count(*) FROM pg_stat_activity WHERE {which}")).parse().unwrap()
    };
    until("every transaction to be over", async || count("state <> 'idle'") == 0).await;
    until("superfluous connections to be gone", async || count("true") <= CONNECTIONS).await;
}

async fn audit_of(store: &PostgresStore, account: AccountId) -> Vec<u64> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = store.list(List::Audit(account), after, 500).await.unwrap();
        ids.extend(page.rows.iter().map(|row| match row {
            Listed::Audit(entry) => entry.id,
            other => panic!("not an audit entry: {other:?}"),
        }));
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}
