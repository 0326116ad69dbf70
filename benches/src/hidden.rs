//! An import at a vendor with a hidden concurrency limit. The sandbox is the vendor, on a thread of this process.

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

/// What the vendor does with one more than it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum More {
    /// A 429.
    Refused,
    /// It waits until one of the others is done.
    Queued,
}

/// A vendor that nobody knows.
#[derive(Debug, Clone, Copy)]
pub struct Hidden {
    /// How many it takes at once.
    pub at_once: usize,
    /// How long it works on one.
    pub latency: Duration,
    /// What becomes of one more.
    pub more: More,
}

/// What an import met there.
#[derive(Debug, Clone, Copy)]
pub struct Met {
    /// From the first contact to the last report.
    pub elapsed: Duration,
    /// How often it was refused.
    pub refusals: usize,
}

/// Creates the contacts there, and loses none.
///
/// # Errors
///
/// When a contact was not created.
pub fn import(hidden: Hidden, concurrency: Concurrency, contacts: u64) -> Result<Met, Failure> {
    let sandbox = start(hidden)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let elapsed = runtime.block_on(import_into(&sandbox, concurrency, contacts))?;
    let seen = sandbox.requests(Vendor::Cloverhound);
    let refusals = seen.iter().filter(|request| request.status == 429).count();
    Ok(Met { elapsed, refusals })
}

/// The vendor, which ends with the process.
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
        match self.more {
            More::Refused => vec![
                Rule::new(What::ConcurrencyLimit { in_flight: self.at_once, retry_after: None }),
                Rule::new(What::Latency(Latency::Fixed(self.latency))),
            ],
            More::Queued => vec![Rule::new(What::Workers { workers: self.at_once, delay: self.latency })],
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
        // Nothing else is to hold a delivery back, or to end it.
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
