//! Compares the mapping in a vendor's documentation with the code and the fixtures. Every row names fixtures in which the contact's
//! field reaches the vendor's. A limit needs one fixture with the longest value and one with a value that is longer by one.

use serde_json::Value;
use unicontact::providers::contact::EmailAddress;
use unicontact::providers::{ContactProvider as _, Evidence, Fate, FieldFate, Provider};

use super::paths::{at, field_paths, holds, is_nothing, is_within, without_numbers};
use super::table::{self, code_words, plain};
use crate::support::fixture::{self, Fixture, Operation, ProvenanceKind, contact_document};
use crate::support::providers;

const LONGEST: &str = "create_longest";
const ONE_PAST: &str = "create_one_past";

/// Limits that no contact reaches: vendor, unified field, longest possible length, and reason.
const OUT_OF_REACH: &[(&str, &str, usize, &str)] = &[(
    "smarttask",
    "emails",
    319,
    "an e-mail address has at most 64 characters before the @ and 254 behind it",
)];

#[derive(Debug, Clone, PartialEq)]
struct Row {
    field: String,
    to: String,
    limit: Option<usize>,
    evidence: String,
    proofs: Vec<String>,
}

fn rows_of_code(provider: &Provider) -> Vec<Row> {
    let rows = provider.capabilities().fields.iter().map(|row| Row {
        field: row.field.to_string(),
        to: row.to.to_string(),
        limit: row.limit,
        evidence: match row.evidence {
            Evidence::Documented => "documented",
            Evidence::ThirdParty => "third-party",
            Evidence::Inferred => "inferred",
        }
        .to_owned(),
        proofs: Vec::new(),
    });
    rows.collect()
}

fn rows_of_documentation(vendor: &str) -> Vec<Row> {
    let rows =
        table::rows::<5>(vendor, "Mapping").into_iter().map(|[field, to, limit, evidence, proofs]| Row {
            field: plain(&field),
            to: plain(&to),
            limit: (limit != "undocumented")
                .then(|| limit.parse().unwrap_or_else(|_| panic!("{vendor}: {limit}"))),
            evidence,
            proofs: code_words(&proofs),
        });
    rows.collect()
}

/// Returns the problems with the fixtures that a row names.
fn complaints(vendor: &str, row: &Row, fixtures: &[Fixture]) -> Vec<String> {
    let (proofs, mut complaints) = table::named(&row.proofs, fixtures);
    let carrying: Vec<&Fixture> =
        proofs.iter().copied().filter(|it| !it.scenario.starts_with(ONE_PAST)).collect();
    let missing = carrying.iter().flat_map(|proof| gaps_in(row, proof));
    complaints.extend(missing);
    if !carrying.iter().any(|proof| has_evidence(&row.evidence, proof)) {
        complaints.push(format!("no fixture is {}", row.evidence));
    }
    if let Some(limit) = row.limit {
        let of = |start: &str| proofs.iter().copied().find(|it| it.scenario.starts_with(start));
        complaints.extend(gaps_at_the_limit(vendor, row, limit, of(LONGEST), of(ONE_PAST)));
    }
    complaints.into_iter().map(|it| format!("{vendor}: {} to {}: {it}", row.field, row.to)).collect()
}

/// Returns whether the provenance of a fixture is of the evidence that the row claims.
fn has_evidence(evidence: &str, proof: &Fixture) -> bool {
    let provenance = &proof.provenance;
    match evidence {
        "documented" => matches!(provenance.kind, ProvenanceKind::Documented | ProvenanceKind::Recorded),
        "third-party" => provenance.kind == ProvenanceKind::ThirdParty,
        "inferred" => provenance.kind == ProvenanceKind::Inferred || provenance.note.contains("inference"),
        _ => false,
    }
}

