//! Compares the statuses of answers, and what the adapter reads of them, with the description.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::candidates::{Candidates, Described};
use super::finding::RequestFindings;
use super::operation::{Operation, Response, content, covers};
use super::place::{Place, Step};
use super::read_members::ReadMember;
use super::words::{is_of_type, kind, types};
use crate::fixture::FixtureAnswer;
use crate::grade::Grade;

/// Adds the differences of an answer. `read` are the members that the adapter reads of it.
pub(super) fn check(
    operation: &Operation<'_>,
    answer: &FixtureAnswer,
    read: &[&ReadMember],
    findings: &mut RequestFindings,
) {
    let Some(status) = answer.status else { return };
    let place = format!("answer {status}");
    let response = match operation.response(status) {
        Response::Listed(response) => response,
        Response::OtherSuccess(other, response) => {
            findings.add(Grade::Cosmetic, &place, status.to_string(), other);
            response
        }
        Response::Unlisted => {
            return findings.add(Grade::Additive, &place, status.to_string(), "no such status");
        }
    };
    let check = AnswerCheck { is_success: status / 100 == 2, place, answer, findings };
    check.members(operation, response, read);
}

/// Adds a difference for each refusal that the description lists and no fixture shows.
pub(super) fn check_unshown(
    operation: &Operation<'_>,
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
    fn members(mut self, operation: &Operation<'_>, response: &Map<String, Value>, read: &[&ReadMember]) {
        let Some(body) = self.answer.body.as_ref().filter(|_| !read.is_empty()) else { return };
        match schema(response, self.answer) {
            None => self.add("body", "a body with what is read", "no schema"),
            Some(schema) => {
                let candidates = Candidates::new(operation.api, schema);
                let mut missing: Vec<&Place> = Vec::new();
                for member in read {
                    let is_within = |it: &&Place| member.place.0.starts_with(&it.0);
                    if !missing.iter().any(is_within) && !self.member(&candidates, member, body) {
                        missing.push(&member.place);
                    }
                }
            }
        }
    }

    /// Compares a member that is read. Returns false if the description does not have it.
    fn member(&mut self, candidates: &Candidates<'_>, member: &ReadMember, body: &Value) -> bool {
        let values = member.place.values(body);
        let described = match candidates.clone().at(&member.place) {
            Described::By(described) => described,
            Described::Open => return true,
            Described::Not => {
                let read = values.first().map_or("nothing", |value| kind(value));
                self.add(&member.place.to_string(), format!("reads {read}"), "no such member");
                return false;
            }
        };
        let permitted = described.types();
        let is_permitted = |value: &Value| permitted.iter().any(|name| is_of_type(value, name));
        if let Some(value) = values.iter().find(|value| !permitted.is_empty() && !is_permitted(value)) {
            let place = member.place.to_string();
            let (read, permitted) = (kind(value), types(&permitted));
            if member.is_read_as_either {
                let read = format!("reads {read}, and the other form as well");
                self.add_graded(Grade::Cosmetic, &place, read, permitted);
            } else {
                self.add(&place, format!("reads {read}"), permitted);
            }
        }
        if member.is_needed && !is_always_there(candidates, &member.place) {
            let place = member.place.to_string();
            self.add_graded(Grade::Additive, &place, "needs it", "optional");
        }
        true
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
    let header = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media_type = header.map_or("application/json", |(_, value)| value);
    let exact = content(response).find(|(range, _)| covers(range, media_type));
    let described = exact.or_else(|| content(response).find(|(range, _)| range.contains("json")));
    described?.1.get("schema")
}

/// Returns whether the description requires the member of a place.
fn is_always_there(candidates: &Candidates<'_>, place: &Place) -> bool {
    let Some((Step::Member(name), parent)) = place.0.split_last() else { return true };
    match candidates.clone().at(&Place(parent.to_vec())) {
        Described::By(parent) => parent.requires(name),
        Described::Not | Described::Open => true,
    }
}
