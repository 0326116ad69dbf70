//! Delivers the contacts of an import and writes the report.
//!
//! Invariant: however the import ends, its summary is printed, and an incomplete import is never reported as complete.

use std::io;
use std::pin::pin;
use std::sync::Arc;

use jiff::Timestamp;
use unicontact::bulk::Import;
use unicontact::journal::Journal;
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::{FanOut, Report};

use super::messages;
use super::open::{self, Inputs};
use super::read::Reader;
use super::write::ReportFile;
use crate::arguments::{self, Common, Format};
use crate::commands::identity_method;
use crate::commands::import_monitor::ImportMonitor;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Line};
use crate::summary::{self, ImportSummary, Reasons, ResumeHint};

pub(super) async fn run(
    common: &Common,
    arguments: &arguments::Import,
    fan_out: FanOut,
    journal: Option<Arc<dyn Journal>>,
    inputs: Inputs,
) -> Result<Exit, Failure> {
    let has_journal = journal.is_some();
    let fan_out = if let Some(journal) = journal {
        with_journal(fan_out, journal, arguments, &inputs).await?
    } else {
        output::note("The journal is off: a second run would send every contact again.");
        fan_out
    };
    let resume = resume_hint(arguments, has_journal);
    let import = import(fan_out, arguments);
    let report = arguments.report.as_deref().map(ReportFile::create).transpose()?;
    let reasons = Reasons::new(import.fan_out()).with_report(arguments.report.is_some());
    let monitor = ImportMonitor::new(import)?;
    let reader = Reader::start(inputs, arguments)?;
    let delivery = Delivery { monitor, reader, report, reasons, format: common.format, write_failure: None };
    delivery.run().await.summarize(&resume)
}

/// Attaches the journal after a check that it recognizes people by the same method.
async fn with_journal(
    fan_out: FanOut,
    journal: Arc<dyn Journal>,
    arguments: &arguments::Import,
    inputs: &Inputs,
) -> Result<FanOut, Failure> {
    let fan_out = fan_out.with_journal(Arc::clone(&journal));
    let yes = arguments.recognition.yes;
    identity_method::set(&*journal, inputs.identify_by, yes, async |recorded| {
        let Some(contacts) = open::preview_contacts(arguments, inputs.paths())? else { return Ok(None) };
        let import = Import::new(fan_out.clone());
        Ok(Some(import.count_unknown_without(recorded, contacts).await?))
    })
    .await?;
    Ok(fan_out)
}

fn import(fan_out: FanOut, arguments: &arguments::Import) -> Import {
    let fan_out = if arguments.again {
        fan_out.resend_delivered_before(arguments.before.unwrap_or(Timestamp::MAX))
    } else {
        fan_out
    };
    let fan_out = if arguments.again_doubts { fan_out.resend_doubts() } else { fan_out };
    let import = Import::new(fan_out).with_same_identity(arguments.same_identity.into());
    if arguments.wait { import.with_waiting() } else { import }
}

/// Returns how the user continues after an interruption. For `--again` the command is printed now, since a killed process prints
/// nothing at its end.
fn resume_hint(arguments: &arguments::Import, has_journal: bool) -> ResumeHint {
    if !has_journal {
        return ResumeHint::NoJournal;
    }
    if !arguments.again {
        return ResumeHint::SameCommand;
    }
    let resume = ResumeHint::for_again(SystemClock.now(), arguments.before);
    if let ResumeHint::Command(command) = &resume {
        output::message(&format!("If this run is interrupted, continue with: {command}"));
    }
    resume
}

struct Delivery {
    monitor: ImportMonitor,
    reader: Reader,
    report: Option<ReportFile>,
    reasons: Reasons,
    format: Format,
    /// Why the report could not be written.
    write_failure: Option<Failure>,
}

impl Delivery {
    async fn run(mut self) -> Self {
        let rows = self.reader.source_rows();
        let mut reports = pin!(self.monitor.import.run(rows));
        while let Some(report) = self.monitor.next(reports.as_mut(), || self.reader.share_read()).await {
            self.reasons.add(&report);
            self.write(&report);
            if let Some(refusal) = report.refusal {
                self.reader.reject_refused(refusal);
            }
        }
        if let Some(error) = self.report.as_mut().and_then(|report| report.finish().err()) {
            self.stop_after(&error);
        }
        self
    }

    fn write(&mut self, report: &Report) {
        let Some(file) = self.report.as_mut() else { return };
        if let Err(error) = file.write(report, |number| self.reader.file_and_line(number)) {
            self.report = None;
            self.stop_after(&error);
        }
    }

    /// Stops the import after a failed write: contacts without a report are not sent.
    fn stop_after(&mut self, error: &io::Error) {
        self.monitor.import.stop();
        let text = format!("the report cannot be written ({error}); no further requests begin");
        let failure = Failure::new(FailureCode::Output, text);
        // In JSON, it is the last line.
        if self.format == Format::Human {
            self.monitor.clear_progress();
            self.monitor.has_messages = true;
            failure.print(self.format);
        }
        self.write_failure = Some(failure);
    }

    /// Prints the summary, and below it what to do about the input and the providers.
    fn summarize(mut self, resume: &ResumeHint) -> Result<Exit, Failure> {
        let format = self.format;
        let counts = self.reader.finish();
        self.reasons.locate(|number| counts.line(number));
        let ImportMonitor { import, summary, .. } = &self.monitor;
        let exit = Exit::from(summary.verdict()).or(counts.exit());
        let exit = if self.write_failure.is_some() { exit.after_write_error() } else { exit };
        let import_summary = ImportSummary {
            contacts: import.taken(),
            rejects: counts.rejects(),
            providers: summary,
            dropped: &counts.dropped(),
            reasons: &self.reasons,
            resume,
        };
        let text = import_summary.text(format)?;
        if self.monitor.has_messages {
            output::message("");
        }
        let summary_failure = output::final_data(&text).err().map(|error| summary_on_stderr(&text, &error));
        let exit = if summary_failure.is_some() { exit.after_write_error() } else { exit };
        if format == Format::Json {
            import_summary.messages().iter().for_each(|line| output::styled_message(line, 4));
        }
        messages::print(&counts, resume);
        self.print_messages(resume);
        let of_report = self.write_failure.filter(|_| format == Format::Json);
        of_report.into_iter().chain(summary_failure).for_each(|failure| failure.print(format));
        Ok(exit)
    }

    /// Prints the messages about duplicates, recognized people and paused providers.
    fn print_messages(&self, resume: &ResumeHint) {
        let ImportMonitor { import, summary, .. } = &self.monitor;
        let (repeated, with_other_content) = (import.repeated(), import.repeated_with_other_content());
        let mut notes: Vec<String> = Vec::new();
        notes.extend(summary::duplicates(repeated, with_other_content));
        notes.extend(summary::delivered_earlier(summary, repeated, with_other_content));
        notes.extend(summary::recognized(
            import.took_id(),
            import.recognized_without_id(),
            import.contradicting(),
        ));
        for note in &notes {
            output::note(note);
        }
        for pause in &import.open_breakers() {
            let text = summary::paused_provider(pause, summary, resume);
            output::styled_message(&Line::new(&text), output::CONTINUATION);
        }
    }
}

/// Writes the summary to stderr, since it is printed nowhere else. Returns the failure, which follows all messages.
fn summary_on_stderr(text: &str, error: &io::Error) -> Failure {
    output::message(text);
    Failure::new(FailureCode::Output, format!("the summary could not be written to stdout ({error})"))
        .with_hint("The summary is in the lines above.")
}
