//! `unicontact deliveries retry --queue`: what is unfinished, into the queue once more.
//!
//! Its rule: it sends nothing; the workers do, by the same rules as everything else in the queue.

use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use futures_util::StreamExt;
use unicontact::journal::Journal;
use unicontact::queue::{Enqueue, Queue};

use super::super::selection;
use super::unfinished::{Pages, Said, Unfinished};
use crate::arguments::{Common, Retry};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::queue;
use crate::signals::Signals;
use crate::summary::EnqueueSummary;

pub(crate) async fn run(common: &Common, retry: &Retry) -> Result<Exit, Failure> {
    let (configuration, config) = queue::configured(common, &retry.on_queue)?;
    let names: Vec<String> = configuration.providers.iter().map(|provider| provider.name.clone()).collect();
    let queue = queue::open_existing(&config, "deliveries").await?;
    let ended = fill(common, retry, &queue, names).await;
    queue::leave(&queue).await;
    ended
}

async fn fill(common: &Common, retry: &Retry, queue: &Queue, names: Vec<String>) -> Result<Exit, Failure> {
    let journal: Arc<dyn Journal> = queue.journal();
    let mut pages = Pages::new(journal, selection(common, &retry.filter), names.clone());
    if !retry.keys.is_empty() {
        pages.narrow(&retry.keys).await?;
    }
    let Some(first) = pages.next().await? else {
        output::message("There is nothing to retry.");
        return Ok(Exit::Done);
    };
    let mut sums = EnqueueSummary::new(&names);
    let enqueue = queue.enqueue(names);
    let is_all = put(pages, first, &enqueue, &mut sums).await?;
    output::final_data(sums.text(enqueue.taken(), 0, common.format)?.trim_end())?;
    let exit = if is_all && sums.is_complete() { Exit::Done } else { Exit::Incomplete };
    Ok(if sums.has_doubts() { exit.or(Exit::InDoubt) } else { exit })
}

/// Whether everything was given to the queue that is unfinished.
async fn put(
    pages: Pages,
    first: Unfinished,
    enqueue: &Enqueue,
    sums: &mut EnqueueSummary,
) -> Result<bool, Failure> {
    let mut signals = Signals::register()?;
    let (contacts, said) = pages.contacts(first);
    let mut all = pin!(enqueue.run_addressed(contacts));
    loop {
        tokio::select! {
            biased;
            () = signals.next() => enqueue.stop(),
            queued = all.next() => match queued {
                Some(queued) => sums.add(&queued),
                None => return Ok(is_all_said(&said)),
            }
        }
    }
}

/// Tells what could not be retried, and whether that was all.
fn is_all_said(said: &Receiver<Said>) -> bool {
    let (mut is_read, mut is_whole) = (false, true);
    for said in said.try_iter() {
        match said {
            Said::End => is_read = true,
            Said::Problem(why) => {
                is_whole = false;
                output::message(&why);
            }
        }
    }
    if !is_read {
        output::message("The rest was not tried.");
    }
    is_read && is_whole
}
