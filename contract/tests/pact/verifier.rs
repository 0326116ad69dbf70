//! Pact's verifier against this project's sandbox.
//!
//! Its rule: every interaction is verified on its own, against a sandbox that is brought into its state by requests; what
//! the sandbox cannot be brought to is listed with the reason.

use std::path::Path;
use std::process::Output;

use tokio::process::Command;
use unicontact_sandbox::Vendor;

use crate::support::pacts::{exports, interactions, state};
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
        let file = folder.path().join(format!("{}.json", vendor.name()));
        std::fs::write(&file, export.pact.to_string()).unwrap();
        let (mut verified, mut left_out) = (0, 0);
        for interaction in interactions(export) {
            let key = interaction["key"].as_str().unwrap();
            if let Some(reason) = unverified::reason(vendor, key, state(interaction)) {
                println!("{}/{key}: not verified, {reason}", vendor.name());
                left_out += 1;
                continue;
            }
            let output = verify(&program, &file, vendor, interaction.clone(), key).await;
            if output.status.success() {
                verified += 1;
            } else {
                failures.push(format!("{}/{key}: {}", vendor.name(), told(&output)));
            }
        }
        println!("{}: {verified} interactions verified, {left_out} not", vendor.name());
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
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
