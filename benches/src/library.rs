//! Uses the public library as a program would, with the same layers as the command.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::stream::{self, StreamExt};
use unicontact::bulk::{Import, Summary};
use unicontact::config::{Configuration, Sources};
use unicontact::journal::SqliteJournal;
use unicontact::providers::clock::{SharedClock, SystemClock};
use unicontact::providers::http::Http;
use unicontact::providers::{Provider, UnifiedContact};
use unicontact::{FanOut, Pipeline, Policy, Verdict};

use crate::Failure;
use crate::configuration;
use crate::people::Person;

/// An import to be measured.
pub struct Work {
    /// Where the vendor listens.
    pub port: u16,
    /// How many contacts.
    pub contacts: u64,
    /// How many connections to the vendor.
    pub providers: usize,
    /// How many deliveries of each at once.
    pub concurrency: usize,
    /// Where deliveries are recorded, if they are.
    pub journal: Option<PathBuf>,
}

/// Creates the contacts in every provider, and returns how many deliveries were made.
///
/// # Errors
///
/// When a delivery was not made.
pub async fn import(work: &Work) -> Result<u64, Failure> {
    let text = configuration::many_to_one(work.port, work.providers, work.concurrency, None);
    let mut fan_out = fan_out(&text)?;
    if let Some(path) = &work.journal {
        fan_out = fan_out.with_journal(Arc::new(SqliteJournal::open(path)?));
    }
    let import = Import::new(fan_out);
    let mut summary = Summary::with_providers(import.provider_names());
    // A person that the model does not take would be missed in the sum.
    let contacts = stream::iter((0..work.contacts).filter_map(|number| Person::new(number).unified().ok()));
    let mut reports = pin!(import.run(contacts));
    while let Some(report) = reports.next().await {
        summary.add(&report);
    }
    if summary.verdict() != Verdict::Done {
        return Err("some deliveries were not made".into());
    }
    Ok(summary.providers.iter().map(|(_, counts)| counts.created).sum())
}

/// One contact to all four vendors at once, the first call of its process. Microseconds until the report is there.
///
/// # Errors
///
/// When a delivery was not made.
pub async fn fan_out_once(ports: [u16; 4]) -> Result<u128, Failure> {
    let fan_out = fan_out(&configuration::one_of_each(ports))?;
    // Without a country, whose id emnify's adapter would look up first.
    let contact = UnifiedContact { addresses: Vec::new(), ..Person::new(0).unified()? };
    let begun = Instant::now();
    let report = fan_out.deliver(contact).await;
    let elapsed = begun.elapsed().as_micros();
    match report.verdict(Policy::All) {
        Verdict::Done => Ok(elapsed),
        _ => Err(serde_json::to_string(&report)?.into()),
    }
}

/// The adapters of a configuration.
///
/// # Errors
///
/// When the configuration is wrong.
pub fn providers(text: &str) -> Result<Vec<Provider>, Failure> {
    let configuration = load(text)?;
    let http = Http::new(Arc::new(SystemClock))?;
    configuration.providers.iter().map(|configured| Ok(configured.connect(&http)?)).collect()
}

fn fan_out(text: &str) -> Result<FanOut, Failure> {
    let clock: SharedClock = Arc::new(SystemClock);
    let http = Http::new(Arc::clone(&clock))?;
    let mut targets = Vec::new();
    for configured in &load(text)?.providers {
        let provider = configured.connect(&http)?;
        targets.push(Pipeline::new(provider, configured.settings.clone(), Arc::clone(&clock), 1));
    }
    Ok(FanOut::new(targets, Policy::All))
}

fn load(text: &str) -> Result<Configuration, Failure> {
    Ok(Configuration::load(&Sources { text: Some(text.to_owned()), ..Sources::default() })?)
}
