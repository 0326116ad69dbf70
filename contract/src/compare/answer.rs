//! Compares one answer of a live vendor with the answers of the fixtures.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;
use unicontact_providers::UnifiedContact;
use unicontact_providers::http::Answer;

use super::change::{Change, Severity};
use super::data_keys::without_data_keys;
use super::echoed_field::EchoedFields;
use super::word::{OtherWord, other_words};
use crate::alteration::Alteration;
use crate::experiment::{AlterationTargets, FixtureExchange};
use crate::grade::Grade;
use crate::request_match;
use crate::shape::{Shape, ShapeChange, ShapeChangeKind};

const WEB_PAGE: &str = "a web page";

/// Returns the changes of one answer to a call with `contact`. `own` are the exchanges of the call's fixtures, `known` those of all fixtures that show
/// such an answer to this request. Without exchanges of its own, a call is compared with all of `known`.
pub(super) fn changes<'a>(
    contact: &UnifiedContact,
    own: &[FixtureExchange<'a>],
    known: &[FixtureExchange<'a>],
    seen: &Answer,
) -> Vec<Change<'a>> {
    let own = if own.is_empty() { known } else { own };
    let Some(first) = own.first() else {
        return Vec::new();
    };
    let request = request_match::describe_without_values(first.request, contact);
    let mut comparison = AnswerComparison { contact, own, known, request, changes: Vec::new() };
    if comparison.status(seen.status()) {
        comparison.headers(seen);
        comparison.body(seen);
    }
    comparison.changes
}

/// The comparison of one answer, and the changes that were found so far.
pub(super) struct AnswerComparison<'c, 'a> {
    contact: &'c UnifiedContact,
    pub(super) own: &'c [FixtureExchange<'a>],
    pub(super) known: &'c [FixtureExchange<'a>],
    request: String,
    changes: Vec<Change<'a>>,
}

