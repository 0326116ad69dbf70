//! `unicontact deliveries list`: the records of the journal, page by page.

use unicontact::journal::{Journal, Record, Selection};

use super::next_page;
use crate::arguments::{Common, Format};
use crate::exit::{Exit, Failure};
use crate::output::{self, Page};

/// How many deliveries a table holds.
const TABLE: usize = 1000;

pub(super) async fn run(
    common: &Common,
    journal: &dyn Journal,
    selection: Selection,
) -> Result<Exit, Failure> {
    let mut after = 0;
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
