//! Runs Pact's verifier against the sandbox, one interaction at a time. Interactions whose state the sandbox cannot
//! reach are listed with the reason.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::Output;

use tokio::process::Command;
use unicontact_sandbox::Vendor;

use crate::pact::support::pacts::{exports, file, interactions, state};
use crate::pact::support::provider::Provider;
use crate::pact::support::unverified;

/// A line that the verifier prints for each answer, before its result.
const ANSWERED: &str = "returns a response which";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs Pact's verifier; contract/pact/prove.sh brings it"]
async fn the_sandbox_passes_pacts_verifier() {
    let program = std::env::var("PACT_VERIFIER").expect("PACT_VERIFIER names the program");
    let folder = tempfile::tempdir().unwrap();
    let mut failures = Vec::new();
    for vendor in Vendor::BUILT_IN {
        let file = file(vendor.name(), folder.path());
        let mut tally = Tally::default();
        for interaction in interactions(&exports()[vendor.name()]) {
            let key = interaction["key"].as_str().unwrap();
            if let Some(reason) = unverified::out_of_reach(vendor, key, state(interaction)) {
                tally.out_of_reach.entry(reason).or_default().push(key);
                continue;
            }
            let output = verify(&program, &file, vendor, interaction.clone(), key).await;
            match (passes(&output), unverified::different(vendor, key)) {
                (true, None) => tally.verified.push(key),
                (false, Some(reason)) => tally.different.entry(reason).or_default().push(key),
                (false, None) => failures.push(format!("{}/{key}: {}", vendor.name(), text(&output))),
                (true, Some(_)) => {
                    failures.push(format!(
                        "{}/{key} is no longer different: remove it from the list",
                        vendor.name()
                    ));
                }
            }
        }
        println!("{}: {tally}", vendor.name());
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// The results of a vendor's interactions, by their keys.
#[derive(Default)]
struct Tally<'a> {
    verified: Vec<&'a str>,
    different: BTreeMap<&'static str, Vec<&'a str>>,
    out_of_reach: BTreeMap<&'static str, Vec<&'a str>>,
}

impl fmt::Display for Tally<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |keys: &BTreeMap<&str, Vec<&str>>| keys.values().map(Vec::len).sum::<usize>();
        let [different, out_of_reach] = [&self.different, &self.out_of_reach].map(count);
        let verified = self.verified.len();
        write!(
            formatter,
            "{verified} interactions pass the verifier, {different} differ, {out_of_reach} are out of reach"
        )?;
        for (what, by_reason) in [("differ", &self.different), ("out of reach", &self.out_of_reach)] {
            for (reason, keys) in by_reason {
                write!(formatter, "\n  {what}: {reason}: {}", keys.join(", "))?;
            }
        }
        Ok(())
    }
}

async fn verify(
    program: &str,
    file: &Path,
    vendor: Vendor,
    interaction: serde_json::Value,
    key: &str,
) -> Output {
    let provider = Provider::start(vendor, interaction).await;
    Command::new(program)
        .env("PACT_DO_NOT_TRACK", "true")
        .arg("--file")
        .arg(file)
        .args(["--hostname", "127.0.0.1", "--port", &provider.port()])
        .args(["--provider-name", vendor.name()])
        .args(["--state-change-url", &provider.state_change_url()])
        .args(["--filter-description", &format!("^{key}: "), "--no-colour"])
        .output()
        .await
        .unwrap()
}

/// Returns whether the answer passes. Panics without an answer, because the verifier succeeds if it verifies nothing.
fn passes(output: &Output) -> bool {
    let text = text(output);
    assert_eq!(text.matches(ANSWERED).count(), 1, "the verifier saw no answer:\n{text}");
    output.status.success()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
