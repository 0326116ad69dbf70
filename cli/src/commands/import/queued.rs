//! `unicontact import --queue`: many contacts into the queue, for the workers to deliver.
//!
//! Its rule: however it ends, the sum is told, and what nobody acknowledged is never told as queued.

use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use unicontact::Policy;
use unicontact::bulk::Import;
use unicontact::config::Configuration;
use unicontact::identity::IdentifyBy;
use unicontact::queue::{Enqueue, EnqueueOutcome, Queue, QueueError};

use super::super::{fan_out, identity_method};
use super::source::{self, Sources};
use super::{outputs, reader::Reader};
use crate::arguments::{self, Common};
use crate::exit::{Exit, Failure};
use crate::output::{self, IntoQueue, Resume};
use crate::queue;
use crate::signals::Signals;

/// How often is told how far it is.
const TICK: Duration = Duration::from_secs(10);
/// How often is looked whether the servers answer.
const LOOK: Duration = Duration::from_secs(1);

pub(super) async fn run(common: &Common, wanted: &arguments::Import) -> Result<Exit, Failure> {
    refuse_what_does_not_go_with_it(wanted)?;
    let (configuration, config) = queue::configured(common, &wanted.on_queue)?;
    let identify_by = wanted.recognition.identify_by.unwrap_or(configuration.identify_by);
    let own = outputs::own(common, wanted, None);
    let sources = Sources::open(wanted, identify_by, &own)?;
    outputs::check(wanted, own, &sources)?;
    let queue = queue::opened(&config, "import", None).await?;
    let names: Vec<String> = configuration.providers.iter().map(|provider| provider.name.clone()).collect();
    if let Err(failure) = settle_method(&configuration, wanted, &sources, (&queue, identify_by)).await {
        queue::leave(&queue).await;
        return Err(failure);
    }
    let enqueue = queue.enqueue(names.clone()).identified_by(identify_by);
    let enqueue = enqueue.with_same_identity(wanted.same_identity.into());
    let mut filling =
        Filling { sums: IntoQueue::of(&names), signals: Signals::register()?, enqueue, trouble: None };
    let mut reader = filling.fill(sources.start(wanted)?).await;
    queue::leave(&queue).await;
    let rows = reader.rows();
    rows.tell(&Resume::SameCommand);
    for line in output::recognized(
        filling.enqueue.took_id(),
        filling.enqueue.recognized_without_id(),
        filling.enqueue.contradicting(),
    ) {
        output::message(&line);
    }
    // Refused rows are among the rejects, and were not counted as taken.
    let read = filling.enqueue.taken() + rows.rejects();
    output::told_once(&output::queued(&filling.sums, read, rows.rejects(), common.format)?)?;
    let exit = if filling.sums.is_whole() { Exit::Done } else { Exit::Incomplete };
    let exit = if filling.sums.has_doubts() { exit.or(Exit::InDoubt) } else { exit };
    Ok(exit.or(rows.exit()))
}

/// Makes sure that the journal of the queue records the method by which people are recognized.
async fn settle_method(
    configuration: &Configuration,
    wanted: &arguments::Import,
    sources: &Sources,
    (queue, identify_by): (&Queue, IdentifyBy),
) -> Result<(), Failure> {
    let journal = queue.journal();
    identity_method::settle(&*journal, identify_by, wanted.recognition.yes, async |recorded| {
        let Some(contacts) = source::contacts(wanted, sources.paths())? else { return Ok(None) };
        let fan_out = fan_out(configuration, Policy::All)?.with_identify_by(identify_by);
        let import = Import::new(fan_out.with_journal(queue.journal()));
        Ok(Some(import.count_unknown_without(recorded, contacts).await?))
    })
    .await
}

fn refuse_what_does_not_go_with_it(wanted: &arguments::Import) -> Result<(), Failure> {
    let given = [
        (
            "--report",
            wanted.report.is_some(),
            "what becomes of a delivery is in the journal: unicontact deliveries list --queue",
        ),
        ("--wait", wanted.wait, "workers always wait for a provider that is paused"),
        ("--again", wanted.again, "a queue sends nothing twice"),
        ("--before", wanted.before.is_some(), "a queue sends nothing twice"),
        ("--again-doubts", wanted.again_doubts, "a queue sends nothing twice"),
        ("--dry-run", wanted.dry_run, "it needs no queue"),
    ];
    match given.iter().find(|(_, is_given, _)| *is_given) {
        Some((flag, _, why)) => Err(Failure::new(format!("{flag} does not go with --queue: {why}"))),
        None => Ok(()),
    }
}

struct Filling {
    enqueue: Enqueue,
    sums: IntoQueue,
    signals: Signals,
    /// What keeps the servers from answering, as it was told.
    trouble: Option<QueueError>,
}

impl Filling {
    async fn fill(&mut self, mut reader: Reader) -> Reader {
        let enqueue = self.enqueue.clone();
        let mut all = pin!(enqueue.run(reader.source_rows()));
        let (mut ticks, mut looks) = (tokio::time::interval(TICK), tokio::time::interval(LOOK));
        ticks.reset();
        let begun = Instant::now();
        loop {
            tokio::select! {
                biased;
                () = self.signals.next() => {
                    output::message("Stopping: nothing more is put into the queue; what the servers have stays there.");
                    self.enqueue.stop();
                }
                queued = all.next() => match queued {
                    Some(queued) => match queued.outcome {
                        EnqueueOutcome::Refused(refusal) => reader.reject_refused(*refusal),
                        _ => self.sums.add(&queued),
                    },
                    None => return reader,
                },
                _ = looks.tick() => self.tell_trouble(),
                _ = ticks.tick() => {
                    output::message(&output::filling(&self.sums, self.enqueue.taken(), reader.share_read(), begun.elapsed()));
                }
            }
        }
    }

    fn tell_trouble(&mut self) {
        let trouble = self.enqueue.current_error();
        if trouble == self.trouble {
            return;
        }
        match &trouble {
            Some(trouble) => {
                output::message(&format!("waiting: {trouble}; Ctrl-C ends it, and nothing is lost"));
            }
            None => output::message("The servers of the queue answer again."),
        }
        self.trouble = trouble;
    }
}
