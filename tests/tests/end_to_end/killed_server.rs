//! I8: a server that is killed at any moment and started again on its files has lost no account, session or mail that
//! somebody was told of.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use patientportal_tests::journey::{is_logged_in, reference};
use patientportal_tests::mailbox::{CODE_SUBJECT, CREATED_SUBJECT};
use patientportal_tests::waiting::until;
use patientportal_tests::{Installation, Mailbox, NoAnswer, Patient, ServerProcess, Visitor};
use tokio::sync::watch;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn i8_nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let mut all = Vec::new();
    for files in 0..FILES {
        let installation = Installation::new().await;
        let patients = Patient::adults().into_iter();
        let mut everybody: Vec<Told> = patients.map(|patient| Told::nothing(&installation, patient)).collect();
        for kill in 0..KILLS {
            let server = ServerProcess::start(&installation).await;
            // Some rounds end while most are at their registration, others when the logins are under way.
            let answers = 1 + (files * KILLS + kill) * everybody.len() * 3 / (FILES * KILLS);
            everybody = live_until_killed(server, everybody, answers).await;
            let server = ServerProcess::start(&installation).await;
            for told in &mut everybody {
                told.check(&installation).await;
            }
            server.stop().await;
        }
        assert!(everybody.iter().any(|told| told.has_account), "nobody got as far as an account");
        all.push((installation, everybody));
    }
    let mut servers = Vec::new();
    for (installation, _) in &all {
        servers.push(ServerProcess::start(installation).await);
    }
    for (installation, everybody) in &all {
        for told in everybody {
            told.check_mails(&installation.mailbox()).await;
        }
    }
    for server in servers {
        server.stop().await;
    }
}

/// One patient, and what the server has told of: it must be true for ever.
struct Told {
    patient: Patient,
    /// The browser for MitID.
    visitor: Visitor,
    /// The browser for codes, which stops at the code page.
    asking: Visitor,
    has_account: bool,
    /// A browser for each session that was opened.
    sessions: Vec<Visitor>,
    /// The two letters of each code that was said to be on its way.
    codes: Vec<String>,
}

impl Told {
    fn nothing(installation: &Installation, patient: Patient) -> Self {
        let (visitor, asking) = (Visitor::at(installation), Visitor::at(installation));
        Self { patient, visitor, asking, has_account: false, sessions: Vec::new(), codes: Vec::new() }
    }

    /// Registers, then logs in both ways until the server is gone.
    async fn live(&mut self, answered: &AtomicUsize) -> Result<(), NoAnswer> {
        if !self.has_account {
            let page = self.visitor.register(&self.patient).await?;
            self.keep_session(&page);
            answered.fetch_add(1, Ordering::Relaxed);
        }
        loop {
            let page = self.asking.submit_password(self.patient.cpr, &self.patient.password).await?;
            if page.status.is_success() {
                self.codes.extend(reference(&page));
            }
            answered.fetch_add(1, Ordering::Relaxed);
            self.visitor.client.jar.clear();
            let page = self.visitor.log_in_with_mitid(&self.patient).await?;
            self.keep_session(&page);
            answered.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn keep_session(&mut self, page: &patientportal_tests::Page) {
        assert!(is_logged_in(page, &self.patient), "{} ({}): {}", page.url, page.status, page.words());
        self.has_account = true;
        self.sessions.push(self.visitor.clone());
    }

    /// Whether all of it is still true, at a server that was started again.
    async fn check(&mut self, installation: &Installation) {
        let email = &self.patient.email;
        for session in &mut self.sessions {
            let page = session.start().await.unwrap();
            assert!(is_logged_in(&page, &self.patient), "a session of {email} is lost: {}", page.words());
        }
        if self.has_account {
            let mut other = Visitor::at(installation);
            let page = other.log_in_with_code(&self.patient).await.unwrap();
            assert!(is_logged_in(&page, &self.patient), "the account of {email} is lost: {}", page.words());
        } else {
            // Nobody was told, so either is right; which of them is asked before the next round.
            let page =
                Visitor::at(installation).submit_password(self.patient.cpr, &self.patient.password).await.unwrap();
            self.has_account = page.status.is_success();
        }
        self.visitor.client.jar.clear();
    }

    /// Whether each mail that was promised has come.
    async fn check_mails(&self, mailbox: &Mailbox) {
        let email = &self.patient.email;
        let come = async |what: String, subject: &str, words: &str| {
            let there = async || mailbox.of(email, subject).iter().any(|mail| mail.text.contains(words)).then_some(());
            until(&what, there).await;
        };
        for letters in &self.codes {
            come(format!("the code {letters} to {email}"), CODE_SUBJECT, &format!("bogstaver: {letters}.")).await;
        }
        if self.has_account {
            come(format!("the mail of the new account to {email}"), CREATED_SUBJECT, "").await;
            let mails = mailbox.of(email, CREATED_SUBJECT);
            assert_eq!(mails.len(), 1, "one account is announced once, by its Message-ID: {mails:?}");
        }
    }
}

/// Everybody at once, until there were so many answers; then the server is killed with the rest under way.
async fn live_until_killed(server: ServerProcess, everybody: Vec<Told>, answers: usize) -> Vec<Told> {
    let answered = Arc::new(AtomicUsize::new(0));
    let (gone, is_gone) = watch::channel(false);
    let mut lives = JoinSet::new();
    for mut told in everybody {
        let (answered, is_gone) = (answered.clone(), is_gone.clone());
        lives.spawn(async move {
            let end = told.live(&answered).await;
            (told, end, *is_gone.borrow())
        });
    }
    until("enough answers", async || (answered.load(Ordering::Relaxed) >= answers).then_some(())).await;
    gone.send_replace(true);
    server.kill().await;
    let mut everybody = Vec::new();
    while let Some(life) = lives.join_next().await {
        let (told, end, was_gone) = life.unwrap();
        assert!(was_gone, "the server did not answer {}, but nobody had killed it: {end:?}", told.patient.email);
        everybody.push(told);
    }
    everybody
}

const FILES: usize = 5;
const KILLS: usize = 2;
