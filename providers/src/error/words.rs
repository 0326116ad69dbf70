//! What the vendor said, read leniently.
//!
//! Its rule: any shape of error body is read and none is required; what is read is repeated only after it was scrubbed.

mod looks;
mod needles;
mod ordinary;
mod readings;
mod scrub;
mod whole;

use serde::Serialize;
use serde_json::{Map, Value};
use unicontact_model::id_text;

pub(crate) use self::scrub::Scrub;
use crate::comparison::IdentifyingValues;

/// The most field errors that are kept.
const FIELD_LIMIT: usize = 20;

/// What the vendor said of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The vendor's name of the field; empty when it told none.
    pub field: String,
    /// The vendor's words.
    pub message: String,
}

/// The vendor's own words about a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) fields: Vec<FieldError>,
    pub(crate) existing_id: Option<String>,
}

const CODE_KEYS: &[&str] = &["error_code", "errorCode", "code", "error_token", "applicationCode"];
const MESSAGE_KEYS: &[&str] = &[
    "message",
    "userMessage",
    "error_description",
    "detail",
    "title",
    "error",
    "msg",
    "developerMessage",
    "devMessage",
];
/// What vendors wrap their errors in.
const WRAPPER_KEYS: &[&str] = &["error", "records", "fault"];
const FIELD_LIST_KEYS: &[&str] = &["errors", "validationList", "fields", "details", "validation_errors"];
const FIELD_NAME_KEYS: &[&str] = &["field", "path", "property", "param", "name", "pointer"];
/// What vendors call the id of a contact that they return.
const CONTACT_ID_KEYS: &[&str] = &["id", "Id", "record_id", "contact_id"];
/// What can only be the id of another contact than the refused one. A bare `id` may be that of the error.
const EXISTING_ID_KEYS: &[&str] =
    &["existing_id", "existingId", "duplicate_id", "duplicateId", "contact_id", "record_id"];
/// What vendors call the contact that is in the way.
const EXISTING_CONTACT_KEYS: &[&str] = &["contact", "existing", "existing_contact", "duplicate"];

impl Words {
    /// Reads the words out of a JSON error body of any shape.
    pub(crate) fn of(body: &Value) -> Self {
        let mut words = Self::default();
        words.read(body, 0);
        words.fields.truncate(FIELD_LIMIT);
        if words.message.is_none() {
            words.message = summary(&words.fields);
        }
        words
    }

    fn read(&mut self, body: &Value, depth: usize) {
        match body {
            Value::String(text) if self.message.is_none() => self.message = Some(text.clone()),
            Value::Array(entries) if depth < 3 => {
                for entry in entries.iter().take(FIELD_LIMIT) {
                    self.read_field_entry("", entry);
                }
            }
            Value::Object(map) if depth < 3 => self.read_object(map, depth),
            _ => {}
        }
    }

    fn read_object(&mut self, map: &Map<String, Value>, depth: usize) {
        let texts = MESSAGE_KEYS.iter().filter_map(|key| map.get(*key)?.as_str());
        if let Some(text) = texts.into_iter().find(|text| !text.trim().is_empty()) {
            self.message.get_or_insert_with(|| text.to_owned());
        }
        if let Some(code) = CODE_KEYS.iter().find_map(|key| map.get(*key).and_then(id_text)) {
            self.code.get_or_insert(code);
        }
        for nested in WRAPPER_KEYS.iter().chain(MESSAGE_KEYS).filter_map(|key| map.get(*key)) {
            if nested.is_object() || nested.is_array() {
                self.read(nested, depth + 1);
            }
        }
        for list in FIELD_LIST_KEYS.iter().filter_map(|key| map.get(*key)) {
            match list {
                Value::Array(entries) => entries.iter().for_each(|entry| self.read_field_entry("", entry)),
                Value::Object(fields) => self.read_fields(fields),
                _ => {}
            }
        }
        let is_list_of_texts = |value: &Value| {
            value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string))
        };
        if self.fields.is_empty() && !map.is_empty() && map.values().all(is_list_of_texts) {
            self.read_fields(map);
        }
    }

    fn read_fields(&mut self, fields: &Map<String, Value>) {
        for (field, entry) in fields {
            self.read_field_entry(field, entry);
        }
    }

    fn read_field_entry(&mut self, field: &str, entry: &Value) {
        match entry {
            Value::String(message) => {
                self.fields.push(FieldError { field: field.to_owned(), message: message.clone() });
            }
            Value::Array(messages) => {
                for message in messages {
                    self.read_field_entry(field, message);
                }
            }
            Value::Object(map) => {
                let name = FIELD_NAME_KEYS
                    .iter()
                    .find_map(|key| map.get(*key).and_then(Value::as_str))
                    .unwrap_or(field);
                let message = MESSAGE_KEYS
                    .iter()
                    .find_map(|key| map.get(*key).and_then(Value::as_str))
                    .or_else(|| CODE_KEYS.iter().find_map(|key| map.get(*key).and_then(Value::as_str)));
                if let Some(message) = message {
                    self.fields.push(FieldError { field: name.to_owned(), message: message.to_owned() });
                }
            }
            _ => {}
        }
    }

    /// Adds the id of an existing contact, if the body names one.
    pub(crate) fn with_existing_id_of(mut self, body: &Value) -> Self {
        let nested = EXISTING_CONTACT_KEYS.iter().filter_map(|key| body.get(*key));
        self.existing_id = id_under(EXISTING_ID_KEYS, body)
            .or_else(|| nested.into_iter().find_map(|contact| id_under(CONTACT_ID_KEYS, contact)));
        self
    }

    /// Returns the contact that is in the way, as far as the body holds it.
    pub(crate) fn existing_contact(body: &Value) -> IdentifyingValues {
        let contacts = EXISTING_CONTACT_KEYS.iter().filter_map(|key| body.get(*key));
        let values = contacts.map(IdentifyingValues::from_json);
        values.into_iter().find(|values| !values.is_empty()).unwrap_or_default()
    }

    /// The same words with nothing in them that must not be repeated.
    pub(crate) fn scrubbed(mut self, scrub: &Scrub) -> Self {
        let is_summary = self.message.is_some() && self.message == summary(&self.fields);
        for field in &mut self.fields {
            field.field = scrub.clean_field(&field.field);
            field.message = scrub.clean(&field.message);
        }
        self.message = if is_summary {
            summary(&self.fields).map(|message| scrub::capped(&message, false))
        } else {
            self.message.map(|message| scrub.clean(&message))
        };
        self.code = self.code.map(|code| scrub.clean_code(&code));
        self.existing_id = self.existing_id.filter(|id| scrub.allows_id(id));
        self
    }
}

