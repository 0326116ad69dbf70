//! `unicontact deliveries retry`: what is unfinished, once more.
//!
//! Its rule: it takes the way of every delivery, through the journal, so nothing is sent that a `create` would not send.
//! The first Ctrl-C begins nothing new and waits for what is under way; the second stops at once.

mod lanes;
mod unfinished;

use std::sync::Arc;
use std::time::{Duration, Instant};

use unicontact::config::Configuration;
use unicontact::import::{Import, Summary};
use unicontact::journal::{Journal, JournalError};
use unicontact::{FanOut, Policy, Report};

use self::lanes::Lanes;
use self::unfinished::{Pages, Unfinished};
use super::selection;
use crate::arguments::{Common, Format, Retry};
use crate::exit::{Exit, Failure};
use crate::output::{self, ProgressLines};
use crate::signals::Signals;

const TICK: Duration = Duration::from_millis(500);

pub(super) async fn run(
    common: &Common,
    configuration: &Configuration,
    journal: Arc<dyn Journal>,
    retry: &Retry,
) -> Result<Exit, Failure> {
    let fan_out = crate::commands::fan_out(configuration, Policy::All)?;
    let fan_out = fan_out.with_journal(Arc::clone(&journal));
    let mut pages = Pages::new(&*journal, selection(common, &retry.filter), &retry.keys);
    let Some(first) = pages.next().await? else {
        output::message("There is nothing to retry.");
        return Ok(Exit::Done);
    };
    let signals = Signals::register()?;
    let running = Running {
        lanes: Lanes::new(&fan_out),
        summary: Summary::of(&Import::new(fan_out.clone())),
        fan_out,
        format: common.format,
        progress: ProgressLines::default(),
        signals,
        next: Some(first),
        paused: 0,
        exit: Exit::Done,
    };
    Ok(running.finish(pages).await)
}

struct Running {
    lanes: Lanes,
    summary: Summary,
    fan_out: FanOut,
    format: Format,
    progress: ProgressLines,
    signals: Signals,
    /// What is sent next; nothing when all was.
    next: Option<Unfinished>,
    /// How many pauses were told.
    paused: usize,
    exit: Exit,
}

impl Running {
    async fn finish(mut self, mut pages: Pages<'_>) -> Exit {
        let begun = Instant::now();
        let mut ticks = tokio::time::interval(TICK);
        let mut interrupts = 0;
        loop {
            self.begin(&mut pages).await;
            tokio::select! {
                biased;
                () = self.signals.next() => {
                    interrupts += 1;
                    self.interrupted(interrupts);
                }
                ended = self.lanes.next() => match ended {
                    Some(reports) => reports.iter().for_each(|report| self.tell(report)),
                    None => break,
                },
                _ = ticks.tick() => self.tick(begun.elapsed()),
            }
        }
        self.progress.end();
        self.tell_end();
        self.exit
    }

    /// Begins as many as there is room for.
    async fn begin(&mut self, pages: &mut Pages<'_>) {
        while self.lanes.has_room() && !self.lanes.are_all_paused() {
            let Some(next) = self.next.take() else { break };
            self.send(&next);
            match pages.next().await {
                Ok(Some(next)) => self.next = Some(next),
                Ok(None) => self.lanes.close(),
                Err(error) => self.unreadable(&error),
            }
        }
    }

    fn send(&mut self, unfinished: &Unfinished) {
        let key = &unfinished.first.key;
        if unfinished.providers.iter().any(|provider| !self.lanes.knows(provider)) {
            self.incomplete(&format!("{}: some of its providers are not configured any more", key.contact()));
        }
        let Some(contact) = unfinished.first.contact() else {
            self.incomplete(&format!("{key}: the journal has no contact that could be sent"));
            return;
        };
        if !self.lanes.begin(&contact, &unfinished.providers) {
            self.exit = self.exit.or(Exit::Incomplete);
        }
    }

    fn unreadable(&mut self, error: &JournalError) {
        self.lanes.close();
        self.incomplete(&format!("error: {error}; the rest was not tried"));
    }

    fn incomplete(&mut self, why: &str) {
        self.exit = self.exit.or(Exit::Incomplete);
        self.progress.end();
        output::message(why);
    }

    fn interrupted(&mut self, times: u32) {
        if times == 1 {
            self.lanes.stop();
            self.progress.end();
            output::message(
                "Stopping: nothing new is sent, what is under way comes to its end. Ctrl-C again stops at once.",
            );
        } else {
            self.lanes.abandon();
        }
        if self.next.take().is_some() {
            self.exit = self.exit.or(Exit::Incomplete);
        }
    }

    fn tell(&mut self, report: &Report) {
        self.summary.add(report);
        self.exit = self.exit.or(Exit::from(report.verdict(Policy::All)));
        self.progress.end();
        let written = match self.format {
            Format::Json => output::json_text(report).and_then(|text| output::told_once(&text)),
            Format::Human => output::told_once(output::report_of_contact(report, &self.fan_out).text()),
        };
        if let Err(error) = written {
            output::unwritten(std::slice::from_ref(report), self.format, &error);
            self.exit = self.exit.untold();
        }
    }

    fn tick(&mut self, elapsed: Duration) {
        let pauses = self.lanes.pauses();
        if pauses.len() > self.paused {
            self.paused = pauses.len();
            self.progress.end();
            let names: Vec<&str> = pauses.iter().map(|pause| pause.provider.as_str()).collect();
            output::message(&format!("paused: {}", names.join(", ")));
        }
        self.progress.show(&self.summary, elapsed, None);
    }

    fn tell_end(&mut self) {
        for pause in self.lanes.pauses() {
            output::message(&output::paused(&pause, &self.summary, true));
        }
        if self.next.is_some() || self.lanes.have_left_some() {
            self.incomplete("The rest was not tried.");
        }
        if self.summary.contacts > 1 {
            output::message(&output::retried(&self.summary));
        }
    }
}
