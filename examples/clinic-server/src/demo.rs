//! The demonstration: the whole portal on this machine only, with invented clinics, a MitID-simulator, and
//! pages for the mailbox and a clinic's desk.

mod clinic_system;
mod clinics;
mod clock;
mod custody;
mod desk;
mod folder;
mod homepage;
mod mailbox;
mod origin;
mod pages;
mod words;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use mitid_simulator::{Client, RunningSimulator, Shape, Simulator, SimulatorConfig};
use patientportal_argon2::Argon2Settings;
use patientportal_clinicsystem::ClinicSystemSettings;
use patientportal_core::policy::Policy;
use patientportal_core::ports::Clock;
use patientportal_http::{Banner, Bilingual, TrustedProxies};
use patientportal_oidc::{ClaimMapping, OidcConfig, StaffOidcConfig};
use patientportal_smtp::Sender;
use tokio::net::TcpSocket;

pub(crate) use clock::DemoClock;
pub(crate) use desk::Desk;
pub(crate) use homepage::homepage;
pub(crate) use mailbox::Mailbox;

use crate::config::{
    Config, Database, MailConfig, Words, built_in_terms, logged_out_url, return_url, staff_return_url,
    staff_signed_out_url,
};
use crate::log;
use crate::parts::{self, Outside, Role, StartError};
use crate::routes::Routes;
use crate::server;
use custody::DemoCustody;
use words::{BANNER_DANISH, BANNER_ENGLISH, MOVED_DANISH, MOVED_ENGLISH};

/// Runs it until told to stop.
///
/// # Errors
/// [`StartError`] when it could not begin.
pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    log::begin(log::Form::Plain);
    let folder = folder::claim(Path::new(FOLDER)).map_err(StartError::Demo)?;
    let (socket, address) = free_port()?;
    let public_url = format!("http://{address}");
    let clock = DemoClock::in_folder(&folder.path).map_err(|error| StartError::Demo(error.to_string()))?;
    let simulator = simulator(&public_url, clock.clone()).await?;
    let config = config(&folder.path, address, public_url, &simulator)?;
    let mailbox = Mailbox::new(clock.clone());
    let outside = Outside {
        mailer: Arc::new(mailbox.clone()),
        custody: Arc::new(DemoCustody),
        clinic_system: Arc::new(clinic_system::clinic_system(&config.clinics, clock.now())),
        clock: Arc::new(clock.clone()),
    };
    let parts = parts::assemble(&config, outside, Role::Server).await?;
    let mut settings = parts::web_settings(&config);
    settings.banner = Some(banner(clock.clone()));
    let pages = server::pages(&parts, settings)?;
    let routes = Routes::new(parts.portal.clone(), pages).with_demonstration(mailbox, clock);
    let listener = server::listen(socket)?;
    // Who has closed the pipe does not want to be told.
    let _closed = out.write_all(words::welcome(&config.public_url, simulator.issuer()).as_bytes());
    server::serve(listener, None, server::limits(&config), parts, routes).await?;
    simulator.shutdown().await;
    Ok(())
}

/// The first free port from the usual one on.
fn free_port() -> Result<(TcpSocket, SocketAddr), StartError> {
    let mut port = PORT;
    loop {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        match server::reserve(address) {
            Ok(socket) => return Ok((socket, address)),
            Err(error) if port >= PORT + PORTS_TRIED => return Err(error),
            Err(_) => port += 1,
        }
    }
}

/// What stands above every page: with the day, once the clock was moved.
fn banner(clock: DemoClock) -> Banner {
    Banner::new(move |language| {
        let words = language.pick(BANNER_DANISH, BANNER_ENGLISH);
        match clock.moved_to(language) {
            Some(day) => format!("{words} {} {day}.", language.pick(MOVED_DANISH, MOVED_ENGLISH)),
            None => words.to_owned(),
        }
    })
}

async fn simulator(public_url: &str, clock: DemoClock) -> Result<RunningSimulator, StartError> {
    let mut config = SimulatorConfig::new(CLIENT, CLIENT_SECRET, Arc::new(clock));
    config.redirect_urls = vec![return_url(public_url)];
    config.post_logout_redirect_urls = vec![logged_out_url(public_url)];
    config.shape = Shape::Idura;
    config.staff = Some(Client {
        id: STAFF_CLIENT.to_owned(),
        secret: CLIENT_SECRET.to_owned(),
        redirect_url: staff_return_url(public_url),
        post_logout_redirect_url: staff_signed_out_url(public_url),
    });
    let failed = |error: &dyn std::error::Error| StartError::Demo(parts::sentence(error));
    Simulator::start(config).await.map_err(|error| failed(&error))
}

fn config(
    folder: &Path,
    listen: SocketAddr,
    public_url: String,
    simulator: &RunningSimulator,
) -> Result<Config, StartError> {
    let from =
        Sender::new("no-reply@patientportal.example", None).map_err(|error| StartError::Demo(error.to_string()))?;
    let mut policy = Policy::default();
    policy.terms_version = TERMS_VERSION.to_owned();
    Ok(Config {
        listen,
        database: Database::Sqlite(folder.join("portal.db")),
        keys: folder.join("portal.keys"),
        trusted_proxies: TrustedProxies::none(),
        any_host: false,
        identity: OidcConfig::new(
            simulator.issuer(),
            CLIENT,
            CLIENT_SECRET,
            return_url(&public_url),
            logged_out_url(&public_url),
            ClaimMapping::idura(),
        ),
        staff: Some(staff(&public_url, simulator)),
        // Not used: the mailbox takes every mail.
        mail: MailConfig::Outbox { directory: folder.join("mails"), from },
        policy,
        hashing: Argon2Settings::default(),
        clinics: clinics::clinics(&public_url).map_err(|error| StartError::Demo(error.to_string()))?,
        // Not used: one in memory stands for them.
        systems: ClinicSystemSettings::new(),
        words: Words {
            operator: words::OPERATOR.to_owned(),
            terms: built_in_terms(),
            provider: None,
            out_of_hours: Some(Bilingual::new(words::OUT_OF_HOURS_DANISH, words::OUT_OF_HOURS_ENGLISH)),
        },
        tls: None,
        metrics: None,
        audit_roots: None,
        public_url,
    })
}

fn staff(public_url: &str, simulator: &RunningSimulator) -> StaffOidcConfig {
    let (back, out) = (staff_return_url(public_url), staff_signed_out_url(public_url));
    let mut staff = StaffOidcConfig::new(simulator.staff_issuer(), STAFF_CLIENT, CLIENT_SECRET, back, out);
    // As they know one another at the clinic.
    staff.claims.id = "preferred_username".to_owned();
    staff
}

const FOLDER: &str = "portal-data";
const PORT: u16 = 8080;
const PORTS_TRIED: u16 = 20;
const TERMS_VERSION: &str = "demo";
const CLIENT: &str = "patientportal-demo";
const STAFF_CLIENT: &str = "patientportal-demo-staff";
/// Known to everybody who reads this; it opens a simulator of invented persons on this machine.
const CLIENT_SECRET: &str = "not-a-secret";
