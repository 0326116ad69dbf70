//! Checks that every vendor has a fixture of every scenario, or a reason for having none. The answer and the result of a fixture
//! must match the scenario in its name.

use std::collections::BTreeMap;

use serde_json::Value;
use unicontact::providers::Vendor as BuiltVendor;

use super::properties::{
    begins_as_json, creates, effect, header, is_compressed, is_empty, is_json, is_late, is_login, is_lost,
    is_mislabelled, is_page, is_refusal, is_refused_with, is_success, is_trouble, kind, retry_after, said,
    status, waits_for_a_date, waits_for_seconds,
};
use crate::support::fixture::{self, Fault, Fixture, VENDORS};
use crate::support::providers::fixtures;

/// A situation that every vendor needs a fixture of.
pub(super) struct Scenario {
    pub(super) name: &'static str,
    /// The description and the test of its fixtures.
    pub(super) description: &'static str,
    pub(super) holds: fn(&Fixture) -> bool,
}

const fn scenario(name: &'static str, description: &'static str, holds: fn(&Fixture) -> bool) -> Scenario {
    Scenario { name, description, holds }
}

/// The scenarios of every vendor. A fixture belongs to the scenario with the longest name that its own begins with.
pub(super) const SCENARIOS: &[Scenario] = &[
    scenario("create_minimal", "a name alone, created", |it| creates(it) && it.contact == "minimal"),
    scenario("create_full", "every field, created", |it| creates(it) && it.contact == "full"),
    scenario("create_organization", "an organization, created", |it| {
        creates(it) && it.contact == "organization"
    }),
    scenario("create_other_scripts", "a name of another script or order, created", |it| {
        creates(it) && ["arabic", "japanese", "indonesian"].contains(&&*it.contact)
    }),
    scenario("create_longest", "the longest values, created", |it| {
        creates(it) && it.contact.starts_with("longest")
    }),
    scenario("create_one_past", "values too long by one, created", |it| {
        creates(it) && it.contact.starts_with("one_past")
    }),
    scenario("existing", "a contact that was there", |it| it.expect.existing.is_some()),
    scenario("invalid", "a refusal with a 4xx", |it| {
        status(it).is_some_and(|status| [400, 415, 422].contains(&status)) && effect(it) == "refused"
    }),
    scenario("missing_required", "unmappable, and nothing sent", |it| {
        it.request.is_none() && kind(it) == "unmappable" && effect(it) == "not_sent"
    }),
    scenario("unauthenticated_bad", "a 401 that does not say expired", |it| {
        is_refused_with(it, 401, "unauthenticated") && !said(it).contains("expired")
    }),
    scenario("unauthenticated_expired", "a 401 that says so", |it| {
        is_refused_with(it, 401, "unauthenticated") && said(it).contains("expired")
    }),
    scenario("unauthenticated_empty", "a 401 without a body", |it| {
        is_refused_with(it, 401, "unauthenticated") && is_empty(it)
    }),
    scenario("permission_denied", "a refusal of that kind", |it| {
        is_refusal(it) && kind(it) == "permission_denied"
    }),
    scenario("not_found", "a 404", |it| is_refused_with(it, 404, "not_found")),
    scenario("conflict", "a contact that is there already", |it| {
        is_refusal(it) && kind(it) == "already_exists"
    }),
    scenario("rate_limited_plain", "a 429 without Retry-After", |it| {
        is_refused_with(it, 429, "rate_limited") && retry_after(it).is_none()
    }),
    scenario("rate_limited_seconds", "a 429 with seconds", |it| {
        is_refused_with(it, 429, "rate_limited") && waits_for_seconds(it)
    }),
    scenario("rate_limited_date", "a 429 with a date", |it| {
        is_refused_with(it, 429, "rate_limited") && waits_for_a_date(it)
    }),
    scenario("quota_exhausted", "a used-up quota", |it| is_refusal(it) && kind(it) == "quota_exhausted"),
    scenario("server_error", "a 500 with JSON", |it| is_trouble(it, 500) && is_json(it)),
    scenario("bad_gateway", "a 502 with a web page", |it| is_trouble(it, 502) && is_page(it)),
    scenario("unavailable", "a 503 with seconds", |it| is_trouble(it, 503) && waits_for_seconds(it)),
    scenario("unavailable_date", "a 503 with a date", |it| is_trouble(it, 503) && waits_for_a_date(it)),
    scenario("malformed_success", "a 2xx that is no JSON", |it| {
        is_success(it) && !is_empty(it) && !begins_as_json(it) && kind(it) == "unexpected_response"
    }),
    scenario("empty_success", "a 2xx without a body and a Location", |it| {
        is_success(it)
            && is_empty(it)
            && header(it, "location").is_none()
            && kind(it) == "unexpected_response"
    }),
    scenario("truncated_success", "a 2xx with half a document", |it| {
        is_success(it)
            && begins_as_json(it)
            && !is_json(it)
            && it.fault().is_none()
            && effect(it) == "unknown"
    }),
    scenario("failing_success", "a 2xx that reports a failure", |it| {
        is_success(it) && is_json(it) && !kind(it).is_empty()
    }),
    scenario(
        "doubtful_success",
        "a 2xx with an error that leaves open whether the contact was created",
        |it| {
            let is_doubtful =
                ["unexpected_response", "unavailable"].contains(&kind(it)) && effect(it) == "unknown";
            is_success(it) && is_json(it) && is_doubtful
        },
    ),
    scenario("redirect_elsewhere", "a 302 or 303 to a page that is no login", |it| {
        [Some(302), Some(303)].contains(&status(it)) && effect(it) == "unknown"
    }),
    scenario("client_closed", "a status of a proxy that lost its client", |it| {
        [Some(460), Some(499)].contains(&status(it)) && kind(it) == "interrupted" && effect(it) == "unknown"
    }),
    scenario("request_in_progress", "a 409 of a request that is still processed", |it| {
        status(it) == Some(409) && kind(it) == "interrupted" && effect(it) == "unknown"
    }),
    scenario("plan_limit", "a 402", |it| is_refused_with(it, 402, "quota_exhausted")),
    scenario("plan_limit_in_words", "a refusal that names a limit of the account", |it| {
        is_refused_with(it, 422, "invalid") && said(it).contains("contact limit")
    }),
    scenario("redirect", "a 3xx that is not followed", |it| {
        let is_redirect = status(it).is_some_and(|status| (300..400).contains(&status));
        is_redirect && header(it, "location").is_some() && kind(it) == "unexpected_response"
    }),
    scenario("refused", "a port at which nothing listens", |it| {
        it.fault() == Some(Fault::Refused) && effect(it) == "not_sent"
    }),
    scenario("reset", "a connection that ends after the request", |it| is_lost(it, Fault::Reset)),
    scenario("cut", "a success that ends in its middle", |it| is_lost(it, Fault::Cut) && is_success(it)),
    scenario("hang", "no answer", |it| is_lost(it, Fault::Hang)),
    scenario("byte_order_mark", "created, behind a byte order mark", |it| {
        let text = it.answer.as_ref().and_then(|answer| answer.text.as_deref());
        creates(it) && text.is_some_and(|text| text.starts_with('\u{feff}'))
    }),
    scenario("wrong_content_type", "created, labelled as something else", |it| {
        creates(it) && is_json(it) && is_mislabelled(it)
    }),
    scenario("wrong_content_type_error", "a refusal in JSON, labelled as something else", |it| {
        is_mislabelled(it)
            && effect(it) == "refused"
            && (it.expect.code.is_some() || !it.expect.fields.is_empty())
    }),
    scenario("gzip", "created, by a compressed answer", |it| creates(it) && is_compressed(it)),
    scenario("slow", "created, by an answer that takes its time", |it| creates(it) && is_late(it)),
    scenario("find_found", "an id", |it| it.expect.found.as_ref().is_some_and(Value::is_string)),
    scenario("find_not_found", "none", |it| it.expect.found.as_ref().is_some_and(Value::is_null)),
    scenario("find_unclear", "candidates, or a list that is not complete", |it| it.expect.unclear.is_some()),
    scenario("check_good", "good credentials", |it| it.expect.checked == Some(true)),
    scenario("check_bad", "bad credentials", |it| is_refused_with(it, 401, "unauthenticated")),
    scenario("create_after_login", "a login, and then created", |it| creates(it) && !it.before.is_empty()),
    scenario("login_refused", "a login with bad credentials", |it| {
        is_login(it) && is_refusal(it) && kind(it) == "unauthenticated"
    }),
    scenario("login_without_token", "a login that succeeds with nothing", |it| {
        is_login(it) && is_success(it) && effect(it) == "refused"
    }),
    scenario("login_maintenance", "a login that succeeds with a page of maintenance", |it| {
        is_login(it) && is_success(it) && is_page(it) && kind(it) == "unavailable"
    }),
    scenario("login_unavailable", "a login with a 5xx, and nothing created", |it| {
        is_login(it)
            && status(it).is_some_and(|status| (500..600).contains(&status))
            && effect(it) == "not_sent"
    }),
    scenario("login_hang", "a login without an answer, and nothing created", |it| {
        is_login(it) && it.fault() == Some(Fault::Hang) && effect(it) == "not_sent"
    }),
];

