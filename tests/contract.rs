//! Replays every fixture against its adapter, and shows that every fixture can fail. A failure lists all failing fixtures with
//! their files.

mod mutation;

use futures_util::StreamExt as _;
use futures_util::stream;

use unicontact::providers::Vendor;
use unicontact_contract::fixture::{Fault, Fixture};
use unicontact_contract::{BuiltIn, ReplayReport, replay};

use crate::support::providers::{VENDORS, fixtures};

/// The number of fixtures that are replayed concurrently.
const AT_ONCE: usize = 16;

async fn replay_all<'a>(all: impl IntoIterator<Item = &'a Fixture>) -> Vec<ReplayReport> {
    let replays = all.into_iter().map(|fixture| replay(fixture, fixtures(), &BuiltIn));
    let mut replayed: Vec<ReplayReport> = stream::iter(replays)
        .buffer_unordered(AT_ONCE)
        .map(|replayed| replayed.unwrap_or_else(|error| panic!("{error}")))
        .collect()
        .await;
    replayed.sort_by_key(|it| (it.vendor.clone(), it.scenario.clone()));
    replayed
}

#[tokio::test]
async fn every_adapter_sends_and_returns_what_its_fixtures_expect() {
    let replayed = replay_all(fixtures().all()).await;
    assert_eq!(replayed.len(), fixtures().all().len(), "every fixture was replayed");
    let failing = replayed.iter().filter(|it| !it.passed());
    let failing: Vec<String> = failing.map(ToString::to_string).collect();
    assert!(failing.is_empty(), "\n{}", failing.join("\n"));
}

#[test]
fn every_vendor_has_fixtures() {
    for vendor in fixtures().vendors() {
        assert!(Vendor::by_name(vendor).is_some(), "{vendor}");
    }
    for vendor in VENDORS.iter().copied() {
        assert!(fixtures().of_vendor(vendor).count() > 40, "{vendor}");
    }
}

#[tokio::test]
async fn a_fixture_with_a_changed_request_or_result_fails() {
    let mutated: Vec<Fixture> = fixtures().all().iter().flat_map(mutation::mutations).collect();
    assert!(mutated.len() > 15 * fixtures().all().len(), "{} mutations", mutated.len());
    let replayed = replay_all(&mutated).await;
    let unnoticed = replayed.iter().filter(|it| it.passed());
    let unnoticed: Vec<String> = unnoticed.map(ToString::to_string).collect();
    assert!(unnoticed.is_empty(), "these wrong fixtures pass:\n{}", unnoticed.join("\n"));
}

#[test]
fn every_key_of_what_is_expected_is_made_wrong_and_every_fault_is() {
    let mutated: Vec<Fixture> = fixtures().all().iter().flat_map(mutation::mutations).collect();
    let of =
        |name: &str| mutated.iter().any(|it| it.scenario.contains(&format!("with another /expect/{name}")));
    for key in [
        "created",
        "existing",
        "found",
        "unclear",
        "unclear/0",
        "checked",
        "kind",
        "effect",
        "transient",
        "status",
        "code",
        "message",
        "retry_after_seconds",
        "retry_at",
        "fields/0/message",
        "existing_id",
        "fates/",
    ] {
        assert!(of(key), "{key}");
    }
    for fault in [Fault::Reset, Fault::Cut, Fault::Hang, Fault::Refused] {
        assert!(mutated.iter().any(|it| it.fault() == Some(fault)), "{fault:?}");
    }
    assert!(mutated.iter().any(|it| it.scenario.contains("with no /before/0/request/")));
}
