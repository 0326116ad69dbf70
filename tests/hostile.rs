//! Deliveries to four stand-ins that misbehave. The tests compare every report with the contacts that the stand-ins hold.
//! Waits only advance a manual clock; requests take real time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use unicontact::config::{Configuration, Sources};
use unicontact::providers::UnifiedContact;
use unicontact::providers::clock::{ManualClock, SharedClock};
use unicontact::providers::http::Http;
use unicontact::{Delivery, FanOut, Outcome, Pipeline, Policy, Report};
use unicontact_sandbox::{Clock, FaultKind, Faults, Options, Sandbox, StoredContact, Vendor};

/// Faults of creates that take no time.
const MIXED: &str = r#"
[[fault]]
what = "rate_limit"
retry_after = "2s"
every = 15
burst = 3

[[fault]]
what = "reset_before_commit"
probability = 0.05

[[fault]]
what = "reset_after_commit"
probability = 0.08

[[fault]]
what = "status"
status = 503
retry_after = "1s"
probability = 0.06

[[fault]]
what = "status"
status = 500
after_commit = true
probability = 0.05

[[fault]]
what = "edge_html"
probability = 0.03

[[fault]]
what = "edge_html"
status = 403
probability = 0.02

[[fault]]
what = "cut_body"
probability = 0.06

[[fault]]
what = "wrong_content_type"
probability = 0.1

[[fault]]
what = "byte_order_mark"
probability = 0.1

[[fault]]
what = "token_expiry"
vendor = ["emnify", "onecloud"]
uses = 25
"#;

/// Faults of requests before a create, and requests without an answer.
const WORSE: &str = r#"
[[fault]]
what = "status"
status = 503
on = "login"
probability = 0.2

[[fault]]
what = "cut_body"
on = "read"
probability = 0.2

[[fault]]
what = "hang_after_commit"
every = 50

[[fault]]
what = "hang_before_commit"
every = 70

[[fault]]
what = "down"
after = 60
lasting = "20s"
"#;

/// Four stand-ins that misbehave, and the fan-out that delivers to them.
struct HostileRun {
    sandbox: Sandbox,
    fan_out: FanOut,
}