/// Scenarios that a vendor may have beyond those.
const FURTHER_SCENARIOS: &[&str] = &[
    "blocked",
    "create_documented_answer",
    "create_email_only",
    "create_id_as_text",
    "create_invoice_address",
    "create_name_in_parts",
    "create_national_number",
    "create_number_without_region",
    "create_with_notes",
    "existing_unproven",
    "find_after_a_new_token",
    "find_cut",
    "find_failed",
    "find_without_list",
    "gateway_timeout",
    "check_unreadable",
    "login_conflict",
    "login_empty",
    "login_expired_alone",
    "login_locked_out",
    "login_not_found",
    "login_rate_limited",
    "login_wrong_client",
    "lookup_failed",
    "unmappable_country",
];

const NO_SEARCH: &str = "the vendor documents no way to look for a contact";
const NO_CHECK: &str = "the vendor documents no request that proves the credentials without changing data";

/// Returns the scenarios that a vendor cannot have, with the reasons: those that its capabilities exclude, and those that its
/// file in `fixtures/providers` names.
fn not_applicable(vendor: &str) -> BTreeMap<&'static str, &'static str> {
    let named = fixtures().provider(vendor).into_iter().flat_map(|document| &document.not_applicable);
    let mut reasons: BTreeMap<&str, &str> =
        named.map(|(scenario, reason)| (scenario.as_str(), reason.as_str())).collect();
    let Some(built) = BuiltVendor::by_name(vendor) else { return reasons };
    let capabilities = built.capabilities();
    for scenario in SCENARIOS.iter().map(|scenario| scenario.name) {
        if scenario.starts_with("find_") && !capabilities.find {
            reasons.insert(scenario, NO_SEARCH);
        }
        if scenario.starts_with("check_") && !capabilities.check {
            reasons.insert(scenario, NO_CHECK);
        }
    }
    reasons
}

