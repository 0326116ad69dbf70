//! A case: one vendor, one script and the expected result. All cases of a table run, and every difference is reported.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::hostile::{ClosedPort, NO_KEYS, Script, StandIn, Vendor};
use crate::program::{Ended, Program};

/// A limit on concurrent runs.
const AT_ONCE: usize = 8;
/// A timeout for responses that arrive.
pub(crate) const PATIENT: &str = "2s";
/// A timeout for responses that never arrive.
pub(crate) const HASTY: &str = "600ms";

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

    /// In doubt after one create.
    pub(crate) const fn in_doubt(kind: &'static str) -> Self {
        Self { outcome: "in_doubt", error: Some((kind, "unknown")), code: 3, creates: 1 }
    }

    /// Rejected by the vendor.
    pub(crate) const fn rejected(kind: &'static str) -> Self {
        Self { outcome: "rejected", error: Some((kind, "refused")), code: 1, creates: 1 }
    }

    /// Failed for a reason outside the contact.
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

/// The output of a run, and the creates that its vendor received.
pub(crate) struct Shown {
    pub(crate) delivery: Value,
    pub(crate) stand_in: StandIn,
    pub(crate) ended: Ended,
}

impl Case {
    pub(crate) fn new(fault: &'static str, vendor: Vendor, script: Script, expected: Verdict) -> Self {
        Self { fault, vendor, script, timeout: PATIENT, keys: NO_KEYS, expected }
    }

    pub(crate) fn hasty(self, is_hasty: bool) -> Self {
        Self { timeout: if is_hasty { HASTY } else { PATIENT }, ..self }
    }

    pub(crate) fn keys(self, keys: &'static str) -> Self {
        Self { keys, ..self }
    }

    /// Runs the case and returns the differences.
    async fn difference(self) -> Option<String> {
        let shown = self.run().await;
        let delivery = &shown.delivery;
        let error = &delivery["error"];
        let word = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
        let found = (
            word(&delivery["outcome"]),
            error.is_object().then(|| (word(&error["kind"]), word(&error["effect"]))),
            shown.ended.code,
            shown.stand_in.creates(),
        );
        let Verdict { outcome, error: wanted, code, creates } = self.expected;
        let wanted = wanted.map(|(kind, effect)| (kind.to_owned(), effect.to_owned()));
        let expected = (outcome.to_owned(), wanted, code, creates);
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

    pub(crate) async fn run(&self) -> Shown {
        let stand_in = StandIn::start(self.vendor, self.script.clone()).await;
        let ended = create(self, &stand_in.url()).await;
        Shown { delivery: ended.json()["deliveries"][0].take(), stand_in, ended }
    }

    /// Runs the case at an address without a listener.
    pub(crate) async fn run_without_a_vendor(&self) -> Ended {
        let port = ClosedPort::take().unwrap();
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

/// The defaults of every provider: two attempts with short waits.
pub(crate) fn defaults(timeout: &str) -> String {
    format!(
        "journal = \"off\"\n[defaults]\ntimeout = \"{timeout}\"\ndeadline = \"4s\"\nsettle_delay = \"10ms\"\nmax_attempts = 2\n"
    )
}

/// Runs all cases, a few at once, and fails with all differences.
pub(crate) async fn expect_all(cases: impl IntoIterator<Item = Case>) {
    let permits = Arc::new(Semaphore::new(AT_ONCE));
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
