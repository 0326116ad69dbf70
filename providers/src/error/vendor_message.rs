//! The vendor's message in an error body: code, text, field errors, and the id of an existing contact. Any form of body is
//! accepted. A message is reported only after it was redacted.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use unicontact_model::scalar_text;

use super::redactor::{self, Redactor};
use crate::comparison::IdentifyingValues;

/// The maximum number of field errors of a message.
const MAX_FIELDS: usize = 20;

/// The vendor's message about one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The vendor's name of the field. Empty if the vendor named none.
    pub field: String,
    /// The vendor's text, redacted.
    pub message: String,
}

/// The vendor's message about a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct VendorMessage {
    pub(crate) code: Option<String>,
    pub(crate) text: Option<String>,
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
/// The members that wrap an error.
const WRAPPER_KEYS: &[&str] = &["error", "records", "fault"];
const FIELD_LIST_KEYS: &[&str] = &["errors", "validationList", "fields", "details", "validation_errors"];
const FIELD_NAME_KEYS: &[&str] = &["field", "path", "property", "param", "name", "pointer"];
/// The names of the id of a contact in a body.
const CONTACT_ID_KEYS: &[&str] = &["id", "Id", "record_id", "contact_id"];
/// The names that can only be the id of an existing contact. A plain `id` may be the id of the error.
const EXISTING_ID_KEYS: &[&str] =
    &["existing_id", "existingId", "duplicate_id", "duplicateId", "contact_id", "record_id"];
/// The names of an existing contact in a body.
const EXISTING_CONTACT_KEYS: &[&str] = &["contact", "existing", "existing_contact", "duplicate"];

impl VendorMessage {
    /// Reads the message of a JSON error body in any form.
    pub(crate) fn from_json(body: &Value) -> Self {
        let mut message = Self::default();
        message.read(body, 0);
        message.fields.truncate(MAX_FIELDS);
        if message.text.is_none() {
            message.text = summary(&message.fields);
        }
        message
    }

    fn read(&mut self, body: &Value, depth: usize) {
        match body {
            Value::String(text) if self.text.is_none() => self.text = Some(text.clone()),
            Value::Array(entries) if depth < 3 => {
                for entry in entries.iter().take(MAX_FIELDS) {
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
            self.text.get_or_insert_with(|| text.to_owned());
        }
        if let Some(code) = CODE_KEYS.iter().find_map(|key| map.get(*key).and_then(scalar_text)) {
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

    /// Adds the id of an existing contact, if the body has one.
    pub(crate) fn with_existing_id_from(mut self, body: &Value) -> Self {
        let nested = EXISTING_CONTACT_KEYS.iter().filter_map(|key| body.get(*key));
        self.existing_id = id_under(EXISTING_ID_KEYS, body)
            .or_else(|| nested.into_iter().find_map(|contact| id_under(CONTACT_ID_KEYS, contact)));
        self
    }

    /// Replaces the messages about single fields. A text that is a summary of the old ones becomes one of the new ones.
    pub(crate) fn with_fields(mut self, mut fields: Vec<FieldError>) -> Self {
        fields.truncate(MAX_FIELDS);
        if self.text.is_none() || self.text == summary(&self.fields) {
            self.text = summary(&fields);
        }
        self.fields = fields;
        self
    }

    /// Returns the identifying values of the existing contact in a body. Empty if the body has none.
    pub(crate) fn existing_contact(body: &Value) -> IdentifyingValues {
        let contacts = EXISTING_CONTACT_KEYS.iter().filter_map(|key| body.get(*key));
        let values = contacts.map(IdentifyingValues::from_json);
        values.into_iter().find(|values| !values.is_empty()).unwrap_or_default()
    }

    /// Returns the message without credentials and contact data.
    pub(crate) fn redacted(mut self, redactor: &Redactor) -> Self {
        let is_summary = self.text.is_some() && self.text == summary(&self.fields);
        for field in &mut self.fields {
            field.field = redactor.redact_field(&field.field);
            field.message = redactor.redact(&field.message);
        }
        self.text = if is_summary {
            summary(&self.fields).map(|message| redactor::capped(&message, false))
        } else {
            self.text.map(|message| redactor.redact(&message))
        };
        self.code = self.code.map(|code| redactor.redact_code(&code));
        self.existing_id = self.existing_id.filter(|id| redactor.allows_id(id));
        self
    }
}

/// Returns the first three field errors as one sentence.
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

/// Returns the first id under one of these keys.
fn id_under(keys: &[&str], body: &Value) -> Option<String> {
    keys.iter().find_map(|key| body.get(*key).and_then(scalar_text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_message_of_every_known_form_of_error_body_is_read() {
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
            assert_eq!(VendorMessage::from_json(&body).text.as_deref(), Some(message), "{body}");
        }
    }

    #[test]
    fn only_an_id_that_is_named_existing_is_that_of_an_existing_contact() {
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
            let message = VendorMessage::default().with_existing_id_from(&body);
            assert_eq!(message.existing_id.as_deref(), id, "{body}");
        }
    }

    #[test]
    fn an_existing_id_that_equals_a_value_or_has_control_characters_is_dropped() {
        let redactor = Redactor::from_request(&json!({"email": "ada@example.com"}))
            .with_secret("tok_abcd")
            .with_secret("00D000000000001!AQcA.dxyz9");
        for (id, is_kept) in [
            ("003000000000001AAA", true),
            ("00D000000000001!AQcA", false),
            ("d46a122c-0bb3-4a7a-8c27-2138d3d3ab06", true),
            ("9001", true),
            ("ada@example.com", false),
            ("tok_abcd", false),
            ("90\u{1b}[2J01", false),
        ] {
            let message = VendorMessage::default().with_existing_id_from(&json!({"existing_id": id}));
            assert_eq!(message.redacted(&redactor).existing_id.is_some(), is_kept, "{id:?}");
        }
    }
}
