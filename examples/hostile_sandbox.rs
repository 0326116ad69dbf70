//! Tests an integration against vendors that misbehave: here one that stores the contact and loses the answer.
//!
//! In your own project this is a test, and `unicontact-sandbox` is a dev-dependency.
//!
//! ```text
//! cargo run --example hostile_sandbox
//! ```
#![expect(clippy::print_stdout, reason = "it is what the example shows")]

use std::error::Error;
use std::sync::Arc;

use unicontact::config::{Configuration, Sources};
use unicontact::providers::clock::{SharedClock, SystemClock};
use unicontact::providers::http::Http;
use unicontact::providers::{Effect, ProviderError, UnifiedContact};
use unicontact::{FanOut, Outcome, Pipeline, Policy, Verdict};
use unicontact_sandbox::{Answer, Faults, Options, Sandbox, Vendor};

const FAULTS: &str = r#"
seed = 7

[[fault]]
what = "reset_after_commit"     # the contact is stored, and then the connection is reset
vendor = "onecloud"
times = 1

[[fault]]
what = "rate_limit"             # two rejections, which are safe to retry
vendor = "cloverhound"
burst = 2
times = 1
"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    a_lost_answer_is_in_doubt_and_the_contact_exists_once().await
}

async fn a_lost_answer_is_in_doubt_and_the_contact_exists_once() -> Result<(), Box<dyn Error>> {
    let options = Options { faults: Faults::from_toml(FAULTS)?, ..Options::default() };
    let sandbox = Sandbox::start(options).await?;

    let contact: UnifiedContact = serde_json::from_str(r#"{"external_id": "42", "name": "Ada King"}"#)?;
    let fan_out = fan_out(&sandbox)?;
    let report = fan_out.deliver(contact).await;
    for delivery in &report.deliveries {
        println!("{}: {}, attempts: {}", delivery.provider, delivery.outcome.as_str(), delivery.attempts);
    }

    // The report says that the contact may have been created. It was not sent again.
    let lost = &report.deliveries[Vendor::OneCloud as usize];
    assert_eq!((lost.outcome, lost.attempts), (Outcome::InDoubt, 1));
    assert_eq!(lost.error.as_ref().map(ProviderError::effect), Some(Effect::Unknown));
    assert_eq!(report.verdict(fan_out.policy()), Verdict::InDoubt);

    // The sandbox shows the truth: the answer was lost, and the contact exists once.
    let tally = sandbox.tally(Vendor::OneCloud);
    assert_eq!((tally.held, tally.untold, tally.lost_answers, tally.duplicates), (1, 1, 1, 0));
    let contact = &sandbox.contacts(Vendor::OneCloud)[0];
    let request = &sandbox.requests(Vendor::OneCloud)[contact.created_by - 1];
    assert_eq!((request.committed, request.answer), (true, Answer::Nothing));
    println!("onecloud, asked: {request:?}");

    // The refused request was sent again, and created one contact.
    let retried = &report.deliveries[Vendor::Cloverhound as usize];
    assert_eq!((retried.outcome, retried.attempts), (Outcome::Created, 3));
    assert_eq!(sandbox.tally(Vendor::Cloverhound).held, 1);
    Ok(())
}

/// The program under test, pointed at the sandbox.
fn fan_out(sandbox: &Sandbox) -> Result<FanOut, Box<dyn Error>> {
    let sources = Sources { text: Some(sandbox.configuration()), ..Sources::default() };
    let configuration = Configuration::load(&sources)?;
    let clock: SharedClock = Arc::new(SystemClock);
    let http = Http::new(Arc::clone(&clock))?;
    let mut pipelines = Vec::new();
    for configured in &configuration.providers {
        let provider = configured.connect(&http)?;
        pipelines.push(Pipeline::new(provider, configured.settings.clone(), Arc::clone(&clock), 1));
    }
    Ok(FanOut::new(pipelines, Policy::All))
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn a_lost_answer_is_in_doubt_and_the_contact_exists_once() -> Result<(), Box<dyn std::error::Error>>
    {
        super::a_lost_answer_is_in_doubt_and_the_contact_exists_once().await
    }
}
