//! Many contacts from a source of your own to every provider: a stream of contacts in, a stream of reports out.
//!
//! It runs against the stand-ins of the sandbox. In your own project the configuration comes from a file, and the pages
//! from your database.
//!
//! ```text
//! cargo run --example bulk_import
//! ```
#![expect(clippy::print_stdout, reason = "it is what the example shows")]

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;

use futures_util::stream::{self, Stream, StreamExt};
use unicontact::bulk::{Import, Summary};
use unicontact::config::{Configuration, Sources};
use unicontact::journal::{Journal, SqliteJournal};
use unicontact::providers::UnifiedContact;
use unicontact::providers::clock::{SharedClock, SystemClock};
use unicontact::providers::contact::Name;
use unicontact::providers::http::Http;
use unicontact::{FanOut, Pipeline, Policy, Verdict};
use unicontact_sandbox::{Options, Sandbox};

const PAGE: usize = 10;
const PAGES: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    a_second_run_sends_nothing().await
}

async fn a_second_run_sends_nothing() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start(Options::default()).await?;
    let folder = tempfile::tempdir()?;
    let journal: Arc<dyn Journal> = Arc::new(SqliteJournal::open(&folder.path().join("unicontact.db"))?);
    let fan_out = fan_out(&sandbox)?.with_journal(journal);

    let first = import(fan_out.clone()).await;
    println!("{}", serde_json::to_string(&first)?);
    assert_eq!(first.verdict(), Verdict::Done);

    // The journal knows what was delivered, so that a run that was broken off is simply started again.
    let second = import(fan_out).await;
    println!("{}", serde_json::to_string(&second)?);
    let everything = (PAGE * PAGES) as u64;
    assert!(first.providers.iter().all(|(_, counts)| counts.created == everything));
    assert!(second.providers.iter().all(|(_, counts)| counts.skipped == everything));
    Ok(())
}

async fn import(fan_out: FanOut) -> Summary {
    // A clone of it may stop it from elsewhere.
    let import = Import::new(fan_out);
    let mut summary = Summary::with_providers(import.provider_names());
    let mut reports = pin!(import.run(contacts()));
    while let Some(report) = reports.next().await {
        summary.add(&report);
        for delivery in report.deliveries.iter().filter(|delivery| !delivery.outcome.is_delivered()) {
            println!("{}: {}: {}", report.contact, delivery.provider, delivery.outcome.as_str());
        }
    }
    for reason in import.open_breakers() {
        println!("{} is paused: {}. {}", reason.provider, reason.message, reason.hint);
    }
    summary
}

/// The next page is asked for when the contacts of the last one are under way.
fn contacts() -> impl Stream<Item = UnifiedContact> {
    stream::iter(0..PAGES).then(page).flat_map(stream::iter)
}

/// Stands for a query of your database.
async fn page(number: usize) -> Vec<UnifiedContact> {
    let contact = |row: usize| UnifiedContact {
        external_id: Some(row.to_string()),
        name: Some(Name { full: Some(format!("Person {row}")), ..Name::default() }),
        ..UnifiedContact::default()
    };
    (number * PAGE..(number + 1) * PAGE).map(contact).collect()
}

/// The providers of the configuration, under their layers.
fn fan_out(sandbox: &Sandbox) -> Result<FanOut, Box<dyn Error>> {
    let sources = Sources { text: Some(sandbox.configuration()), ..Sources::default() };
    let configuration = Configuration::load(&sources)?;
    let clock: SharedClock = Arc::new(SystemClock);
    let http = Http::new(Arc::clone(&clock))?;
    let mut targets = Vec::new();
    for configured in &configuration.providers {
        let provider = configured.connect(&http)?;
        targets.push(Pipeline::new(provider, configured.settings.clone(), Arc::clone(&clock), 1));
    }
    Ok(FanOut::new(targets, Policy::All))
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn a_second_run_sends_nothing() -> Result<(), Box<dyn std::error::Error>> {
        super::a_second_run_sends_nothing().await
    }
}
