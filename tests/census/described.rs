//! Checks that every described vendor with fixtures has those that its description asks for, or a reason for having none.

use std::collections::BTreeSet;

use unicontact::providers::{Description, ErrorKind};

use super::scenarios::{SCENARIOS, scenario_of};
use crate::support::fixture::{self, Fixture};
use crate::support::providers::fixtures;

/// Scenarios of every described vendor. A name stands for each scenario that begins with it.
const ALWAYS: [&str; 5] = ["create_full", "create_minimal", "invalid", "rate_limited", "unauthenticated_bad"];
/// The beginnings of the names of further fixtures.
const OPERATIONS: [&str; 4] = ["create_", "find_", "check_", "login_"];
/// Situations that single vendors have.
const OF_SINGLE_VENDORS: [&str; 7] = [
    "archived",
    "doubtful_refusal",
    "locked",
    "migrating",
    "rate_limited_interval",
    "row_locked",
    "too_many_at_once",
];

/// Returns the scenarios that follow from what the description says.
fn required(description: &Description) -> Vec<&'static str> {
    let capabilities = description.capabilities();
    let has_row = |kind: ErrorKind| description.errors().iter().any(|row| row.kind == kind);
    let is_unique = description.unique().next().is_some();
    let mut required = ALWAYS.to_vec();
    for (applies, scenarios) in [
        (is_unique || has_row(ErrorKind::AlreadyExists), &["conflict"][..]),
        (has_row(ErrorKind::QuotaExhausted), &["quota_exhausted"]),
        (description.returns_existing(), &["existing"]),
        (capabilities.find, &["find_found", "find_not_found", "find_unclear"]),
        (capabilities.check, &["check_good"]),
        (description.has_login(), &["create_after_login", "login_refused"]),
    ] {
        if applies {
            required.extend(scenarios);
        }
    }
    required
}

/// Returns the scenarios that a vendor lacks or has despite a reason, and the fixtures whose content is not what their name says.
fn gaps(description: &Description, fixtures_of_it: &[Fixture]) -> Vec<String> {
    let vendor = description.vendor();
    let document = fixtures().provider(vendor);
    let reasons = document.map(|document| document.not_applicable.clone()).unwrap_or_default();
    let belongs = |fixture: &&Fixture, scenario: &str| {
        let rest = fixture.scenario.strip_prefix(scenario);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    let required: BTreeSet<&str> = required(description).into_iter().collect();
    let mut gaps = Vec::new();
    for scenario in &required {
        let is_there = fixtures_of_it.iter().any(|fixture| belongs(&fixture, scenario));
        match (is_there, reasons.get(*scenario)) {
            (false, None) => gaps.push(format!("{vendor} has no {scenario}")),
            (true, Some(_)) => gaps.push(format!("{vendor} has {scenario} despite a reason for having none")),
            _ => {}
        }
    }
    let strays = reasons.keys().filter(|name| !required.contains(name.as_str()));
    gaps.extend(strays.map(|name| format!("{vendor} needs no reason for having no {name}")));
    for fixture in fixtures_of_it {
        let known = scenario_of(&fixture.scenario);
        match SCENARIOS.iter().find(|it| Some(it.name) == known) {
            Some(scenario) if !(scenario.holds)(fixture) => {
                gaps.push(format!("{} is not: {}", fixture.name(), scenario.description));
            }
            None if known.is_none() && !is_further(&fixture.scenario) => {
                gaps.push(format!("{} belongs to no scenario", fixture.name()));
            }
            _ => {}
        }
    }
    gaps
}

/// Returns whether a fixture needs no scenario.
fn is_further(name: &str) -> bool {
    OPERATIONS.iter().any(|it| name.starts_with(it)) || OF_SINGLE_VENDORS.contains(&name)
}

/// Returns the bundled descriptions that have fixtures.
fn described() -> impl Iterator<Item = std::sync::Arc<Description>> {
    let with_fixtures = Description::bundled_names().filter(|name| fixtures().provider(name).is_some());
    with_fixtures.filter_map(Description::bundled)
}

#[test]
fn every_described_vendor_has_the_scenarios_of_its_description_or_a_reason() {
    let gaps: Vec<String> = described().flat_map(|it| gaps(&it, &fixture::of_vendor(it.vendor()))).collect();
    assert!(gaps.is_empty(), "\n{}", gaps.join("\n"));
}

#[test]
fn a_scenario_that_a_described_vendor_lacks_is_reported() {
    let hubspot = Description::bundled("hubspot").unwrap();
    let required = required(&hubspot);
    for scenario in ["conflict", "quota_exhausted", "find_unclear", "check_good"] {
        assert!(required.contains(&scenario), "{scenario}");
    }
    assert!(!required.contains(&"login_refused"));
    assert_eq!(gaps(&hubspot, &[]).len() + reasons(&hubspot), required.len());
}

fn reasons(description: &Description) -> usize {
    fixtures().provider(description.vendor()).map_or(0, |document| document.not_applicable.len())
}

#[test]
fn a_fixture_of_a_described_vendor_whose_name_says_something_else_is_reported() {
    let hubspot = Description::bundled("hubspot").unwrap();
    let mut stray = fixture::of_vendor("cloverhound").remove(0);
    stray.vendor = "hubspot".to_owned();
    for (scenario, complaint) in [
        ("something", "hubspot/something belongs to no scenario"),
        ("find_found", "hubspot/find_found is not: an id"),
    ] {
        stray.scenario = scenario.to_owned();
        assert!(gaps(&hubspot, std::slice::from_ref(&stray)).contains(&complaint.to_owned()), "{scenario}");
    }
}
