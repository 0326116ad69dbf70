//! Counts what there is, and fails when something is missing.
//!
//! Its rule: it fails closed. A scenario that a vendor lacks needs a reason here, and a file that nobody reads is a mistake.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use support::providers::{VENDORS, fixtures};
use support::{personal, providers};
use unicontact::providers::{ContactProvider as _, Evidence, Provider};
use unicontact_contract::Fixture;
use unicontact_contract::fixture::ProvenanceKind::{Documented, Recorded};

/// What every vendor is asked. A fixture belongs to a scenario when its name is the scenario's or goes on behind it.
const SCENARIOS: &[&str] = &[
    "create_minimal",
    "create_full",
    "create_organization",
    "create_other_scripts",
    "create_longest",
    "create_one_past",
    "existing",
    "invalid",
    "missing_required",
    "unauthenticated_bad",
    "unauthenticated_expired",
    "unauthenticated_empty",
    "permission_denied",
    "not_found",
    "conflict",
    "rate_limited_plain",
    "rate_limited_seconds",
    "rate_limited_date",
    "quota_exhausted",
    "server_error",
    "bad_gateway",
    "unavailable",
    "malformed_success",
    "empty_success",
    "truncated_success",
    "failing_success",
    "redirect",
    "refused",
    "reset",
    "cut",
    "hang",
    "find_found",
    "find_not_found",
    "check_good",
    "check_bad",
    "create_after_login",
    "login_refused",
    "login_without_token",
    "login_unavailable",
    "login_hang",
];

/// What a vendor may be asked beyond that.
const FURTHER_SCENARIOS: &[&str] = &[
    "blocked",
    "create_documented_answer",
    "create_email_only",
    "create_id_as_text",
    "create_invoice_address",
    "create_name_in_parts",
    "create_national_number",
    "create_number_without_region",
    "find_after_a_new_token",
    "find_failed",
    "gateway_timeout",
    "check_unreadable",
    "login_empty",
    "login_expired_alone",
    "login_locked_out",
    "login_wrong_client",
    "unmappable_country",
];

const NO_SEARCH: &str = "the vendor documents no way to look for a contact";
const NO_LOGIN: &str = "basic authentication: there is no login";

/// What a vendor cannot be asked, and why.
const NOT_APPLICABLE: &[(&str, &str, &str)] = &[
    ("smarttask", "quota_exhausted", "the vendor documents no quota"),
    ("smarttask", "find_found", NO_SEARCH),
    ("smarttask", "find_not_found", NO_SEARCH),
    ("emnify", "existing", "every create makes a contact; a duplicate is allowed or refused with 1405"),
    ("emnify", "missing_required", "only the type is required, and the configuration always has one"),
    ("emnify", "quota_exhausted", "the monthly limit is told like any other rate limit, with 429"),
    ("cloverhound", "existing", "no create is documented to return an existing contact"),
    ("cloverhound", "quota_exhausted", "the vendor documents no quota"),
    ("cloverhound", "unauthenticated_expired", "keys do not expire; a revoked one is a bad one"),
    ("cloverhound", "find_found", NO_SEARCH),
    ("cloverhound", "find_not_found", NO_SEARCH),
    ("cloverhound", "check_good", "no documented request proves a key without creating something"),
    ("cloverhound", "check_bad", "no documented request proves a key without creating something"),
    ("cloverhound", "create_after_login", NO_LOGIN),
    ("cloverhound", "login_refused", NO_LOGIN),
    ("cloverhound", "login_without_token", NO_LOGIN),
    ("cloverhound", "login_unavailable", NO_LOGIN),
    ("cloverhound", "login_hang", NO_LOGIN),
    ("onecloud", "existing", "no create is documented to return an existing contact"),
    ("onecloud", "find_found", NO_SEARCH),
    ("onecloud", "find_not_found", NO_SEARCH),
];

/// Folders of fixtures that other tests read.
const OTHER_FOLDERS: &[&str] = &["config", "import"];

fn belongs(scenario: &str, fixture: &Fixture) -> bool {
    let name = &fixture.scenario;
    name == scenario || name.starts_with(&format!("{scenario}_"))
}

fn reason(vendor: &str, scenario: &str) -> Option<&'static str> {
    let entry = NOT_APPLICABLE.iter().find(|(by, what, _)| *by == vendor && *what == scenario);
    entry.map(|(_, _, reason)| *reason)
}

