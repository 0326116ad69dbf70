//! Verifies the exported Pacts with Pact's own verifier: the sandbox for the vendors that it has, and every vendor's fixtures
//! as their provider.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use unicontact_contract::fixture::FixtureAnswer;
use unicontact_contract::pact;
use unicontact_sandbox::Vendor;

use crate::pact::support::fixture_provider::{Change, FixtureProvider};
use crate::pact::support::pacts::{exports, file, fixtures, interactions, state};
use crate::pact::support::provider::Provider;
use crate::pact::support::unverified;
use crate::pact::support::verification::{Verification, verify};

/// A line that the verifier prints for each answer, before its result.
const ANSWERED: &str = "returns a response which";
/// The number of verifiers that run at the same time. Each waits for its provider most of the time.
const CONCURRENCY: usize = 4;

#[tokio::test]
async fn every_exported_pact_passes_pacts_verifier() {
    let folder = tempfile::tempdir().unwrap();
    let vendors: Vec<&str> = fixtures().vendors().collect();
    assert!(vendors.len() > 15, "{vendors:?}");
    let verifications = vendors.into_iter().map(async |vendor| {
        let export = pact::export(fixtures(), vendor);
        let count = interactions(&export).len();
        let file = file(&export, folder.path());
        let provider = FixtureProvider::start(vendor, |_| ()).await;
        let verified = verify(&file, &provider.port(), &provider.state_change_url(), ".").await;
        assert!(verified.has_passed, "{vendor}: {}", verified.output);
        assert_eq!(provider.played(), (count, Vec::new()), "{vendor}");
    });
    stream::iter(verifications).buffer_unordered(CONCURRENCY).collect::<Vec<()>>().await;
}

#[tokio::test]
async fn an_answer_of_another_form_fails_the_verifier_and_one_with_other_values_passes() {
    let changes: [(Change, bool); 6] = [
        (|answer| body(answer)["id"] = json!(55), true),
        (|answer| body(answer)["later"] = json!("a new member"), true),
        (|answer| body(answer)["id"] = json!("55"), false),
        (|answer| drop(body(answer).as_object_mut().unwrap().remove("id")), false),
        (|answer| answer.status = Some(200), false),
        (|answer| drop(answer.headers.insert("content-type".to_owned(), "text/html".to_owned())), false),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = file(&exports()["cloverhound"], folder.path());
    for (number, (change, is_right)) in changes.into_iter().enumerate() {
        let provider = FixtureProvider::start("cloverhound", change).await;
        let states = provider.state_change_url();
        let verified = verify(&file, &provider.port(), &states, "^create_full: ").await;
        assert_eq!(verified.has_passed, is_right, "change {number}: {}", verified.output);
        assert_eq!(provider.played(), (1, Vec::new()), "change {number}");
    }
}

fn body(answer: &mut FixtureAnswer) -> &mut Value {
    answer.body.as_mut().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_sandbox_passes_pacts_verifier() {
    let folder = tempfile::tempdir().unwrap();
    let mut failures = Vec::new();
    for vendor in Vendor::BUILT_IN {
        let export = &exports()[vendor.name()];
        let file = file(export, folder.path());
        let mut tally = Tally::default();
        let mut reachable = Vec::new();
        for interaction in interactions(export) {
            let key = interaction["key"].as_str().unwrap();
            match unverified::out_of_reach(vendor, key, state(interaction)) {
                Some(reason) => tally.out_of_reach.entry(reason).or_default().push(key),
                None => reachable.push((key, interaction)),
            }
        }
        let file = &file;
        let verifications = reachable.into_iter().map(async |(key, interaction)| {
            (key, verify_at_sandbox(file, vendor, interaction.clone(), key).await)
        });
        let verifications: Vec<(&str, Verification)> =
            stream::iter(verifications).buffered(CONCURRENCY).collect().await;
        for (key, verified) in verifications {
            match (passes(&verified), unverified::different(vendor, key)) {
                (true, None) => tally.verified.push(key),
                (false, Some(reason)) => tally.different.entry(reason).or_default().push(key),
                (false, None) => failures.push(format!("{}/{key}: {}", vendor.name(), verified.output)),
                (true, Some(_)) => {
                    let name = vendor.name();
                    failures.push(format!("{name}/{key} is no longer different: remove it from the list"));
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

async fn verify_at_sandbox(file: &Path, vendor: Vendor, interaction: Value, key: &str) -> Verification {
    let provider = Provider::start(vendor, interaction).await;
    verify(file, &provider.port(), &provider.state_change_url(), &format!("^{key}: ")).await
}

/// Returns whether the answer passes. Panics without an answer, because the verifier succeeds if it verifies nothing.
fn passes(verified: &Verification) -> bool {
    let output = &verified.output;
    assert_eq!(output.matches(ANSWERED).count(), 1, "the verifier saw no answer:\n{output}");
    verified.has_passed
}
