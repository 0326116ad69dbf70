//! Reads one table of the configuration and finds every mistake in it.
//!
//! A key that is wrong is reported and replaced by a value of the right type, so that reading continues. Messages say what is
//! expected and repeat no value.

use std::collections::BTreeSet;

use figment::Figment;
use figment::error::Kind;
use figment::providers::Serialized;
use figment::value::{Dict, Value};
use serde::de::DeserializeOwned;
use serde_json::json;
use unicontact_providers::{ConfigProblem, Vendor, VendorConfig, nearest_word};

use super::diagnostic::{Diagnostic, SourceLocation, dotted};
use super::keys::Keys;
use super::layers::Layers;

/// A table and its mistakes.
pub(super) struct Table<'a> {
    pub(super) layers: &'a Layers,
    pub(super) values: Dict,
    pub(super) mistakes: Vec<Diagnostic>,
    path: Vec<String>,
    reported: BTreeSet<String>,
}

impl<'a> Table<'a> {
    pub(super) fn new(layers: &'a Layers, path: &[String], values: Dict) -> Self {
        Self { layers, values, mistakes: Vec::new(), path: path.to_owned(), reported: BTreeSet::new() }
    }

    /// Returns the last part of its path: a provider's name.
    pub(super) fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Returns a key of the table, from the top: `providers.smarttask.acme.access_token`.
    pub(super) fn dotted(&self, key: &str) -> String {
        dotted(&self.path_of(key))
    }

    fn path_of(&self, key: &str) -> Vec<String> {
        [self.path.as_slice(), &[key.to_owned()]].concat()
    }

    /// Reports a mistake in a key, unless one is reported already.
    pub(super) fn report(&mut self, key: &str, message: impl Into<String>) {
        if !self.reported.insert(key.to_owned()) {
            return;
        }
        let path = self.path_of(key);
        let location = self.values.get(key).map(|value| self.layers.location(&path, value));
        // A secret that was read from its own file has no location.
        let location = location.filter(|location| *location != SourceLocation::default());
        let location = location.unwrap_or_else(|| self.layers.location_for_missing(&self.path, key));
        self.mistakes.push(location.diagnostic(&path, message));
    }

    /// Replaces the value of a key that is wrong or missing by one of the right type.
    pub(super) fn substitute(&mut self, key: &str, keys: &Keys) {
        match keys.placeholder(key).and_then(|placeholder| Value::serialize(placeholder).ok()) {
            Some(placeholder) => self.values.insert(key.to_owned(), placeholder),
            None => self.values.remove(key),
        };
    }

    /// Reports and removes every key that is not `known`. Messages suggest keys of `elsewhere`, too.
    pub(super) fn reject_unknown<'b>(
        &mut self,
        known: impl Iterator<Item = &'b str>,
        elsewhere: impl Iterator<Item = &'b str>,
    ) {
        let known: Vec<&str> = known.collect();
        let suggested: Vec<&str> = known.iter().copied().chain(elsewhere).collect();
        let unknown = |key: &&String| !known.contains(&key.as_str());
        let unknown: Vec<String> = self.values.keys().filter(unknown).cloned().collect();
        for key in unknown {
            self.report(&key, unknown_key(&key, &suggested));
            self.values.remove(&key);
        }
    }

    /// Reads the table into a `T`. Returns `None` only when there are mistakes.
    pub(super) fn read<T: DeserializeOwned>(&mut self, keys: &Keys) -> Option<T> {
        self.read_with(keys, |values| {
            let figment = Figment::from(Serialized::defaults(values));
            figment.extract_lossy().map_err(|error| {
                let key = error.path.first().cloned().unwrap_or_default();
                let message = expectation(&error.kind, &key, keys);
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

    /// Calls `read` until it succeeds. Each key that it rejects is reported, and replaced for the next call.
    fn read_with<T>(
        &mut self,
        keys: &Keys,
        read: impl Fn(&Dict) -> Result<T, (String, String)>,
    ) -> Option<T> {
        self.reject_empty(keys);
        for key in keys.required() {
            if !self.values.contains_key(key) {
                self.report(key, "is missing: set it");
                self.substitute(key, keys);
            }
        }
        loop {
            let (key, message) = match read(&self.values) {
                Ok(read) => return Some(read),
                Err(rejected) => rejected,
            };
            if !self.values.contains_key(&key) {
                self.report(&key, "cannot be read: check its type");
                return None;
            }
            if self.reported.contains(&key) {
                self.values.remove(&key);
            } else {
                self.report(&key, message);
                self.substitute(&key, keys);
            }
        }
    }

    fn reject_empty(&mut self, keys: &Keys) {
        let is_empty = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        let empty = self.values.iter().filter(|(_, value)| is_empty(value));
        let empty: Vec<String> = empty.map(|(key, _)| key.clone()).collect();
        for key in empty {
            self.report(&key, format!("is empty, expected {}", keys.expectation(&key)));
            self.substitute(&key, keys);
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

/// Returns the message of one of this crate's own types, which repeats no value; those of figment and serde repeat it.
fn expectation(kind: &Kind, key: &str, keys: &Keys) -> String {
    match kind {
        Kind::Message(message) if !keys.is_secret(key) => message.clone(),
        _ => format!("expected {}", keys.expectation(key)),
    }
}
