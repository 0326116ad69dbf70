//! Holds every adapter to every fixture.
//!
//! Its rule: all fixtures are replayed and every failing one is told by its file, not just the first.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod support;

use futures_util::StreamExt as _;
use futures_util::stream;

use support::fixture::{self, Asked};
use support::providers;
use support::replay::{Report, replay};
use unicontact::providers::ContactProvider as _;

/// How many fixtures are replayed at once.
const AT_ONCE: usize = 16;

async fn replay_all() -> Vec<Report> {
    let fixtures = fixture::all();
    let mut reports: Vec<Report> =
        stream::iter(&fixtures).map(replay).buffer_unordered(AT_ONCE).collect().await;
    reports.sort_by(|one, other| one.fixture.cmp(&other.fixture));
    assert_eq!(reports.len(), fixtures.len(), "every fixture has a report");
    reports
}

fn listing(reports: &[Report], part: impl Fn(&Report) -> &Vec<String>) -> String {
    let failing = reports.iter().filter(|report| !part(report).is_empty());
    let lines = failing
        .map(|report| format!("fixtures/{}.json\n    {}", report.fixture, part(report).join("\n    ")));
    lines.collect::<Vec<String>>().join("\n")
}

#[tokio::test]
async fn every_fixture_gives_the_requests_and_the_verdict_that_it_expects() {
    let reports = replay_all().await;
    let failures = listing(&reports, |report| &report.differences);
    assert!(failures.is_empty(), "\n{failures}");
}

#[tokio::test]
async fn no_error_of_any_fixture_shows_a_credential_or_a_value_of_the_contact() {
    let reports = replay_all().await;
    let leaks = listing(&reports, |report| &report.leaks);
    assert!(leaks.is_empty(), "\n{leaks}");
}

#[test]
fn the_contact_of_every_fixture_drafts_to_the_same_bytes_eight_times() {
    for fixture in fixture::all().iter().filter(|it| it.asked() == Asked::Create) {
        let drafts = (0..8).map(|_| {
            let provider = providers::of_fixture(fixture, "http://127.0.0.1:9");
            let draft = provider.draft(&fixture.contact());
            draft.map(|draft| draft.body_bytes()).map_err(|error| error.to_string())
        });
        let drafts: std::collections::BTreeSet<_> = drafts.collect();
        assert_eq!(drafts.len(), 1, "{}", fixture.name());
    }
}
