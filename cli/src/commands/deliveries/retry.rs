//! `unicontact deliveries retry`: sends unfinished deliveries again, through the journal like every delivery.

#[cfg(feature = "jetstream")]
mod queued;

use std::collections::BTreeMap;
use std::io;
use std::pin::pin;
use std::sync::Arc;

use unicontact::bulk::Import;
use unicontact::config::Configuration;
use unicontact::journal::Journal;
use unicontact::providers::DeliveryKey;
use unicontact::retry::{Retry, RetryError, RetryStatus};
use unicontact::{Delivery, FanOut, Note, Outcome, Policy, Report};

#[cfg(feature = "jetstream")]
pub(super) use self::queued::run as run_on_queue;
use super::{selection, unknown_delivery};
use crate::arguments::{self, Common, Format};
use crate::commands::import_monitor::ImportMonitor;
use crate::commands::setup;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Page};
use crate::summary::{self, Reasons, ResumeHint};

const NOTHING: &str = "There is nothing to retry.";
const INTERRUPTED: &str = "The rest was not tried.";

pub(super) async fn run(
    common: &Common,
    configuration: &Configuration,
    journal: Arc<dyn Journal>,
    arguments: &arguments::Retry,
) -> Result<Exit, Failure> {
    let fan_out = setup::fan_out(configuration, Policy::All)?;
    let fan_out = fan_out.with_journal(Arc::clone(&journal));
    let fan_out = if arguments.again_doubts { fan_out.resend_doubts() } else { fan_out };
    let names = configuration.providers.iter().map(|provider| provider.name.as_str());
    let retry = Retry::new(journal, names).with_selection(selection(common, &arguments.filter));
    let mut retry = with_keys(retry, &arguments.keys).await?;
    if retry.is_empty().await? {
        output::message(NOTHING);
        return Ok(Exit::Done);
    }
    let import = Import::new(fan_out.clone());
    let monitor = ImportMonitor::new(if arguments.wait { import.with_waiting() } else { import })?;
    let run = Run {
        monitor,
        reasons: Reasons::new(&fan_out),
        fan_out,
        format: common.format,
        untried: BTreeMap::new(),
        has_printed: false,
        exit: Exit::Done,
    };
    Ok(run.finish(retry).await)
}

/// Limits a retry to the deliveries with these keys, if there are any.
async fn with_keys(retry: Retry, keys: &[DeliveryKey]) -> Result<Retry, Failure> {
    if keys.is_empty() {
        return Ok(retry);
    }
    retry.with_keys(keys).await.map_err(|error| match error {
        RetryError::UnknownDelivery(key) => unknown_delivery(&key),
        error => Failure::new(FailureCode::Journal, error.to_string()),
    })
}

struct Run {
    monitor: ImportMonitor,
    fan_out: FanOut,
    reasons: Reasons,
    format: Format,
    /// The number of deliveries without an attempt by their notes. They are not reported one by one.
    untried: BTreeMap<String, u64>,
    has_printed: bool,
    exit: Exit,
}

impl Run {
    async fn finish(mut self, retry: Retry) -> Exit {
        let (contacts, status) = retry.into_contacts();
        let mut reports = pin!(self.monitor.import.run_routed(contacts));
        while let Some(report) = self.monitor.next(reports.as_mut(), || None).await {
            self.print_problems(&status);
            self.print(report);
        }
        self.print_problems(&status);
        self.print_end(&status);
        self.exit
    }

    fn print_problems(&mut self, status: &RetryStatus) {
        for problem in status.take_problems() {
            self.incomplete(&problem.to_string());
        }
    }

    fn print(&mut self, mut report: Report) {
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
            Format::Human => {
                let name = report.source.name.as_deref();
                self.print_page(&output::report(&report, name, &self.fan_out, None))
            }
        };
        if let Err(error) = written {
            output::reports_on_stderr(std::slice::from_ref(&report), self.format, &error);
            self.exit = self.exit.after_write_error();
        }
    }

    /// Prints a report below a blank line, except for the first.
    fn print_page(&mut self, report: &Page) -> io::Result<()> {
        let mut page = Page::default();
        if std::mem::replace(&mut self.has_printed, true) {
            page.blank_line();
        }
        page.append(report);
        output::final_data(page.text())
    }

    /// Returns whether the delivery has ended or made an attempt. Otherwise it is counted.
    fn is_tried(&mut self, delivery: &Delivery) -> bool {
        let is_tried = delivery.outcome != Outcome::Pending || delivery.attempts > 0;
        if !is_tried {
            let note = delivery.note.as_ref().map_or("not sent", Note::as_str);
            *self.untried.entry(note.to_owned()).or_default() += 1;
        }
        is_tried
    }

    fn print_end(&mut self, status: &RetryStatus) {
        for (note, times) in &self.untried {
            output::message(&format!("not tried, {}: {note}", output::times(*times)));
        }
        for pause in self.monitor.import.open_breakers() {
            output::message(&summary::paused_provider(
                &pause,
                &self.monitor.summary,
                &ResumeHint::SameCommand,
            ));
        }
        if !status.is_complete() {
            self.incomplete(INTERRUPTED);
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

    fn incomplete(&mut self, message: &str) {
        self.exit = self.exit.or(Exit::Incomplete);
        self.monitor.message(message);
    }
}