#[test]
fn every_vendor_has_every_scenario_or_a_reason_for_having_none() {
    let mut missing = Vec::new();
    for vendor in VENDORS {
        for scenario in SCENARIOS {
            let is_there = fixtures().of_vendor(vendor).any(|fixture| belongs(scenario, fixture));
            match (is_there, reason(vendor, scenario)) {
                (false, None) => missing.push(format!("{vendor} has no {scenario}")),
                (true, Some(_)) => missing.push(format!("{vendor} has {scenario} and a reason against it")),
                _ => {}
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn every_reason_is_about_a_known_vendor_and_scenario() {
    for (vendor, scenario, reason) in NOT_APPLICABLE {
        assert!(VENDORS.contains(vendor), "{vendor}");
        assert!(SCENARIOS.contains(scenario), "{scenario}");
        assert!(reason.len() > 20, "{vendor} {scenario}: {reason}");
    }
}

#[test]
fn every_fixture_belongs_to_a_scenario() {
    let known = || SCENARIOS.iter().chain(FURTHER_SCENARIOS);
    let strays = fixtures().all().iter().filter(|it| !known().any(|scenario| belongs(scenario, it)));
    let strays: Vec<String> = strays.map(Fixture::name).collect();
    assert!(strays.is_empty(), "{strays:?}");
}

#[test]
fn every_file_below_the_fixtures_is_one_that_somebody_reads() {
    let mut unread = Vec::new();
    for path in files_in(fixtures().folder()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_ours = VENDORS.contains(&&*name) || ["contacts", "providers"].contains(&&*name);
        if !is_ours && name != "README.md" && !OTHER_FOLDERS.contains(&&*name) {
            unread.push(path);
        }
    }
    assert!(unread.is_empty(), "{unread:?}");
}

#[test]
fn every_contact_is_used_by_a_fixture() {
    let used: BTreeSet<&str> = fixtures().all().iter().map(|it| it.contact.as_str()).collect();
    for name in fixtures().contact_names() {
        assert!(used.contains(name), "nobody uses the contact {name}");
    }
}

#[test]
fn every_fixture_says_where_it_comes_from() {
    for fixture in fixtures().all() {
        let told = &fixture.provenance;
        assert!(told.source.len() > 10 && told.note.len() > 10, "{}", fixture.name());
        assert_eq!(told.date, "2026-08", "{}", fixture.name());
    }
}

#[test]
fn no_vendor_is_known_by_inference_alone() {
    let mut counts = BTreeMap::new();
    for fixture in fixtures().all() {
        *counts.entry((fixture.vendor.clone(), fixture.provenance.kind)).or_insert(0_usize) += 1;
    }
    for vendor in VENDORS {
        let known = [Documented, Recorded].map(|kind| counts.get(&(vendor.to_owned(), kind)).copied());
        assert!(known.into_iter().flatten().sum::<usize>() >= 5, "{vendor}: {counts:?}");
    }
}

#[test]
fn no_fixture_holds_a_credential_or_anything_of_a_real_person() {
    let mut found = Vec::new();
    for path in files_below(fixtures().folder()) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let numbers = serde_json::from_str(&text).map(|document| personal::numbers_in(&document));
        let complaints = personal::found_in(&text).into_iter().chain(numbers.unwrap_or_default());
        found.extend(complaints.map(|complaint| format!("{}: {complaint}", path.display())));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// The files of a folder, in the order of their names.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let below = |path: PathBuf| if path.is_dir() { files_below(&path) } else { vec![path] };
    files_in(folder).into_iter().flat_map(below).collect()
}

#[test]
fn the_search_for_personal_data_finds_some() {
    for text in [
        "someone@gmail.com",
        "\"+49 171 5555555\"",
        "+4917155555555",
        "eyJhbGciOiJIUzI1NiJ9",
        "tok_live_12345",
        "0123456789abcdef0123456789abcdef",
    ] {
        let found =
            personal::found_in(text).len() + personal::numbers_in(&text.replace('"', "").into()).len();
        assert!(found > 0, "{text}");
    }
    for text in ["someone@mail.example.com", "+442079460123", "2026-11-20T10:00:00.000+0000", "time:18:00"] {
        assert_eq!(personal::found_in(text), Vec::<String>::new());
    }
}

#[test]
fn the_mapping_of_every_vendor_is_the_table_of_its_documentation() {
    for provider in providers::one_of_each() {
        let vendor = provider.info().vendor().to_owned();
        assert_eq!(rows_of_code(&provider), rows_of_documentation(&vendor), "{vendor}");
    }
}

/// Unified field, vendor field, limit, evidence.
type Row = [String; 4];

fn rows_of_code(provider: &Provider) -> Vec<Row> {
    let rows = provider.capabilities().fields.iter().map(|row| {
        let limit = row.limit.map_or_else(|| "none told".to_owned(), |limit| limit.to_string());
        let evidence = match row.evidence {
            Evidence::Documented => "documented",
            Evidence::ThirdParty => "third-party",
            Evidence::Inferred => "inferred",
        };
        [row.field.to_owned(), row.to.to_owned(), limit, evidence.to_owned()]
    });
    rows.collect()
}

fn rows_of_documentation(vendor: &str) -> Vec<Row> {
    let path = format!("{}/providers/src/{vendor}/docs.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let section = text.split("\n# ").find(|section| section.starts_with("Mapping\n")).unwrap();
    let table = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let rows = table.map(|line| {
        let cells: Vec<String> = line.trim_matches('|').split('|').map(plain).collect();
        cells.try_into().unwrap_or_else(|_| panic!("{vendor}: not four cells in {line}"))
    });
    rows.collect()
}

fn plain(cell: &str) -> String {
    cell.trim().trim_matches('`').to_owned()
}
