//! Answers, as a fixture may show them.
//!
//! Rule: a text is kept that was the contact's own or that a fixture shows at the same place; a token that is used from
//! then on is `[secret]`; everything else is replaced. Of the headers, only those are kept that adapters read.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use unicontact_providers::http::{Answer, Seen};

use super::disguise::{Disguise, texts};
use crate::fixture::{Fixture, GivenAnswer, HIDDEN};
use crate::folder::Fixtures;
use crate::route;
use crate::shape::is_name;

/// A shorter text may stand anywhere by chance.
const LONG_ENOUGH: usize = 6;

pub(super) struct Answers<'a> {
    pub(super) fixtures: &'a Fixtures,
    pub(super) vendor: &'a str,
    pub(super) exchanges: &'a [Seen],
    pub(super) kept: &'a [String],
}

impl Answers<'_> {
    /// The answers in order, with everything replaced that must be.
    pub(super) fn given(&self, disguise: &mut Disguise) -> Vec<GivenAnswer> {
        let with_answers = self.exchanges.iter().enumerate();
        with_answers
            .filter_map(|(index, seen)| Some(self.one(index, seen, seen.answer.as_ref()?, disguise)))
            .collect()
    }

    fn one(&self, index: usize, seen: &Seen, answer: &Answer, disguise: &mut Disguise) -> GivenAnswer {
        let known = self.known(seen);
        let tokens: Vec<String> = self.exchanges[index + 1..].iter().flat_map(authorizations).collect();
        let mut cleaning = Cleaning { tokens: &tokens, kept: self.kept, known: &known, disguise };
        let text = answer.text();
        let body = answer.json().map(|body| cleaning.value("", &body));
        let text = (body.is_none() && !text.is_empty()).then(|| cleaning.disguise.text(&text));
        let mut headers = BTreeMap::new();
        if let Some(content_type) = answer.header("content-type").filter(|it| is_media_type(it)) {
            headers.insert("content-type".to_owned(), content_type.to_owned());
        }
        if let Some(location) = answer.header("location") {
            headers.insert("location".to_owned(), cleaning.disguise.location(location));
        }
        GivenAnswer {
            status: Some(answer.status()),
            headers,
            body,
            text,
            encoding: None,
            delay_ms: None,
            fault: None,
        }
    }

    /// What the fixtures show in answers to this request, each value with its place.
    fn known(&self, seen: &Seen) -> Vec<(String, Value)> {
        let mut known = Vec::new();
        for (request, answer) in self.fixtures.of_vendor(self.vendor).flat_map(Fixture::exchanges) {
            if let Some(body) = answer.body.as_ref().filter(|_| route::is_for(request, seen)) {
                leaves("", body, &mut known);
            }
        }
        known
    }
}

/// Replaces what must not be shown of one answer.
struct Cleaning<'a> {
    tokens: &'a [String],
    kept: &'a [String],
    known: &'a [(String, Value)],
    disguise: &'a mut Disguise,
}

impl Cleaning<'_> {
    fn value(&mut self, place: &str, value: &Value) -> Value {
        match value {
            Value::Array(entries) => {
                let place = format!("{place}[]");
                entries.iter().map(|entry| self.value(&place, entry)).collect()
            }
            Value::Object(map) => Value::Object(self.object(place, map)),
            Value::String(text) => self.text(place, text).into(),
            Value::Number(number) if !self.is_known(place, value) => self.disguise.number(number),
            other => other.clone(),
        }
    }

    fn object(&mut self, place: &str, map: &Map<String, Value>) -> Map<String, Value> {
        let mut object = Map::new();
        for (key, value) in map {
            let value = self.value(&format!("{place}.{key}"), value);
            object.insert(self.key(key), value);
        }
        object
    }

    /// A key is part of the shape, unless it is an id or an address itself.
    fn key(&mut self, key: &str) -> String {
        if is_name(key) { key.to_owned() } else { self.disguise.text(key) }
    }

    fn text(&mut self, place: &str, text: &str) -> String {
        let shown = Value::from(text);
        if self.tokens.iter().any(|token| token == text) || self.is_known(place, &HIDDEN.into()) {
            HIDDEN.to_owned()
        } else if self.is_known(place, &shown) || self.kept.iter().any(|kept| kept == text) {
            text.to_owned()
        } else {
            self.disguise.text(text)
        }
    }

    fn is_known(&self, place: &str, value: &Value) -> bool {
        self.known.iter().any(|(known, shown)| known == place && shown == value)
    }
}

fn leaves(place: &str, document: &Value, found: &mut Vec<(String, Value)>) {
    match document {
        Value::Array(entries) => {
            for entry in entries {
                leaves(&format!("{place}[]"), entry, found);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                leaves(&format!("{place}.{key}"), value, found);
            }
        }
        other => found.push((place.to_owned(), other.clone())),
    }
}

/// What stands in the authorization of a request: a token, or user name and password.
fn authorizations(seen: &Seen) -> Vec<String> {
    let Some((_, value)) = seen.header("authorization").and_then(|header| header.split_once(' ')) else {
        return Vec::new();
    };
    let pair = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let parts = pair.iter().filter_map(|pair| pair.split_once(':'));
    let parts = parts.flat_map(|(user, password)| [user.to_owned(), password.to_owned()]);
    std::iter::once(value.to_owned()).chain(parts).collect()
}

/// Everything in an exchange that may be a credential: what authorizes it, and the texts of a request that is not
/// authorized, as of a login.
pub(super) fn credentials(seen: &Seen) -> Vec<String> {
    let mut found = authorizations(seen);
    if found.is_empty() {
        let body = serde_json::from_slice(&seen.body).unwrap_or(Value::Null);
        texts(&body, &mut found);
        let pairs = url::form_urlencoded::parse(&seen.body).filter(|_| body.is_null());
        found.extend(pairs.filter(|(key, _)| key != "grant_type").map(|(_, value)| value.into_owned()));
    }
    found.retain(|text| text.len() >= LONG_ENOUGH);
    found
}

fn is_media_type(text: &str) -> bool {
    let is_allowed = |it: char| it.is_ascii_alphanumeric() || "/;= -+.".contains(it);
    text.len() <= 80 && text.contains('/') && text.chars().all(is_allowed)
}
