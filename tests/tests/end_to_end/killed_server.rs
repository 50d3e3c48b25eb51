//! I8: a server that is killed at any moment and started again on its files has lost no account, session or mail that
//! somebody was told of.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use patientportal_tests::waiting::until;
use patientportal_tests::{Installation, NoAnswer, Patient, ServerProcess, Told, Visitor};
use tokio::sync::watch;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn i8_nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let mut all = Vec::new();
    for files in 0..FILES {
        let installation = Installation::new().await;
        let patients = Patient::adults().into_iter();
        let mut everybody: Vec<Life> = patients.map(|patient| Life::new(&installation, patient)).collect();
        for kill in 0..KILLS {
            let server = ServerProcess::start(&installation).await;
            // Some rounds end while most are at their registration, others when the logins are under way.
            let answers = 1 + (files * KILLS + kill) * everybody.len() * 3 / (FILES * KILLS);
            everybody = live_until_killed(server, everybody, answers).await;
            let server = ServerProcess::start(&installation).await;
            for life in &mut everybody {
                life.check(&installation).await;
            }
            server.stop().await;
        }
        assert!(everybody.iter().any(|life| life.told.has_account), "nobody got as far as an account");
        all.push((installation, everybody));
    }
    let mut servers = Vec::new();
    for (installation, _) in &all {
        servers.push(ServerProcess::start(installation).await);
    }
    for (installation, everybody) in &all {
        for life in everybody {
            life.told.check_mails(&installation.mailbox()).await;
        }
    }
    for server in servers {
        server.stop().await;
    }
}

/// One patient, until the server is gone.
struct Life {
    told: Told,
    /// The browser for MitID.
    visitor: Visitor,
    /// The browser for codes, which stops at the code page.
    asking: Visitor,
}

impl Life {
    fn new(installation: &Installation, patient: Patient) -> Self {
        let (visitor, asking) = (Visitor::at(installation), Visitor::at(installation));
        Self { told: Told::nothing(patient), visitor, asking }
    }

    /// Registers, then logs in both ways until the server is gone.
    async fn live(&mut self, answered: &AtomicUsize) -> Result<(), NoAnswer> {
        let Self { told, visitor, asking } = self;
        if !told.has_account {
            let page = visitor.register(&told.patient).await?;
            told.logged_in(&page, visitor);
            answered.fetch_add(1, Ordering::Relaxed);
        }
        loop {
            let page = asking.submit_password(told.patient.cpr, &told.patient.password).await?;
            if page.status.is_success() {
                told.code_promised(&page);
            }
            answered.fetch_add(1, Ordering::Relaxed);
            visitor.client.jar.clear();
            let page = visitor.log_in_with_mitid(&told.patient).await?;
            told.logged_in(&page, visitor);
            answered.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether all of it is still true, at a server that was started again.
    async fn check(&mut self, installation: &Installation) {
        self.told.check_sessions().await;
        self.told.check_account(Visitor::at(installation)).await;
        self.visitor.client.jar.clear();
    }
}

/// Everybody at once, until there were so many answers; then the server is killed with the rest under way.
async fn live_until_killed(server: ServerProcess, everybody: Vec<Life>, answers: usize) -> Vec<Life> {
    let answered = Arc::new(AtomicUsize::new(0));
    let (gone, is_gone) = watch::channel(false);
    let mut lives = JoinSet::new();
    for mut life in everybody {
        let (answered, is_gone) = (answered.clone(), is_gone.clone());
        lives.spawn(async move {
            let end = life.live(&answered).await;
            (life, end, *is_gone.borrow())
        });
    }
    until("enough answers", async || (answered.load(Ordering::Relaxed) >= answers).then_some(())).await;
    gone.send_replace(true);
    server.kill().await;
    let mut everybody = Vec::new();
    while let Some(ended) = lives.join_next().await {
        let (life, end, was_gone) = ended.unwrap();
        assert!(was_gone, "the server did not answer {}, but nobody had killed it: {end:?}", life.told.patient.email);
        everybody.push(life);
    }
    everybody
}

const FILES: usize = 5;
const KILLS: usize = 2;
