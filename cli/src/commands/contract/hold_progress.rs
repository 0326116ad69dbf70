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
    form: Form,
}

enum Form {
    /// With `--quiet`, nothing is shown.
    Hidden,
    /// A line that the next one overwrites.
    OverwrittenLine,
    Lines {
        printed_at: Instant,
    },
}

impl HoldProgress {
    pub(super) fn new(all: usize) -> Self {
        let form = if output::detail() == Detail::Quiet {
            Form::Hidden
        } else if io::stderr().is_terminal() {
            Form::OverwrittenLine
        } else {
            Form::Lines { printed_at: Instant::now() }
        };
        Self { all, form }
    }

    /// Shows that `done` scenarios have run.
    pub(super) fn show(&mut self, done: usize) {
        let text = || format!("{done} of {} scenarios", self.all);
        match &mut self.form {
            Form::OverwrittenLine => write(&format!("{CLEAR_LINE}{}", text())),
            Form::Lines { printed_at } if printed_at.elapsed() >= INTERVAL => {
                *printed_at = Instant::now();
                output::message(&text());
            }
            Form::Hidden | Form::Lines { .. } => {}
        }
    }
}

/// Removes the line from the terminal.
impl Drop for HoldProgress {
    fn drop(&mut self) {
        if matches!(self.form, Form::OverwrittenLine) {
            write(CLEAR_LINE);
        }
    }
}

/// Writes to stderr. A failure has no further place to be reported.
fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}
