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
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Workers {
    /// Starts them. `woken` is notified when a job was put into the queue.
    pub(crate) fn start(portal: &Portal, identity: &Arc<OidcProvider>, woken: &Arc<Notify>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for _ in 0..MAIL_WORKERS {
            tasks.spawn(do_jobs(portal.clone(), woken.clone(), stopped.clone()));
        }
        tasks.spawn(keep_house(portal.clone(), stopped.clone()));
        tasks.spawn(ask_identity_provider(identity.clone(), stopped));
        Self { portal: portal.clone(), tasks, stop }
    }

    /// Lets each finish the job in hand, and writes down what is still in memory.
    pub(crate) async fn finish(mut self) {
        self.stop.send_replace(true);
        let all_ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(PATIENCE, all_ended).await.is_err() {
            tracing::warn!("a job was broken off; it will be done again at the next start");
        }
        if let Err(fault) = self.portal.keep_house().await {
            tracing::error!(fault = fault.chain(), "what was in memory could not be written down");
        }
    }
}

/// One job at a time, so that a slow mail server holds up no more than one job a worker.
async fn do_jobs(portal: Portal, woken: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match portal.work(1).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(fault) => tracing::error!(fault = fault.chain(), "the queue could not be read"),
        }
        tokio::select! {
            () = woken.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn keep_house(portal: Portal, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(fault) = portal.keep_house().await {
            tracing::error!(fault = fault.chain(), "housekeeping failed and will be tried again");
        }
        pause(HOUSEKEEPING, &mut stop).await;
    }
}

async fn ask_identity_provider(identity: Arc<OidcProvider>, mut stop: watch::Receiver<bool>) {
    let mut was_available = None;
    let mut rounds = 0_u32;
    while !*stop.borrow() {
        // A journey may have found it gone meanwhile; while all is well it is asked in every second round only.
        if rounds.is_multiple_of(ROUNDS_WHEN_WELL) || !identity.available() {
            let outcome = tokio::select! {
                outcome = identity.refresh() => outcome,
                _ = stop.changed() => return,
            };
            tell_of_change(&mut was_available, &outcome);
        }
        rounds = rounds.wrapping_add(1);
        pause(ROUND, &mut stop).await;
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

async fn pause(length: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(length) => {}
        _ = stop.changed() => {}
    }
}

/// Mails that are handed over at the same time.
const MAIL_WORKERS: usize = 4;
const LOOK_AGAIN: Duration = Duration::from_secs(1);
const HOUSEKEEPING: Duration = Duration::from_secs(5);
const ROUND: Duration = Duration::from_secs(30);
const ROUNDS_WHEN_WELL: u32 = 2;
/// A mail server may take its time over a mail; a process manager kills after half a minute or more.
const PATIENCE: Duration = Duration::from_secs(15);