/// Returns the scenario of a fixture's name.
pub(super) fn scenario_of(name: &str) -> Option<&'static str> {
    let known = SCENARIOS.iter().map(|scenario| scenario.name).chain(FURTHER_SCENARIOS.iter().copied());
    let fits = |scenario: &&str| {
        name.strip_prefix(*scenario).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    known.filter(fits).max_by_key(|scenario| scenario.len())
}

/// Returns the scenarios that a vendor lacks, those that it has despite a reason, and the fixtures that do not match their names.
fn gaps(vendor: &str, fixtures: &[&Fixture]) -> Vec<String> {
    let reasons = not_applicable(vendor);
    let mut gaps = Vec::new();
    for scenario in SCENARIOS {
        let name = scenario.name;
        let of_it: Vec<&&Fixture> =
            fixtures.iter().filter(|it| scenario_of(&it.scenario) == Some(name)).collect();
        match (of_it.is_empty(), reasons.get(name)) {
            (true, None) => gaps.push(format!("{vendor} has no {name}")),
            (false, Some(_)) => gaps.push(format!("{vendor} has {name} despite a reason for having none")),
            _ => {}
        }
        let misnamed = of_it.into_iter().filter(|it| !(scenario.holds)(it));
        gaps.extend(misnamed.map(|it| format!("{} is not: {}", it.name(), scenario.description)));
    }
    gaps
}

