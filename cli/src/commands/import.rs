//! `unicontact import`: many contacts to every provider.
//!
//! Its rule: the first Ctrl-C begins nothing new and waits for what is under way; the second stops at once. However it
//! ends, the sum is told, and what is not done is never told as done.

mod dry_run;
mod own_file;
mod put_aside;
mod reader;
mod rejects;
mod source;

use std::path::Path;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use unicontact::Policy;
use unicontact::import::{Import, Pause, Summary};

pub(crate) use self::dry_run::Planned;
use self::own_file::OwnFile;
use self::reader::Reader;
use self::source::Source;
use crate::arguments::{self, Common, Format};
use crate::exit::{Exit, Failure};
use crate::output::{self, Advance, ProgressLines};
use crate::signals::Signals;
use crate::sources;

const TICK: Duration = Duration::from_millis(500);

pub(super) async fn run(common: &Common, wanted: &arguments::Import) -> Result<Exit, Failure> {
    if wanted.suggest_map {
        output::data(source::suggested_map(wanted)?.trim_end())?;
        return Ok(Exit::Done);
    }
    let configuration = sources::configuration(common)?;
    let mut fan_out = super::fan_out(&configuration, Policy::All)?;
    let source = Source::open(wanted)?;
    if wanted.dry_run {
        return dry_run::run(common, wanted, &Import::new(fan_out), source).await;
    }
    let journal = super::journal(&configuration)?;
    let has_journal = journal.is_some();
    if let Some(journal) = journal {
        fan_out = fan_out.with_journal(journal);
    } else {
        output::message("The journal is off: a second run would send everything once more.");
    }
    if wanted.again {
        fan_out = fan_out.again();
    }
    let report = wanted.report.as_deref().map(|path| report_file(path, &source)).transpose()?;
    let signals = Signals::register()?;
    let reader = source.start(wanted)?;
    let progress = ProgressLines::default();
    let import = Import::new(fan_out);
    let import = if wanted.wait { import.waiting() } else { import };
    let summary = Summary::of(&import);
    let paused = Vec::new();
    let running = Running { import, reader, report, summary, progress, signals, paused, untold: false };
    let ended = running.finish().await;
    ended.tell(common.format, has_journal)
}

fn report_file(path: &Path, source: &Source) -> Result<OwnFile, Failure> {
    source.refuse_as_output(path, "--report")?;
    OwnFile::create(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

struct Running {
    import: Import,
    reader: Reader,
    report: Option<OwnFile>,
    summary: Summary,
    progress: ProgressLines,
    signals: Signals,
    /// The pauses that were told and are not over.
    paused: Vec<Pause>,
    /// Whether something that should be told could not be.
    untold: bool,
}

impl Running {
    async fn finish(mut self) -> Self {
        let begun = Instant::now();
        let contacts = self.reader.contacts();
        let mut reports = pin!(self.import.run(contacts));
        let mut ticks = tokio::time::interval(TICK);
        let mut interrupts = 0;
        loop {
            tokio::select! {
                biased;
                () = self.signals.next() => {
                    interrupts += 1;
                    self.interrupted(interrupts);
                }
                report = reports.next() => match report {
                    Some(report) => {
                        self.summary.add(&report);
                        self.write(&report);
                    }
                    None => break,
                },
                _ = ticks.tick() => self.tick(begun.elapsed()),
            }
        }
        self.progress.end();
        self.tell_pauses();
        if let Some(error) = self.report.as_mut().and_then(|report| report.finish().err()) {
            self.report_failed(&error);
        }
        self
    }

    fn interrupted(&mut self, times: u32) {
        if times == 1 {
            self.import.stop();
            self.progress.end();
            output::message(
                "Stopping: nothing new is sent, what is under way comes to its end. Ctrl-C again stops at once.",
            );
        } else {
            self.import.abandon();
        }
    }

    fn write(&mut self, report: &unicontact::Report) {
        let Some(file) = self.report.as_mut() else { return };
        if let Err(error) = output::json_text(report).and_then(|line| file.line(&line)) {
            self.report = None;
            self.report_failed(&error);
        }
    }

    /// What cannot be told is not sent either.
    fn report_failed(&mut self, error: &std::io::Error) {
        self.untold = true;
        self.import.stop();
        self.progress.end();
        output::message(&format!("error: the report cannot be written ({error}); nothing new is sent"));
    }

    fn tick(&mut self, elapsed: Duration) {
        self.tell_pauses();
        let advance = Advance {
            summary: &self.summary,
            taken: self.import.taken(),
            behind: &self.import.behind(),
            share_read: self.reader.share_read(),
        };
        self.progress.show(&advance, elapsed);
    }

    fn tell_pauses(&mut self) {
        let pauses = self.import.pauses();
        let is_in = |pauses: &[Pause], pause: &Pause| pauses.iter().any(|it| it.provider == pause.provider);
        let ended = self.paused.iter().filter(|pause| !is_in(&pauses, pause));
        let begun = pauses.iter().filter(|pause| !is_in(&self.paused, pause));
        let lines: Vec<String> = ended.map(output::resumed).chain(begun.map(output::paused_now)).collect();
        if !lines.is_empty() {
            self.progress.end();
            for line in &lines {
                output::message(line);
            }
        }
        self.paused = pauses;
    }

    fn tell(self, format: Format, has_journal: bool) -> Result<Exit, Failure> {
        let rows = self.reader.rows();
        rows.tell();
        let repeated = self.import.repeated();
        if repeated > 0 {
            output::message(&format!("{repeated} came before in the same input and were not sent again."));
        }
        for pause in self.import.pauses() {
            output::message(&output::paused(&pause, &self.summary, has_journal));
        }
        if self.summary.providers.iter().any(|(_, counts)| counts.in_doubt > 0) && has_journal {
            output::message(
                "Something is in doubt; look at it with: unicontact deliveries list --outcome in_doubt",
            );
        }
        let exit = Exit::from(self.summary.verdict()).or(rows.exit());
        let exit = if self.untold { exit.untold() } else { exit };
        let text = output::imported(&self.summary, self.import.taken(), rows.rejects, format)?;
        Ok(match output::told_once(&text) {
            Ok(()) => exit,
            Err(error) => {
                output::message(&format!("error: the summary could not be written ({error}):\n{text}"));
                exit.untold()
            }
        })
    }
}
