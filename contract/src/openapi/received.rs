//! Compares the statuses of answers, and what the adapter reads of them, with the description.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::candidates::{Described, SchemaCandidates};
use super::finding::RequestFindings;
use super::operation::{OpenApiOperation, Response, content, covers};
use super::place::{Place, Step};
use super::read_members::ReadMember;
use super::words::{is_of_type, kind, types};
use crate::fixture::FixtureAnswer;
use crate::grade::Grade;

/// Adds the differences of an answer. `read` are the members that the adapter reads of it. `is_success` is false for an answer
/// that the adapter takes for a refusal, under any status.
pub(super) fn check(
    operation: &OpenApiOperation<'_>,
    answer: &FixtureAnswer,
    is_success: bool,
    read: &[&ReadMember],
    findings: &mut RequestFindings,
) {
    let Some(status) = answer.status else { return };
    let place = format!("answer {status}");
    let response = match operation.response(status) {
        Response::Listed(response) => response,
        Response::OtherSuccess(other, response) => {
            findings.add(Grade::Cosmetic, &place, format!("expects {status}"), other);
            response
        }
        Response::Unlisted => {
            return findings.add(Grade::Additive, &place, format!("expects {status}"), "no such status");
        }
    };
    let check = AnswerCheck { is_success, place, answer, findings };
    check.members(operation, response, read);
}

/// Adds a difference for each refusal that the description lists and no fixture shows.
pub(super) fn check_unshown(
    operation: &OpenApiOperation<'_>,
    shown: &BTreeSet<u16>,
    findings: &mut RequestFindings,
) {
    let listed = operation.responses().filter_map(|(key, _)| key.parse::<u16>().ok());
    for status in listed.filter(|status| status / 100 == 4 && !shown.contains(status)) {
        findings.add(Grade::Additive, format!("answer {status}"), "no fixture shows it", "listed");
    }
}

/// The comparison of one answer.
struct AnswerCheck<'a> {
    is_success: bool,
    place: String,
    answer: &'a FixtureAnswer,
    findings: &'a mut RequestFindings,
}

impl AnswerCheck<'_> {
    fn members(
        mut self,
        operation: &OpenApiOperation<'_>,
        response: &Map<String, Value>,
        read: &[&ReadMember],
    ) {
        let Some(body) = self.answer.body.as_ref().filter(|_| !read.is_empty()) else { return };
        let Some(schema) = schema(response, self.answer) else {
            return self.add("body", "a body with what is read", "no schema");
        };
        let candidates = SchemaCandidates::new(operation.api, schema);
        let (mut missing, mut optional): (Vec<&Place>, Vec<&Place>) = (Vec::new(), Vec::new());
        for member in read {
            let place = &member.place;
            let is_within = |outer: &&Place| place.0.starts_with(&outer.0);
            if missing.iter().any(is_within) {
                continue;
            }
            let values = place.values(body);
            match candidates.clone().at(place) {
                Described::By(described) => {
                    self.types(&described, member, &values);
                    let is_optional = member.is_needed && is_optional(&candidates, place);
                    if is_optional && !optional.iter().any(is_within) {
                        self.add_graded(Grade::Additive, &place.to_string(), "needs it", "optional");
                        optional.push(place);
                    }
                }
                Described::Not => {
                    let read = values.first().map_or("nothing", |value| kind(value));
                    self.add(&place.to_string(), format!("reads {read}"), "no such member");
                    missing.push(place);
                }
                Described::Open => {}
            }
        }
    }

    /// Compares the types of a member that is read. Descriptions often do not say what may be null.
    fn types(&mut self, described: &SchemaCandidates<'_>, member: &ReadMember, values: &[&Value]) {
        let permitted = described.types();
        let is_permitted = |value: &Value| permitted.iter().any(|name| is_of_type(value, name));
        let mut others = values.iter().filter(|value| !value.is_null() && !is_permitted(value));
        let Some(value) = others.next().filter(|_| !permitted.is_empty()) else { return };
        let place = member.place.to_string();
        let has_other_form = permitted.iter().any(|name| ["integer", "number", "string"].contains(name));
        let (read, permitted) = (kind(value), types(&permitted));
        if member.is_read_as_either && has_other_form {
            let read = format!("reads {read}, and the other form as well");
            self.add_graded(Grade::Cosmetic, &place, read, permitted);
        } else {
            self.add(&place, format!("reads {read}"), permitted);
        }
    }

    /// Adds a difference that is breaking in a success. In a refusal, the adapter only knows less of the reason.
    fn add(&mut self, place: &str, read: impl Into<String>, description: impl Into<String>) {
        let grade = if self.is_success { Grade::Breaking } else { Grade::Additive };
        self.add_graded(grade, place, read, description);
    }

    fn add_graded(
        &mut self,
        grade: Grade,
        place: &str,
        read: impl Into<String>,
        description: impl Into<String>,
    ) {
        self.findings.add(grade, format!("{} {place}", self.place), read, description);
    }
}

/// Returns the schema of an answer's media type, or of JSON if the description does not list that type.
fn schema<'a>(response: &'a Map<String, Value>, answer: &FixtureAnswer) -> Option<&'a Value> {
    let media_type = answer.header("content-type").unwrap_or("application/json");
    let exact = content(response).find(|(range, _)| covers(range, media_type));
    let described = exact.or_else(|| content(response).find(|(range, _)| range.contains("json")));
    described?.1.get("schema")
}

/// Returns whether the description names the member of a place and does not require it.
fn is_optional(candidates: &SchemaCandidates<'_>, place: &Place) -> bool {
    let Some((Step::Member(name), parent)) = place.0.split_last() else { return false };
    match candidates.clone().at(&Place(parent.to_vec())) {
        Described::By(parent) => parent.names(name) && !parent.requires(name),
        Described::Not | Described::Open => false,
    }
}
