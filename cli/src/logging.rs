//! What is logged, and how.
//!
//! Its rule: stderr only, and nothing of a contact: what the client of the queue would tell of one is held back, whatever is
//! asked for.

use std::io;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

use crate::arguments::LogFormat;
use crate::output;

/// What is wrong with the program itself. That a connection failed is told by whoever needs it.
const USUAL: &str = "error,async_nats=off";
/// At `trace` it logs every message that it gets, and records hold contacts.
const CLIENT_OF_THE_QUEUE: &str = "async_nats";

/// `RUST_LOG`, else `UNICONTACT_LOG`, says what is logged; without them, only what is wrong with the program itself.
pub(crate) fn to_stderr(format: LogFormat) {
    let layer = fmt::layer().with_writer(io::stderr);
    let layer = match format {
        LogFormat::Human => layer.with_ansi(output::colours_stderr()).boxed(),
        LogFormat::Json => layer.json().with_current_span(false).boxed(),
    };
    registry().with(layer.with_filter(wanted().and(filter_fn(holds_no_contact)))).init();
}

fn wanted() -> EnvFilter {
    let usual = || EnvFilter::new(USUAL);
    let wanted = ["RUST_LOG", "UNICONTACT_LOG"].into_iter().find_map(|variable| {
        let text = std::env::var(variable).ok().filter(|text| !text.is_empty())?;
        Some((variable, text))
    });
    wanted.map_or_else(usual, |(variable, text)| {
        EnvFilter::try_new(text).unwrap_or_else(|_| {
            output::message(&format!("{variable}: not a filter such as info or unicontact=debug"));
            usual()
        })
    })
}

fn holds_no_contact(metadata: &Metadata<'_>) -> bool {
    *metadata.level() < Level::TRACE || !metadata.target().starts_with(CLIENT_OF_THE_QUEUE)
}
