//! Pact's verifier against this project's sandbox.
//!
//! Its rule: every interaction is verified on its own, against a sandbox that is brought into its state by requests; what
//! the sandbox cannot be brought to is listed with the reason.

use std::fmt;
use std::path::Path;
use std::process::Output;

use tokio::process::Command;
use unicontact_sandbox::Vendor;

use crate::support::pacts::{exports, file, interactions, state};
use crate::support::provider::Provider;
use crate::support::unverified;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs Pact's verifier; contract/pact/prove.sh brings it"]
async fn the_sandbox_passes_pacts_verifier() {
    let program = std::env::var("PACT_VERIFIER").expect("PACT_VERIFIER names the program");
    let folder = tempfile::tempdir().unwrap();
    let mut failures = Vec::new();
    for vendor in Vendor::ALL {
        let export = &exports()[vendor.name()];
        let file = file(vendor.name(), folder.path());
        let mut count = Count::default();
        for interaction in interactions(export) {
            let key = interaction["key"].as_str().unwrap();
            let name = format!("{}/{key}", vendor.name());
            if let Some(reason) = unverified::out_of_reach(vendor, key, state(interaction)) {
                println!("{name}: out of reach, {reason}");
                count.out_of_reach += 1;
                continue;
            }
            let output = verify(&program, &file, vendor, interaction.clone(), key).await;
            match (output.status.success(), unverified::different(vendor, key)) {
                (true, None) => count.verified += 1,
                (false, Some(reason)) => {
                    println!("{name}: different, {reason}");
                    count.different += 1;
                }
                (false, None) => failures.push(format!("{name}: {}", told(&output))),
                (true, Some(_)) => {
                    failures.push(format!("{name}: no longer different; take it off the list"))
                }
            }
        }
        println!("{}: {count}", vendor.name());
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[derive(Default)]
struct Count {
    verified: usize,
    different: usize,
    out_of_reach: usize,
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { verified, different, out_of_reach } = self;
        write!(
            formatter,
            "{verified} interactions verified, {different} known to differ, {out_of_reach} out of reach"
        )
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

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
