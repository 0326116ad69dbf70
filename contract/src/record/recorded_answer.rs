//! Converts the answers of a live vendor into those of a fixture.
//!
//! A text stays in three cases: it was sent in the run, a fixture has it at the same place, or a fixture has it as a word in a
//! member of the same name. A key stays if it is the name of a member. An issued token becomes `[secret]`. All other texts and
//! keys are replaced. Only the headers that adapters read stay.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use unicontact_providers::http::{Answer, Seen};

use super::anonymizer::{Anonymizer, path_of};
use super::harmless::Harmless;
use crate::fixture::{ExpectedRequest, Fixture, FixtureAnswer, SECRET_PLACEHOLDER};
use crate::folder::Fixtures;
use crate::json_texts::texts;
use crate::request_match::{self, AccountSegments};
use crate::text_pattern::is_media_type;

/// The shortest credential that is searched for. A shorter text may occur anywhere by chance.
const SHORTEST_CREDENTIAL: usize = 6;

/// The answers of one run, and what of them may stay.
pub(super) struct RecordedAnswers<'a> {
    pub(super) fixtures: &'a Fixtures,
    pub(super) vendor: &'a str,
    pub(super) exchanges: &'a [Seen],
    pub(super) accounts: &'a AccountSegments<'a>,
    pub(super) harmless: &'a Harmless,
    /// The headers and query members that hold a credential, beside the authorization.
    pub(super) credential_members: &'a [String],
}

impl RecordedAnswers<'_> {
    /// Returns the answers in order, without secrets and personal data.
    pub(super) fn anonymized(&self, anonymizer: &mut Anonymizer) -> Vec<FixtureAnswer> {
        let with_answers = self.exchanges.iter().enumerate();
        with_answers
            .filter_map(|(index, seen)| Some(self.convert(index, seen, seen.answer.as_ref()?, anonymizer)))
            .collect()
    }

    fn convert(
        &self,
        index: usize,
        seen: &Seen,
        answer: &Answer,
        anonymizer: &mut Anonymizer,
    ) -> FixtureAnswer {
        let known = self.known(seen);
        let later = self.exchanges[index + 1..].iter();
        let tokens: Vec<String> =
            later.flat_map(|seen| authorizations(seen, self.credential_members)).collect();
        let segments = self.known_segments(seen);
        let mut redactor = AnswerRedactor {
            tokens: &tokens,
            harmless: self.harmless,
            known: &known,
            segments: &segments,
            anonymizer,
        };
        let text = answer.text();
        let body = answer.json().map(|body| redactor.value("", "", &body));
        let text = (body.is_none() && !text.is_empty()).then(|| redactor.anonymizer.text(&text));
        let mut headers = BTreeMap::new();
        if let Some(content_type) = answer.header("content-type").filter(|it| is_media_type(it)) {
            headers.insert("content-type".to_owned(), content_type.to_owned());
        }
        if let Some(location) = answer.header("location") {
            let location = redactor.anonymizer.location(location, &segments);
            headers.insert("location".to_owned(), location);
        }
        FixtureAnswer {
            status: Some(answer.status()),
            headers,
            body,
            text,
            encoding: None,
            delay_ms: None,
            fault: None,
        }
    }

    /// Returns the values and keys of the fixtures' answers to this request.
    fn known(&self, seen: &Seen) -> KnownContent {
        let mut known = KnownContent::default();
        for body in self.counterparts(seen).filter_map(|(_, answer)| answer.body.as_ref()) {
            known.add("", body);
        }
        known
    }

    /// Returns the segments of the request's path, and of every location in the fixtures' answers to it.
    fn known_segments(&self, seen: &Seen) -> BTreeSet<String> {
        let locations = self.counterparts(seen).filter_map(|(_, answer)| answer.header("location"));
        let paths = locations.map(path_of).chain([seen.url.path()]);
        paths.flat_map(request_match::segments).map(str::to_owned).collect()
    }

    fn counterparts(&self, seen: &Seen) -> impl Iterator<Item = (&ExpectedRequest, &FixtureAnswer)> {
        let exchanges = self.fixtures.of_vendor(self.vendor).flat_map(Fixture::exchanges);
        exchanges.filter(|(request, _)| request_match::matches(request, seen, self.accounts))
    }
}

/// Replaces the secrets and personal data of one answer.
struct AnswerRedactor<'a> {
    tokens: &'a [String],
    harmless: &'a Harmless,
    known: &'a KnownContent,
    /// The segments of paths that stay in addresses.
    segments: &'a BTreeSet<String>,
    anonymizer: &'a mut Anonymizer,
}

