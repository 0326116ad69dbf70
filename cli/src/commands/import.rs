//! `unicontact import`: many contacts to every provider.
//!
//! Its rule: however it ends, the sum is told, and what is not done is never told as done.

mod dropped;
mod dry_run;
mod inputs;
mod kept_file;
mod late_rejects;
mod lines;
mod messages;
mod note_counts;
mod notes;
mod outputs;
pub(super) mod own_file;
mod put_aside;
#[cfg(feature = "jetstream")]
mod queued;
mod reader;
mod rejects;
mod rows;
mod source;
mod stdin;
mod write_failure;

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use jiff::Timestamp;
use unicontact::Policy;
use unicontact::bulk::Import;
use unicontact::providers::clock::{Clock, SystemClock};

pub(crate) use self::dropped::DroppedCells;
pub(crate) use self::dry_run::Planned;
use self::own_file::OwnFile;
use self::reader::Reader;
use self::source::Sources;
use super::identity_method;
use super::reasons::Reasons;
use super::watched::Watched;
use crate::arguments::{self, Common, Format};
use crate::exit::{Exit, Failure};
use crate::output::{self, Resume};
use crate::sources;

pub(super) async fn run(common: &Common, wanted: &arguments::Import) -> Result<Exit, Failure> {
    #[cfg(feature = "jetstream")]
    if wanted.on_queue.is_given() && !wanted.suggest_map {
        return queued::run(common, wanted).await;
    }
    if wanted.suggest_map {
        output::data(source::suggested_map(wanted)?.trim_end())?;
        return Ok(Exit::Done);
    }
    let configuration = sources::configuration(common)?;
    let identify_by = wanted.recognition.identify_by.unwrap_or(configuration.identify_by);
    let mut fan_out = super::fan_out(&configuration, Policy::All)?.with_identify_by(identify_by);
    let own = outputs::own(common, wanted, configuration.journal.as_deref());
    let sources = Sources::open(wanted, identify_by, &own)?;
    outputs::check(wanted, own, &sources)?;
    if wanted.dry_run {
        let import = Import::new(fan_out).with_same_identity(wanted.same_identity.into());
        return dry_run::run(common, wanted, &import, sources).await;
    }
    let journal = super::journal(common, &configuration, "import").await?;
    let has_journal = journal.is_some();
    if let Some(journal) = journal {
        fan_out = fan_out.with_journal(Arc::clone(&journal));
        identity_method::settle(&*journal, identify_by, wanted.recognition.yes, async |recorded| {
            let Some(contacts) = source::contacts(wanted, sources.paths())? else { return Ok(None) };
            let import = Import::new(fan_out.clone());
            Ok(Some(import.count_unknown_without(recorded, contacts).await?))
        })
        .await?;
    } else {
        output::message("The journal is off: a second run would send everything once more.");
    }
    let resume = resume(wanted, has_journal);
    if wanted.again {
        fan_out = fan_out.resend_delivered_before(wanted.before.unwrap_or(Timestamp::MAX));
    }
    if wanted.again_doubts {
        fan_out = fan_out.resend_doubts();
    }
    let report = wanted.report.as_deref().map(report_file).transpose()?;
    let import = Import::new(fan_out).with_same_identity(wanted.same_identity.into());
    let import = if wanted.wait { import.with_waiting() } else { import };
    let reasons = Reasons::of(import.fan_out());
    let watched = Watched::new(import)?;
    let reader = sources.start(wanted)?;
    let ended = Running { watched, reader, report, reasons, resume, untold: false }.finish().await;
    ended.tell(common.format)
}

/// Returns how this run goes on if it is interrupted. Of one that makes second contacts that is told now: a run that is killed
/// says nothing at its end.
fn resume(wanted: &arguments::Import, has_journal: bool) -> Resume {
    if !has_journal {
        return Resume::NoJournal;
    }
    if !wanted.again {
        return Resume::SameCommand;
    }
    let resume = Resume::again(SystemClock.now(), wanted.before);
    if let Resume::Command(command) = &resume {
        output::message(&format!("If this run is interrupted, go on with: {command}"));
    }
    resume
}

fn report_file(path: &Path) -> Result<OwnFile, Failure> {
    OwnFile::create(path).map_err(|error| {
        Failure::new(format!("--report {}: {}", path.display(), outputs::why_not_written(&error)))
    })
}

struct Running {
    watched: Watched,
    reader: Reader,
    report: Option<OwnFile>,
    reasons: Reasons,
    resume: Resume,
    /// Whether something that should be told could not be.
    untold: bool,
}

impl Running {
    async fn finish(mut self) -> Self {
        let rows = self.reader.source_rows();
        let mut reports = pin!(self.watched.import.run(rows));
        while let Some(report) = self.watched.next(reports.as_mut(), || self.reader.share_read()).await {
            self.reasons.add(&report);
            self.write(&report);
            if let Some(refusal) = report.refusal {
                self.reader.reject_refused(refusal);
            }
        }
        if let Some(error) = self.report.as_mut().and_then(|report| report.finish().err()) {
            self.report_failed(&error);
        }
        self
    }

    fn write(&mut self, report: &unicontact::Report) {
        let Some(file) = self.report.as_mut() else { return };
        if let Err(error) = self.reader.report(report).and_then(|line| file.line(&line)) {
            self.report = None;
            self.report_failed(&error);
        }
    }

    /// What cannot be told is not sent either.
    fn report_failed(&mut self, error: &std::io::Error) {
        self.untold = true;
        self.watched.import.stop();
        self.watched.say(&format!("error: the report cannot be written ({error}); nothing new is sent"));
    }

    fn tell(mut self, format: Format) -> Result<Exit, Failure> {
        let rows = self.reader.rows();
        rows.tell(&self.resume);
        for provider in &mut self.reasons.providers {
            provider.locate(|number| rows.line(number));
        }
        let Watched { import, summary, .. } = self.watched;
        let repeated = import.repeated();
        let with_other_content = import.repeated_with_other_content();
        let in_input = output::repeated(repeated, with_other_content);
        let earlier = output::delivered_earlier(&summary, repeated, with_other_content);
        for line in in_input.into_iter().chain(earlier) {
            output::message(&line);
        }
        for line in
            output::recognized(import.took_id(), import.recognized_without_id(), import.contradicting())
        {
            output::message(&line);
        }
        for pause in import.open_breakers() {
            output::message(&output::paused(&pause, &summary, &self.resume));
        }
        if self.reasons.providers.iter().any(|provider| provider.needs_person) {
            for line in output::next_command::for_doubts() {
                output::message(&line);
            }
        }
        let exit = Exit::from(summary.verdict()).or(rows.exit());
        let exit = if self.untold { exit.untold() } else { exit };
        let reasons = output::reasons(&self.reasons, &self.resume);
        if format == Format::Json {
            for reason in &reasons {
                output::message(reason);
            }
        }
        let contacts = import.taken();
        let text = output::imported(
            &summary,
            (contacts, rows.rejects()),
            &rows.dropped(),
            format,
            (&self.reasons, &reasons),
        )?;
        Ok(match output::told_once(&text) {
            Ok(()) => exit,
            Err(error) => {
                output::message(&format!("error: the summary could not be written ({error}):\n{text}"));
                exit.untold()
            }
        })
    }
}
