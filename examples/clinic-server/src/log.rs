//! The log: one line an event on standard error, JSON for machines or plain for a person who watches the demonstration.

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

/// How lines look.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// One JSON object a line.
    Json,
    /// For people.
    #[cfg(feature = "demo")]
    Plain,
}

/// Begins to log. `RUST_LOG` says how much, but only of our own crates more than `info`: whatever it names, the
/// libraries below never tell what goes over their connections.
pub(crate) fn begin(form: Form) {
    let log = filtered(EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy());
    let lines = layer().with_writer(std::io::stderr).with_ansi(false);
    match form {
        Form::Json => {
            log.with(lines.json().flatten_event(true).with_current_span(false).with_span_list(false)).init();
        }
        #[cfg(feature = "demo")]
        Form::Plain => log.with(lines.compact().with_target(false)).init(),
    }
}

fn filtered(chosen: EnvFilter) -> impl Subscriber + for<'a> LookupSpan<'a> + Send + Sync {
    tracing_subscriber::registry().with(chosen).with(filter_fn(may_be_told))
}

/// At their finest levels libraries print headers, addresses and bodies (I7).
fn may_be_told(metadata: &Metadata<'_>) -> bool {
    let origin = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::INFO || OWN.iter().any(|own| origin.starts_with(own))
}

/// How the names of our own crates begin.
const OWN: [&str; 3] = ["patientportal_", "clinic_server", "mitid_simulator"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i7_no_directive_makes_a_library_tell_more_than_info() {
        let chosen = EnvFilter::new("trace,hyper::proto=trace,h2=debug,lettre[{from}]=trace,clinic_server=debug");
        tracing::subscriber::with_default(filtered(chosen), || {
            assert!(!tracing::enabled!(target: "hyper::proto::h1", Level::TRACE));
            assert!(!tracing::enabled!(target: "hyper", Level::DEBUG));
            assert!(!tracing::enabled!(target: "h2", Level::DEBUG));
            assert!(!tracing::enabled!(target: "lettre", Level::TRACE, from));
            assert!(!tracing::enabled!(target: "hyper_rustls::connector", Level::DEBUG));
            assert!(tracing::enabled!(target: "hyper::proto::h1", Level::INFO));
            assert!(tracing::enabled!(target: "clinic_server::routes", Level::DEBUG));
            assert!(!tracing::enabled!(target: "clinic_server::routes", Level::TRACE));
            assert!(tracing::enabled!(target: "patientportal_oidc::tokens", Level::TRACE));
        });
    }
}
