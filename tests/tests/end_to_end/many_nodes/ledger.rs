//! The account at the end: what was told is true, each code opened one session, and each mail that came twice did so
//! because whoever sent it first was gone before it could write that down.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use patientportal_tests::Cluster;
use patientportal_tests::mail_server::Delivery;
use postgres_server::PostgresServer;

use super::resident::Resident;

/// A time without the database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Away {
    pub(crate) from: Instant,
    pub(crate) until: Instant,
}

/// A database of a server, to be looked into.
pub(crate) struct Books<'a> {
    pub(crate) server: &'a PostgresServer,
    pub(crate) url: String,
}

/// Whether all that anybody was told holds.
pub(crate) async fn check_what_was_told(cluster: &Cluster, residents: &mut [Resident]) {
    for resident in residents.iter_mut() {
        resident.check().await;
    }
    for resident in residents.iter() {
        resident.told.check_mails(&cluster.mailbox()).await;
    }
}

/// Each delivery after the first needs a reason: the node that made the one before was killed, or the database was away,
/// before that could be written down.
pub(crate) fn trace_duplicates(cluster: &Cluster, away: &[Away]) {
    let mut by_id: BTreeMap<String, Vec<Delivery>> = BTreeMap::new();
    for delivery in cluster.deliveries().all() {
        by_id.entry(delivery.mail.id.clone()).or_default().push(delivery);
    }
    for deliveries in by_id.values() {
        for (first, again) in deliveries.iter().zip(deliveries.iter().skip(1)) {
            // What a node had sent before it was killed may be read, and recorded, a moment after.
            let between = |at: Instant| first.at <= at + TIME_TO_READ_IT && at <= again.at;
            let soon = |at: Instant| at.saturating_duration_since(first.at) < TIME_TO_WRITE_IT_DOWN;
            let killed = cluster.kills(first.door).into_iter().any(|kill| between(kill) && soon(kill));
            let cut_off = away.iter().any(|away| first.at <= away.until && soon(away.from) && away.from <= again.at);
            let apart = again.at - first.at;
            let subject = &first.mail.subject;
            assert!(
                killed || cut_off,
                "{subject:?} to {} came by node {} and {apart:?} later by node {}, and nothing had happened; it was \
                 killed so long before the first: {:?}",
                first.mail.to,
                first.door,
                again.door,
                cluster.kills(first.door).iter().map(|kill| first.at.checked_duration_since(*kill)).collect::<Vec<_>>()
            );
        }
    }
}

/// What the database has written down of it: one account a person, one session a code.
pub(crate) fn compare(books: &Books<'_>, residents: &[Resident]) {
    assert_eq!(books.audited(ACCOUNT_CREATED), residents.len(), "A1: one account a person");
    let accepted: usize = residents.iter().map(|resident| resident.codes_accepted).sum();
    assert_eq!(books.audited(LOGGED_IN_WITH_CODE), accepted, "I4: each code opens one session");
    let told: usize = residents.iter().map(|resident| resident.told.changes + resident.silent_changes).sum();
    assert_eq!(books.audited(PASSWORD_RESET), told, "I4: each link sets one password");
}

impl Books<'_> {
    /// How many entries of the audit trail have this number of an event.
    pub(crate) fn audited(&self, event: u8) -> usize {
        // An entry's record is an array that begins with who and what, each below 24 and so one byte.
        self.count(&format!("SELECT count(*) FROM patientportal.audit_trail WHERE get_byte(record, 2) = {event}"))
    }

    /// How many sessions there are, over or not.
    pub(crate) fn sessions(&self) -> usize {
        self.count("SELECT count(*) FROM patientportal.session")
    }

    /// How many jobs are waiting.
    pub(crate) fn jobs(&self) -> usize {
        self.count("SELECT count(*) FROM patientportal.job")
    }

    fn count(&self, statement: &str) -> usize {
        let (_, database) = self.url.rsplit_once('/').unwrap();
        let database = database.split('?').next().unwrap();
        self.server.sql(database, statement).trim().parse().unwrap()
    }
}

pub(crate) const ACCOUNT_CREATED: u8 = 0;
pub(crate) const PASSWORD_REFUSED: u8 = 3;
pub(crate) const LOGGED_IN_WITH_CODE: u8 = 4;
pub(crate) const CODE_REFUSED: u8 = 5;
pub(crate) const PASSWORD_RESET: u8 = 11;
const TIME_TO_READ_IT: Duration = Duration::from_secs(1);
/// How long a commit may take, on a machine with more to do than it can.
const TIME_TO_WRITE_IT_DOWN: Duration = Duration::from_secs(5);
