//! The simulator by hand: `mitid-simulator [PORT] [RETURN-URL] [LOGOUT-URL]`.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use mitid_simulator::{Simulator, SimulatorConfig};
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::Clock;

#[tokio::main]
async fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Vec<String>) -> Result<(), Box<dyn std::error::Error>> {
    let [port, redirect, logout] = [0, 1, 2].map(|at| arguments.get(at).map(String::as_str));
    let port: u16 =
        port.unwrap_or(PORT).parse().map_err(|_| "usage: mitid-simulator [PORT] [RETURN-URL] [LOGOUT-URL]")?;
    let mut config = SimulatorConfig::new(CLIENT, SECRET, Arc::new(SystemClock));
    config.address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    config.redirect_urls = vec![redirect.unwrap_or(RETURN).to_owned()];
    config.post_logout_redirect_urls = vec![logout.unwrap_or(LOGOUT).to_owned()];
    let returns = config.redirect_urls.concat();
    let simulator = Simulator::start(config).await?;
    say(&format!(
        "MitID-simulator, for testing only\n  issuer         {}\n  client id      {CLIENT}\n  client secret  {SECRET}\n  \
         returns to     {returns}\nStop with Ctrl-C.",
        simulator.issuer()
    ));
    tokio::signal::ctrl_c().await?;
    simulator.shutdown().await;
    Ok(())
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

#[expect(clippy::print_stdout, reason = "a program for the terminal")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "a program for the terminal")]
fn complain(error: &dyn std::error::Error) {
    eprintln!("mitid-simulator: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
}

const PORT: &str = "8400";
const CLIENT: &str = "patientportal";
const SECRET: &str = "simulator-secret";
const RETURN: &str = "http://127.0.0.1:8080/mitid/return";
const LOGOUT: &str = "http://127.0.0.1:8080/";
