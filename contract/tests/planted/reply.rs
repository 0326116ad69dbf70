//! Changes to a reply of a vendor. A change of what the reply does not have is a mistake of the test.

use serde_json::{Map, Value};
use unicontact_contract::fixture::FixtureAnswer;

use crate::baseline::proxy::{Body, Reply};

impl Reply {
    /// Takes the answer of a fixture.
    pub(super) fn replace(&mut self, answer: &FixtureAnswer) {
        self.status = answer.status.unwrap();
        self.headers = answer.headers.clone().into_iter().collect();
        let text = || Body::Text(answer.text.clone().unwrap_or_default());
        self.body = answer.body.clone().map_or_else(text, Body::Json);
    }

    pub(super) fn json(&mut self) -> &mut Value {
        match &mut self.body {
            Body::Json(value) => value,
            Body::Text(text) => panic!("{}: no JSON: {text}", self.request),
        }
    }

    /// Returns the value at a JSON pointer.
    pub(super) fn at(&mut self, pointer: &str) -> &mut Value {
        let shown = self.json().to_string();
        self.json().pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}: {shown}"))
    }

    pub(super) fn set(&mut self, pointer: &str, value: impl Into<Value>) {
        *self.at(pointer) = value.into();
    }

    pub(super) fn remove(&mut self, pointer: &str) -> Value {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let removed = self.object(parent).remove(name);
        removed.unwrap_or_else(|| panic!("nothing at {pointer}"))
    }

    pub(super) fn rename(&mut self, pointer: &str, name: &str) {
        let value = self.remove(pointer);
        let (parent, _) = pointer.rsplit_once('/').unwrap();
        self.object(parent).insert(name.to_owned(), value);
    }

    pub(super) fn add(&mut self, pointer: &str, name: &str, value: impl Into<Value>) {
        assert!(self.object(pointer).insert(name.to_owned(), value.into()).is_none(), "{pointer}/{name}");
    }

    pub(super) fn text(&mut self, text: &str) {
        self.body = Body::Text(text.to_owned());
    }

    pub(super) fn add_header(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(super) fn set_header(&mut self, name: &str, value: &str) {
        self.remove_header(name);
        self.add_header(name, value);
    }

    pub(super) fn remove_header(&mut self, name: &str) {
        let before = self.headers.len();
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        assert_eq!(self.headers.len() + 1, before, "{}: no header {name}", self.request);
    }

    fn object(&mut self, pointer: &str) -> &mut Map<String, Value> {
        self.at(pointer).as_object_mut().unwrap()
    }
}
