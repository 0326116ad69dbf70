//! Writes messages to stderr: as text for people or, where the log is JSON, as lines of the log. A failure has no further place to be
//! reported.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tracing::Level;
use unicontact::providers::clock::{Clock, SystemClock};

use super::plain;

static AS_JSON: AtomicBool = AtomicBool::new(false);

/// Writes all later messages as lines of a JSON log.
pub(crate) fn log_as_json() {
    AS_JSON.store(true, Ordering::Relaxed);
}

/// Returns whether messages are lines of a JSON log.
pub(super) fn are_json() -> bool {
    AS_JSON.load(Ordering::Relaxed)
}

/// Writes a message: `text` in a JSON log, or what `for_people` returns.
pub(super) fn write(level: Level, text: &str, for_people: impl FnOnce() -> String) {
    let line = if are_json() { in_json(level, text) } else { for_people() };
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Returns a line in the form of the log's other lines.
fn in_json(level: Level, text: &str) -> String {
    let line = json!({
        "timestamp": SystemClock.now(),
        "level": level.as_str(),
        "fields": {"message": text},
        "target": "unicontact",
    });
    plain::in_json(&line.to_string()).into()
}
