//! Validates a value that is sent against its schema.
//!
//! `oneOf` is read as `anyOf`: alternatives that overlap are a mistake of the description, and no vendor refuses them.

mod limits;

use std::cell::Cell;
use std::ptr;

use regex::Regex;
use serde_json::{Map, Value};

use self::limits::{CHARACTERS, Counted, ENTRIES, MEMBERS, has_format};
use super::candidates::{Described, SchemaCandidates, is_read_only, types_of};
use super::place::Step;
use super::reference::reference;
use super::words::{is_of_type, kind, one_of, shortened, types};
use super::{OpenApi, Version};
use crate::fixture::SECRET_PLACEHOLDER;

/// The deepest nesting of schemas.
const MAX_DEPTH: usize = 64;
/// The most schemas that are compared with the parts of one value. Combined schemas can be more.
const MAX_STEPS: usize = 100_000;

/// A value that its schema does not permit.
#[derive(Debug, Clone)]
pub(super) struct Violation {
    /// The place, such as `body.emails[0].email`.
    pub(super) place: String,
    /// What is sent there, without its value.
    pub(super) sent: String,
    /// What the schema permits there.
    pub(super) permitted: String,
    /// Whether the schema only advises against it: a `format` is no limit.
    pub(super) is_advice: bool,
}

/// Returns everything that a schema does not permit in a value, and an advice if the schemas are too many to compare all of them.
/// `place` is that of the value.
pub(super) fn violations(api: &OpenApi, schema: &Value, value: &Value, place: &str) -> Vec<Violation> {
    let effort = Effort::default();
    let mut validation =
        Validation { api, effort: &effort, open: Vec::new(), has_circle: false, found: Vec::new() };
    validation.value(schema, value, place, 0);
    if effort.is_exceeded.get() {
        validation.advise(place, kind(value), "not compared completely: the schemas are too many".to_owned());
    }
    validation.found
}

/// What the whole validation of a value took.
#[derive(Default)]
struct Effort {
    steps: Cell<usize>,
    /// Whether a schema was left out, because there are too many.
    is_exceeded: Cell<bool>,
}

/// A schema and a value that are being compared.
type Pair = (*const Value, *const Value);

struct Validation<'a> {
    api: &'a OpenApi,
    effort: &'a Effort,
    /// The pairs within which the next one is.
    open: Vec<Pair>,
    /// Whether a schema refers to itself for the same value.
    has_circle: bool,
    found: Vec<Violation>,
}

