//! `unicontact deliveries`: what the journal knows, and what a person does about it.
//!
//! Its rule: it makes no journal where there is none, and sends nothing but what `retry` asks for.

mod ask;
mod opened;
mod person;
mod reopen;
mod resolve;
mod retry;
mod show;

use std::sync::Arc;

use unicontact::journal::{Journal, JournalError, Record, Selection};
use unicontact::providers::DeliveryKey;

use self::opened::Opened;
#[cfg(feature = "jetstream")]
use crate::arguments::Retry;
use crate::arguments::{Common, Deliveries, DeliveryFilter, Format};
use crate::exit::{Exit, Failure};
use crate::output::{self, Page};

/// How many deliveries a table holds.
const TABLE: usize = 1000;

pub(super) async fn run(common: &Common, deliveries: &Deliveries) -> Result<Exit, Failure> {
    #[cfg(feature = "jetstream")]
    if let Deliveries::Retry(retry) = deliveries
        && retry.on_queue.is_given()
    {
        refuse_what_does_not_go_with_a_queue(retry)?;
        return retry::run_on_queue(common, retry).await;
    }
    let opened = Opened::of(common, deliveries).await?;
    let journal = &opened.journal;
    let ended = match deliveries {
        Deliveries::List(list) => self::list(common, &**journal, selection(common, &list.filter)).await,
        Deliveries::Show(show) => show::run(common, &**journal, &show.key).await,
        Deliveries::Retry(retry) => {
            retry::run(common, &opened.configuration, Arc::clone(journal), retry).await
        }
        Deliveries::Resolve(resolve) => {
            resolve::run(common, &opened.configuration, &**journal, resolve).await
        }
        Deliveries::Reopen(reopen) => reopen::run(&**journal, reopen).await,
    };
    opened.leave().await;
    ended
}

#[cfg(feature = "jetstream")]
fn refuse_what_does_not_go_with_a_queue(retry: &Retry) -> Result<(), Failure> {
    let why = match (retry.wait, retry.again_doubts) {
        (true, _) => "--wait does not go with --queue: workers always wait",
        (_, true) => "--again-doubts does not go with --queue: a queue sends nothing twice",
        (false, false) => return Ok(()),
    };
    Err(Failure::new(why))
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

/// The records after those that were read, in the order of the journal.
async fn next_page(
    journal: &dyn Journal,
    selection: &Selection,
    after: u64,
) -> Result<Vec<Record>, JournalError> {
    journal.list(&Selection { after, limit: Some(journal.page()), ..selection.clone() }).await
}

async fn list(common: &Common, journal: &dyn Journal, selection: Selection) -> Result<Exit, Failure> {
    let mut after = 0;
    let mut doubts: Option<Vec<String>> = None;
    loop {
        let records = next_page(journal, &selection, after).await?;
        let Some(last) = records.last() else { break };
        let is_first = after == 0;
        let is_last = records.len() < usize::try_from(journal.page()).unwrap_or(usize::MAX);
        after = last.number;
        match common.format {
            Format::Json => records.iter().try_for_each(output::json)?,
            Format::Human => {
                for (number, records) in records.chunks(TABLE).enumerate() {
                    output::page(&page_of_list(records, is_first && number == 0))?;
                    doubts =
                        doubts.or_else(|| Some(output::resolving(records)).filter(|lines| !lines.is_empty()));
                }
            }
        }
        if is_last {
            break;
        }
    }
    if after == 0 && matches!(common.format, Format::Human) {
        output::message("The journal has no such delivery.");
    }
    for line in doubts.into_iter().flatten() {
        output::message(&line);
    }
    Ok(Exit::Done)
}

/// A table of its own, so that none has to wait for the widths of the next.
fn page_of_list(records: &[Record], is_first: bool) -> Page {
    let mut page = Page::default();
    if !is_first {
        page.blank_line();
    }
    page.table(&output::records(records));
    page
}

async fn known(journal: &dyn Journal, key: &DeliveryKey) -> Result<Record, Failure> {
    let record = journal.look(key).await?;
    record.ok_or_else(|| {
        Failure::new(format!(
            "{key}: the journal has no such delivery; list them: unicontact deliveries list"
        ))
    })
}
