//! `unicontact deliveries resolve`: records how deliveries ended, as a person found out.
//!
//! Keys or filters select the deliveries. The command asks for confirmation before it records deliveries as not created that were
//! selected by filters or are within their quiet time: they may be sent again.

mod quiet_time;
mod record;

use std::collections::BTreeMap;

use unicontact::Outcome;
use unicontact::config::Configuration;
use unicontact::journal::{Journal, Record, Resolution};
use unicontact::providers::ContactId;

use self::quiet_time::within_quiet_time;
use super::{read_pages, records_with_keys, selection};
use crate::arguments::{Common, Resolve};
use crate::commands::ask;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output;

const ONE_ID: &str = "--created: an id belongs to one delivery; name one";
const NO_CHOICE: &str = "name deliveries as PROVIDER/CONTACT, or choose them with --outcome, --error, --to, --older-than or --since";
const TWO_CHOICES: &str = "name deliveries, or choose them with filters, not both";
const DELIVERED: &str =
    "--outcome: delivered contacts cannot be resolved; choose in_doubt, failed, rejected or pending";

pub(super) async fn run(
    common: &Common,
    configuration: &Configuration,
    journal: &dyn Journal,
    resolve: &Resolve,
) -> Result<Exit, Failure> {
    let is_filtered = is_filtered(common, resolve)?;
    let resolution = resolution(resolve, is_filtered)?;
    let records = if is_filtered {
        filtered(common, journal, resolve).await?
    } else {
        records_with_keys(journal, &resolve.keys).await?
    };
    if records.is_empty() {
        output::message("There is nothing to resolve.");
        return Ok(Exit::Done);
    }
    if resolution == Resolution::NotCreated && !resolve.yes {
        confirm(configuration, journal, &records, is_filtered)?;
    }
    record::all(journal, &records, &resolution, &resolve.person, is_filtered, common.format).await
}

/// Returns whether filters, not keys, select the deliveries.
fn is_filtered(common: &Common, resolve: &Resolve) -> Result<bool, Failure> {
    match (resolve.keys.is_empty(), resolve.filter.is_given() || !common.to.is_empty()) {
        (true, true) => Ok(true),
        (true, false) => Err(Failure::new(FailureCode::Usage, NO_CHOICE)),
        (false, _) if resolve.filter.is_given() => Err(Failure::new(FailureCode::Usage, TWO_CHOICES)),
        (false, _) => Ok(false),
    }
}

fn resolution(resolve: &Resolve, is_filtered: bool) -> Result<Resolution, Failure> {
    let Some(id) = &resolve.created else {
        return Ok(Resolution::NotCreated);
    };
    if resolve.keys.len() > 1 || is_filtered {
        return Err(Failure::new(FailureCode::Usage, ONE_ID));
    }
    let id = ContactId::new(id.as_str());
    Ok(Resolution::Created(id.ok_or_else(|| {
        Failure::new(FailureCode::Usage, "--created: this is no id; give the vendor's id of the contact")
    })?))
}

/// Returns the deliveries that the filters select, without their contacts. The default outcome is in doubt.
async fn filtered(common: &Common, journal: &dyn Journal, resolve: &Resolve) -> Result<Vec<Record>, Failure> {
    let mut selection = selection(common, &resolve.filter);
    if selection.outcomes.is_empty() {
        selection.outcomes.push(Outcome::InDoubt);
    }
    if selection.outcomes.iter().any(|outcome| outcome.is_delivered()) {
        return Err(Failure::new(FailureCode::Usage, DELIVERED));
    }
    let mut records: Vec<Record> = Vec::new();
    let without_contact = |record| Record { content: None, ..record };
    read_pages(journal, &selection, |page| records.extend(page.into_iter().map(without_contact))).await?;
    Ok(records)
}

/// Asks for confirmation before deliveries are recorded as not created that filters selected or that are within their quiet time.
///
/// # Errors
///
/// The person answers no, or there is no terminal.
fn confirm(
    configuration: &Configuration,
    journal: &dyn Journal,
    records: &[Record],
    is_filtered: bool,
) -> Result<(), Failure> {
    let warning = within_quiet_time(configuration, journal, records)?.map(|within| within.warning(records));
    if !is_filtered {
        return match warning {
            Some(warning) => ask::confirm(&warning, "Record as not created all the same?", "recorded"),
            None => Ok(()),
        };
    }
    let deliveries = output::counted(records.len() as u64, "delivery is", "deliveries are");
    let what = format!("{deliveries} chosen: {}.", by_provider(records.iter()));
    match warning {
        Some(warning) => {
            ask::confirm(&format!("{what} {warning}"), "Record them as not created all the same?", "recorded")
        }
        None => ask::confirm(
            &format!("{what} Deliveries recorded as not created may be sent again."),
            "Record them as not created?",
            "recorded",
        ),
    }
}

/// Returns the number of deliveries of each provider: `iot 12, voice 28`.
fn by_provider<'a>(records: impl Iterator<Item = &'a Record>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for record in records {
        *counts.entry(record.key.provider()).or_default() += 1;
    }
    counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}
