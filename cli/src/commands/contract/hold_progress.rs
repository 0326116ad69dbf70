//! The progress of `contract hold` on stderr: a line that a terminal overwrites, else one line every ten seconds.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::arguments::Detail;
use crate::output;

/// The time between two lines without a terminal.
const INTERVAL: Duration = Duration::from_secs(10);
const CLEAR_LINE: &str = "\r\u{1b}[K";

/// The count of scenarios that have run.
pub(super) struct HoldProgress {
    all: usize,
    is_terminal: bool,
    printed_at: Instant,
}

impl HoldProgress {
    pub(super) fn new(all: usize) -> Self {
        Self { all, is_terminal: io::stderr().is_terminal(), printed_at: Instant::now() }
    }

    /// Shows that `done` scenarios have run. With `--quiet`, nothing is shown.
    pub(super) fn show(&mut self, done: usize) {
        if output::detail() == Detail::Quiet {
            return;
        }
        let text = format!("{done} of {} scenarios", self.all);
        if self.is_terminal {
            write(&format!("{CLEAR_LINE}{text}"));
        } else if self.printed_at.elapsed() >= INTERVAL {
            self.printed_at = Instant::now();
            output::message(&text);
        }
    }
}

/// Removes the line from the terminal.
impl Drop for HoldProgress {
    fn drop(&mut self) {
        if self.is_terminal {
            write(CLEAR_LINE);
        }
    }
}

/// Writes to stderr. A failure has no further place to be reported.
fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}