impl AnswerRedactor<'_> {
    /// Returns a value without secrets and personal data. `name` is the last name of its place.
    fn value(&mut self, place: &str, name: &str, value: &Value) -> Value {
        match value {
            Value::Array(entries) => {
                let place = format!("{place}[]");
                entries.iter().map(|entry| self.value(&place, name, entry)).collect()
            }
            Value::Object(map) => Value::Object(self.object(place, map)),
            Value::String(text) => self.text(place, name, text).into(),
            Value::Number(number) if !self.is_known(place, value) => self.anonymizer.number(number),
            other => other.clone(),
        }
    }

    fn object(&mut self, place: &str, map: &Map<String, Value>) -> Map<String, Value> {
        let mut object = Map::new();
        for (key, value) in map {
            let place = format!("{place}.{key}");
            let value = self.value(&place, key, value);
            let is_kept = self.known.keys.contains(&place) || self.harmless.names.is_kept(key);
            object.insert(if is_kept { key.clone() } else { self.anonymizer.key(key) }, value);
        }
        object
    }

    fn text(&mut self, place: &str, name: &str, text: &str) -> String {
        let value = Value::from(text);
        if self.tokens.iter().any(|token| token == text) || self.is_known(place, &SECRET_PLACEHOLDER.into()) {
            SECRET_PLACEHOLDER.to_owned()
        } else if self.is_known(place, &value) || self.harmless.is_kept(name, text) {
            text.to_owned()
        } else if text.contains("://") {
            self.anonymizer.location(text, self.segments)
        } else if text.starts_with('/') {
            format!("/{}", self.anonymizer.path(text, self.segments))
        } else {
            self.anonymizer.text(text)
        }
    }

    fn is_known(&self, place: &str, value: &Value) -> bool {
        self.known.values.iter().any(|(known_place, known)| known_place == place && known == value)
    }
}

/// The values and keys of documents, each with its place.
#[derive(Default)]
struct KnownContent {
    values: Vec<(String, Value)>,
    keys: BTreeSet<String>,
}

impl KnownContent {
    fn add(&mut self, place: &str, document: &Value) {
        match document {
            Value::Array(entries) => {
                for entry in entries {
                    self.add(&format!("{place}[]"), entry);
                }
            }
            Value::Object(map) => {
                for (key, value) in map {
                    let place = format!("{place}.{key}");
                    self.add(&place, value);
                    self.keys.insert(place);
                }
            }
            other => self.values.push((place.to_owned(), other.clone())),
        }
    }
}

/// Returns the credentials of a request: those of its authorization, and of `members`, which are headers and query members.
fn authorizations(seen: &Seen, members: &[String]) -> Vec<String> {
    let mut found = in_authorization(seen);
    for member in members {
        let in_query = seen.url.query_pairs().filter(|(name, _)| name == member.as_str());
        let in_query: Vec<String> = in_query.map(|(_, value)| value.into_owned()).collect();
        for value in seen.header(member).map(str::to_owned).into_iter().chain(in_query) {
            // A word may stand before the credential.
            let last = value.rsplit(' ').next().unwrap_or_default().to_owned();
            found.extend([value, last].into_iter().filter(|text| text.len() >= SHORTEST_CREDENTIAL));
        }
    }
    found
}

/// Returns the value in the `Authorization` header of a request, and user name and password if it encodes them.
fn in_authorization(seen: &Seen) -> Vec<String> {
    let Some((_, value)) = seen.header("authorization").and_then(|header| header.split_once(' ')) else {
        return Vec::new();
    };
    let pair = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let parts = pair.iter().filter_map(|pair| pair.split_once(':'));
    let parts = parts.flat_map(|(user, password)| [user.to_owned(), password.to_owned()]);
    std::iter::once(value.to_owned()).chain(parts).collect()
}

/// Returns everything in an exchange that may be a credential: its authorization, or every text of a request without
/// one, such as a login. A text of `replayed`, the same request with made-up credentials, is none.
pub(super) fn credentials(seen: &Seen, members: &[String], replayed: &ExpectedRequest) -> Vec<String> {
    let mut found = authorizations(seen, members);
    if found.is_empty() {
        let body = serde_json::from_slice(&seen.body).unwrap_or(Value::Null);
        found.extend(texts(&body).into_iter().map(str::to_owned));
        let pairs = url::form_urlencoded::parse(&seen.body).filter(|_| body.is_null());
        found.extend(pairs.map(|(_, value)| value.into_owned()));
    }
    let of_form = replayed.form.iter().flat_map(BTreeMap::values).map(String::as_str);
    let made_up: Vec<&str> = replayed.body.iter().flat_map(texts).chain(of_form).collect();
    found.retain(|text| text.len() >= SHORTEST_CREDENTIAL && !made_up.contains(&text.as_str()));
    found
}