impl Validation<'_> {
    fn value(&mut self, schema: &Value, value: &Value, place: &str, depth: usize) {
        let pair = (ptr::from_ref(schema), ptr::from_ref(value));
        // Such a schema adds nothing.
        if self.open.contains(&pair) {
            self.has_circle = true;
            return;
        }
        self.effort.steps.set(self.effort.steps.get() + 1);
        if depth == MAX_DEPTH || self.effort.steps.get() > MAX_STEPS {
            self.effort.is_exceeded.set(true);
            return;
        }
        self.open.push(pair);
        self.compare(schema, value, place, depth);
        self.open.pop();
    }

    fn compare(&mut self, schema: &Value, value: &Value, place: &str, depth: usize) {
        let Some(object) = schema.as_object() else {
            if schema == &Value::Bool(false) {
                self.add(place, kind(value), "nothing");
            }
            return;
        };
        if value.is_null() && object.get("nullable") == Some(&Value::Bool(true)) {
            return;
        }
        if let Some(reference) = reference(schema) {
            if let Some(target) = self.api.target(reference) {
                self.value(target, value, place, depth + 1);
            }
            if self.api.version == Version::V3_0 {
                return;
            }
        }
        let permitted = types_of(object);
        if !permitted.is_empty() && !permitted.iter().any(|name| is_of_type(value, name)) {
            self.add(place, kind(value), types(&permitted));
            return;
        }
        match value {
            Value::String(text) if text.contains(SECRET_PLACEHOLDER) => return,
            Value::String(text) => self.text(object, text, place),
            Value::Number(_) => self.number(object, value, place),
            Value::Array(entries) => self.entries(object, entries, place, depth),
            Value::Object(members) => self.members(schema, object, members, place, depth),
            _ => {}
        }
        self.fixed_values(object, value, place);
        self.combinations(object, value, place, depth);
    }

    fn fixed_values(&mut self, schema: &Map<String, Value>, value: &Value, place: &str) {
        let one = schema.get("const").map(std::slice::from_ref);
        let several = schema.get("enum").and_then(Value::as_array).map(Vec::as_slice);
        for permitted in one.into_iter().chain(several) {
            if !permitted.iter().any(|it| is_same(it, value)) {
                self.add(place, format!("another value, {}", kind(value)), one_of(permitted));
            }
        }
    }

    fn text(&mut self, schema: &Map<String, Value>, text: &str, place: &str) {
        self.count(schema, text.chars().count(), CHARACTERS, place);
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
            // A pattern with features of other languages, such as look-ahead, is not compared.
            if Regex::new(pattern).is_ok_and(|regex| !regex.is_match(text)) {
                self.add(place, "a text that does not match", format!("a text like {}", shortened(pattern)));
            }
        }
        if let Some(format) = schema.get("format").and_then(Value::as_str).filter(|it| !has_format(text, it))
        {
            self.advise(place, "a text of another form", format!("a text of the format {format}"));
        }
    }

    fn number(&mut self, schema: &Map<String, Value>, value: &Value, place: &str) {
        let Some(seen) = number(value) else { return };
        for (key, exclusive, word) in
            [("minimum", "exclusiveMinimum", "least"), ("maximum", "exclusiveMaximum", "most")]
        {
            let is_beyond = |limit: f64| if word == "least" { seen < limit } else { seen > limit };
            let is_excluded = schema.get(exclusive) == Some(&Value::Bool(true));
            let is_refused = |limit: f64| is_beyond(limit) || (is_excluded && is_equal(seen, limit));
            if let Some(limit) = schema.get(key).and_then(number).filter(|limit| is_refused(*limit)) {
                self.add(place, "a number beyond the limit", format!("at {word} {limit}"));
            }
            let is_refused = |limit: f64| is_beyond(limit) || is_equal(seen, limit);
            if let Some(limit) = schema.get(exclusive).and_then(number).filter(|limit| is_refused(*limit)) {
                self.add(place, "a number beyond the limit", format!("at {word} {limit}, without it"));
            }
        }
    }

    fn entries(&mut self, schema: &Map<String, Value>, entries: &[Value], place: &str, depth: usize) {
        self.count(schema, entries.len(), ENTRIES, place);
        if let Some(items) = schema.get("items") {
            for (index, entry) in entries.iter().enumerate() {
                self.value(items, entry, &format!("{place}[{index}]"), depth + 1);
            }
        }
    }

    fn members(
        &mut self,
        schema: &Value,
        object: &Map<String, Value>,
        members: &Map<String, Value>,
        place: &str,
        depth: usize,
    ) {
        self.count(object, members.len(), MEMBERS, place);
        self.missing_members(object, members, place);
        let named = object.get("properties");
        let others = object.get("additionalProperties");
        let has_patterns = object.contains_key("patternProperties");
        let is_closed = object.get("unevaluatedProperties") == Some(&Value::Bool(false));
        let candidates = SchemaCandidates::new(self.api, schema);
        for (name, member) in members {
            let place = format!("{place}.{name}");
            match (named.and_then(|it| it.get(name)), others) {
                (None, Some(Value::Bool(false))) if !has_patterns => {
                    self.add(&place, kind(member), "no such member");
                }
                (Some(schema), _) | (None, Some(schema @ Value::Object(_))) => {
                    self.value(schema, member, &place, depth + 1);
                }
                _ if is_closed && matches!(candidates.below(&Step::Member(name.clone())), Described::Not) => {
                    self.add(&place, kind(member), "no such member");
                }
                _ => {}
            }
        }
    }

    /// Adds the required members that are not sent. The vendor itself sets those that are read-only.
    fn missing_members(&mut self, schema: &Map<String, Value>, members: &Map<String, Value>, place: &str) {
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            let of_member = schema.get("properties").and_then(|it| it.get(name));
            let is_set_by_vendor = of_member.and_then(|it| self.api.object(it)).is_some_and(is_read_only);
            if !members.contains_key(name) && !is_set_by_vendor {
                self.add(&format!("{place}.{name}"), "nothing", "a required member");
            }
        }
    }

    fn combinations(&mut self, schema: &Map<String, Value>, value: &Value, place: &str, depth: usize) {
        let listed =
            |key: &str| schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for part in listed("allOf") {
            self.value(part, value, place, depth + 1);
        }
        for alternatives in [listed("oneOf"), listed("anyOf")] {
            let found = alternatives.iter().filter_map(|alternative| {
                let open = self.open.clone();
                let mut validation = Validation {
                    api: self.api,
                    effort: self.effort,
                    open,
                    has_circle: false,
                    found: Vec::new(),
                };
                validation.value(alternative, value, place, depth + 1);
                // An alternative that is only the schema itself permits no further value.
                let permits_nothing = validation.has_circle && validation.found.is_empty();
                (!permits_nothing).then_some(validation.found)
            });
            let nearest = found.min_by_key(|found| {
                let refused: Vec<&Violation> = found.iter().filter(|it| !it.is_advice).collect();
                (refused.iter().any(|it| it.place == place), refused.len(), found.len())
            });
            let note = format!(", as the nearest of {} alternatives", alternatives.len());
            self.found.extend(nearest.into_iter().flatten().map(|violation| Violation {
                permitted: violation.permitted + if alternatives.len() > 1 { &note } else { "" },
                ..violation
            }));
        }
    }

    /// Adds a violation if a count is beyond a limit.
    fn count(&mut self, schema: &Map<String, Value>, count: usize, counted: Counted, place: &str) {
        let [least, most] = counted.keys.map(|key| schema.get(key)?.as_u64());
        let [fewer, more] = counted.words;
        let count = count as u64;
        if let Some(least) = least.filter(|least| count < *least) {
            self.add(place, fewer, format!("at least {}", counted.in_words(least)));
        }
        if let Some(most) = most.filter(|most| count > *most) {
            self.add(place, more, format!("at most {}", counted.in_words(most)));
        }
    }

    fn add(&mut self, place: &str, sent: impl Into<String>, permitted: impl Into<String>) {
        let (place, sent, permitted) = (place.to_owned(), sent.into(), permitted.into());
        self.found.push(Violation { place, sent, permitted, is_advice: false });
    }

    fn advise(&mut self, place: &str, sent: &str, permitted: String) {
        let (place, sent) = (place.to_owned(), sent.to_owned());
        self.found.push(Violation { place, sent, permitted, is_advice: true });
    }
}

/// Returns the number that a description has, also one that YAML reads as a text, such as `1.0`.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn is_equal(one: f64, other: f64) -> bool {
    (one - other).abs() < f64::EPSILON
}

/// Returns whether a value is a permitted one. Descriptions in YAML often lack the quotes of texts that look like numbers.
fn is_same(permitted: &Value, value: &Value) -> bool {
    match (permitted, value) {
        (Value::Number(permitted), Value::String(text)) => permitted.to_string() == *text,
        (Value::Number(permitted), Value::Number(number)) => permitted.as_f64() == number.as_f64(),
        _ => permitted == value,
    }
}

#[cfg(test)]
mod tests;
