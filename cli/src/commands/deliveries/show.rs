//! `unicontact deliveries show`: prints one delivery with its story, and the contact while the journal keeps it.

use std::io;

use unicontact::journal::{Journal, Record, Story};
use unicontact::providers::DeliveryKey;

use super::record_with_key;
use crate::arguments::{Common, Format};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn run(common: &Common, journal: &dyn Journal, key: &DeliveryKey) -> Result<Exit, Failure> {
    let record = record_with_key(journal, key).await?;
    let story = journal.story(key).await?;
    match common.format {
        Format::Json => output::json(&shown(&record, &story)?)?,
        Format::Human => output::page(&output::record(&record, &story))?,
    }
    Ok(Exit::Done)
}

fn shown(record: &Record, story: &Story) -> io::Result<serde_json::Value> {
    let mut shown = serde_json::to_value(record)?;
    if let Some(run) = record.run.and_then(|id| story.run(id)) {
        shown["run"] = serde_json::to_value(run)?;
    }
    shown["story"] = serde_json::to_value(story)?;
    if let Some(contact) = record.contact() {
        shown["content"] = serde_json::to_value(contact)?;
    }
    Ok(shown)
}
