//! `unicontact import --queue`: puts many contacts into the queue, from which workers deliver them.
//!
//! Invariant: however the import ends, its summary is printed, and only acknowledged deliveries count as queued.

use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use unicontact::bulk::Import;
use unicontact::config::Configuration;
use unicontact::queue::{Enqueue, EnqueueOutcome, Queue, QueueError};
use unicontact::{FanOut, Policy};

use super::messages;
use super::open::{self, Inputs};
use super::read::Reader;
use crate::arguments::{self, Common};
use crate::commands::{identity_method, setup};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output;
use crate::queue;
use crate::signals::Signals;
use crate::summary::{self, EnqueueSummary, ResumeHint};

/// The time between two lines of progress.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);
/// The time between two checks of the connection.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
const STOPPING: &str = "Stopping: nothing more is put into the queue; deliveries in the queue stay there.";

pub(super) async fn run(common: &Common, arguments: &arguments::Import) -> Result<Exit, Failure> {
    refuse_other_options(arguments)?;
    let (configuration, config) = queue::configured(common, &arguments.on_queue)?;
    let identify_by = arguments.recognition.identify_by.unwrap_or(configuration.identify_by);
    let reserved = open::reserved_files(common, arguments, None);
    // Only the workers need complete providers. Without them here, the warnings about providers are left out.
    let fan_out = setup::fan_out(&configuration, Policy::All).ok();
    let pipelines = fan_out.as_ref().map_or(&[][..], FanOut::pipelines);
    let inputs = Inputs::open(arguments, identify_by, reserved, pipelines)?;
    let queue = queue::open(&config, "import", None).await?;
    let names: Vec<String> = configuration.providers.iter().map(|provider| provider.name.clone()).collect();
    let prepared = async {
        queue::check_destinations(&queue, &configuration, false).await?;
        set_identity_method(&configuration, arguments, &inputs, &queue).await
    };
    if let Err(failure) = prepared.await {
        queue::leave(&queue).await;
        return Err(failure);
    }
    let enqueue = queue.enqueue(names.clone()).identified_by(identify_by);
    let enqueue = enqueue.with_same_identity(arguments.same_identity.into());
    let mut run = EnqueueRun {
        summary: EnqueueSummary::new(&names),
        signals: Signals::register()?,
        enqueue,
        error: None,
    };
    let reader = run.run(Reader::start(inputs, arguments)?).await;
    queue::leave(&queue).await;
    run.summarize(reader, common)
}

/// Makes sure that the journal of the queue records the method by which people are recognized.
async fn set_identity_method(
    configuration: &Configuration,
    arguments: &arguments::Import,
    inputs: &Inputs,
    queue: &Queue,
) -> Result<(), Failure> {
    let journal = queue.journal();
    let (method, yes) = (inputs.identify_by, arguments.recognition.yes);
    identity_method::set(&*journal, method, yes, async |recorded| {
        let Some(contacts) = open::preview_contacts(arguments, inputs.paths())? else { return Ok(None) };
        let fan_out = setup::fan_out(configuration, Policy::All)?.with_identify_by(method);
        let import = Import::new(fan_out.with_journal(queue.journal()));
        Ok(Some(import.count_unknown_without(recorded, contacts).await?))
    })
    .await
}

fn refuse_other_options(arguments: &arguments::Import) -> Result<(), Failure> {
    let options = [
        (
            "--report",
            arguments.report.is_some(),
            "the journal has the outcomes: unicontact deliveries list --queue",
        ),
        ("--wait", arguments.wait, "workers always wait for a provider that is paused"),
        ("--again", arguments.again, "a queue sends nothing twice"),
        ("--before", arguments.before.is_some(), "a queue sends nothing twice"),
        ("--again-doubts", arguments.again_doubts, "a queue sends nothing twice"),
        ("--dry-run", arguments.dry_run, "a dry run needs no queue"),
    ];
    match options.iter().find(|(_, is_given, _)| *is_given) {
        Some((option, _, reason)) => Err(Failure::new(
            FailureCode::Usage,
            format!("{option} does not go with --queue: {reason}; leave one of them out"),
        )),
        None => Ok(()),
    }
}

struct EnqueueRun {
    enqueue: Enqueue,
    summary: EnqueueSummary,
    signals: Signals,
    /// The error of the servers that was printed last.
    error: Option<QueueError>,
}

impl EnqueueRun {
    async fn run(&mut self, mut reader: Reader) -> Reader {
        let enqueue = self.enqueue.clone();
        let mut deliveries = pin!(enqueue.run(reader.source_rows()));
        let mut progress = tokio::time::interval(PROGRESS_INTERVAL);
        let mut checks = tokio::time::interval(CHECK_INTERVAL);
        progress.reset();
        let begun = Instant::now();
        loop {
            tokio::select! {
                biased;
                () = self.signals.next() => {
                    output::message(STOPPING);
                    self.enqueue.stop();
                }
                enqueued = deliveries.next() => match enqueued {
                    Some(enqueued) => match enqueued.outcome {
                        EnqueueOutcome::Refused(refusal) => reader.reject_refused(*refusal),
                        _ => self.summary.add(&enqueued),
                    },
                    None => return reader,
                },
                _ = checks.tick() => self.print_error_change(),
                _ = progress.tick() => {
                    let (taken, share_read) = (self.enqueue.taken(), reader.share_read());
                    output::message(&self.summary.progress(taken, share_read, begun.elapsed()));
                }
            }
        }
    }

    fn print_error_change(&mut self) {
        let error = self.enqueue.current_error();
        if error == self.error {
            return;
        }
        match &error {
            Some(error) => {
                output::message(&format!("waiting: {error}; Ctrl-C ends the import, and nothing is lost"));
            }
            None => output::message("The servers of the queue answer again."),
        }
        self.error = error;
    }

    fn summarize(&self, mut reader: Reader, common: &Common) -> Result<Exit, Failure> {
        let counts = reader.finish();
        for line in summary::recognized(
            self.enqueue.took_id(),
            self.enqueue.recognized_without_id(),
            self.enqueue.contradicting(),
        ) {
            output::note(&line);
        }
        // Refused rows are rejects, and the queue has not taken them.
        let rejects = counts.rejects();
        let read = self.enqueue.taken() + rejects;
        output::final_data(&self.summary.text(read, rejects, common.format)?)?;
        messages::print(&counts, &ResumeHint::SameCommand);
        let exit = if self.summary.is_complete() { Exit::Done } else { Exit::Incomplete };
        let exit = if self.summary.has_doubts() { exit.or(Exit::InDoubt) } else { exit };
        Ok(exit.or(counts.exit()))
    }
}
