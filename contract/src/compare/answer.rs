//! Compares one answer of a live vendor with the answers of the fixtures.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;
use unicontact_providers::http::Answer;

use super::change::{Change, Exchange};
use super::echoed_field;
use crate::fixture::FixtureAnswer;
use crate::grade::Grade;
use crate::request_match;
use crate::shape::{Shape, ShapeChange};
use crate::text_pattern::is_media_type;

/// Returns the changes of one answer. `own` are the exchanges of the call's fixtures, `known` every success of this
/// request. Without exchanges of its own, a call is compared with all of `known`.
pub(super) fn changes(own: &[Exchange<'_>], known: &[Exchange<'_>], seen: &Answer) -> Vec<Change> {
    let own = if own.is_empty() { known } else { own };
    let Some((request, _)) = own.first() else {
        return Vec::new();
    };
    let mut diff = AnswerDiff { request: request_match::describe(request), changes: Vec::new() };
    if diff.status(own, known, seen.status()) {
        diff.headers(own, known, seen);
        diff.body(own, known, seen);
    }
    diff.changes
}

struct AnswerDiff {
    request: String,
    changes: Vec<Change>,
}

impl AnswerDiff {
    fn add(&mut self, grade: Grade, place: &str, expected: impl Into<String>, seen: impl Into<String>) {
        let place = format!("{}: {place}", self.request);
        self.changes.push(Change { grade, place, expected: expected.into(), seen: seen.into(), note: None });
    }

    fn add_in_body(&mut self, change: ShapeChange) {
        self.add(change.grade, &in_body(&change.place), change.expected, change.seen);
    }

    fn has_breaking(&self, place: &str) -> bool {
        let place = format!("{}: {place}", self.request);
        self.changes.iter().any(|change| change.grade == Grade::Breaking && change.place == place)
    }

    /// Compares the status, and returns whether it is of the same class.
    fn status(&mut self, own: &[Exchange<'_>], known: &[Exchange<'_>], seen: u16) -> bool {
        let statuses: BTreeSet<u16> = own.iter().filter_map(|(_, answer)| answer.status).collect();
        let is_known = known.iter().any(|(_, answer)| answer.status == Some(seen));
        if statuses.contains(&seen) {
            return true;
        }
        let is_same_class = statuses.iter().any(|status| status / 100 == seen / 100);
        let expected: Vec<String> = statuses.iter().map(u16::to_string).collect();
        if !is_same_class {
            self.add(Grade::Breaking, "status", expected.join(" or "), seen.to_string());
        } else if !is_known {
            self.add(Grade::Cosmetic, "status", expected.join(" or "), seen.to_string());
        }
        is_same_class
    }

    /// Compares the headers `content-type` and `location`. No adapter needs them, so that a change is cosmetic.
    /// Fixtures with an [unusual answer](is_unusual) do not count.
    fn headers(&mut self, own: &[Exchange<'_>], known: &[Exchange<'_>], seen: &Answer) {
        let is_usual = |exchange: &&Exchange<'_>| !is_unusual(exchange.1);
        let all = || own.iter().chain(known).filter(is_usual).map(|(_, answer)| *answer);
        let types: BTreeSet<&str> = all().filter_map(|answer| header(answer, "content-type")).collect();
        let content_type = seen.header("content-type");
        if !types.is_empty() && content_type.is_none_or(|it| !types.contains(it)) {
            let types: Vec<&str> = types.into_iter().collect();
            let shown = content_type.filter(|it| is_media_type(it)).unwrap_or("none, or no media type");
            self.add(Grade::Cosmetic, "header content-type", types.join(" or "), shown);
        }
        let mut usual = own.iter().filter(is_usual).map(|(_, answer)| header(answer, "location")).peekable();
        let is_always_there = usual.peek().is_some() && usual.all(|location| location.is_some());
        if is_always_there && seen.header("location").is_none() {
            self.add(Grade::Cosmetic, "header location", "an address", "nothing");
        }
    }

    fn body(&mut self, own: &[Exchange<'_>], known: &[Exchange<'_>], seen: &Answer) {
        let (own_bodies, all_bodies) = (bodies(own), bodies(&[own, known].concat()));
        let may_be_empty = own.iter().chain(known).any(is_empty);
        let Some(shape) = Shape::from_documents(own_bodies.iter().map(AsRef::as_ref)) else {
            self.body_without_fixture(&all_bodies, seen);
            return;
        };
        let Some(body) = seen.json() else {
            if !(may_be_empty && seen.text().is_empty()) {
                self.add(
                    Grade::Breaking,
                    "body",
                    "JSON",
                    if seen.text().is_empty() { "nothing" } else { "no JSON" },
                );
            }
            return;
        };
        let known_shape =
            Shape::from_documents(all_bodies.iter().map(AsRef::as_ref)).unwrap_or_else(|| shape.clone());
        let shape = if own.iter().any(is_empty) { shape.optional() } else { shape };
        for change in shape.changes(&known_shape, &Shape::from_document(&body)) {
            self.add_in_body(change);
        }
        for place in echoed_field::lost(own, &body) {
            let place = in_body(&place);
            if !self.has_breaking(&place) {
                self.add(Grade::Breaking, &place, "what was sent", "null or nothing");
            }
        }
    }

    /// Compares a body with those of other fixtures of the same request, because the call's own fixtures have none.
    fn body_without_fixture(&mut self, known: &[Cow<'_, Value>], seen: &Answer) {
        let Some(body) = seen.json() else {
            return;
        };
        match Shape::from_documents(known.iter().map(AsRef::as_ref)) {
            None => self.add(Grade::Additive, "body", "nothing", "JSON"),
            Some(shape) => {
                for change in shape.clone().optional().changes(&shape, &Shape::from_document(&body)) {
                    self.add_in_body(change);
                }
            }
        }
    }
}

fn is_empty((_, answer): &Exchange<'_>) -> bool {
    answer.body.is_none() && answer.text.is_none()
}

fn in_body(place: &str) -> String {
    let separator = if place.is_empty() || place.starts_with('[') { "" } else { "." };
    format!("body{separator}{place}")
}

fn bodies<'a>(exchanges: &[Exchange<'a>]) -> Vec<Cow<'a, Value>> {
    exchanges.iter().filter_map(|(_, answer)| answer.json()).collect()
}

/// Returns whether the fixture's answer is compressed, late, or JSON under another content type.
fn is_unusual(answer: &FixtureAnswer) -> bool {
    let is_json = |content_type: &str| content_type.to_lowercase().contains("json");
    let is_mislabelled =
        || answer.json().is_some() && header(answer, "content-type").is_some_and(|it| !is_json(it));
    answer.encoding.is_some() || answer.delay_ms.is_some() || is_mislabelled()
}

fn header<'a>(answer: &'a FixtureAnswer, name: &str) -> Option<&'a str> {
    let header = answer.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    header.map(|(_, value)| value.as_str())
}
