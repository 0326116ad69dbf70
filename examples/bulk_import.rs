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
use std::path::Path;

use futures_util::stream::{self, Stream, StreamExt as _};
use unicontact::config::{Configuration, Sources};
use unicontact::providers::UnifiedContact;
use unicontact::providers::contact::Name;
use unicontact::{Client, Summary, Verdict};
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
    let client = client(&sandbox, &folder.path().join("unicontact.db"))?;

    let first = import(&client).await;
    println!("{}", serde_json::to_string(&first)?);
    assert_eq!(first.verdict(), Verdict::Done);

    // The journal records what was delivered, so that an interrupted run can be started again.
    let second = import(&client).await;
    println!("{}", serde_json::to_string(&second)?);
    let everything = (PAGE * PAGES) as u64;
    assert!(first.providers.iter().all(|(_, counts)| counts.created == everything));
    assert!(second.providers.iter().all(|(_, counts)| counts.skipped == everything));
    Ok(())
}

async fn import(client: &Client) -> Summary {
    let mut reports = client.import(contacts());
    let mut summary = Summary::with_providers(reports.import().provider_names());
    while let Some(report) = reports.next().await {
        summary.add(&report);
        for delivery in report.deliveries.iter().filter(|delivery| !delivery.outcome.is_delivered()) {
            println!("{}: {}: {}", report.contact, delivery.provider, delivery.outcome.as_str());
        }
    }
    for reason in reports.import().open_breakers() {
        println!("{} is paused: {}. {}", reason.provider, reason.message, reason.hint);
    }
    summary
}

/// Fetches the next page when the contacts of the last one are being delivered.
fn contacts() -> impl Stream<Item = UnifiedContact> {
    stream::iter(0..PAGES).then(page).flat_map(stream::iter)
}

/// A placeholder for a query of your database.
async fn page(number: usize) -> Vec<UnifiedContact> {
    let contact = |row: usize| UnifiedContact {
        external_id: Some(row.to_string()),
        name: Some(Name { full: Some(format!("Person {row}")), ..Name::default() }),
        ..UnifiedContact::default()
    };
    (number * PAGE..(number + 1) * PAGE).map(contact).collect()
}

/// The providers of the sandbox, with a journal in `file`.
fn client(sandbox: &Sandbox, file: &Path) -> Result<Client, Box<dyn Error>> {
    let flags = vec![("journal".to_owned(), file.display().to_string())];
    let sources = Sources { text: Some(sandbox.configuration()), flags, ..Sources::default() };
    Ok(Client::from_configuration(&Configuration::load(&sources)?)?)
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn a_second_run_sends_nothing() -> Result<(), Box<dyn std::error::Error>> {
        super::a_second_run_sends_nothing().await
    }
}
