//! Many deliveries under way, watched by a person.
//!
//! Its rule: the first Ctrl-C begins nothing new and waits for what is under way; the second stops at once. How far it is
//! is told all along, and that a provider is paused as soon as it is.

use std::pin::Pin;
use std::time::{Duration, Instant};

use futures_util::{Stream, StreamExt};
use tokio::time::Interval;
use unicontact::Report;
use unicontact::bulk::{Import, Summary};
use unicontact::circuit_breaker::OpenReason;

use crate::exit::Failure;
use crate::output::{self, Advance, ProgressLines};
use crate::signals::Signals;

const TICK: Duration = Duration::from_millis(500);

/// An import, and what a person is told of it.
pub(super) struct Watched {
    pub(super) import: Import,
    pub(super) summary: Summary,
    progress: ProgressLines,
    signals: Signals,
    interrupts: u32,
    /// The pauses that were told and are not over.
    paused: Vec<OpenReason>,
    /// The troubles that were told.
    troubles: Vec<&'static str>,
    begun: Instant,
    ticks: Interval,
}

impl Watched {
    /// From now on no signal ends the process by itself.
    pub(super) fn new(import: Import) -> Result<Self, Failure> {
        Ok(Self {
            summary: Summary::with_providers(import.provider_names()),
            import,
            progress: ProgressLines::default(),
            signals: Signals::register()?,
            interrupts: 0,
            paused: Vec::new(),
            troubles: Vec::new(),
            begun: Instant::now(),
            ticks: tokio::time::interval(TICK),
        })
    }

    /// The next report, which is counted. `share_read` tells how much of the input is read, from 0 to 1.
    pub(super) async fn next(
        &mut self,
        mut reports: Pin<&mut impl Stream<Item = Report>>,
        share_read: impl Fn() -> Option<f64>,
    ) -> Option<Report> {
        loop {
            tokio::select! {
                biased;
                () = self.signals.next() => self.interrupted(),
                _ = self.ticks.tick() => self.tick(share_read()),
                report = reports.next() => {
                    match &report {
                        Some(report) => self.summary.add(report),
                        None => self.ended(),
                    }
                    return report;
                }
            }
        }
    }

    /// Says something in between.
    pub(super) fn say(&mut self, text: &str) {
        self.make_room();
        output::message(text);
    }

    /// Takes the lines of progress away, for what is told next.
    pub(super) fn make_room(&mut self) {
        self.progress.end();
    }

    fn interrupted(&mut self) {
        self.interrupts += 1;
        if self.interrupts == 1 {
            self.import.stop();
            self.say(output::STOPPING);
        } else {
            self.import.abandon();
        }
    }

    fn tick(&mut self, share_read: Option<f64>) {
        self.tell_pauses();
        self.tell_troubles();
        let advance = Advance {
            summary: &self.summary,
            taken: self.import.taken(),
            behind: &self.import.backlog(),
            parked: &self.import.deferred(),
            share_read,
        };
        self.progress.show(&advance, self.begun.elapsed());
    }

    fn ended(&mut self) {
        self.progress.end();
        self.tell_pauses();
        self.tell_troubles();
    }

    fn tell_pauses(&mut self) {
        let pauses = self.import.open_breakers();
        for line in output::changed_pauses(&self.paused, &pauses) {
            self.say(&line);
        }
        self.paused = pauses;
    }

    fn tell_troubles(&mut self) {
        for trouble in self.import.warnings() {
            if !self.troubles.contains(&trouble) {
                self.troubles.push(trouble);
                self.say(&format!("warning: {trouble}"));
            }
        }
    }
}