/// Returns the reasons why a fixture does not show that the contact's field reaches the vendor's.
fn gaps_in(row: &Row, proof: &Fixture) -> Vec<String> {
    let name = proof.name();
    if proof.operation() != Operation::Create || proof.expect.created.is_none() {
        return vec![format!("{name} creates nothing")];
    }
    let contact = document(proof);
    let field_paths = field_paths(&contact, &row.field);
    if field_paths.is_empty() {
        return vec![format!("the contact of {name} has no such field")];
    }
    let Some(body) = body(proof) else {
        return vec![format!("{name} has no request body")];
    };
    let arrived: Vec<FieldFate> =
        fates(proof).into_iter().filter(|fate| reaches(fate, &field_paths, &row.to)).collect();
    if arrived.is_empty() {
        return vec![format!("in {name} the field does not reach it")];
    }
    let mut gaps = Vec::new();
    for fate in arrived {
        let to = fate.to.as_deref().unwrap_or_default();
        let Some(value) = at(body, to).filter(|value| !is_nothing(value)) else {
            gaps.push(format!("the request of {name} has nothing in {to}"));
            continue;
        };
        let given = at(&contact, &fate.field);
        if fate.fate == Fate::Sent && given.is_some_and(|given| given.is_string() && given != value) {
            gaps.push(format!("{name} does not send {} unchanged", fate.field));
        }
    }
    if !holds(body, &row.to) {
        gaps.push(format!("the request of {name} has no {}", row.to));
    }
    gaps
}

/// Returns the reasons why the two fixtures do not show the limit.
fn gaps_at_the_limit(
    vendor: &str,
    row: &Row,
    limit: usize,
    longest: Option<&Fixture>,
    one_past: Option<&Fixture>,
) -> Vec<String> {
    let Some(longest) = longest else {
        return vec![format!("no {LONGEST} proves the limit")];
    };
    let out_of_reach = OUT_OF_REACH.iter().find(|(by, field, ..)| *by == vendor && *field == row.field);
    let reached = out_of_reach.map_or(limit, |(_, _, reached, _)| *reached);
    let mut gaps = Vec::new();
    if !is_sent_whole(row, longest, reached) {
        gaps.push(format!("{} sends no value of {reached} characters whole", longest.name()));
    }
    match (one_past, out_of_reach) {
        (None, None) => gaps.push(format!("no {ONE_PAST} proves the limit")),
        (Some(_), Some(_)) => gaps.push("a limit that is out of reach cannot be passed".to_owned()),
        (Some(one_past), None) => {
            let longer = length_of(row, one_past).checked_sub(length_of(row, longest));
            if longer != Some(1) {
                gaps.push(format!("{} is not longer than the longest by one", one_past.name()));
            }
            if !is_limited(row, one_past, limit) {
                gaps.push(format!("{} does not name the limit of {limit}", one_past.name()));
            }
        }
        (None, Some(_)) => {}
    }
    gaps
}

fn is_sent_whole(row: &Row, proof: &Fixture, length: usize) -> bool {
    let contact = document(proof);
    let field_paths = field_paths(&contact, &row.field);
    let whole = |fate: &FieldFate| {
        let to = fate.to.as_deref().unwrap_or_default();
        let value = body(proof).and_then(|body| at(body, to)).and_then(Value::as_str);
        fate.fate != Fate::Truncated && value.is_some_and(|value| length_in_units(value) == length)
    };
    fates(proof).iter().any(|fate| reaches(fate, &field_paths, &row.to) && whole(fate))
}

/// Returns whether the value was truncated or dropped because of the limit, with a fate that names the limit.
fn is_limited(row: &Row, proof: &Fixture, limit: usize) -> bool {
    let contact = document(proof);
    let field_paths = field_paths(&contact, &row.field);
    let names_limit = |fate: &FieldFate| {
        let detail = fate.detail.as_deref().unwrap_or_default();
        detail.split(|it: char| !it.is_ascii_digit()).any(|number| number == limit.to_string())
    };
    fates(proof).iter().filter(|fate| is_within(&fate.field, &field_paths) && names_limit(fate)).any(|fate| {
        let to = fate.to.as_deref().unwrap_or_default();
        let sent = body(proof).and_then(|body| at(body, to)).and_then(Value::as_str);
        match fate.fate {
            Fate::Truncated => sent.is_some_and(|text| length_in_units(text) <= limit),
            Fate::Dropped => sent.is_none(),
            _ => false,
        }
    })
}

/// Returns the total length of the texts in the contact's field.
fn length_of(row: &Row, proof: &Fixture) -> usize {
    fn texts(value: &Value) -> usize {
        match value {
            Value::String(text) => length_in_units(text),
            Value::Array(entries) => entries.iter().map(texts).sum(),
            Value::Object(map) => map.values().map(texts).sum(),
            _ => 0,
        }
    }
    let contact = document(proof);
    field_paths(&contact, &row.field).iter().filter_map(|place| at(&contact, place)).map(texts).sum()
}

