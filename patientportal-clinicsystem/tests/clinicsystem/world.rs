//! A system under test and what the tests need around it.

use std::cell::RefCell;
use std::io;
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use patientportal_clinicsystem::{ClinicEndpoint, ClinicSystemSettings, HttpClinicSystem};
use patientportal_core::account::Contact;
use patientportal_core::fault::Fault;
use patientportal_core::ids::ClinicId;
use patientportal_core::value::{Cpr, Email, Mobile};
use time::macros::date;
use tracing_subscriber::filter::LevelFilter;

pub(crate) const CLINIC: ClinicId = ClinicId(71);
pub(crate) const OTHER_CLINIC: ClinicId = ClinicId(72);
pub(crate) const TOKEN: &str = "portal-token-Kanarie";
/// MedCom's test person Nancy Ann Test Berggren.
pub(crate) const NANCY_CPR: &str = "2512489996";

/// Whoever asks about her may cause a line in the log.
pub(crate) fn nancy() -> Cpr {
    Log::prepare();
    Cpr::parse(NANCY_CPR, date!(2026 - 11 - 22)).unwrap()
}

pub(crate) fn contact(email: Option<&str>, mobile: Option<&str>) -> Contact {
    Contact {
        email: email.map(|text| Email::parse(text).unwrap()),
        mobile: mobile.and_then(|text| Mobile::parse(text).unwrap()),
    }
}

pub(crate) fn settings(base: &str) -> ClinicSystemSettings {
    ClinicSystemSettings::new().with_clinic(CLINIC, ClinicEndpoint::new(base, TOKEN))
}

/// A system at `base` that nobody loses patience with on a slow machine.
pub(crate) fn system(base: &str) -> HttpClinicSystem {
    system_with(base, |_| {})
}

pub(crate) fn system_with(base: &str, change: impl FnOnce(&mut ClinicSystemSettings)) -> HttpClinicSystem {
    let mut settings = settings(base);
    settings.limits.connect = Duration::from_secs(30);
    settings.limits.total = Duration::from_secs(30);
    change(&mut settings);
    HttpClinicSystem::new(settings).unwrap()
}

/// `transient: …` or `permanent: …`, down to the bottom.
pub(crate) fn told(fault: &Fault) -> String {
    let kind = if fault.is_transient() { "transient" } else { "permanent" };
    format!("{kind}: {}", fault.chain())
}

/// Waits until `condition` holds.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    let waited = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waited).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// All that is logged on this thread, at every level, by every crate.
///
/// One subscriber serves the whole process: with one a thread, a line that another thread logs first can be switched
/// off for all.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

/// Ends the listening when dropped.
pub(crate) struct Listening;

thread_local! {
    static LISTENER: RefCell<Option<Log>> = const { RefCell::new(None) };
}

impl Log {
    /// Listens until the guard is dropped.
    pub(crate) fn listen() -> (Self, Listening) {
        Self::prepare();
        let log = Self::default();
        LISTENER.set(Some(log.clone()));
        (log, Listening)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Before anything is logged.
    fn prepare() {
        static PREPARED: Once = Once::new();
        PREPARED.call_once(|| {
            tracing_subscriber::fmt()
                .with_max_level(LevelFilter::TRACE)
                .with_ansi(false)
                // Its digits could happen to be a secret's.
                .without_time()
                .with_writer(|| LISTENER.with_borrow(|listener| listener.clone().unwrap_or_default()))
                .init();
        });
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENER.set(None);
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
