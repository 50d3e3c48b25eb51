//! What happens without a request: mail goes out, ended sessions are removed, MitID is asked whether it is there.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use patientportal_core::audit::SealedBatch;
use patientportal_core::fault::Fault;
use patientportal_core::portal::Portal;
use patientportal_core::ports::IdentityProvider;
use patientportal_oidc::OidcProvider;
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinSet;

use crate::audit::roots::RootsFile;

/// The tasks behind the portal.
pub(crate) struct Workers {
    portal: Portal,
    jobs: JoinSet<()>,
    /// What goes on until the last job is done, and may then be broken off.
    rest: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Workers {
    /// Starts them. `woken` is notified when a job was put into the queue; `roots` gets the roots of audit batches.
    pub(crate) fn start(
        portal: &Portal,
        identity: &Arc<OidcProvider>,
        woken: &Arc<Notify>,
        roots: Option<RootsFile>,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (mut jobs, mut rest) = (start_jobs(portal, woken, &stopped), JoinSet::new());
        jobs.spawn(seal(portal.clone(), roots, stopped));
        rest.spawn(keep_house(portal.clone()));
        rest.spawn(forget_dead_mails(portal.clone()));
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

fn start_jobs(portal: &Portal, woken: &Arc<Notify>, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
    let (mut jobs, lookout) = (JoinSet::new(), Arc::new(Mutex::new(())));
    for _ in 0..MAIL_WORKERS {
        jobs.spawn(do_jobs(portal.clone(), woken.clone(), lookout.clone(), stopped.clone()));
    }
    jobs
}

/// One job at a time, so that a slow mail server holds up no more than one job a worker. Of those who have nothing to do,
/// one looks every second what other nodes have left; whoever finds something calls the next.
async fn do_jobs(portal: Portal, woken: Arc<Notify>, lookout: Arc<Mutex<()>>, mut stop: watch::Receiver<bool>) {
    let mut wait = LOOK_AGAIN;
    while !*stop.borrow() {
        match portal.work(1).await {
            Ok(0) => {
                wait = LOOK_AGAIN;
                let on_the_lookout = async {
                    let _alone = lookout.lock().await;
                    tokio::time::sleep(wait).await;
                };
                tokio::select! {
                    () = woken.notified() => {}
                    () = on_the_lookout => {}
                    _ = stop.changed() => {}
                }
            }
            Ok(_) => {
                wait = LOOK_AGAIN;
                woken.notify_one();
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

/// Seals the audit trail until told to stop, and once more then.
async fn seal(portal: Portal, roots: Option<RootsFile>, mut stop: watch::Receiver<bool>) {
    let roots = roots.map(|roots| Arc::new(std::sync::Mutex::new(roots)));
    let mut wait = portal.policy().audit_sealing;
    loop {
        let is_last = *stop.borrow();
        match portal.seal_audit().await {
            Ok(sealed) => {
                wait = portal.policy().audit_sealing;
                if let Some(roots) = &roots {
                    tell_roots(roots.clone(), sealed).await;
                }
            }
            Err(fault) => {
                tell(&fault, "the audit trail could not be sealed and will be later");
                wait = longer(wait);
            }
        }
        if is_last {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Also where nothing was sealed: what could not be written before waits.
async fn tell_roots(roots: Arc<std::sync::Mutex<RootsFile>>, sealed: Vec<SealedBatch>) {
    let write = move || roots.lock().unwrap_or_else(PoisonError::into_inner).add(&sealed);
    if tokio::task::spawn_blocking(write).await.is_err() {
        tracing::error!("the thread that writes the roots of audit batches had panicked");
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

async fn forget_dead_mails(portal: Portal) {
    loop {
        match portal.forget_dead_mails().await {
            Ok(0) => {}
            Ok(mails) => tracing::info!(mails, "mails that were given up long ago are forgotten"),
            Err(fault) => tell(&fault, "mails that were given up could not be forgotten"),
        }
        tokio::time::sleep(AN_HOUR).await;
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
const AN_HOUR: Duration = Duration::from_secs(60 * 60);
const HOUSEKEEPING: Duration = Duration::from_secs(5);
const ROUND: Duration = Duration::from_secs(30);
const ROUNDS_WHEN_WELL: u32 = 2;
/// A mail server may take its time over a mail; a process manager kills after half a minute or more.
const PATIENCE: Duration = Duration::from_secs(15);

#[cfg(all(test, feature = "demo"))]
mod tests;
