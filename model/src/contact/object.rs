//! Reads the members of a JSON object of a contact, and reports those that no field takes.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::number_id::id_of_number;
use super::problem::Problem;
use crate::spelling::nearest_word;

/// A reader of one JSON object. Each method takes a member; [`finish`](Self::finish) reports the members that are left.
pub(super) struct Fields<'a> {
    path: String,
    map: Map<String, Value>,
    known: Vec<&'static str>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(path: String, map: Map<String, Value>, problems: &'a mut Vec<Problem>) -> Self {
        Self { path, map, known: Vec::new(), problems }
    }

    pub(super) fn path_of(&self, key: &str) -> String {
        join(&self.path, key)
    }

    pub(super) fn problem(&mut self, key: &str, message: impl Into<String>) {
        let path = self.path_of(key);
        self.problems.push(Problem { path, message: message.into() });
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.map.remove(key).filter(|value| !value.is_null())
    }

    pub(super) fn wrong_type<T>(&mut self, key: &str, expected: &str, value: &Value) -> Option<T> {
        let path = self.path_of(key);
        self.problems.push(type_problem(&path, expected, value));
        None
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) => present(&text),
            other => self.wrong_type(key, "a text", &other),
        }
    }

    /// Takes a code, which may be a JSON string or a number.
    pub(super) fn text_or_number(&mut self, key: &'static str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) => present(&text),
            Value::Number(number) => match id_of_number(&number.to_string()) {
                Ok(text) => Some(text),
                Err(message) => {
                    self.problem(key, message);
                    None
                }
            },
            other => self.wrong_type(key, "a text", &other),
        }
    }

    /// Takes an id. `false` counts as absent: some programs write it for a missing id.
    pub(super) fn id(&mut self, key: &'static str) -> Option<String> {
        if self.map.get(key) == Some(&Value::Bool(false)) {
            self.take(key);
            return None;
        }
        self.text_or_number(key)
    }

    pub(super) fn flag(&mut self, key: &'static str) -> bool {
        match self.take(key) {
            None => false,
            Some(Value::Bool(value)) => value,
            Some(other) => self.wrong_type(key, "true or false", &other).unwrap_or(false),
        }
    }

    pub(super) fn parsed<T: FromStr<Err: fmt::Display>>(&mut self, key: &'static str) -> Option<T> {
        self.parsed_with(key, str::parse)
    }

    pub(super) fn parsed_with<T, E: fmt::Display>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(key)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(key, error.to_string());
                None
            }
        }
    }

    pub(super) fn required<T: FromStr<Err: fmt::Display>>(&mut self, key: &'static str) -> Option<T> {
        self.required_with(key, str::parse)
    }

    pub(super) fn required_with<T, E: fmt::Display>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let problems_before = self.problems.len();
        let value = self.parsed_with(key, parse);
        if value.is_none() && self.problems.len() == problems_before {
            self.problem(key, "is missing");
        }
        value
    }

    pub(super) fn one_of<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let choice = choices.iter().find(|(word, _)| *word == text);
        if choice.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.problem(key, format!("expected one of {}", words.join(", ")));
        }
        choice.map(|(_, value)| *value)
    }

    pub(super) fn object_or_text<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
        from_text: impl FnOnce(String) -> T,
    ) -> Option<T> {
        match self.take(key)? {
            Value::String(text) => present(&text).map(from_text),
            Value::Object(map) => self.nested(self.path_of(key), map, read),
            other => self.wrong_type(key, "a text or an object", &other),
        }
    }

    /// Takes a list of objects. A text in the list is an object with only the member `main`.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        main: &str,
        read: impl Fn(&mut Fields<'_>) -> Option<T>,
    ) -> Vec<T> {
        let entries = match self.take(key) {
            None => return Vec::new(),
            Some(Value::Array(entries)) => entries,
            Some(other) => {
                return self.wrong_type(key, "a list", &other).unwrap_or_default();
            }
        };
        let mut list = Vec::with_capacity(entries.len());
        for (index, entry) in entries.into_iter().enumerate() {
            let path = format!("{}[{index}]", self.path_of(key));
            let map = match entry {
                Value::Object(map) => map,
                text @ Value::String(_) => Map::from_iter([(main.to_owned(), text)]),
                other => {
                    self.problems.push(type_problem(&path, "a text or an object", &other));
                    continue;
                }
            };
            list.extend(self.nested(path, map, &read));
        }
        list
    }

    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        match self.take(key) {
            None => Vec::new(),
            Some(Value::Array(entries)) if entries.iter().all(Value::is_string) => {
                entries.iter().filter_map(|entry| present(entry.as_str()?)).collect()
            }
            Some(other) => self.wrong_type(key, "a list of texts", &other).unwrap_or_default(),
        }
    }

    pub(super) fn custom(&mut self, key: &'static str) -> BTreeMap<String, Value> {
        match self.take(key) {
            None => BTreeMap::new(),
            Some(Value::Object(map)) => map.into_iter().collect(),
            Some(other) => self.wrong_type(key, "an object", &other).unwrap_or_default(),
        }
    }

    /// Takes one object per vendor. Any vendor name is accepted: the model does not know which vendors exist.
    pub(super) fn vendors(&mut self, key: &'static str) -> BTreeMap<String, Map<String, Value>> {
        let mut vendors = BTreeMap::new();
        for (vendor, body) in self.custom(key) {
            let path = join(&self.path_of(key), &vendor);
            match body {
                Value::Null => {}
                Value::Object(map) => {
                    vendors.insert(vendor, map);
                }
                other => self.problems.push(type_problem(&path, "an object", &other)),
            }
        }
        vendors
    }

    pub(super) fn nested<T>(
        &mut self,
        path: String,
        map: Map<String, Value>,
        read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
    ) -> Option<T> {
        let mut fields = Fields::new(path, map, self.problems);
        let value = read(&mut fields);
        fields.finish();
        value
    }

    pub(super) fn finish(self) {
        for key in self.map.keys() {
            let message = match nearest_word(key, self.known.iter().copied()) {
                Some(known) => format!("unknown key, did you mean `{known}`?"),
                None => format!("unknown key (known: {})", self.known.join(", ")),
            };
            self.problems.push(Problem { path: join(&self.path, key), message });
        }
    }
}

fn present(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

pub(super) fn type_problem(path: &str, expected: &str, value: &Value) -> Problem {
    let found = match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Problem { path: path.to_owned(), message: format!("expected {expected}, found {found}") }
}
