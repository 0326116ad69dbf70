//! `unicontact deliveries retry`: what is unfinished, once more.
//!
//! Its rule: it takes the way of every delivery, through the journal, so nothing is sent that a `create` would not send.

#[cfg(feature = "jetstream")]
mod queued;
mod unfinished;

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use unicontact::bulk::Import;
use unicontact::config::Configuration;
use unicontact::journal::Journal;
use unicontact::{Delivery, FanOut, Note, Outcome, Policy, Report};

#[cfg(feature = "jetstream")]
pub(super) use self::queued::run as run_on_queue;
use self::unfinished::{Pages, Said};
use super::selection;
use crate::arguments::{Common, Format, Retry};
use crate::commands::import_monitor::ImportMonitor;
use crate::commands::setup;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::summary::{self, Reasons, ResumeHint};

pub(super) async fn run(
    common: &Common,
    configuration: &Configuration,
    journal: Arc<dyn Journal>,
    retry: &Retry,
) -> Result<Exit, Failure> {
    let names = configuration.providers.iter().map(|provider| provider.name.clone()).collect();
    let fan_out = setup::fan_out(configuration, Policy::All)?;
    let fan_out = fan_out.with_journal(Arc::clone(&journal));
    let fan_out = if retry.again_doubts { fan_out.again_doubts() } else { fan_out };
    let mut pages = Pages::new(journal, selection(common, &retry.filter), names);
    if !retry.keys.is_empty() {
        pages.narrow(&retry.keys).await?;
    }
    let Some(first) = pages.next().await? else {
        output::message("There is nothing to retry.");
        return Ok(Exit::Done);
    };
    let import = Import::new(fan_out.clone());
    let monitor = ImportMonitor::new(if retry.wait { import.waiting() } else { import })?;
    let running = Running {
        monitor,
        reasons: Reasons::new(&fan_out),
        fan_out,
        format: common.format,
        is_all: false,
        untried: BTreeMap::new(),
        exit: Exit::Done,
    };
    Ok(running.finish(pages, first).await)
}

struct Running {
    monitor: ImportMonitor,
    fan_out: FanOut,
    reasons: Reasons,
    format: Format,
    /// Whether nothing was left in the journal.
    is_all: bool,
    /// How many deliveries were not told one by one, since nothing was tried, by why.
    untried: BTreeMap<String, u64>,
    exit: Exit,
}

impl Running {
    async fn finish(mut self, pages: Pages, first: unfinished::Unfinished) -> Exit {
        let (contacts, said) = pages.contacts(first);
        let mut reports = pin!(self.monitor.import.run_addressed(contacts));
        while let Some(report) = self.monitor.next(reports.as_mut(), || None).await {
            self.hear(&said);
            self.tell(report);
        }
        self.hear(&said);
        self.tell_end();
        self.exit
    }

    fn hear(&mut self, said: &Receiver<Said>) {
        for said in said.try_iter() {
            match said {
                Said::Problem(why) => self.incomplete(&why),
                Said::End => self.is_all = true,
            }
        }
    }

    fn tell(&mut self, mut report: Report) {
        self.exit = self.exit.or(Exit::from(report.verdict(Policy::All)));
        self.reasons.add(&report);
        if matches!(self.format, Format::Human) {
            report.deliveries.retain(|delivery| self.is_tried(delivery));
            if report.deliveries.is_empty() {
                return;
            }
        }
        self.monitor.clear_progress();
        let written = match self.format {
            Format::Json => output::json_text(&report).and_then(|text| output::final_data(&text)),
            Format::Human => output::final_data(output::report_of_contact(&report, &self.fan_out).text()),
        };
        if let Err(error) = written {
            output::reports_on_stderr(std::slice::from_ref(&report), self.format, &error);
            self.exit = self.exit.after_write_error();
        }
    }

    /// Whether anything was tried. If not, it is counted.
    fn is_tried(&mut self, delivery: &Delivery) -> bool {
        let is_tried = delivery.outcome != Outcome::Pending || delivery.attempts > 0;
        if !is_tried {
            let why = delivery.note.as_ref().map_or("not sent", Note::as_str);
            *self.untried.entry(why.to_owned()).or_default() += 1;
        }
        is_tried
    }

    fn tell_end(&mut self) {
        for (why, times) in &self.untried {
            output::message(&format!("not tried, {times} times: {why}"));
        }
        for pause in self.monitor.import.open_breakers() {
            output::message(&summary::paused_provider(
                &pause,
                &self.monitor.summary,
                &ResumeHint::SameCommand,
            ));
        }
        if !self.is_all {
            self.incomplete("The rest was not tried.");
        }
        let contacts = self.monitor.import.taken();
        if contacts > 1 || matches!(self.format, Format::Json) {
            for line in &self.reasons.doubts_to_retry() {
                output::message(line);
            }
        }
        if contacts > 1 {
            output::message(&summary::retried(&self.monitor.summary, contacts));
        }
    }

    fn incomplete(&mut self, why: &str) {
        self.exit = self.exit.or(Exit::Incomplete);
        self.monitor.message(why);
    }
}
