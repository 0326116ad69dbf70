//! One answer beside those that the fixtures show.
//!
//! Rule: without a fixture of the very question, those of the same request are all that can be held against it. A fixture
//! that is odd on purpose says nothing about headers.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;
use unicontact_providers::http::Answer;

use super::{Exchange, Place, echo};
use crate::fixture::GivenAnswer;
use crate::form::is_media_type;
use crate::grade::Grade;
use crate::route;
use crate::shape::Shape;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// What moved in one answer. `own` are the exchanges of the question's fixtures, `known` every success of this request.
pub(super) fn moved(own: &[Exchange<'_>], known: &[Exchange<'_>], seen: &Answer) -> Vec<Place> {
    let own = if own.is_empty() { known } else { own };
    let Some((request, _)) = own.first() else {
        return Vec::new();
    };
    let mut places = Places { request: route::in_words(request), found: Vec::new() };
    if places.status(own, known, seen.status()) {
        places.headers(own, known, seen);
        places.body(own, known, seen);
    }
    places.found
}

struct Places {
    request: String,
    found: Vec<Place>,
}

impl Places {
    fn add(&mut self, grade: Grade, place: &str, expected: impl Into<String>, seen: impl Into<String>) {
        let path = format!("{}: {place}", self.request);
        self.found.push(Place { grade, path, expected: expected.into(), seen: seen.into(), note: None });
    }

    fn has_breaking(&self, place: &str) -> bool {
        let path = format!("{}: {place}", self.request);
        self.found.iter().any(|found| found.grade == Grade::Breaking && found.path == path)
    }

    /// Whether it is a status of the same class.
    fn status(&mut self, own: &[Exchange<'_>], known: &[Exchange<'_>], seen: u16) -> bool {
        let statuses: BTreeSet<u16> = own.iter().filter_map(|(_, answer)| answer.status).collect();
        let is_known = known.iter().any(|(_, answer)| answer.status == Some(seen));
        if statuses.contains(&seen) {
            return true;
        }
        let is_same_class = statuses.iter().any(|status| status / 100 == seen / 100);
        let written: Vec<String> = statuses.iter().map(u16::to_string).collect();
        if !is_same_class {
            self.add(Grade::Breaking, "status", written.join(" or "), seen.to_string());
        } else if !is_known {
            self.add(Grade::Cosmetic, "status", written.join(" or "), seen.to_string());
        }
        is_same_class
    }

    /// No adapter needs a header; what is different in one is told all the same.
    fn headers(&mut self, own: &[Exchange<'_>], known: &[Exchange<'_>], seen: &Answer) {
        let is_usual = |exchange: &&Exchange<'_>| !is_odd(exchange.1);
        let all = || own.iter().chain(known).filter(is_usual).map(|(_, answer)| *answer);
        let types: BTreeSet<&str> = all().filter_map(|answer| header(answer, "content-type")).collect();
        let given = seen.header("content-type");
        if !types.is_empty() && given.is_none_or(|given| !types.contains(given)) {
            let types: Vec<&str> = types.into_iter().collect();
            let given = given.filter(|given| is_media_type(given)).unwrap_or("none, or no media type");
            self.add(Grade::Cosmetic, "header content-type", types.join(" or "), given);
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
        let Some(shape) = Shape::of_all(own_bodies.iter().map(AsRef::as_ref)) else {
            self.body_of_its_own(&all_bodies, seen);
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
            Shape::of_all(all_bodies.iter().map(AsRef::as_ref)).unwrap_or_else(|| shape.clone());
        let shape = if own.iter().any(is_empty) { shape.optional() } else { shape };
        for moved in shape.moved(&known_shape, &Shape::of(&body)) {
            self.add(moved.grade, &in_body(&moved.place), moved.expected, moved.seen);
        }
        for place in echo::lost(own, &body) {
            let place = in_body(&place);
            if !self.has_breaking(&place) {
                self.add(Grade::Breaking, &place, "what was sent", "null or nothing");
            }
        }
    }

    /// Where the question's fixtures have no body, others of the same request may tell what it looks like.
    fn body_of_its_own(&mut self, known: &[Cow<'_, Value>], seen: &Answer) {
        let Some(body) = seen.json() else {
            return;
        };
        match Shape::of_all(known.iter().map(AsRef::as_ref)) {
            None => self.add(Grade::Additive, "body", "nothing", "JSON"),
            Some(shape) => {
                for moved in shape.clone().optional().moved(&shape, &Shape::of(&body)) {
                    self.add(moved.grade, &in_body(&moved.place), moved.expected, moved.seen);
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
    exchanges.iter().filter_map(|(_, answer)| json(answer)).collect()
}

/// The body, if it is JSON, with or without a byte order mark in front.
pub(super) fn json(answer: &GivenAnswer) -> Option<Cow<'_, Value>> {
    let text = || serde_json::from_str(answer.text.as_ref()?.trim_start_matches(BYTE_ORDER_MARK)).ok();
    answer.body.as_ref().map(Cow::Borrowed).or_else(|| text().map(Cow::Owned))
}

/// Whether the answer is one that a vendor could give and does not usually.
fn is_odd(answer: &GivenAnswer) -> bool {
    let is_json = |content_type: &str| content_type.to_lowercase().contains("json");
    let is_mislabelled =
        || json(answer).is_some() && header(answer, "content-type").is_some_and(|it| !is_json(it));
    answer.encoding.is_some() || answer.delay_ms.is_some() || is_mislabelled()
}

fn header<'a>(answer: &'a GivenAnswer, name: &str) -> Option<&'a str> {
    let header = answer.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    header.map(|(_, value)| value.as_str())
}
