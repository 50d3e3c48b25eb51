//! The reference server: every adapter put together, configured by one file; with none, a complete demonstration.

mod arguments;
mod audit;
mod backup;
mod check;
mod checkup;
mod clinics;
mod config;
mod copy;
mod dead_mail;
#[cfg(feature = "demo")]
mod demo;
mod keys;
mod log;
mod machine;
mod metrics;
mod parts;
mod pattern;
mod rotation;
mod routes;
#[cfg(test)]
mod scratch;
mod server;
mod store;
mod tls;
mod watched;
mod workers;

use std::io::Write;
use std::process::ExitCode;

use arguments::Command;
use parts::StartError;

fn main() -> ExitCode {
    let command = match arguments::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(sentence) => return wrong(&sentence),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return wrong(&format!("no threads are to be had: {error}")),
    };
    match runtime.block_on(carry_out(command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ StartError::Flaws(_)) => failed(&error.to_string(), FLAWED),
        Err(error) => wrong(&error.to_string()),
    }
}

async fn carry_out(command: Command) -> Result<(), StartError> {
    let mut out = std::io::stdout();
    match command {
        Command::Serve(file) => server::run(&file).await,
        Command::Check(file) => check::check(&file, &mut out).await,
        Command::DeadMail(file) => dead_mail::list(&file, &mut out).await,
        Command::RetryMail(file, which) => dead_mail::retry(&file, which, &mut out).await,
        Command::Clinics(file) => clinics::list(&file, &mut out),
        Command::Copy(order) => copy::copy(&order, &mut out).await,
        Command::Audit(order) => audit::carry_out(order, &mut out).await,
        Command::BackUp(order) => backup::make(&order, &mut out).await,
        Command::Keys(file, deed) => rotation::carry_out(&file, deed, &mut out).await,
        Command::Restore(order) => backup::restore(&order, &mut out).await,
        Command::Demo => demonstrate(&mut out).await,
        Command::Help(text) => tell(&mut out, &text),
        Command::Version => tell(&mut out, concat!("clinic-server ", env!("CARGO_PKG_VERSION"), "\n")),
    }
}

#[cfg(feature = "demo")]
async fn demonstrate(out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    demo::run(out).await
}

#[cfg(not(feature = "demo"))]
async fn demonstrate(out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    tell(out, &arguments::help())
}

/// Who has closed the pipe does not want to be told.
fn tell(out: &mut (dyn Write + Send), text: &str) -> Result<(), StartError> {
    let _closed = out.write_all(text.as_bytes());
    Ok(())
}

/// One sentence, and the exit code of what is wrong before anything has begun.
fn wrong(sentence: &str) -> ExitCode {
    failed(sentence, WRONG)
}

fn failed(sentence: &str, code: u8) -> ExitCode {
    let _closed = writeln!(std::io::stderr(), "clinic-server: {sentence}");
    ExitCode::from(code)
}

/// Everything could be looked at, and not all of it is well.
const FLAWED: u8 = 1;
const WRONG: u8 = 2;
