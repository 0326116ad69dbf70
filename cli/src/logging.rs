//! Logging to stderr.
//!
//! Invariant: no contact data is logged with any filter. Messages of the queue's client at `trace` are dropped.

use std::io;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};
use unicontact::config::is_unset;

use crate::arguments::LogFormat;
use crate::output;

/// The default filter. The command itself reports failed connections to the queue.
const DEFAULT_FILTER: &str = "error,async_nats=off";
/// The target of the queue's client. At `trace` it logs whole messages, which hold contacts.
const QUEUE_CLIENT: &str = "async_nats";

/// Starts the logging with the filter of `RUST_LOG`, else of `UNICONTACT_LOG`, else only of errors.
pub(crate) fn to_stderr(format: LogFormat) {
    let layer = fmt::layer().with_writer(io::stderr);
    let layer = match format {
        LogFormat::Human => layer.with_ansi(output::Stream::Stderr.has_colours()).boxed(),
        LogFormat::Json => {
            output::log_messages_as_json();
            layer.json().with_current_span(false).boxed()
        }
    };
    registry().with(layer.with_filter(filter().and(filter_fn(holds_no_contact)))).init();
}

fn filter() -> EnvFilter {
    let default = || EnvFilter::new(DEFAULT_FILTER);
    let variable = ["RUST_LOG", "UNICONTACT_LOG"].into_iter().find_map(|variable| {
        let text = std::env::var(variable).ok().filter(|text| !is_unset(text))?;
        Some((variable, text))
    });
    variable.map_or_else(default, |(variable, text)| {
        EnvFilter::try_new(text).unwrap_or_else(|_| {
            output::message(&format!("{variable}: the value is not a filter and is ignored; set it to one such as info or unicontact=debug"));
            default()
        })
    })
}

fn holds_no_contact(metadata: &Metadata<'_>) -> bool {
    *metadata.level() < Level::TRACE || !metadata.target().starts_with(QUEUE_CLIENT)
}
