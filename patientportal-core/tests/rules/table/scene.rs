//! A world whose store can be looked into, and what comes of a command in it.

use std::sync::Arc;

use patientportal_core::account::Account;
use patientportal_core::ids::FlowId;
use patientportal_core::refusal::Refusal;
use patientportal_core::store::FlowKind;
use patientportal_core::store::transfer::{CopySource, Row, Table};
use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::world::{World, keys};

/// A world and the inside of its store.
pub(super) struct Scene {
    pub(super) world: World,
    store: Arc<MemoryStore>,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) state: String,
    pub(super) command: &'static str,
    pub(super) actor: &'static str,
    pub(super) outcome: Outcome,
}

/// What comes of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The answer in a few words, or the refusal's id.
    pub(super) answer: Result<&'static str, &'static str>,
    /// The state that it leads to, where it is another.
    pub(super) becomes: Option<String>,
    /// Whether anything was written.
    pub(super) wrote: bool,
    /// Whether the audit trail says so.
    pub(super) noted: bool,
}

/// How much was written so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    commits: usize,
    entries: usize,
}

impl Scene {
    pub(super) fn new() -> Self {
        let store = Arc::new(MemoryStore::new());
        Self { world: World::with(store.clone(), |_| {}), store }
    }

    /// Every flow that is kept, and what it waits for.
    pub(super) async fn flows(&self) -> Vec<(FlowId, FlowKind)> {
        let rows = self.rows(Table::Flows).await.into_iter();
        rows.map(|row| match row {
            Row::Flow(flow) => (flow.value.id, flow.value.kind(&keys()).expect("the world's keys")),
            other => panic!("not a flow: {other:?}"),
        })
        .collect()
    }

    /// What this flow waits for; `None` when there is none.
    pub(super) async fn kind_of(&self, flow: FlowId) -> Option<FlowKind> {
        self.flows().await.into_iter().find(|(id, _)| *id == flow).map(|(_, kind)| kind)
    }

    /// The one flow of this kind.
    pub(super) async fn the_one(&self, kind: FlowKind) -> FlowId {
        let mut found = self.flows().await.into_iter().filter(|(_, found)| *found == kind);
        let (flow, _) = found.next().expect("a flow of the kind");
        assert!(found.next().is_none(), "one flow of the kind {kind:?}");
        flow
    }

    /// Every account, as it is now.
    pub(super) async fn accounts(&self) -> Vec<Account> {
        let rows = self.rows(Table::Accounts).await.into_iter();
        rows.map(|row| match row {
            Row::Account(account) => account.value,
            other => panic!("not an account: {other:?}"),
        })
        .collect()
    }

    pub(super) async fn written(&self) -> Written {
        let [commits, entries] = [Table::Commands, Table::Audit];
        Written { commits: self.rows(commits).await.len(), entries: self.rows(entries).await.len() }
    }

    /// Does what is due and reads the mail that came of it.
    pub(super) async fn settle(&self) {
        self.world.work().await;
        while self.world.mailer.read().is_some() {}
    }

    async fn rows(&self, table: Table) -> Vec<Row> {
        self.store.rows(table, None, u32::MAX).await.expect("the memory store reads").rows
    }
}

impl Outcome {
    /// What came of a command, with what was written before it and the state that it leads to.
    pub(super) async fn of(scene: &Scene, before: Written, answer: Answer, becomes: Option<String>) -> Self {
        let after = scene.written().await;
        Self { answer, becomes, wrote: after.commits > before.commits, noted: after.entries > before.entries }
    }

    /// As the table has it.
    pub(super) fn text(&self) -> String {
        let answer = match self.answer {
            Ok(words) => words.to_owned(),
            Err(refusal) => format!("refused: {refusal}"),
        };
        let noted = if self.noted { ", noted" } else { "" };
        let becomes = self.becomes.as_ref().map(|state| format!(" -> {state}")).unwrap_or_default();
        format!("{answer}{noted}{becomes}")
    }
}

/// The answer in a few words, or the refusal's id.
pub(super) type Answer = Result<&'static str, &'static str>;

/// The same of an answer whose words are always the same.
pub(super) fn said<T>(answer: Result<T, Refusal>, words: &'static str) -> Answer {
    told(answer, |_| words)
}

/// The same of an answer that says more.
pub(super) fn told<T>(answer: Result<T, Refusal>, words: impl FnOnce(&T) -> &'static str) -> Answer {
    answer.map(|answer| words(&answer)).map_err(|refusal| refusal.code())
}
