//! `unicontact deliveries show`: one delivery, with the contact while it is kept.

use std::io;

use unicontact::journal::{Journal, Record};
use unicontact::providers::DeliveryKey;

use super::known;
use crate::arguments::{Common, Format};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn run(common: &Common, journal: &dyn Journal, key: &DeliveryKey) -> Result<Exit, Failure> {
    let record = known(journal, key).await?;
    match common.format {
        Format::Json => output::json(&with_content(&record)?)?,
        Format::Human => output::page(&output::record(&record))?,
    }
    Ok(Exit::Done)
}

fn with_content(record: &Record) -> io::Result<serde_json::Value> {
    let mut shown = serde_json::to_value(record)?;
    if let Some(contact) = record.contact() {
        shown["content"] = serde_json::to_value(contact)?;
    }
    Ok(shown)
}
