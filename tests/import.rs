//! A stream of contacts through an import, in the library.
//!
//! Its rule: how much is taken from the stream is counted at the stream.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::stream::{self, Stream, StreamExt};
use unicontact::config::{Configuration, Sources};
use unicontact::import::{Import, Summary};
use unicontact::providers::UnifiedContact;
use unicontact::providers::clock::{SharedClock, SystemClock};
use unicontact::providers::http::Http;
use unicontact::{FanOut, Outcome, Policy, Target, Verdict};
use unicontact_sandbox::{Faults, Options, Rule, Sandbox, Vendor, What, When};

async fn sandbox(rules: impl IntoIterator<Item = Rule>) -> Sandbox {
    Sandbox::start(Options { faults: Faults::new(3, rules), ..Options::default() }).await.unwrap()
}

fn fan_out(sandbox: &Sandbox) -> FanOut {
    let settings = "journal = \"off\"\n[defaults]\nrequests_per_second = 1000\nmax_attempts = 1\nsettle_delay = \"10ms\"\n";
    let text = sandbox.configuration().replace("journal = \"off\"", settings);
    let configuration = Configuration::load(&Sources { text: Some(text), ..Sources::default() }).unwrap();
    let clock: SharedClock = Arc::new(SystemClock);
    let http = Http::new(Arc::clone(&clock)).unwrap();
    let target = |configured: &unicontact::config::ConfiguredProvider| {
        let provider = configured.connect(&http).unwrap();
        Target::new(provider, configured.settings.clone(), Arc::clone(&clock), 1)
    };
    FanOut::new(configuration.providers.iter().map(target).collect(), Policy::FirstFailure)
}

fn people(count: usize) -> impl Stream<Item = UnifiedContact> {
    let person =
        |number| serde_json::json!({"external_id": format!("{number}"), "name": format!("Person {number}")});
    stream::iter(0..count).map(move |number| serde_json::from_value(person(number)).unwrap())
}

#[tokio::test]
async fn no_more_than_the_window_is_taken_before_a_report_is() {
    let sandbox = sandbox([]).await;
    let import = Import::new(fan_out(&sandbox)).with_window(5);
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = people(40).inspect(|_| {
        taken.fetch_add(1, Ordering::SeqCst);
    });
    let mut reports = pin!(import.run(counted));
    for told in 1..=40 {
        assert!(reports.next().await.is_some());
        assert!(taken.load(Ordering::SeqCst) < told + 5, "after {told} reports");
    }
    assert!(reports.next().await.is_none());
}

#[tokio::test]
async fn a_hundred_reports_make_a_summary() {
    let sandbox = sandbox([]).await;
    let import = Import::new(fan_out(&sandbox));
    let mut summary = Summary::of(&import);
    let mut reports = pin!(import.run(people(100)));
    while let Some(report) = reports.next().await {
        summary.add(&report);
    }
    assert_eq!(summary.verdict(), Verdict::Done);
    assert_eq!(summary.contacts, 100);
    assert!(summary.providers.iter().all(|(_, counts)| counts.created == 100));
}

#[tokio::test]
async fn the_policy_of_the_fan_out_stops_nothing_and_single_failures_pause_nobody() {
    let second = When { every: 2, ..When::default() };
    let reset = Rule::new(What::ResetBeforeCommit).at(Vendor::Emnify).when(second);
    let sandbox = sandbox([reset]).await;
    let import = Import::new(fan_out(&sandbox)).with_window(1).with_patience(2);
    let reports: Vec<_> = import.run(people(20)).collect().await;
    assert!(import.pauses().is_empty());
    assert!(reports.iter().all(|report| report.deliveries[0].outcome == Outcome::Created));
    assert_eq!(sandbox.tally(Vendor::Emnify).held, 10);
}

#[tokio::test]
async fn failures_in_a_row_pause_a_provider() {
    let reset = Rule::new(What::Down).at(Vendor::Emnify);
    let sandbox = sandbox([reset]).await;
    let import = Import::new(fan_out(&sandbox)).with_window(1).with_patience(3);
    let reports: Vec<_> = import.run(people(10)).collect().await;
    let outcomes: Vec<_> = reports.iter().map(|report| report.deliveries[1].outcome).collect();
    assert_eq!(outcomes[..3], [Outcome::Failed; 3]);
    assert_eq!(outcomes[3..], [Outcome::Pending; 7]);
    assert_eq!(reports[9].deliveries[1].note, Some("not sent: the provider is paused"));
    let pauses = import.pauses();
    assert_eq!((pauses.len(), pauses[0].provider.as_str(), pauses[0].failures), (1, "iot", 3));
    assert_eq!(sandbox.tally(Vendor::OneCloud).held, 10);
}

#[tokio::test]
async fn a_stopped_import_takes_nothing_more_and_an_abandoned_one_ends_at_once() {
    let hang = Rule::new(What::HangAfterCommit).at(Vendor::Cloverhound);
    let sandbox = sandbox([hang]).await;
    let import = Import::new(fan_out(&sandbox)).with_window(4);
    let elsewhere = import.clone();
    let watching = async {
        while sandbox.tally(Vendor::Cloverhound).held < 4 || sandbox.tally(Vendor::OneCloud).held < 4 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        elsewhere.abandon();
    };
    let (reports, ()) = tokio::join!(import.run(people(100)).collect::<Vec<_>>(), watching);
    assert_eq!(reports.len(), 4);
    assert!(reports.iter().all(|report| report.deliveries[2].outcome == Outcome::InDoubt));
}
