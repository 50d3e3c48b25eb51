//! What happens without a request: mail goes out, ended sessions are removed, MitID is asked whether it is there.

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::fault::Fault;
use patientportal_core::portal::Portal;
use patientportal_core::ports::IdentityProvider;
use patientportal_oidc::OidcProvider;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// The tasks behind the portal.
pub(crate) struct Workers {
    portal: Portal,
    jobs: JoinSet<()>,
    /// What goes on until the last job is done, and may then be broken off.
    rest: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Workers {
    /// Starts them. `woken` is notified when a job was put into the queue.
    pub(crate) fn start(portal: &Portal, identity: &Arc<OidcProvider>, woken: &Arc<Notify>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (mut jobs, mut rest) = (JoinSet::new(), JoinSet::new());
        for _ in 0..MAIL_WORKERS {
            jobs.spawn(do_jobs(portal.clone(), woken.clone(), stopped.clone()));
        }
        rest.spawn(keep_house(portal.clone()));
        rest.spawn(ask_identity_provider(identity.clone()));
        Self { portal: portal.clone(), jobs, rest, stop }
    }

    /// Lets each finish the job in hand, and writes down what is still in memory.
    pub(crate) async fn finish(mut self) {
        self.stop.send_replace(true);
        let all_ended = async { while self.jobs.join_next().await.is_some() {} };
        if tokio::time::timeout(PATIENCE, all_ended).await.is_err() {
            tracing::warn!("a job was broken off; it will be done again");
        }
        self.jobs.shutdown().await;
        self.rest.shutdown().await;
        if let Err(fault) = self.portal.keep_house().await {
            tracing::error!(fault = fault.chain(), "what was in memory could not be written down");
        }
    }
}

/// One job at a time, so that a slow mail server holds up no more than one job a worker.
async fn do_jobs(portal: Portal, woken: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let mut wait = LOOK_AGAIN;
    while !*stop.borrow() {
        match portal.work(1).await {
            Ok(done) => {
                wait = LOOK_AGAIN;
                if done > 0 {
                    continue;
                }
                tokio::select! {
                    () = woken.notified() => {}
                    () = tokio::time::sleep(wait) => {}
                    _ = stop.changed() => {}
                }
            }
            Err(fault) => {
                tell(&fault, "the queue could not be read");
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    _ = stop.changed() => {}
                }
                wait = longer(wait);
            }
        }
    }
}

async fn keep_house(portal: Portal) {
    // A lease is extended when half of it has passed.
    let interval = HOUSEKEEPING.min(portal.policy().job_lease / 4);
    loop {
        if let Err(fault) = portal.keep_house().await {
            tell(&fault, "housekeeping failed and will be tried again");
        }
        tokio::time::sleep(interval).await;
    }
}

/// What may pass is the store's and in the log already, once.
fn tell(fault: &Fault, what: &'static str) {
    match fault.is_transient() {
        true => tracing::debug!(fault = fault.chain(), what),
        false => tracing::error!(fault = fault.chain(), what),
    }
}

/// How long to leave the store alone after failing once more.
fn longer(wait: Duration) -> Duration {
    (wait * 2).min(LONGEST_WAIT)
}

async fn ask_identity_provider(identity: Arc<OidcProvider>) {
    let mut was_available = None;
    let mut rounds = 0_u32;
    loop {
        // A journey may have found it gone meanwhile; while all is well it is asked in every second round only.
        if rounds.is_multiple_of(ROUNDS_WHEN_WELL) || !identity.available() {
            tell_of_change(&mut was_available, &identity.refresh().await);
        }
        rounds = rounds.wrapping_add(1);
        tokio::time::sleep(ROUND).await;
    }
}

fn tell_of_change(was_available: &mut Option<bool>, outcome: &Result<(), Fault>) {
    if was_available.replace(outcome.is_ok()) == Some(outcome.is_ok()) {
        return;
    }
    match outcome {
        Ok(()) => tracing::info!("MitID is reached"),
        Err(fault) => tracing::warn!(fault = fault.chain(), "MitID cannot be reached; its way in is closed"),
    }
}

/// Mails that are handed over at the same time.
const MAIL_WORKERS: usize = 4;
const LOOK_AGAIN: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const HOUSEKEEPING: Duration = Duration::from_secs(5);
const ROUND: Duration = Duration::from_secs(30);
const ROUNDS_WHEN_WELL: u32 = 2;
/// A mail server may take its time over a mail; a process manager kills after half a minute or more.
const PATIENCE: Duration = Duration::from_secs(15);
