//! Answers, as a fixture may show them.
//!
//! Rule: a text is kept that was the contact's own or that a fixture shows at the same place, a key only if a fixture
//! shows it there; a token that is used from then on is `[secret]`; everything else is replaced. Of the headers, only
//! those are kept that adapters read.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use unicontact_providers::http::{Answer, Seen};

use super::disguise::{Disguise, path_of, texts};
use crate::fixture::{ExpectedRequest, Fixture, GivenAnswer, HIDDEN};
use crate::folder::Fixtures;
use crate::form::is_media_type;
use crate::route;

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
            headers.insert("location".to_owned(), cleaning.disguise.location(location, &self.words(seen)));
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

    /// What the fixtures show in answers to this request.
    fn known(&self, seen: &Seen) -> Known {
        let mut known = Known::default();
        for body in self.counterparts(seen).filter_map(|(_, answer)| answer.body.as_ref()) {
            known.learn("", body);
        }
        known
    }

    /// The parts of the request's path and of every location that the fixtures show in an answer to it.
    fn words(&self, seen: &Seen) -> BTreeSet<String> {
        let locations = self.counterparts(seen).filter_map(|(_, answer)| location(answer));
        let paths = locations.map(path_of).chain([seen.url.path()]);
        paths.flat_map(route::segments).map(str::to_owned).collect()
    }

    fn counterparts(&self, seen: &Seen) -> impl Iterator<Item = (&ExpectedRequest, &GivenAnswer)> {
        let exchanges = self.fixtures.of_vendor(self.vendor).flat_map(Fixture::exchanges);
        exchanges.filter(|(request, _)| route::is_for(request, seen))
    }
}

fn location(answer: &GivenAnswer) -> Option<&str> {
    let header = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
    header.map(|(_, value)| value.as_str())
}

/// Replaces what must not be shown of one answer.
struct Cleaning<'a> {
    tokens: &'a [String],
    kept: &'a [String],
    known: &'a Known,
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
            let place = format!("{place}.{key}");
            let value = self.value(&place, value);
            let is_known = self.known.keys.contains(&place);
            object.insert(if is_known { key.clone() } else { self.disguise.key(key) }, value);
        }
        object
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
        self.known.values.iter().any(|(known, shown)| known == place && shown == value)
    }
}

/// What documents show, each value and each key with its place.
#[derive(Default)]
struct Known {
    values: Vec<(String, Value)>,
    keys: BTreeSet<String>,
}

impl Known {
    fn learn(&mut self, place: &str, document: &Value) {
        match document {
            Value::Array(entries) => {
                for entry in entries {
                    self.learn(&format!("{place}[]"), entry);
                }
            }
            Value::Object(map) => {
                for (key, value) in map {
                    let place = format!("{place}.{key}");
                    self.learn(&place, value);
                    self.keys.insert(place);
                }
            }
            other => self.values.push((place.to_owned(), other.clone())),
        }
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
