//! `unicontact deliveries retry --queue`: puts unfinished deliveries into the queue again. The workers send them.

use std::pin::pin;
use std::sync::Arc;

use futures_util::StreamExt;
use unicontact::journal::Journal;
use unicontact::queue::{Enqueue, Queue};
use unicontact::retry::{Retry, RetryStatus};

use super::super::{selection, unreadable};
use super::{INTERRUPTED, NOTHING, with_keys};
use crate::arguments::{self, Common};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::queue;
use crate::signals::Signals;
use crate::summary::EnqueueSummary;

pub(crate) async fn run(common: &Common, arguments: &arguments::Retry) -> Result<Exit, Failure> {
    let (configuration, config) = queue::configured(common, &arguments.on_queue)?;
    let names: Vec<String> = configuration.providers.iter().map(|provider| provider.name.clone()).collect();
    let queue = queue::open_existing(&config, "deliveries").await?;
    let result = match queue::check_destinations(&queue, &configuration, false).await {
        Ok(()) => enqueue_unfinished(common, arguments, &queue, names).await,
        Err(failure) => Err(failure),
    };
    let result = unreadable::report(&*queue.journal(), result);
    queue::leave(&queue).await;
    result
}

async fn enqueue_unfinished(
    common: &Common,
    arguments: &arguments::Retry,
    queue: &Queue,
    names: Vec<String>,
) -> Result<Exit, Failure> {
    let journal: Arc<dyn Journal> = queue.journal();
    let retry = Retry::new(journal, &names).with_selection(selection(common, &arguments.filter));
    let mut retry = with_keys(retry, &arguments.keys).await?;
    if retry.is_empty().await? {
        output::message(NOTHING);
        return Ok(Exit::Done);
    }
    let mut sums = EnqueueSummary::new(&names);
    let enqueue = queue.enqueue(names);
    let is_complete = put(retry, &enqueue, &mut sums).await?;
    output::final_data(sums.text(enqueue.taken(), 0, common.format)?.trim_end())?;
    let exit = if is_complete && sums.is_complete() { Exit::Done } else { Exit::Incomplete };
    Ok(if sums.has_doubts() { exit.or(Exit::InDoubt) } else { exit })
}

/// Puts the contacts of a retry into the queue. Returns whether all are there.
async fn put(retry: Retry, enqueue: &Enqueue, sums: &mut EnqueueSummary) -> Result<bool, Failure> {
    let mut signals = Signals::register()?;
    let (contacts, status) = retry.into_contacts();
    let mut queued_contacts = pin!(enqueue.run_routed(contacts));
    loop {
        tokio::select! {
            biased;
            () = signals.next() => enqueue.stop(),
            queued = queued_contacts.next() => match queued {
                Some(queued) => sums.add(&queued),
                None => return Ok(print_status(&status)),
            }
        }
    }
}

/// Prints the problems of a retry. Returns whether every delivery was put into the queue.
fn print_status(status: &RetryStatus) -> bool {
    let problems = status.take_problems();
    for problem in &problems {
        output::message(&problem.to_string());
    }
    if !status.is_complete() {
        output::message(INTERRUPTED);
    }
    status.is_complete() && problems.is_empty()
}
