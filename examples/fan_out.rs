//! Sends one contact to every provider of a configuration, with retries, rate limits and an honest report.
//!
//! ```text
//! unicontact sandbox > unicontact.toml &
//! cargo run --example fan_out
//! ```
#![expect(clippy::print_stdout, reason = "it is what the example shows")]

use std::path::PathBuf;
use std::sync::Arc;

use unicontact::config::{Configuration, Sources};
use unicontact::providers::UnifiedContact;
use unicontact::providers::clock::{SharedClock, SystemClock};
use unicontact::providers::http::Http;
use unicontact::{FanOut, Pipeline, Policy, Verdict};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let configuration = Configuration::load(&Sources {
        search: PathBuf::from("."),
        environment: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        ..Sources::default()
    })?;

    let clock: SharedClock = Arc::new(SystemClock);
    let http = Http::new(Arc::clone(&clock))?;
    let mut targets = Vec::new();
    for configured in &configuration.providers {
        let provider = configured.connect(&http)?;
        targets.push(Pipeline::new(provider, configured.settings.clone(), Arc::clone(&clock), 1));
    }
    let fan_out = FanOut::new(targets, Policy::All);

    let contact: UnifiedContact = serde_json::from_str(
        r#"{"external_id": "42", "name": "Ada King", "emails": ["ada@example.com"], "organization": "Analytical Engines"}"#,
    )?;
    let report = fan_out.deliver(contact).await;
    println!("{}", serde_json::to_string_pretty(&report)?);

    match report.verdict(fan_out.policy()) {
        Verdict::Done => println!("everybody has it"),
        Verdict::Incomplete => println!("somebody has it not; the report says who and why"),
        Verdict::InDoubt => println!("somebody may have it; look there before sending again"),
    }
    Ok(())
}
