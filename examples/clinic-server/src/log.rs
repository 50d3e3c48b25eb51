//! The log: one line an event on standard error, JSON for machines or plain for a person who watches the demonstration.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// How lines look.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// One JSON object a line.
    Json,
    /// For people.
    #[cfg(feature = "demo")]
    Plain,
}

/// Begins to log. `RUST_LOG` says how much; nothing makes the libraries below tell what goes over their connections.
pub(crate) fn begin(form: Form) {
    let chosen = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let capped = CAPPED.iter().filter_map(|target| format!("{target}=info").parse().ok());
    let filter = capped.fold(chosen, EnvFilter::add_directive);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    match form {
        Form::Json => log.json().flatten_event(true).with_current_span(false).with_span_list(false).init(),
        #[cfg(feature = "demo")]
        Form::Plain => log.compact().with_target(false).init(),
    }
}

/// Libraries that would print headers, addresses or bodies at their finest levels (I7).
const CAPPED: [&str; 6] = ["h2", "hyper", "hyper_util", "rustls", "lettre", "openidconnect"];
