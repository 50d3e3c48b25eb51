//! What the simulator remembers: codes for a minute, access tokens for ten.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use patientportal_core::moment::Timestamp;
use rand::rngs::StdRng;

use crate::config::{Shape, SimulatorConfig};
use crate::persons::{PERSONS, Person};
use crate::signing::{Key, token};
use crate::staff::STAFF;

/// All that the endpoints share.
pub(crate) struct Simulation {
    pub(crate) config: SimulatorConfig,
    pub(crate) issuer: String,
    pub(crate) key: Key,
    memory: Mutex<Memory>,
}

/// A login that somebody chose on the page.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) person: &'static Person,
    pub(crate) flaws: Flaws,
    pub(crate) redirect_url: String,
    pub(crate) challenge: String,
    pub(crate) nonce: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) at: Timestamp,
}

/// What is wrong with a login, as ticked on the page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Flaws {
    pub(crate) low_assurance: bool,
    pub(crate) no_cpr: bool,
    pub(crate) business: bool,
    pub(crate) old_login: bool,
}

struct Memory {
    random: StdRng,
    codes: HashMap<String, Code>,
    accesses: HashMap<String, Access>,
}

struct Code {
    grant: Grant,
    /// The access token that it was exchanged for.
    used: Option<String>,
}

struct Access {
    grant: Grant,
    tries: u8,
}

impl Simulation {
    pub(crate) fn new(config: SimulatorConfig, issuer: String, mut random: StdRng) -> Self {
        let key = Key::generate(&mut random);
        let memory = Memory { random, codes: HashMap::new(), accesses: HashMap::new() };
        Self { config, issuer, key, memory: Mutex::new(memory) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    /// Whether it stands for the clinics' own sign-in.
    pub(crate) fn is_of_staff(&self) -> bool {
        self.config.shape == Shape::Staff
    }

    /// Those who can log in.
    pub(crate) fn persons(&self) -> &'static [Person] {
        if self.is_of_staff() { STAFF } else { PERSONS }
    }

    pub(crate) fn person(&self, id: &str) -> Option<&'static Person> {
        self.persons().iter().find(|person| person.id == id)
    }

    /// The path below which its pages are.
    pub(crate) fn path(&self) -> &'static str {
        if self.is_of_staff() { STAFF_PATH } else { "" }
    }

    /// A code for `grant`.
    pub(crate) fn issue_code(&self, grant: Grant) -> String {
        let now = self.now();
        let mut memory = self.memory();
        memory.codes.retain(|_, code| now.since(code.grant.at) < ACCESS_LIFE);
        memory.accesses.retain(|_, access| now.since(access.grant.at) < ACCESS_LIFE);
        let code = token(&mut memory.random);
        memory.codes.insert(code.clone(), Code { grant, used: None });
        code
    }

    /// Exchanges a code, once, within a minute and only if it is for what `fits` says. A second try ends the access
    /// that the first one gave: one of the two was a thief's.
    pub(crate) fn redeem(&self, code: &str, fits: impl FnOnce(&Grant) -> bool) -> Option<(Grant, String)> {
        let now = self.now();
        let mut memory = self.memory();
        let Memory { random, codes, accesses } = &mut *memory;
        let entry = codes.get_mut(code)?;
        if let Some(access) = &entry.used {
            accesses.remove(access);
            return None;
        }
        let access = token(random);
        entry.used = Some(access.clone());
        if now.since(entry.grant.at) > CODE_LIFE || !fits(&entry.grant) {
            return None;
        }
        accesses.insert(access.clone(), Access { grant: entry.grant.clone(), tries: 0 });
        Some((entry.grant.clone(), access))
    }

    /// Whom an access token is for.
    pub(crate) fn access(&self, token: &str) -> Option<Grant> {
        let now = self.now();
        let memory = self.memory();
        memory.accesses.get(token).map(|access| access.grant.clone()).filter(|grant| now.since(grant.at) < ACCESS_LIFE)
    }

    /// Counts a try to match a CPR number; `None` when there have been three.
    pub(crate) fn count_try(&self, token: &str) -> Option<()> {
        let mut memory = self.memory();
        let access = memory.accesses.get_mut(token).filter(|access| access.tries < MATCH_TRIES)?;
        access.tries += 1;
        Some(())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the issuer for staff is.
pub(crate) const STAFF_PATH: &str = "/personale";
const CODE_LIFE: Duration = Duration::from_secs(60);
const ACCESS_LIFE: Duration = Duration::from_secs(10 * 60);
const MATCH_TRIES: u8 = 3;