impl HostileRun {
    async fn start(faults: &str, timeout: Duration) -> Self {
        let start: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let clocks: Vec<Arc<ManualClock>> =
            Vendor::BUILT_IN.iter().map(|_| Arc::new(ManualClock::new(start))).collect();
        // Every provider has a clock of its own, so that its waits do not affect the others. The vendors'
        // clock does not advance during a delivery.
        let options = Options {
            clock: Clock::new(move || start),
            faults: Faults::from_toml(faults).unwrap(),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let sources = Sources { text: Some(sandbox.configuration()), ..Sources::default() };
        let configuration = Configuration::load(&sources).unwrap();
        let pipelines = configuration.providers.into_iter().zip(clocks).map(|(mut configured, clock)| {
            let clock: SharedClock = clock;
            configured.settings.timeout = timeout;
            configured.settings.deadline = Duration::from_hours(24);
            let provider = configured.connect(&Http::new(Arc::clone(&clock)).unwrap()).unwrap();
            Pipeline::new(provider, configured.settings, clock, 7)
        });
        let fan_out = FanOut::new(pipelines.collect(), Policy::All);
        Self { sandbox, fan_out }
    }

    async fn deliver(&self, count: usize) -> Vec<Report> {
        let mut reports = Vec::new();
        for number in 0..count {
            self.sandbox.clock().advance(Duration::from_secs(1));
            self.sandbox.settled().await;
            reports.push(self.fan_out.deliver(contact(number)).await);
        }
        reports
    }

    /// Returns the contacts that a vendor holds, by name.
    fn held(&self, vendor: Vendor) -> BTreeMap<String, StoredContact> {
        let contacts = self.sandbox.contacts(vendor).into_iter();
        let named: BTreeMap<_, _> = contacts.map(|contact| (name_in(&contact), contact)).collect();
        assert_eq!(named.len(), self.sandbox.tally(vendor).held, "{vendor:?} holds a contact twice");
        named
    }
}

fn contact(number: usize) -> UnifiedContact {
    let json = serde_json::json!({"external_id": number.to_string(), "name": format!("Ada Unit{number:04}")});
    UnifiedContact::from_json(json).unwrap()
}

/// Returns the last word of the contact's name, which is unique. Each vendor stores the name in a different member.
fn name_in(contact: &StoredContact) -> String {
    let body = contact.body.to_string();
    let start = body.find("Unit").expect("the body holds the name");
    body[start..start + 8].to_owned()
}

/// Checks every report against the contacts that the vendors hold.
#[track_caller]
fn assert_reports_are_true(hostile: &HostileRun, reports: &[Report]) {
    for (index, vendor) in Vendor::BUILT_IN.into_iter().enumerate() {
        let held = hostile.held(vendor);
        for (number, report) in reports.iter().enumerate() {
            let name = format!("Unit{number:04}");
            assert_is_true(vendor, &report.deliveries[index], held.get(&name));
        }
        let tally = hostile.sandbox.tally(vendor);
        assert_eq!(tally.duplicates, 0, "{vendor:?}");
    }
}

#[track_caller]
fn assert_is_true(vendor: Vendor, delivery: &Delivery, held: Option<&StoredContact>) {
    let outcome = delivery.outcome;
    let id = delivery.id.as_ref().map(unicontact::providers::ContactId::as_str);
    match outcome {
        Outcome::Created | Outcome::Existing => {
            assert_eq!(id, held.map(|contact| contact.id.as_str()), "{vendor:?} {delivery:?}");
        }
        Outcome::InDoubt => {}
        _ => assert!(held.is_none(), "{vendor:?} holds a contact reported as {outcome:?}: {delivery:?}"),
    }
}

fn count(reports: &[Report], outcome: Outcome) -> usize {
    let deliveries = reports.iter().flat_map(|report| &report.deliveries);
    deliveries.filter(|delivery| delivery.outcome == outcome).count()
}

#[tokio::test]
async fn no_vendor_holds_a_contact_twice_and_every_report_is_true() {
    let hostile = HostileRun::start(&format!("seed = 7{MIXED}"), Duration::from_secs(20)).await;
    let reports = hostile.deliver(200).await;
    assert_reports_are_true(&hostile, &reports);
    for vendor in Vendor::BUILT_IN {
        let tally = hostile.sandbox.tally(vendor);
        assert!(tally.lost_answers > 10, "{vendor:?}: {tally:?}");
    }
    // Only SmartTask documents that it returns the first contact, so a create is sent again only there.
    assert!(count(&reports, Outcome::InDoubt) > 50);
    assert!(count(&reports, Outcome::Created) > 500);
    assert_eq!(hostile.sandbox.tally(Vendor::SmartTask).duplicates, 0);
}

#[tokio::test]
async fn reports_are_true_when_logins_fail_answers_are_missing_and_vendors_are_down() {
    let faults = format!("seed = 11{WORSE}{MIXED}");
    let hostile = HostileRun::start(&faults, Duration::from_millis(250)).await;
    let reports = hostile.deliver(120).await;
    assert_reports_are_true(&hostile, &reports);
    assert!(count(&reports, Outcome::Created) > 100);
    let seen = hostile.sandbox.requests(Vendor::Cloverhound);
    for kind in [FaultKind::HangBeforeCommit, FaultKind::HangAfterCommit, FaultKind::Down] {
        assert!(seen.iter().any(|request| request.faults.contains(&kind)), "{kind}");
    }
    assert!(count(&reports[100..], Outcome::Created) > 20, "the vendors are up again");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_outcomes() {
    let faults = format!("seed = 23{MIXED}");
    let mut runs = Vec::new();
    for _ in 0..2 {
        let hostile = HostileRun::start(&faults, Duration::from_secs(20)).await;
        let reports = hostile.deliver(40).await;
        let outcomes = reports.iter().flat_map(|report| &report.deliveries);
        let outcomes: Vec<_> = outcomes.map(|delivery| (delivery.outcome, delivery.attempts)).collect();
        let requests = Vendor::BUILT_IN.map(|vendor| {
            let seen = hostile.sandbox.requests(vendor).into_iter();
            seen.map(|request| (request.status, request.faults)).collect::<Vec<_>>()
        });
        runs.push((outcomes, requests));
    }
    assert_eq!(runs[0], runs[1]);
}