#[test]
fn every_vendor_has_every_scenario_or_a_reason_for_having_none() {
    let mut missing = Vec::new();
    for vendor in VENDORS.iter().copied() {
        let fixtures = fixture::of_vendor(vendor);
        missing.extend(gaps(vendor, &fixtures.iter().collect::<Vec<&Fixture>>()));
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn a_scenario_that_a_vendor_lacks_is_reported() {
    for vendor in VENDORS.iter().copied() {
        let fixtures = fixture::of_vendor(vendor);
        let reasons = not_applicable(vendor);
        for name in SCENARIOS.iter().map(|it| it.name).filter(|name| !reasons.contains_key(name)) {
            let others = fixtures.iter().filter(|it| scenario_of(&it.scenario) != Some(name));
            let gaps = gaps(vendor, &others.collect::<Vec<&Fixture>>());
            assert_eq!(gaps, [format!("{vendor} has no {name}")], "without {name}");
        }
    }
}

#[test]
fn a_vendor_without_fixtures_lacks_every_scenario() {
    assert!(BuiltVendor::by_name("another_vendor").is_none());
    assert_eq!(
        gaps("another_vendor", &[]).len(),
        SCENARIOS.len(),
        "no scenario has a reason for all vendors"
    );
}

#[test]
fn a_scenario_despite_a_reason_is_reported() {
    for vendor in VENDORS.iter().copied() {
        for scenario in not_applicable(vendor).into_keys() {
            let mut all = fixture::all().into_iter();
            let mut stray = all.find(|it| scenario_of(&it.scenario) == Some(scenario)).unwrap();
            vendor.clone_into(&mut stray.vendor);
            let gaps = gaps(vendor, &[&stray]);
            let expected = format!("{vendor} has {scenario} despite a reason for having none");
            assert!(gaps.contains(&expected), "{vendor} {scenario}: {gaps:?}");
        }
    }
}

#[test]
fn a_fixture_that_does_not_match_its_name_is_reported() {
    for scenario in SCENARIOS {
        let others = fixture::all();
        let others = others.iter().filter(|it| scenario_of(&it.scenario) != Some(scenario.name));
        let (passing, failing): (Vec<&Fixture>, Vec<&Fixture>) = others.partition(|it| (scenario.holds)(it));
        let name = scenario.name;
        assert!(
            passing.len() * 10 < failing.len(),
            "{name} matches {} fixtures of other scenarios",
            passing.len()
        );
    }
}

#[test]
fn a_fixture_with_another_answer_or_result_than_its_name_is_reported() {
    let is_about_the_contact =
        |name: &str| ["create", "existing", "missing", "find", "check"].iter().any(|it| name.starts_with(it));
    for scenario in SCENARIOS {
        let of_it =
            || fixture::all().into_iter().filter(|it| scenario_of(&it.scenario) == Some(scenario.name));
        for mut it in of_it() {
            let nothing = r#"{"checked": false}"#;
            it.expect = serde_json::from_str(nothing).unwrap();
            assert!(!(scenario.holds)(&it), "{} without its outcome", it.name());
        }
        for mut it in of_it().filter(|it| !is_about_the_contact(&it.scenario)) {
            it.answer = Some(serde_json::from_str(r#"{"status": 600}"#).unwrap());
            let by_file = ["gzip", "slow"].contains(&scenario.name);
            assert!(by_file || !(scenario.holds)(&it), "{} with another answer", it.name());
        }
    }
}

#[test]
fn names_in_other_scripts_reach_every_vendor_unchanged() {
    for vendor in VENDORS.iter().copied() {
        let fixtures = fixture::of_vendor(vendor);
        let of_it = fixtures.iter().filter(|it| scenario_of(&it.scenario) == Some("create_other_scripts"));
        let names = of_it.filter_map(|it| {
            fixture::contact(&it.contact).name.and_then(|name| name.display().map(|name| (it, name)))
        });
        let names: Vec<(&Fixture, String)> = names.filter(|(_, name)| !name.is_ascii()).collect();
        assert!(names.len() >= 2, "{vendor} has {} names in other scripts", names.len());
        for (it, name) in names {
            let body = it.request.as_ref().and_then(|request| request.body.as_ref()).unwrap();
            let is_there = body.as_object().unwrap().values().any(|value| *value == name.as_str());
            assert!(is_there, "{}: {name} is not in {body}", it.name());
        }
    }
}

#[test]
fn every_reason_names_a_known_scenario() {
    for vendor in VENDORS.iter().copied() {
        for (scenario, reason) in not_applicable(vendor) {
            assert!(SCENARIOS.iter().any(|it| it.name == scenario), "{scenario}");
            assert!(reason.len() > 20, "{vendor} {scenario}: {reason}");
        }
    }
}

#[test]
fn every_fixture_belongs_to_a_scenario() {
    let all: Vec<Fixture> = VENDORS.iter().flat_map(|vendor| fixture::of_vendor(vendor)).collect();
    let strays = all.iter().filter(|it| scenario_of(&it.scenario).is_none());
    let strays: Vec<String> = strays.map(Fixture::name).collect();
    assert!(strays.is_empty(), "{strays:?}");
    let unused =
        FURTHER_SCENARIOS.iter().filter(|name| !all.iter().any(|it| scenario_of(&it.scenario) == Some(name)));
    assert_eq!(unused.collect::<Vec<_>>(), Vec::<&&str>::new(), "scenarios without a fixture");
}

#[test]
fn a_name_belongs_to_the_scenario_with_the_longest_prefix() {
    assert_eq!(scenario_of("unavailable_date"), Some("unavailable_date"));
    assert_eq!(scenario_of("unavailable_for_long"), Some("unavailable"));
    assert_eq!(scenario_of("unavailable"), Some("unavailable"));
    for stray in ["unavailability", "create", "something", ""] {
        assert_eq!(scenario_of(stray), None, "{stray}");
    }
}
