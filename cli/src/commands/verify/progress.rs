//! The progress of a verification on stderr, every few seconds.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use unicontact::verify::VerifyStep;

use crate::output;

/// The time between two lines.
const INTERVAL: Duration = Duration::from_secs(5);

pub(super) struct Progress {
    provider: String,
    is_terminal: bool,
    shown_at: Mutex<Instant>,
}

impl Progress {
    pub(super) fn new(provider: &str) -> Self {
        let is_terminal = io::stderr().is_terminal();
        Self { provider: provider.to_owned(), is_terminal, shown_at: Mutex::new(Instant::now()) }
    }

    /// Shows the step, unless another one was shown within the interval. A terminal shows the first step at once.
    pub(super) fn show(&self, step: VerifyStep) {
        let mut shown_at = self.shown_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = self.is_terminal && step == VerifyStep::Listing;
        if !is_first && shown_at.elapsed() < INTERVAL {
            return;
        }
        *shown_at = Instant::now();
        output::message(&format!("{}: {}", self.provider, line(step)));
    }
}

fn line(step: VerifyStep) -> String {
    match step {
        VerifyStep::Listing => "reading the vendor's contacts".to_owned(),
        VerifyStep::Recognizing { done, all } => {
            format!("{done} of {all} contacts looked for in the journal")
        }
        VerifyStep::Comparing { done } => format!("{done} deliveries compared"),
        VerifyStep::Adopting { done, all } => format!("{done} of {all} contacts recorded"),
    }
}
