//! Compares the body of a request with the description.

use serde_json::{Map, Value};

use super::OpenApi;
use super::candidates::{Described, SchemaCandidates};
use super::finding::RequestFindings;
use super::operation::{OpenApiOperation, content, covers};
use super::place::Step;
use super::validation::violations;
use super::words::kind;
use crate::fixture::ExpectedRequest;
use crate::grade::Grade;

/// Adds the differences of a request's body.
pub(super) fn check_body(
    operation: &OpenApiOperation<'_>,
    request: &ExpectedRequest,
    findings: &mut RequestFindings,
) {
    let is_sent = request.body.is_some() || request.form.is_some();
    match operation.request_body() {
        None if is_sent => findings.add(Grade::Additive, "body", "a body", "no body"),
        Some(body) if !is_sent && body.get("required") == Some(&Value::Bool(true)) => {
            findings.add(Grade::Breaking, "body", "nothing", "a required body");
        }
        Some(body) if is_sent => check_content(operation.api, body, request, findings),
        _ => {}
    }
}

fn check_content(
    api: &OpenApi,
    body: &Map<String, Value>,
    request: &ExpectedRequest,
    findings: &mut RequestFindings,
) {
    let media_type = request.header("content-type").unwrap_or("application/octet-stream");
    let Some((_, described)) = content(body).find(|(range, _)| covers(range, media_type)) else {
        let types: Vec<&str> = content(body).map(|(range, _)| range).collect();
        if !types.is_empty() {
            findings.add(Grade::Breaking, "header content-type", media_type, types.join(" or "));
        }
        return;
    };
    let Some(schema) = described.get("schema") else { return };
    let sent = match (&request.body, &request.form) {
        (Some(body), _) => body.clone(),
        (None, Some(form)) => {
            let members = form.iter().map(|(name, text)| {
                let described = SchemaCandidates::new(api, schema).below(&Step::Member(name.clone()));
                (name.clone(), from_text(text, &described))
            });
            Value::Object(members.collect())
        }
        (None, None) => return,
    };
    for violation in violations(api, schema, &sent, "body") {
        let grade = if violation.is_advice { Grade::Additive } else { Grade::Breaking };
        findings.add(grade, violation.place, violation.sent, violation.permitted);
    }
    add_undescribed(&SchemaCandidates::new(api, schema), &sent, "body", findings);
}

/// Adds the members that are sent although the schema does not have them, and those that the vendor sets itself.
fn add_undescribed(
    candidates: &SchemaCandidates<'_>,
    value: &Value,
    place: &str,
    findings: &mut RequestFindings,
) {
    let parts: Vec<(String, Step, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (format!("{place}.{name}"), Step::Member(name.clone()), member))
            .collect(),
        Value::Array(entries) => entries
            .iter()
            .enumerate()
            .map(|(index, entry)| (format!("{place}[{index}]"), Step::Entries, entry))
            .collect(),
        _ => return,
    };
    for (place, step, part) in parts {
        match candidates.below(&step) {
            Described::By(below) if below.is_read_only() => {
                findings.add(Grade::Additive, place, kind(part), "read-only: the vendor sets it");
            }
            Described::By(below) => add_undescribed(&below, part, &place, findings),
            Described::Not if !candidates.is_closed() => {
                findings.add(Grade::Additive, place, kind(part), "no such member, but others are permitted");
            }
            Described::Not | Described::Open => {}
        }
    }
}

/// Returns the value of a text in a form or in a query: a number or a boolean where the schema permits no text.
pub(super) fn from_text(text: &str, described: &Described<'_>) -> Value {
    let Described::By(candidates) = described else { return text.into() };
    let types = candidates.types();
    let is_text = types.is_empty() || types.contains(&"string");
    let parsed = serde_json::from_str::<Value>(text).ok().filter(|it| it.is_number() || it.is_boolean());
    parsed.filter(|_| !is_text).unwrap_or_else(|| text.into())
}
