//! Compares `concurrency = "auto"` with fixed limits at a vendor that rejects more than a certain number of requests at once and does
//! not document the number.
//!
//! ```text
//! cargo run --release --example concurrency
//! ```
#![expect(clippy::print_stdout, reason = "it is what the example shows")]

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use unicontact::bulk::{Import, Summary};
use unicontact::config::{Configuration, Sources};
use unicontact::providers::UnifiedContact;
use unicontact::providers::clock::{SharedClock, SystemClock};
use unicontact::providers::contact::Name;
use unicontact::providers::http::Http;
use unicontact::{Concurrency, FanOut, Pipeline, Policy, Settings, Verdict};
use unicontact_sandbox::{Faults, Options, Sandbox, Vendor};

const FAULTS: &str = r#"
[[fault]]
what = "concurrency_limit"      # a thirteenth request at once is rejected
in_flight = 12

[[fault]]
what = "latency"                # other requests are answered after this time
delay = "20ms"
"#;

/// The result of one import.
struct Measurement {
    throttled: usize,
    elapsed: Duration,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let contacts = 3000;
    println!("concurrency  creates per second  429s");
    for number in [4, 8, 12, 16, 24, 32] {
        show(&number.to_string(), contacts, &import(Concurrency::fixed(number), contacts).await?);
    }
    show("auto", contacts, &import(Concurrency::Auto, contacts).await?);
    Ok(())
}

fn show(name: &str, contacts: u32, measured: &Measurement) {
    let per_second = f64::from(contacts) / measured.elapsed.as_secs_f64();
    println!("{name:>11}  {per_second:>18.0}  {:>4}", measured.throttled);
}

/// Imports this number of contacts into a new sandbox, and fails if one is not created.
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
async fn import(concurrency: Concurrency, contacts: u32) -> Result<Measurement, Box<dyn Error>> {
    let options = Options { faults: Faults::from_toml(FAULTS)?, ..Options::default() };
    let sandbox = Sandbox::start(options).await?;
    let import = Import::new(fan_out(&sandbox, concurrency)?);
    let mut summary = Summary::with_providers(import.provider_names());
    let begun = Instant::now();
    let mut reports = pin!(import.run(stream::iter(0..contacts).map(contact)));
    while let Some(report) = reports.next().await {
        summary.add(&report);
    }
    let elapsed = begun.elapsed();
    assert_eq!(summary.verdict(), Verdict::Done);
    let requests = sandbox.requests(Vendor::Cloverhound);
    let throttled = requests.iter().filter(|request| request.status == 429).count();
    Ok(Measurement { throttled, elapsed })
}

fn contact(number: u32) -> UnifiedContact {
    UnifiedContact {
        external_id: Some(number.to_string()),
        name: Some(Name { full: Some(format!("Person {number}")), ..Name::default() }),
        ..UnifiedContact::default()
    }
}

fn fan_out(sandbox: &Sandbox, concurrency: Concurrency) -> Result<FanOut, Box<dyn Error>> {
    let settings = Settings {
        concurrency,
        // No other limit may delay or end a delivery.
        requests_per_second: 100_000,
        max_attempts: 1000,
        deadline: Duration::from_hours(1),
        ..Settings::default()
    };
    let sources = Sources { text: Some(sandbox.configuration()), ..Sources::default() };
    let configuration = Configuration::load(&sources)?;
    let clock: SharedClock = Arc::new(SystemClock);
    let http = Http::new(Arc::clone(&clock))?;
    let mut pipelines = Vec::new();
    for configured in configuration.providers.iter().filter(|configured| configured.vendor == "cloverhound") {
        pipelines.push(Pipeline::new(configured.connect(&http)?, settings.clone(), Arc::clone(&clock), 1));
    }
    Ok(FanOut::new(pipelines, Policy::All))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn auto_is_rarely_throttled_and_loses_nothing_at_an_unknown_limit() -> Result<(), Box<dyn Error>> {
        let throttled = import(Concurrency::Auto, 1000).await?.throttled;
        assert!(throttled < 100, "{throttled}");
        Ok(())
    }
}