impl<'a> AnswerComparison<'_, 'a> {
    pub(super) fn add(
        &mut self,
        place: &str,
        expected: impl Into<String>,
        seen: impl Into<String>,
        severity: Severity<'a>,
    ) {
        let place = format!("{}: {place}", self.request);
        self.changes.push(Change {
            place,
            expected: expected.into(),
            seen: seen.into(),
            note: None,
            severity,
        });
    }

    pub(super) fn add_fixed(
        &mut self,
        grade: Grade,
        place: &str,
        expected: impl Into<String>,
        seen: impl Into<String>,
    ) {
        self.add(place, expected, seen, Severity::Fixed(grade));
    }

    /// Returns the exchanges in which an alteration may be tried.
    pub(super) fn targets(&self) -> AlterationTargets<'a> {
        let is_other = |it: &&FixtureExchange<'a>| !self.own.iter().any(|own| own.is_same_as(it));
        let others = self.known.iter().filter(is_other).copied().collect();
        AlterationTargets { own: self.own.to_vec(), others }
    }

    /// Returns a severity that the alterations decide. A change that alters no verdict is cosmetic.
    pub(super) fn by_experiment(&self, alterations: Vec<Alteration>, by_shape: Grade) -> Severity<'a> {
        Severity::ByExperiment { targets: self.targets(), alterations, by_shape }
    }

    /// Compares the status, and returns whether it is of the same class.
    fn status(&mut self, seen: u16) -> bool {
        let statuses: BTreeSet<u16> = self.own.iter().filter_map(|it| it.answer.status).collect();
        if statuses.contains(&seen) {
            return true;
        }
        let is_known = self.known.iter().any(|it| it.answer.status == Some(seen));
        let is_same_class = statuses.iter().any(|status| status / 100 == seen / 100);
        let expected: Vec<String> = statuses.iter().map(u16::to_string).collect();
        let expected = expected.join(" or ");
        if !is_same_class {
            self.add_fixed(Grade::Breaking, "status", expected, seen.to_string());
        } else if !is_known {
            let severity = self.by_experiment(vec![Alteration::Status(seen)], Grade::Cosmetic);
            self.add("status", expected, seen.to_string(), severity);
        }
        is_same_class
    }

    fn body(&mut self, seen: &Answer) {
        let own_bodies = bodies(self.own);
        let all_bodies = [own_bodies.clone(), bodies(self.known)].concat();
        let Some(shape) = shape_of(&own_bodies) else {
            self.body_without_fixture(&all_bodies, seen);
            return;
        };
        let Some(body) = seen.json() else {
            self.body_without_json(seen);
            return;
        };
        let known_shape = shape_of(&all_bodies).unwrap_or_else(|| shape.clone());
        let shape = if self.own.iter().any(is_empty) { shape.optional() } else { shape };
        let echoed = EchoedFields::new(self.own);
        for change in shape.changes(&known_shape, &self.shape_of_answer(&body)) {
            self.add_in_body(change, &echoed);
        }
        for path in echoed.lost(&body) {
            let place = in_body(&path.to_string());
            if !self.has_breaking(&place) {
                self.add_fixed(Grade::Breaking, &place, "what was sent", "null or nothing");
            }
        }
        for word in other_words(all_bodies.iter().map(AsRef::as_ref), &body) {
            if !echoed.are_in(&word.path) {
                self.add_word(&word);
            }
        }
    }

    /// Adds a change of the shape. A field that was echoed and no longer is keeps the grade of its shape.
    fn add_in_body(&mut self, change: ShapeChange, echoed: &EchoedFields) {
        let alterations = match change.kind {
            ShapeChangeKind::Missing => vec![Alteration::Missing(change.path.clone())],
            ShapeChangeKind::Retyped { types, is_null } => {
                let retyped = types.into_iter().map(|it| Alteration::Retyped(change.path.clone(), it));
                retyped.chain(is_null.then(|| Alteration::Null(change.path.clone()))).collect()
            }
            ShapeChangeKind::MissingInSome | ShapeChangeKind::Added => Vec::new(),
        };
        let severity = if alterations.is_empty() || echoed.are_in(&change.path) {
            Severity::Fixed(change.grade)
        } else {
            self.by_experiment(alterations, change.grade)
        };
        self.add(&in_body(&change.place), change.expected, change.seen, severity);
    }

    fn add_word(&mut self, word: &OtherWord<'_>) {
        let alteration = Alteration::OtherWord(word.path.clone());
        let severity = Severity::IfDecisive { targets: self.targets(), alteration };
        let known: Vec<String> = word.known.iter().map(|word| format!("`{word}`")).collect();
        self.add(&in_body(&word.path.to_string()), known.join(" or "), "another word", severity);
    }

    fn body_without_json(&mut self, seen: &Answer) {
        let is_empty_text = seen.text().is_empty();
        let may_be_empty = self.own.iter().chain(self.known).any(is_empty);
        if may_be_empty && is_empty_text {
            return;
        }
        let (alteration, shown) = if is_empty_text {
            (Alteration::Empty, "nothing")
        } else if seen.is_html() {
            (Alteration::WebPage, WEB_PAGE)
        } else {
            (Alteration::NoJson, "no JSON")
        };
        let severity = self.by_experiment(vec![alteration], Grade::Breaking);
        self.add("body", "JSON", shown, severity);
    }

    /// Compares a body with those of other fixtures of the same request, because the call's own fixtures have none.
    fn body_without_fixture(&mut self, known: &[Cow<'a, Value>], seen: &Answer) {
        let Some(body) = seen.json() else {
            if seen.is_html() && self.own.iter().chain(self.known).any(is_empty) {
                let severity = self.by_experiment(vec![Alteration::WebPage], Grade::Cosmetic);
                self.add("body", "nothing", WEB_PAGE, severity);
            }
            return;
        };
        match shape_of(known) {
            None => self.add_fixed(Grade::Additive, "body", "nothing", "JSON"),
            Some(shape) => {
                let nothing_echoed = EchoedFields::new(&[]);
                for change in shape.clone().optional().changes(&shape, &self.shape_of_answer(&body)) {
                    self.add_in_body(change, &nothing_echoed);
                }
            }
        }
    }

    /// Returns the shape of the live answer, without the keys that are data.
    fn shape_of_answer(&self, body: &Value) -> Shape {
        let fixtures = self.own.iter().chain(self.known);
        Shape::from_document(&without_data_keys(body, self.contact, fixtures))
    }

    fn has_breaking(&self, place: &str) -> bool {
        let place = format!("{}: {place}", self.request);
        self.changes.iter().any(|change| change.is_breaking_by_shape() && change.place == place)
    }
}

fn is_empty(exchange: &FixtureExchange<'_>) -> bool {
    exchange.answer.body.is_none() && exchange.answer.text.is_none()
}

fn in_body(place: &str) -> String {
    let separator = if place.is_empty() || place.starts_with('[') { "" } else { "." };
    format!("body{separator}{place}")
}

fn bodies<'a>(exchanges: &[FixtureExchange<'a>]) -> Vec<Cow<'a, Value>> {
    exchanges.iter().filter_map(|exchange| exchange.answer.json()).collect()
}

fn shape_of(bodies: &[Cow<'_, Value>]) -> Option<Shape> {
    Shape::from_documents(bodies.iter().map(AsRef::as_ref))
}
