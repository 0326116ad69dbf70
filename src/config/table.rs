//! One table of the configuration, read so that every mistake in it is found.
//!
//! Its rule: what is wrong is noted and put out of the way, and the rest is read as if it were right. Of a
//! value, only what it should have been is told.

use std::collections::BTreeSet;

use figment::Figment;
use figment::error::Kind;
use figment::providers::Serialized;
use figment::value::{Dict, Value};
use serde::de::DeserializeOwned;
use serde_json::json;
use unicontact_providers::{ConfigProblem, Vendor, VendorConfig, nearest_word};

use super::diagnostic::{Diagnostic, Place};
use super::keys::Keys;
use super::layers::Layers;

/// A table and what is wrong with it.
pub(super) struct Table<'a> {
    pub(super) layers: &'a Layers,
    pub(super) values: Dict,
    pub(super) mistakes: Vec<Diagnostic>,
    path: Vec<String>,
    noted: BTreeSet<String>,
}

impl<'a> Table<'a> {
    pub(super) fn new(layers: &'a Layers, path: &[String], values: Dict) -> Self {
        Self { layers, values, mistakes: Vec::new(), path: path.to_owned(), noted: BTreeSet::new() }
    }

    /// The last part of its path: a provider's name.
    pub(super) fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Notes what is wrong with a key, unless something is already.
    pub(super) fn note(&mut self, key: &str, message: impl Into<String>) {
        if !self.noted.insert(key.to_owned()) {
            return;
        }
        let path = [self.path.as_slice(), &[key.to_owned()]].concat();
        let place = self.values.get(key).map(|value| self.layers.place_of(&path, value));
        // A secret that was read from its own file has no place of its own.
        let place = place.filter(|place| *place != Place::default());
        let place = place.unwrap_or_else(|| self.layers.place_for(&self.path, key));
        self.mistakes.push(place.mistake(&path, message));
    }

    /// Puts a value of the right type in the place of a key that is wrong or missing.
    pub(super) fn pretend(&mut self, key: &str, keys: &Keys) {
        match keys.placeholder(key) {
            Some(placeholder) => self.values.insert(key.to_owned(), placeholder),
            None => self.values.remove(key),
        };
    }

    /// Notes and removes every key that is not `known`. Suggestions come from `near` too.
    pub(super) fn refuse_unknown<'b>(
        &mut self,
        known: impl Iterator<Item = &'b str>,
        near: impl Iterator<Item = &'b str>,
    ) {
        let known: Vec<&str> = known.collect();
        let suggested: Vec<&str> = known.iter().copied().chain(near).collect();
        let unknown = |key: &&String| !known.contains(&key.as_str());
        let unknown: Vec<String> = self.values.keys().filter(unknown).cloned().collect();
        for key in unknown {
            self.note(&key, unknown_key(&key, &suggested));
            self.values.remove(&key);
        }
    }

    /// Reads the table into a `T`. Returns `None` only when there are mistakes.
    pub(super) fn read<T: DeserializeOwned>(&mut self, keys: &Keys) -> Option<T> {
        self.read_with(keys, |values| {
            let figment = Figment::from(Serialized::defaults(values));
            figment.extract_lossy().map_err(|error| {
                let key = error.path.first().cloned().unwrap_or_default();
                let message = what_is_wrong(&error.kind, &key, keys);
                (key, message)
            })
        })
    }

    /// Reads the table as the vendor's keys. Returns `None` only when there are mistakes.
    pub(super) fn read_vendor(&mut self, keys: &Keys, vendor: &Vendor) -> Option<Box<dyn VendorConfig>> {
        self.read_with(keys, |values| {
            let values = values.iter().map(|(key, value)| (key.clone(), as_json(value)));
            let read = vendor.read(values.collect());
            read.map_err(|ConfigProblem { key, message, .. }| (key.into_owned(), message))
        })
    }

    /// Calls `read` until it succeeds. Each key that it refuses is noted, and replaced for the next call.
    fn read_with<T>(
        &mut self,
        keys: &Keys,
        read: impl Fn(&Dict) -> Result<T, (String, String)>,
    ) -> Option<T> {
        self.refuse_empty(keys);
        for key in keys.required() {
            if !self.values.contains_key(key) {
                self.note(key, "is missing");
                self.pretend(key, keys);
            }
        }
        loop {
            let (key, message) = match read(&self.values) {
                Ok(read) => return Some(read),
                Err(refused) => refused,
            };
            if !self.values.contains_key(&key) {
                self.note(&key, "cannot be read");
                return None;
            }
            if self.noted.contains(&key) {
                self.values.remove(&key);
            } else {
                self.note(&key, message);
                self.pretend(&key, keys);
            }
        }
    }

    fn refuse_empty(&mut self, keys: &Keys) {
        let is_empty = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        let empty = self.values.iter().filter(|(_, value)| is_empty(value));
        let empty: Vec<String> = empty.map(|(key, _)| key.clone()).collect();
        for key in empty {
            self.note(&key, format!("is empty, expected {}", keys.expectation(&key)));
            self.pretend(&key, keys);
        }
    }
}

/// The value as JSON. What JSON cannot hold becomes an empty list, which no key takes.
fn as_json(value: &Value) -> serde_json::Value {
    serde_json::to_value(value).ok().filter(|value| !value.is_null()).unwrap_or_else(|| json!([]))
}

fn unknown_key(key: &str, known: &[&str]) -> String {
    if let Some(near) = nearest_word(key, known.iter().copied()) {
        return format!("unknown key, did you mean `{near}`?");
    }
    let inline: Vec<&str> = known.iter().copied().filter(|key| !key.ends_with("_file")).collect();
    format!("unknown key (there are {})", inline.join(", "))
}

/// A message of our own types is written to repeat nothing; figment's and serde's do repeat the value.
fn what_is_wrong(kind: &Kind, key: &str, keys: &Keys) -> String {
    match kind {
        Kind::Message(message) if !keys.is_secret(key) => message.clone(),
        _ => format!("expected {}", keys.expectation(key)),
    }
}