fn length_in_units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn document(proof: &Fixture) -> Value {
    serde_json::to_value(fixture::contact(&proof.contact)).unwrap()
}

fn body(proof: &Fixture) -> Option<&Value> {
    proof.request.as_ref().and_then(|request| request.body.as_ref())
}

fn fates(proof: &Fixture) -> Vec<FieldFate> {
    let provider = providers::of_fixture(proof);
    provider.draft(&fixture::contact(&proof.contact)).map(|draft| draft.fields).unwrap_or_default()
}

fn reaches(fate: &FieldFate, field_paths: &[String], to: &str) -> bool {
    let arrives = matches!(fate.fate, Fate::Sent | Fate::Merged | Fate::Reformatted | Fate::Truncated);
    let reached = fate.to.as_deref().map(without_numbers).unwrap_or_default();
    let is_there = reached == to || to.starts_with(&format!("{reached}."));
    arrives && !reached.is_empty() && is_there && is_within(&fate.field, field_paths)
}

#[test]
fn the_mapping_in_the_code_matches_the_documentation() {
    for provider in providers::one_of_each() {
        let vendor = provider.info().vendor().to_owned();
        let documented =
            rows_of_documentation(&vendor).into_iter().map(|row| Row { proofs: Vec::new(), ..row });
        assert_eq!(rows_of_code(&provider), documented.collect::<Vec<Row>>(), "{vendor}");
    }
}

#[test]
fn every_row_of_a_mapping_names_fixtures_that_show_it_and_its_limit() {
    table::assert_proved(rows_of_documentation, complaints);
}

#[test]
fn a_row_without_matching_fixtures_is_reported() {
    table::for_every_row(rows_of_documentation, |vendor, row, fixtures| {
        let other_evidence = if row.evidence == "documented" { "inferred" } else { "third-party" };
        let mut wrong = vec![
            Row { to: "nowhere".to_owned(), ..row.clone() },
            Row { to: format!("{}[]", row.to), ..row.clone() },
            Row { field: "birthday".to_owned(), ..row.clone() },
            Row { proofs: Vec::new(), ..row.clone() },
            Row { proofs: vec!["create_nothing".to_owned()], ..row.clone() },
            Row { proofs: vec!["server_error".to_owned()], ..row.clone() },
            Row { limit: Some(row.limit.unwrap_or(100) + 1), ..row.clone() },
            Row { limit: Some(row.limit.unwrap_or(10) - 1), ..row.clone() },
        ];
        if row.evidence == "inferred" {
            wrong.push(Row { evidence: other_evidence.to_owned(), ..row.clone() });
        }
        let limit_of_emails = |wrong: &Row| wrong.limit != row.limit && is_out_of_reach(vendor, row);
        for wrong in wrong.into_iter().filter(|wrong| !limit_of_emails(wrong)) {
            assert!(!complaints(vendor, &wrong, fixtures).is_empty(), "{vendor}: {row:?} as {wrong:?}");
        }
        for index in (0..row.proofs.len()).filter(|_| row.limit.is_some() && row.proofs.len() > 1) {
            let mut fewer = row.clone();
            let gone = fewer.proofs.remove(index);
            if gone.starts_with(LONGEST) || gone.starts_with(ONE_PAST) {
                assert!(!complaints(vendor, &fewer, fixtures).is_empty(), "{vendor}: {fewer:?}");
            }
        }
    });
}

fn is_out_of_reach(vendor: &str, row: &Row) -> bool {
    OUT_OF_REACH.iter().any(|(by, field, ..)| *by == vendor && *field == row.field)
}

#[test]
fn every_limit_out_of_reach_has_a_reason() {
    for (vendor, field, reached, reason) in OUT_OF_REACH {
        assert_eq!(*field, "emails", "{vendor}: no test shows that {field} cannot be longer");
        assert!(reason.len() > 20, "{vendor}: {field}: {reason}");
        let longest = contact_document("longest");
        let address = longest["emails"][0].as_str().unwrap();
        assert_eq!(length_in_units(address), *reached, "{vendor}: {field}");
        let (local, domain) = address.split_once('@').unwrap();
        for longer in
            [format!("{local}x@{domain}"), format!("{local}@x{domain}"), format!("{local}@x.{domain}")]
        {
            assert!(longer.parse::<EmailAddress>().is_err(), "{vendor}: {longer}");
        }
    }
}
