//! Runs the adapters against Pact's stub server with an exported file. A request that it cannot match is a failure.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};
use unicontact_contract::pact::Export;

use crate::pact::support::pacts::{differences_at, exports, file, fixture, interaction, state};
use crate::pact::support::program::{MISSING, pact};

const STARTED: &str = "Server started on port ";
const NOT_MATCHED: &str = "No matching request found";

#[tokio::test]
async fn every_adapter_passes_against_pacts_stub_server() {
    let folder = tempfile::tempdir().unwrap();
    let mut failures = Vec::new();
    for (vendor, export) in exports() {
        let file = file(export, folder.path());
        let mut played = 0;
        for (states, scenarios) in by_states(export) {
            let stub = Stub::start(&file, &states).await;
            for scenario in &scenarios {
                failures.extend(differences_at(&stub.url, fixture(vendor, scenario)).await);
                played += 1;
            }
            let output = stub.stop().await;
            let unmatched = output.iter().filter(|line| line.contains(NOT_MATCHED));
            failures.extend(unmatched.map(|line| format!("{vendor} {scenarios:?}: {line}")));
        }
        println!("{vendor}: {played} of {} scenarios pass against the stub server", export.scenarios.len());
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[tokio::test]
async fn the_stub_server_does_not_answer_a_request_that_is_not_in_the_pact() {
    let folder = tempfile::tempdir().unwrap();
    for (vendor, export) in exports() {
        let text = export.pact.to_string();
        let changed = text.replace("Nell Nobody", "Somebody Else");
        assert_ne!(changed, text, "{vendor}");
        let file = folder.path().join(format!("{vendor}.json"));
        std::fs::write(&file, changed).unwrap();
        let states = by_states(export);
        let (states, _) = states.iter().find(|(_, it)| it.contains(&"create_minimal")).unwrap();
        let stub = Stub::start(&file, states).await;
        assert!(!differences_at(&stub.url, fixture(vendor, "create_minimal")).await.is_empty(), "{vendor}");
        assert!(stub.stop().await.iter().any(|line| line.contains(NOT_MATCHED)), "{vendor}");
    }
}

/// Returns the scenarios that can share a stub server, by the pattern of their provider states.
fn by_states(export: &Export) -> BTreeMap<String, Vec<&str>> {
    let mut scenarios: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (scenario, keys) in &export.scenarios {
        let mut states: Vec<&str> = keys.iter().map(|key| state(interaction(export, key))).collect();
        states.sort_unstable();
        states.dedup();
        scenarios.entry(format!("^({})$", states.join("|"))).or_default().push(scenario);
    }
    scenarios
}

struct Stub {
    url: String,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    output: Vec<String>,
}

impl Stub {
    async fn start(file: &Path, states: &str) -> Self {
        let mut child = pact("stub")
            .arg("--file")
            .arg(file)
            .args(["--port", "0", "--provider-state", states])
            .stdout(Stdio::piped())
            .spawn()
            .expect(MISSING);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut output = Vec::new();
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some((_, port)) = line.split_once(STARTED) {
                let url = format!("http://127.0.0.1:{}", port.trim());
                return Self { url, child, lines, output };
            }
            output.push(line);
        }
        panic!("the stub server did not start:\n{}", output.join("\n"));
    }

    /// Stops the server and returns its output. A scenario is a few lines, which fit into the pipe.
    async fn stop(mut self) -> Vec<String> {
        self.child.kill().await.unwrap();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            self.output.push(line);
        }
        self.output
    }
}
