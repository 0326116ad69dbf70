//! A test case: one vendor, one script and the expected result. A table of cases runs completely, and the failure lists
//! every case that differs.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::hostile::{ClosedPort, NO_KEYS, Script, StandIn, Vendor};
use crate::program::{Ended, Program};

/// The number of concurrent runs.
const CONCURRENCY: usize = 8;
/// A timeout that every answer meets.
pub(crate) const LONG_TIMEOUT: &str = "2s";
/// A timeout for answers that never come.
pub(crate) const SHORT_TIMEOUT: &str = "600ms";

/// The expected result of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) outcome: &'static str,
    /// Kind and effect.
    pub(crate) error: Option<(&'static str, &'static str)>,
    pub(crate) code: i32,
    pub(crate) creates: usize,
}

impl Verdict {
    pub(crate) const fn created(creates: usize) -> Self {
        Self { outcome: "created", error: None, code: 0, creates }
    }

    /// The effect is unknown, and the create was sent once.
    pub(crate) const fn in_doubt(kind: &'static str) -> Self {
        Self { outcome: "in_doubt", error: Some((kind, "unknown")), code: 3, creates: 1 }
    }

    /// The vendor refused the contact.
    pub(crate) const fn rejected(kind: &'static str) -> Self {
        Self { outcome: "rejected", error: Some((kind, "refused")), code: 1, creates: 1 }
    }

    /// The delivery failed for a reason outside the contact.
    pub(crate) const fn failed(kind: &'static str, effect: &'static str, creates: usize) -> Self {
        Self { outcome: "failed", error: Some((kind, effect)), code: 1, creates }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) fault: &'static str,
    pub(crate) vendor: Vendor,
    pub(crate) script: Script,
    pub(crate) timeout: &'static str,
    pub(crate) keys: &'static str,
    pub(crate) expected: Verdict,
}

/// A finished run, its delivery and the vendor's stand-in.
pub(crate) struct FinishedCase {
    pub(crate) delivery: Value,
    pub(crate) stand_in: StandIn,
    pub(crate) ended: Ended,
}

impl Case {
    pub(crate) fn new(fault: &'static str, vendor: Vendor, script: Script, expected: Verdict) -> Self {
        Self { fault, vendor, script, timeout: LONG_TIMEOUT, keys: NO_KEYS, expected }
    }

    pub(crate) fn short_timeout(self, is_hanging: bool) -> Self {
        Self { timeout: if is_hanging { SHORT_TIMEOUT } else { LONG_TIMEOUT }, ..self }
    }

    pub(crate) fn keys(self, keys: &'static str) -> Self {
        Self { keys, ..self }
    }

    /// Runs the case, and describes how the result differs from the expected one.
    async fn difference(self) -> Option<String> {
        let finished = self.run().await;
        let delivery = &finished.delivery;
        let error = &delivery["error"];
        let word = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
        let found = (
            word(&delivery["outcome"]),
            error.is_object().then(|| (word(&error["kind"]), word(&error["effect"]))),
            finished.ended.code,
            finished.stand_in.creates(),
        );
        let Verdict { outcome, error: expected_error, code, creates } = self.expected;
        let expected_error = expected_error.map(|(kind, effect)| (kind.to_owned(), effect.to_owned()));
        let expected = (outcome.to_owned(), expected_error, code, creates);
        let id = matches!(outcome, "created" | "existing").then_some(self.vendor.id());
        let name = format!("{}: {}", self.vendor.name(), self.fault);
        if found != expected {
            return Some(format!("{name}: expected {expected:?}, found {found:?}\n  {delivery}"));
        }
        if delivery["id"].as_str() != id {
            return Some(format!("{name}: expected the id {id:?}\n  {delivery}"));
        }
        (delivery["attempts"] != creates)
            .then(|| format!("{name}: {creates} creates were told as {} attempts", delivery["attempts"]))
    }

    pub(crate) async fn run(&self) -> FinishedCase {
        let stand_in = StandIn::start(self.vendor, self.script.clone()).await;
        let ended = create(self, &stand_in.url()).await;
        FinishedCase { delivery: ended.json()["deliveries"][0].take(), stand_in, ended }
    }

    /// Runs the case against a port on which no server listens.
    pub(crate) async fn run_without_a_vendor(&self) -> Ended {
        let port = ClosedPort::reserve().unwrap();
        create(self, &port.url()).await
    }
}

async fn create(case: &Case, base_url: &str) -> Ended {
    let provider = case.vendor.configuration(base_url, case.keys);
    let configuration = format!("{}{provider}", defaults(case.timeout));
    Program::new(&["create", "contact.json", "--format", "json"])
        .configured(&configuration)
        .file("contact.json", CONTACT)
        .run()
        .await
}

pub(crate) const CONTACT: &str = r#"{
    "external_id": "42", "name": "Ada King", "emails": ["ada@example.com"], "phones": ["+442079460123"],
    "addresses": [{"street": "1 Park Lane", "city": "London", "country": "GB"}]
}"#;

/// Returns defaults with two attempts and short waits.
pub(crate) fn defaults(timeout: &str) -> String {
    format!(
        "journal = \"off\"\n[defaults]\ntimeout = \"{timeout}\"\ndeadline = \"4s\"\nsettle_delay = \"10ms\"\nmax_attempts = 2\n"
    )
}

/// Runs all cases, a few at a time, and fails with all differences.
pub(crate) async fn expect_all(cases: impl IntoIterator<Item = Case>) {
    let permits = Arc::new(Semaphore::new(CONCURRENCY));
    let mut running = JoinSet::new();
    for case in cases {
        let permits = Arc::clone(&permits);
        running.spawn(async move {
            let _permit = permits.acquire().await.unwrap();
            case.difference().await
        });
    }
    let differences: Vec<String> = running.join_all().await.into_iter().flatten().collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}
