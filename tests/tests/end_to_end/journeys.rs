//! What goes on while an operator is at work: everybody registers and logs in, over and over; and what the operator says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use patientportal_tests::journey::is_logged_in;
use patientportal_tests::server::{Ended, run};
use patientportal_tests::waiting::until;
use patientportal_tests::{Client, Installation, NoAnswer, Patience, Patient, Visitor};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Runs a command of the server's program on an installation's configuration. The command's words are parted by spaces.
pub(crate) async fn portal(installation: &Installation, command: &str, options: &[&str]) -> Ended {
    let config = installation.config().display().to_string();
    let words = command.split(' ').chain(["--config", &config]);
    run(&words.chain(options.iter().copied()).collect::<Vec<_>>()).await
}

/// Those who come first, and those who come later.
pub(crate) fn two_halves() -> (Vec<Patient>, Vec<Patient>) {
    let mut adults = Patient::adults();
    let late = adults.split_off(adults.len() / 2);
    (adults, late)
}

/// People who log in by MitID, after they have registered, over and over, until told to end. Where there is no answer, they
/// try again.
pub(crate) struct Journeys {
    made: Arc<AtomicUsize>,
    over: watch::Sender<bool>,
    lives: JoinSet<Result<(), NoAnswer>>,
}

impl Journeys {
    pub(crate) fn of(installation: &Installation, known: &[Patient], new: Vec<Patient>) -> Self {
        let mut all = Self { made: Arc::default(), over: watch::Sender::new(false), lives: JoinSet::new() };
        let known = known.iter().cloned().map(|patient| (patient, true));
        for (patient, mut has_account) in known.chain(new.into_iter().map(|patient| (patient, false))) {
            let client = Client::new().patient(&Patience::of(PATIENCE));
            let mut visitor = Visitor::new(client, installation.mailbox(), installation.url(""));
            let (made, is_over) = (all.made.clone(), all.over.subscribe());
            all.lives.spawn(async move {
                while !*is_over.borrow() {
                    visitor.client.jar.clear();
                    let page = match has_account {
                        true => visitor.log_in_with_mitid(&patient).await?,
                        false => visitor.register(&patient).await?,
                    };
                    assert!(is_logged_in(&page, &patient), "{}: {} {}", patient.email, page.url, page.words());
                    has_account = true;
                    made.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            });
        }
        all
    }

    /// Waits until so many more are made.
    pub(crate) async fn go_on(&self, more: usize) {
        let enough = self.made.load(Ordering::Relaxed) + more;
        until("more journeys", async || (self.made.load(Ordering::Relaxed) >= enough).then_some(())).await;
    }

    /// Lets everybody come to the end of theirs; answers how many were made.
    pub(crate) async fn end(mut self) -> usize {
        self.over.send_replace(true);
        while let Some(life) = self.lives.join_next().await {
            life.unwrap().unwrap();
        }
        self.made.load(Ordering::Relaxed)
    }
}

const PATIENCE: Duration = Duration::from_secs(30);
