//! `unicontact deliveries`: lists, retries and settles the deliveries of a journal. No command creates a journal, and only
//! `retry` sends anything.

mod check;
mod export;
mod forget;
mod list;
mod opened;
mod person;
mod reopen;
mod resolve;
mod retry;
mod show;
pub(super) mod unreadable;

use std::sync::Arc;

use unicontact::journal::{Journal, JournalError, Record, Selection};
use unicontact::providers::DeliveryKey;

use self::opened::Opened;
#[cfg(feature = "jetstream")]
use crate::arguments::Retry;
use crate::arguments::{Common, Deliveries, DeliveryFilter, FoundBy};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::next_command;

pub(super) async fn run(common: &Common, deliveries: &Deliveries) -> Result<Exit, Failure> {
    #[cfg(feature = "jetstream")]
    if let Deliveries::Retry(retry) = deliveries
        && retry.on_queue.is_given()
    {
        refuse_options_without_a_queue(retry)?;
        return retry::run_on_queue(common, retry).await;
    }
    let opened = Opened::open(common, deliveries).await?;
    let journal = &opened.journal;
    let result = match deliveries {
        Deliveries::List(list) => list::run(common, &**journal, list).await,
        Deliveries::Show(show) => show::run(common, &**journal, &show.key).await,
        Deliveries::Retry(retry) => {
            retry::run(common, &opened.configuration, Arc::clone(journal), retry).await
        }
        Deliveries::Resolve(resolve) => {
            resolve::run(common, &opened.configuration, &**journal, resolve).await
        }
        Deliveries::Reopen(reopen) => reopen::run(&**journal, reopen).await,
        Deliveries::Export(export) => export::run(common, &opened.configuration, &**journal, export).await,
        Deliveries::Forget(forget) => forget::run(&**journal, forget).await,
        Deliveries::Check => check::run(common, &opened.configuration),
    };
    let result = unreadable::report(&**journal, result);
    opened.leave().await;
    result
}

#[cfg(feature = "jetstream")]
fn refuse_options_without_a_queue(retry: &Retry) -> Result<(), Failure> {
    let message = match (retry.wait, retry.again_doubts) {
        (true, _) => "--wait does not go with --queue: workers always wait",
        (_, true) => "--again-doubts does not go with --queue: a queue sends nothing twice",
        (false, false) => return Ok(()),
    };
    Err(Failure::new(FailureCode::Usage, message))
}

fn selection(common: &Common, filter: &DeliveryFilter) -> Selection {
    Selection {
        outcomes: filter.outcome.iter().map(|outcome| (*outcome).into()).collect(),
        providers: common.to.clone(),
        error_kind: filter.error.clone(),
        changed_since: filter.since,
        changed_before: filter.older_than,
        ..Selection::default()
    }
}

/// Returns the selection of a command that also searches for a text.
fn selection_with_search(common: &Common, filter: &DeliveryFilter, found: &FoundBy) -> Selection {
    Selection { search: found.search.clone(), ..selection(common, filter) }
}

/// Returns the next page of records after the number `after`, in the order of the journal.
async fn next_page(
    journal: &dyn Journal,
    selection: &Selection,
    after: u64,
) -> Result<Vec<Record>, JournalError> {
    next_page_with_limit(journal, selection, after, journal.page()).await
}

/// Returns the next page of at most `limit` records.
async fn next_page_with_limit(
    journal: &dyn Journal,
    selection: &Selection,
    after: u64,
    limit: u32,
) -> Result<Vec<Record>, JournalError> {
    journal.list(&Selection { after, limit: Some(limit), ..selection.clone() }).await
}

/// Reads all records of a selection page by page, and passes each page to `take`.
async fn read_pages(
    journal: &dyn Journal,
    selection: &Selection,
    mut take: impl FnMut(Vec<Record>),
) -> Result<(), JournalError> {
    let mut after = 0;
    loop {
        let page = next_page(journal, selection, after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.number;
        take(page);
    }
}

/// Returns the records with these keys, each once, in the order of the keys.
///
/// # Errors
///
/// The journal has no delivery with one of the keys, or cannot be read.
async fn records_with_keys(journal: &dyn Journal, keys: &[DeliveryKey]) -> Result<Vec<Record>, Failure> {
    let mut records: Vec<Record> = Vec::with_capacity(keys.len());
    for key in keys {
        if records.iter().all(|record| record.key != *key) {
            records.push(record_with_key(journal, key).await?);
        }
    }
    Ok(records)
}

async fn record_with_key(journal: &dyn Journal, key: &DeliveryKey) -> Result<Record, Failure> {
    let record = journal.look(key).await.map_err(|error| unreadable::failure_of(key, error))?;
    record.ok_or_else(|| unknown_delivery(key))
}

fn unknown_delivery(key: &DeliveryKey) -> Failure {
    Failure::new(FailureCode::NotFound, format!("{key}: the journal has no such delivery"))
        .with_hint(format!("list them: {}", next_command::of_deliveries("list")))
}
