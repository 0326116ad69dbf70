//! `unicontact queue history`: lists what people did to the queue.

use unicontact::queue::Audit;

use super::with_queue;
use crate::arguments::{Common, Format, OnQueue};
use crate::exit::{Exit, Failure};
use crate::output::{self, Cell, Page, Table, local_second};

pub(super) async fn run(common: &Common, on_queue: &OnQueue) -> Result<Exit, Failure> {
    let audits = with_queue(common, on_queue, async |_, queue| Ok(queue.audits().await?)).await?;
    let is_wanted = |audit: &&Audit| common.to.is_empty() || common.to.contains(&audit.provider);
    let audits: Vec<&Audit> = audits.iter().filter(is_wanted).collect();
    match common.format {
        Format::Json => {
            for audit in audits {
                output::json(audit)?;
            }
        }
        Format::Human => output::page(&page(&audits))?,
    }
    Ok(Exit::Done)
}

fn page(audits: &[&Audit]) -> Page {
    let mut page = Page::default();
    if audits.is_empty() {
        page.line("Nobody has paused, resumed, purged or repaired anything.");
        return page;
    }
    let mut table = Table::with_columns(&["time", "provider", "act", "count", "reason", "by"]);
    for audit in audits {
        let count = audit.count.map(|count| count.to_string()).unwrap_or_default();
        let [reason, by] = [&audit.reason, &audit.by].map(|text| text.clone().unwrap_or_default());
        let act = audit.act.as_str().to_owned();
        table.row([local_second(audit.at), audit.provider.clone(), act, count, reason, by].map(Cell::new));
    }
    page.table(&table);
    page
}