fn summary(fields: &[FieldError]) -> Option<String> {
    let sentences: Vec<String> = fields
        .iter()
        .take(3)
        .map(|field| match field.field.as_str() {
            "" => field.message.clone(),
            name => format!("{name} {}", field.message),
        })
        .collect();
    (!sentences.is_empty()).then(|| sentences.join("; "))
}

/// The first id that stands under one of these keys.
fn id_under(keys: &[&str], place: &Value) -> Option<String> {
    keys.iter().find_map(|key| place.get(*key).and_then(id_text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_known_shape_of_error_body_gives_its_words() {
        for (body, message) in [
            (json!("Unauthorized"), "Unauthorized"),
            (json!({"message": "no"}), "no"),
            (json!({"error": {"message": "no"}}), "no"),
            (json!({"full_name": ["can't be blank"]}), "full_name can't be blank"),
            (json!({"errors": {"full_name": ["can't be blank"]}}), "full_name can't be blank"),
            (json!({"errors": ["Full name can't be blank"]}), "Full name can't be blank"),
            (json!({"title": "Not valid.", "errors": {"Name": ["too long"]}}), "Not valid."),
            (json!({"records": {}, "error": "late"}), "late"),
            (json!([{"field": "email", "message": "taken"}]), "email taken"),
        ] {
            assert_eq!(Words::of(&body).message.as_deref(), Some(message), "{body}");
        }
    }

    #[test]
    fn only_what_is_called_existing_is_the_id_of_an_existing_contact() {
        for (body, id) in [
            (json!({"existing_id": 900}), Some("900")),
            (json!({"error": "taken", "duplicateId": "a-1"}), Some("a-1")),
            (json!({"id": "err-123", "existing": {"id": 7}}), Some("7")),
            (json!({"duplicate": {"record_id": "r-1"}}), Some("r-1")),
            (json!({"contact": {"name": "x"}, "existing_contact": {"Id": 8}}), Some("8")),
            (json!({"id": "err-123", "error": "conflict"}), None),
            (json!({"id": "err-123", "record_id": "r-1"}), Some("r-1")),
            (json!({"data": {"id": 9}}), None),
        ] {
            let words = Words::default().with_existing_id_of(&body);
            assert_eq!(words.existing_id.as_deref(), id, "{body}");
        }
    }

    #[test]
    fn an_existing_id_that_repeats_a_value_or_holds_control_characters_is_dropped() {
        let scrub = Scrub::contents_of(&json!({"email": "ada@example.com"})).and_secret("tok_abcd");
        for (id, is_kept) in [
            ("d46a122c-0bb3-4a7a-8c27-2138d3d3ab06", true),
            ("9001", true),
            ("ada@example.com", false),
            ("tok_abcd", false),
            ("90\u{1b}[2J01", false),
        ] {
            let words = Words::default().with_existing_id_of(&json!({"existing_id": id}));
            assert_eq!(words.scrubbed(&scrub).existing_id.is_some(), is_kept, "{id:?}");
        }
    }
}
