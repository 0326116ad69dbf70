//! Runs an import for a person: it shows the progress and paused providers, and handles signals.
//!
//! The first signal drains the import: requests in flight are awaited. The second one aborts it.

use std::pin::Pin;
use std::time::{Duration, Instant};

use futures_util::{Stream, StreamExt};
use tokio::time::Interval;
use unicontact::Report;
use unicontact::bulk::{Import, Summary};
use unicontact::circuit_breaker::OpenReason;

use crate::exit::Failure;
use crate::output::{self, ImportProgress, Line, ProgressLines, Style};
use crate::signals::Signals;

/// The time between two updates of the progress.
const TICK: Duration = Duration::from_millis(500);

/// A running import with its progress.
pub(super) struct ImportMonitor {
    pub(super) import: Import,
    pub(super) summary: Summary,
    progress: ProgressLines,
    signals: Signals,
    interrupts: u32,
    /// Whether a message was printed.
    pub(super) has_messages: bool,
    /// The pauses that were printed and have not ended.
    pauses: Vec<OpenReason>,
    /// The warnings that were printed.
    warnings: Vec<&'static str>,
    begun: Instant,
    ticks: Interval,
}

impl ImportMonitor {
    /// Registers the signals: from now on none ends the process by itself.
    pub(super) fn new(import: Import) -> Result<Self, Failure> {
        Ok(Self {
            summary: Summary::with_providers(import.provider_names()),
            import,
            progress: ProgressLines::default(),
            signals: Signals::register()?,
            interrupts: 0,
            has_messages: false,
            pauses: Vec::new(),
            warnings: Vec::new(),
            begun: Instant::now(),
            ticks: tokio::time::interval(TICK),
        })
    }

    /// Returns the next report and counts it. `share_read` returns the share of the input that is read, from 0 to 1.
    pub(super) async fn next(
        &mut self,
        mut reports: Pin<&mut impl Stream<Item = Report>>,
        share_read: impl Fn() -> Option<f64>,
    ) -> Option<Report> {
        loop {
            tokio::select! {
                biased;
                () = self.signals.next() => self.handle_signal(),
                _ = self.ticks.tick() => self.update(share_read()),
                report = reports.next() => {
                    match &report {
                        Some(report) => self.summary.add(report),
                        None => self.finish(),
                    }
                    return report;
                }
            }
        }
    }

    /// Prints a message above the progress.
    pub(super) fn message(&mut self, text: &str) {
        self.clear_progress();
        self.has_messages = true;
        output::message(text);
    }

    /// Removes the progress from the terminal before other output.
    pub(super) fn clear_progress(&mut self) {
        self.progress.clear();
    }

    fn handle_signal(&mut self) {
        self.interrupts += 1;
        if self.interrupts == 1 {
            self.import.stop();
            self.message(output::STOPPING);
        } else {
            self.import.abandon();
        }
    }

    fn update(&mut self, share_read: Option<f64>) {
        self.print_pauses();
        self.print_warnings();
        let progress = ImportProgress {
            summary: &self.summary,
            taken: self.import.taken(),
            behind: &self.import.backlog(),
            parked: &self.import.deferred(),
            share_read,
        };
        // After Ctrl-C the summary follows, and the message about it stays the last line.
        if self.interrupts == 0 {
            self.progress.show(&progress, self.begun.elapsed());
        }
    }

    fn finish(&mut self) {
        self.progress.clear();
        self.print_pauses();
        self.print_warnings();
    }

    fn print_pauses(&mut self) {
        let pauses = self.import.open_breakers();
        for line in output::pause_changes(&self.pauses, &pauses) {
            self.clear_progress();
            self.has_messages = true;
            output::styled_message(&Line::default().styled(Style::Warning, &line), output::CONTINUATION);
        }
        self.pauses = pauses;
    }

    fn print_warnings(&mut self) {
        for warning in self.import.warnings() {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
                self.message(&format!("warning: {warning}"));
            }
        }
    }
}
