//! Vendors that commit a create late: a delivery in doubt waits for the quiet time.
//!
//! The sandbox counts requests. Tests set its clock forward and age the journal instead of waiting.

use std::time::Duration;

use serde_json::Value;
use unicontact_sandbox::{Faults, LetterCase, Normalization, Options, Rule, Sandbox, Vendor, What};

use crate::aging::age;
use crate::journal::{Office, delivery, outcomes};
use crate::program::{CONFIGURATION, Ended, Program};

const HOUR: Duration = Duration::from_hours(1);
/// The time after which the gateway answers while its vendor is still working.
const GATEWAY: Duration = Duration::from_millis(200);
const CREATE: &[&str] = &["create", "--external-id", "42", "--name", "Ada King", "--format", "json"];
const RETRY: &[&str] = &["deliveries", "retry", "--format", "json"];

/// One vendor of a sandbox, and runs that share a journal.
struct LateVendor {
    sandbox: Sandbox,
    vendor: Vendor,
    provider: &'static str,
    office: Office,
    settings: &'static str,
}

impl LateVendor {
    async fn new(vendor: Vendor, provider: &'static str, what: What) -> Self {
        Self::with_rules(vendor, provider, [Rule::new(what).at(vendor)]).await
    }

    async fn with_rules(
        vendor: Vendor,
        provider: &'static str,
        rules: impl IntoIterator<Item = Rule>,
    ) -> Self {
        let faults = Faults::new(3, rules);
        let sandbox = Sandbox::start(Options { faults, ..Options::default() }).await.unwrap();
        Self { sandbox, vendor, provider, office: Office::new(), settings: "" }
    }

    async fn emnify() -> Self {
        let what = What::LateCommit { delay: HOUR / 2, gateway_timeout: Some(GATEWAY) };
        Self::new(Vendor::Emnify, "iot", what).await
    }

    async fn smarttask(delay: Duration) -> Self {
        let what = What::LateDedupe { delay, gateway_timeout: Some(GATEWAY) };
        Self::new(Vendor::SmartTask, "acme", what).await
    }

    fn program(&self, arguments: &[&str]) -> Program {
        let journal = self.office.journal();
        let head = format!(
            "journal = \"{}\"\n[defaults]\nsettle_delay = \"10ms\"\n{}",
            journal.display(),
            self.settings
        );
        let configuration = self.sandbox.configuration().replace("journal = \"off\"", &head);
        let to = ["--to", self.provider];
        Program::new(&[arguments, &to].concat()).file(CONFIGURATION, configuration)
    }

    async fn run(&self, arguments: &[&str]) -> Ended {
        self.program(arguments).run().await
    }

    /// Sets the clocks of the vendor and the journal one hour forward.
    fn advance_one_hour(&self) {
        self.sandbox.clock().advance(HOUR);
        age(&self.office.journal(), HOUR);
    }

    fn held(&self) -> usize {
        self.sandbox.contacts(self.vendor).len()
    }

    /// Returns the number of requests with this method whose paths contain `path`.
    fn requests(&self, method: &str, path: &str) -> usize {
        let requests = self.sandbox.requests(self.vendor);
        requests.iter().filter(|it| it.method == method && it.path.contains(path)).count()
    }
}

