//! `unicontact deliveries retry`: what is unfinished, once more.
//!
//! Its rule: it takes the way of every delivery, through the journal, so nothing is sent that a `create` would not send.

use std::collections::BTreeMap;
use std::sync::Arc;

use unicontact::config::Configuration;
use unicontact::journal::{Journal, Record};
use unicontact::{FanOut, Policy, Report};

use super::{next_page, selection};
use crate::arguments::{Common, Format, Retry};
use crate::commands::create::deliver;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::signals::Signals;

/// The unfinished deliveries of one contact.
struct Unfinished {
    first: Record,
    providers: Vec<String>,
}

pub(super) async fn run(
    common: &Common,
    configuration: &Configuration,
    journal: Arc<dyn Journal>,
    retry: &Retry,
) -> Result<Exit, Failure> {
    let fan_out = crate::commands::fan_out(configuration, Policy::All)?;
    let fan_out = fan_out.with_journal(Arc::clone(&journal));
    let unfinished = unfinished(common, &*journal, retry).await?;
    if unfinished.is_empty() {
        output::message("There is nothing to retry.");
        return Ok(Exit::Done);
    }
    let mut signals = Signals::register()?;
    let mut exit = Exit::Done;
    for unfinished in unfinished {
        let providers: Vec<&str> = unfinished.providers.iter().map(String::as_str).collect();
        let Some(contact) = unfinished.first.contact() else {
            output::message(&format!(
                "{}: the journal has no contact that could be sent",
                unfinished.first.key
            ));
            exit = exit.or(Exit::Incomplete);
            continue;
        };
        let (report, was_stopped) = deliver(&fan_out.only(&providers), contact, &mut signals).await;
        if report.deliveries.len() < providers.len() {
            output::message(&format!(
                "{}: some of its providers are not configured any more",
                report.contact
            ));
            exit = exit.or(Exit::Incomplete);
        }
        exit = exit.or(tell(common, &fan_out, report));
        if was_stopped {
            break;
        }
    }
    Ok(exit)
}

/// By contact and content: a contact may have been changed between the providers.
async fn unfinished(
    common: &Common,
    journal: &dyn Journal,
    retry: &Retry,
) -> Result<Vec<Unfinished>, Failure> {
    let selection = selection(common, &retry.filter);
    let mut found: BTreeMap<u64, Unfinished> = BTreeMap::new();
    let mut numbers: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = next_page(journal, &selection, after).await?;
        let Some(last) = page.last() else { break };
        after = last.number;
        let is_named = |record: &Record| retry.keys.is_empty() || retry.keys.contains(&record.key);
        for record in page.into_iter().filter(|record| !record.outcome().is_delivered() && is_named(record)) {
            let contact = (record.key.contact().to_owned(), record.fingerprint.clone());
            let number = *numbers.entry(contact).or_insert(record.number);
            let provider = record.key.provider().to_owned();
            let of_contact =
                found.entry(number).or_insert_with(|| Unfinished { first: record, providers: Vec::new() });
            of_contact.providers.push(provider);
        }
    }
    Ok(found.into_values().collect())
}

fn tell(common: &Common, fan_out: &FanOut, report: Report) -> Exit {
    let written = match common.format {
        Format::Json => output::json_text(&report).and_then(|text| output::told_once(&text)),
        Format::Human => output::told_once(output::report_of_contact(&report, fan_out).text()),
    };
    let exit = Exit::from(report.verdict(Policy::All));
    match written {
        Ok(()) => exit,
        Err(error) => {
            output::unwritten(&[report], common.format, &error);
            exit.untold()
        }
    }
}
