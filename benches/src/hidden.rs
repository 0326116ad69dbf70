//! An import into a vendor with an unknown limit on concurrent requests. The sandbox plays the vendor on a thread of the same
//! process; the load is light, so that it does not affect the measured time.

use std::pin::pin;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use tokio::runtime::Builder;
use unicontact::bulk::{Import, Summary};
use unicontact::config::{Configuration, Sources};
use unicontact::providers::UnifiedContact;
use unicontact::providers::clock::{SharedClock, SystemClock};
use unicontact::providers::http::Http;
use unicontact::{Concurrency, FanOut, Pipeline, Policy, Settings, Verdict};
use unicontact_sandbox::{Faults, Latency, Options, Rule, Sandbox, Vendor, What};

use crate::Failure;
use crate::people::Person;

/// What the vendor does with a request above its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// The vendor answers with a 429.
    Refused,
    /// The request waits until another one is completed.
    Queued,
}

/// A vendor with an unknown limit.
#[derive(Debug, Clone, Copy)]
pub struct Hidden {
    /// The limit on concurrent requests.
    pub at_once: usize,
    /// The processing time of a request.
    pub latency: Duration,
    /// What happens to a request above the limit.
    pub excess: Excess,
}

/// The result of an import.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// The time from the first contact to the last report.
    pub elapsed: Duration,
    /// The number of answers with a 429.
    pub refusals: usize,
}

/// Imports the contacts.
///
/// # Errors
///
/// If a contact was not created.
pub fn import(hidden: Hidden, concurrency: Concurrency, contacts: u64) -> Result<Measured, Failure> {
    let sandbox = start(hidden)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let elapsed = runtime.block_on(import_into(&sandbox, concurrency, contacts))?;
    let seen = sandbox.requests(Vendor::Cloverhound);
    let refusals = seen.iter().filter(|request| request.status == 429).count();
    Ok(Measured { elapsed, refusals })
}

/// Starts the vendor, which runs until the process ends.
fn start(hidden: Hidden) -> Result<Arc<Sandbox>, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let options = Options { faults: Faults::new(1, hidden.rules()), ..Options::default() };
    let sandbox = Arc::new(runtime.block_on(Sandbox::start(options))?);
    let serving = Arc::clone(&sandbox);
    thread::spawn(move || runtime.block_on(serving.stopped()));
    Ok(sandbox)
}

impl Hidden {
    fn rules(self) -> Vec<Rule> {
        match self.excess {
            Excess::Refused => vec![
                Rule::new(What::ConcurrencyLimit { in_flight: self.at_once, retry_after: None }),
                Rule::new(What::Latency(Latency::Fixed(self.latency))),
            ],
            Excess::Queued => vec![Rule::new(What::Workers { workers: self.at_once, delay: self.latency })],
        }
    }
}

async fn import_into(
    sandbox: &Sandbox,
    concurrency: Concurrency,
    contacts: u64,
) -> Result<Duration, Failure> {
    let import = Import::new(fan_out(sandbox, concurrency)?);
    let mut summary = Summary::with_providers(import.provider_names());
    let people: Vec<UnifiedContact> =
        (0..contacts).map(|number| Person::new(number).unified()).collect::<Result<_, _>>()?;
    let begun = Instant::now();
    let mut reports = pin!(import.run(stream::iter(people)));
    while let Some(report) = reports.next().await {
        summary.add(&report);
    }
    match summary.verdict() {
        Verdict::Done => Ok(begun.elapsed()),
        _ => Err("some contacts were not created".into()),
    }
}

fn fan_out(sandbox: &Sandbox, concurrency: Concurrency) -> Result<FanOut, Failure> {
    let settings = Settings {
        concurrency,
        // No other limit may delay or end a delivery.
        requests_per_second: 1_000_000_000,
        max_attempts: 1000,
        deadline: Duration::from_hours(1),
        ..Settings::default()
    };
    let sources = Sources { text: Some(sandbox.configuration()), ..Sources::default() };
    let clock: SharedClock = Arc::new(SystemClock);
    let http = Http::new(Arc::clone(&clock))?;
    let mut targets = Vec::new();
    for configured in Configuration::load(&sources)?.providers {
        if configured.vendor == "cloverhound" {
            targets.push(Pipeline::new(configured.connect(&http)?, settings.clone(), Arc::clone(&clock), 1));
        }
    }
    Ok(FanOut::new(targets, Policy::All))
}