fn look_again_at(ended: &Ended) -> jiff::Timestamp {
    delivery(ended)["look_again_at"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_create_that_emnify_commits_late_is_in_doubt_until_it_is_found() {
    let late = LateVendor::emnify().await;
    let started = jiff::Timestamp::now();
    let first = late.run(CREATE).await.expect_code(3);
    assert_eq!(outcomes(&first), ["in_doubt"]);
    let waits = look_again_at(&first).duration_since(started).unsigned_abs();
    assert!((Duration::from_mins(10)..Duration::from_mins(11)).contains(&waits), "{waits:?}");
    for _ in 0..2 {
        let again = late.run(RETRY).await.expect_code(3);
        assert_eq!(outcomes(&again), ["in_doubt"]);
        assert_eq!(look_again_at(&again).as_millisecond(), look_again_at(&first).as_millisecond());
        assert!(
            again.stderr.contains("iot: 1 in doubt. Run `unicontact deliveries retry` after "),
            "{}",
            again.stderr
        );
    }
    assert_eq!(late.requests("POST", "/contact"), 1);
    assert_eq!(late.requests("GET", "/contact"), 1, "it was looked for again within a minute");
    late.advance_one_hour();
    let found = late.run(RETRY).await.expect_code(0);
    assert_eq!(outcomes(&found), ["created"]);
    assert_eq!((late.requests("POST", "/contact"), late.held()), (1, 1));
}

#[tokio::test]
async fn a_create_that_emnify_dropped_is_sent_again_after_the_quiet_time() {
    let late = LateVendor::new(Vendor::Emnify, "iot", What::ResetBeforeCommit).await;
    late.run(CREATE).await.expect_code(3);
    late.sandbox.set_faults(Faults::default()).await;
    late.run(RETRY).await.expect_code(3);
    assert_eq!(late.held(), 0);
    late.advance_one_hour();
    assert_eq!(outcomes(&late.run(RETRY).await.expect_code(0)), ["created"]);
    assert_eq!((late.requests("POST", "/contact"), late.held()), (2, 1));
}

#[tokio::test]
async fn smarttask_behind_a_gateway_gets_one_create_before_the_end_of_the_quiet_time() {
    let late = LateVendor::smarttask(HOUR / 2).await;
    assert_eq!(outcomes(&late.run(CREATE).await.expect_code(3)), ["in_doubt"]);
    assert_eq!(outcomes(&late.run(CREATE).await.expect_code(3)), ["in_doubt"]);
    assert_eq!(outcomes(&late.run(RETRY).await.expect_code(3)), ["in_doubt"]);
    assert_eq!(late.requests("POST", "/contact/create/"), 1);
    late.advance_one_hour();
    late.run(RETRY).await.expect_code(0);
    assert_eq!((late.requests("POST", "/contact/create/"), late.held()), (2, 1));
}

/// Settings with a quiet time that is short enough for a test.
const SHORT: &str = "timeout = \"1s\"\npresume_lost_after = \"3s\"\nmax_attempts = 1\n";

#[tokio::test]
async fn create_with_wait_returns_when_the_doubt_is_settled() {
    let late = LateVendor { settings: SHORT, ..LateVendor::smarttask(Duration::from_secs(1)).await };
    let ended = late.run(&[CREATE, &["--wait"]].concat()).await.expect_code(0);
    assert!(matches!(outcomes(&ended)[0].as_str(), "created" | "existing"), "{ended:?}");
    assert_eq!(delivery(&ended)["attempts"], 2);
    assert!(ended.stderr.contains("In doubt: waiting until "), "{}", ended.stderr);
    assert_eq!((late.requests("POST", "/contact/create/"), late.held()), (2, 1));
}

#[tokio::test]
async fn retry_with_wait_returns_when_all_doubts_are_settled() {
    let late = LateVendor { settings: SHORT, ..LateVendor::smarttask(Duration::from_secs(1)).await };
    late.run(CREATE).await.expect_code(3);
    let ended = late.run(&[RETRY, &["--wait"]].concat()).await.expect_code(0);
    assert_eq!(ended.json_lines().len(), 1, "{ended:?}");
    assert_eq!((late.requests("POST", "/contact/create/"), late.held()), (2, 1));
}

#[tokio::test]
async fn ctrl_c_ends_a_waiting_create_that_reports_the_doubt() {
    let late = LateVendor::smarttask(HOUR).await;
    let mut running = late.program(&[CREATE, &["--wait"]].concat()).start().await;
    running.wait_for_message("In doubt: waiting until ").await;
    running.interrupt();
    let ended = running.end().await.expect_code(3);
    assert_eq!(outcomes(&ended), ["in_doubt"]);
    assert!(delivery(&ended)["look_again_at"].is_string());
    assert_eq!(late.requests("POST", "/contact/create/"), 1);
}

#[tokio::test]
async fn messages_say_when_to_look_again() {
    let late = LateVendor::emnify().await;
    let human = &CREATE[..CREATE.len() - 2];
    let created = late.run(human).await.expect_code(3);
    let message = "Run `unicontact deliveries retry` after ";
    assert!(created.stdout.contains(message), "{}", created.stdout);
    assert!(!created.stdout.contains("Check at the vendor whether"), "{}", created.stdout);
    let list = late.run(&["deliveries", "list"]).await.expect_code(0).stdout;
    assert!(list.contains("unavailable") && list.contains("look again after "), "{list}");
    let show = late.run(&["deliveries", "show", "iot/42"]).await.expect_code(0).stdout;
    assert!(show.contains(message), "{show}");
}

#[tokio::test]
async fn resolve_as_not_created_during_the_quiet_time_asks_for_confirmation() {
    let late = LateVendor::emnify().await;
    late.run(CREATE).await.expect_code(3);
    let resolve = ["deliveries", "resolve", "iot/42", "--not-created"];
    let refused = late.run(&resolve).await.expect_usage_error();
    for words in
        ["iot/42 (Ada King): the vendor may still be at work on it until ", "Nothing was recorded.", "--yes"]
    {
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
    }
    let listed = late.run(&["deliveries", "list", "--format", "json"]).await.json();
    assert_eq!(listed["outcome"], "in_doubt");
    let confirmed = late.run(&[&resolve[..], &["--yes"]].concat()).await.expect_code(0);
    assert!(confirmed.stderr.contains("iot/42 (Ada King): recorded as pending."), "{}", confirmed.stderr);
}

#[tokio::test]
async fn resolve_as_not_created_after_the_quiet_time_asks_nothing() {
    let late = LateVendor::emnify().await;
    late.run(CREATE).await.expect_code(3);
    late.advance_one_hour();
    late.run(&["deliveries", "resolve", "iot/42", "--not-created"]).await.expect_code(0);
}

#[tokio::test]
async fn without_a_quiet_time_resolve_as_not_created_always_asks() {
    let late = LateVendor { settings: "presume_lost_after = \"never\"\n", ..LateVendor::emnify().await };
    let first = late.run(CREATE).await.expect_code(3);
    assert_eq!(delivery(&first).get("look_again_at"), None);
    late.advance_one_hour();
    age(&late.office.journal(), 1000 * HOUR);
    let refused = late.run(&["deliveries", "resolve", "iot/42", "--not-created"]).await.expect_usage_error();
    assert!(refused.stderr.contains("presume_lost_after = \"never\""), "{}", refused.stderr);
}

#[tokio::test]
async fn several_deliveries_are_resolved_after_one_confirmation() {
    let late = LateVendor::emnify().await;
    for id in ["1", "2", "3"] {
        late.run(&["create", "--external-id", id, "--name", "Ada King"]).await.expect_code(3);
    }
    let keys = ["iot/1", "iot/2", "iot/3"];
    let resolve = [&["deliveries", "resolve"][..], &keys, &["--not-created"]].concat();
    let refused = late.run(&resolve).await.expect_usage_error();
    let question = "3 of 3 deliveries: the vendor may still be at work on them until ";
    assert_eq!(refused.stderr.matches(question).count(), 1, "{}", refused.stderr);
    late.run(&[&resolve[..], &["--yes"]].concat()).await.expect_code(0);
    let listed = late.run(&["deliveries", "list", "--format", "json"]).await.json_lines();
    let outcomes: Vec<&Value> = listed.iter().map(|line| &line["outcome"]).collect();
    assert_eq!(outcomes, ["pending"; 3]);
    let created = [&["deliveries", "resolve"][..], &keys, &["--created", "9"]].concat();
    late.run(&created).await.expect_usage_error();
}

#[tokio::test]
async fn a_contact_that_emnify_stores_in_another_form_is_not_sent_again() {
    let form =
        Normalization { max_length: Some(20), case: Some(LetterCase::Title), ..Normalization::default() };
    let stored = Rule::new(What::Normalizes(form)).at(Vendor::Emnify);
    let lost = Rule::new(What::ResetAfterCommit).at(Vendor::Emnify);
    let late = LateVendor::with_rules(Vendor::Emnify, "iot", [stored, lost]).await;
    let name = "ada augusta king countess of lovelace";
    let create =
        ["create", "--external-id", "42", "--name", name, "--email", "ada@example.com", "--format", "json"];
    late.run(&create).await;
    late.advance_one_hour();
    late.run(RETRY).await;
    late.run(&create).await.expect_code(0);
    assert_eq!((late.requests("POST", "/contact"), late.held()), (1, 1));
}

#[tokio::test]
async fn similar_contacts_at_the_vendor_are_named_and_the_doubt_needs_a_person() {
    let late = LateVendor::new(Vendor::Emnify, "iot", What::ResetBeforeCommit).await;
    late.sandbox.set_faults(Faults::default()).await;
    let ada = |id, email| {
        ["create", "--external-id", id, "--name", "Ada King", "--email", email, "--format", "json"]
    };
    let namesake = delivery(&late.run(&ada("1", "ada@example.com")).await.expect_code(0))["id"].clone();
    late.sandbox.set_faults(Faults::new(3, [Rule::new(What::ResetBeforeCommit).at(Vendor::Emnify)])).await;
    let doubtful = delivery(&late.run(&ada("2", "king@example.org")).await.expect_code(3));
    assert_eq!(doubtful["error"]["candidates"], serde_json::json!([namesake]), "{doubtful}");
    assert!(doubtful["look_again_at"].is_string(), "{doubtful}");
    late.sandbox.set_faults(Faults::default()).await;
    late.advance_one_hour();
    let retried = late.run(&["deliveries", "retry"]).await.expect_code(3).stdout;
    let message = format!("contact {} at the vendor resembles it; compare it", namesake.as_str().unwrap());
    assert!(retried.contains(&message) && !retried.contains("may still be at work"), "{retried}");
    let shown = late.run(&["deliveries", "show", "iot/2"]).await.expect_code(0).stdout;
    assert!(shown.contains(&message), "{shown}");
    let listed = late.run(&["deliveries", "show", "iot/2", "--format", "json"]).await.json();
    assert_eq!(listed["error"]["candidates"], serde_json::json!([namesake]), "{listed}");
    assert_eq!(listed.get("look_again_at"), None, "{listed}");
    assert_eq!(late.held(), 1);
}
