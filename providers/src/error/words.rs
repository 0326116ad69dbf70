//! What the vendor said, read leniently and made safe to repeat.
//!
//! Its rule: any shape of error body is read, none is required, and nothing of it is kept that holds a
//! credential, a value of the contact, or anything that looks like an e-mail address or a phone number.

use serde::Serialize;
use serde_json::{Map, Value};

/// The longest message that is kept, in characters.
const MESSAGE_LIMIT: usize = 300;
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
const EXISTING_ID_KEYS: &[&str] =
    &["existing_id", "existingId", "duplicate_id", "contact_id", "record_id", "id", "Id"];

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
        let places = [Some(body), body.get("contact"), body.get("existing"), body.get("data")];
        self.existing_id = places
            .into_iter()
            .flatten()
            .find_map(|place| EXISTING_ID_KEYS.iter().find_map(|key| place.get(*key).and_then(id_text)));
        self
    }

    /// The same words with nothing in them that must not be repeated.
    pub(crate) fn scrubbed(mut self, scrub: &Scrub) -> Self {
        self.message = self.message.map(|message| scrub.clean(&message));
        self.code = self.code.map(|code| scrub.clean(&code));
        for field in &mut self.fields {
            field.field = scrub.clean(&field.field);
            field.message = scrub.clean(&field.message);
        }
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

/// An id or code that may be a number or a text, as a text. Blank, zero-length and null are none.
pub(crate) fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a body names a contact.
pub(crate) fn holds_an_id(body: &Value) -> bool {
    EXISTING_ID_KEYS.iter().any(|key| body.get(*key).and_then(id_text).is_some())
}

/// Whether a body that came with a success is an error all the same.
pub(crate) fn looks_like_an_error(body: &Value) -> bool {
    let Value::Object(map) = body else {
        return false;
    };
    let says_so = |key: &str| match map.get(key) {
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::Object(map)) => !map.is_empty(),
        Some(Value::Bool(value)) => *value,
        _ => false,
    };
    let failed_status = map.get("status").and_then(Value::as_u64).is_some_and(|status| status >= 400);
    let unsuccessful = map.get("success").and_then(Value::as_bool) == Some(false);
    says_so("error")
        || says_so("errors")
        || map.get("error_code").is_some_and(|code| !code.is_null())
        || failed_status
        || unsuccessful
}

/// What must not be repeated: the credentials of the request and the values of the contact.
pub(crate) struct Scrub {
    needles: Vec<String>,
}

const REMOVED: &str = "[removed]";

impl Scrub {
    /// Removes everything that `body`, the request that was sent, holds.
    pub(crate) fn contents_of(body: &Value) -> Self {
        let mut needles = Vec::new();
        collect_texts(body, &mut needles);
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
        needles.dedup();
        Self { needles }
    }

    /// Also removes a credential.
    pub(crate) fn and_secret(mut self, secret: &str) -> Self {
        if secret.len() >= 4 {
            self.needles.insert(0, secret.to_owned());
        }
        self
    }

    pub(crate) fn clean(&self, text: &str) -> String {
        let mut clean: String =
            text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
        for needle in &self.needles {
            clean = without(&clean, needle);
        }
        let clean = without_personal_looks(&clean);
        let clean = clean.trim();
        let mut capped: String = clean.chars().take(MESSAGE_LIMIT).collect();
        if capped.len() < clean.len() {
            capped.push('…');
        }
        capped
    }
}

fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let text = text.trim().to_owned();
            let words = text
                .split(|character: char| character.is_whitespace() || character == ',')
                .filter(|word| word.chars().count() >= 3);
            if text.chars().count() <= 60 {
                texts.extend(words.map(str::to_owned));
            }
            if text.chars().count() >= 2 {
                texts.push(text);
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| collect_texts(entry, texts)),
        Value::Object(map) => map.values().for_each(|entry| collect_texts(entry, texts)),
        _ => {}
    }
}

/// `text` without `needle`, whatever its case. A short one of plain letters goes only as a whole word.
fn without(text: &str, needle: &str) -> String {
    let needle: Vec<char> = needle.chars().map(folded).collect();
    let original: Vec<char> = text.chars().collect();
    let haystack: Vec<char> = original.iter().copied().map(folded).collect();
    let only_whole = needle.len() < 5 && needle.iter().all(char::is_ascii_alphanumeric);
    let is_letter = |place: Option<usize>| {
        place.and_then(|place| haystack.get(place)).is_some_and(|character| character.is_alphanumeric())
    };
    let mut clean = String::with_capacity(text.len());
    let mut place = 0;
    while place < haystack.len() {
        let end = place + needle.len();
        let found = haystack[place..].starts_with(&needle)
            && !(only_whole && (is_letter(place.checked_sub(1)) || is_letter(Some(end))));
        if found {
            clean.push_str(REMOVED);
            place = end;
        } else {
            clean.push(original[place]);
            place += 1;
        }
    }
    clean
}

/// One character for one, so that places stay the same.
fn folded(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

/// `text` without words that look like an e-mail address, a long number or a token.
fn without_personal_looks(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim();
            let digits = bare.chars().filter(char::is_ascii_digit).count();
            let has_at = bare.find('@').is_some_and(|place| place > 0 && place + 1 < bare.len());
            let is_date = bare.contains([':', '-']) && digits <= 14 && !bare.starts_with('+');
            if has_at || (digits >= 7 && !is_date) || bare.len() > 60 {
                word.replace(bare, REMOVED)
            } else {
                word.to_owned()
            }
        })
        .collect()
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
    fn values_of_the_contact_and_credentials_are_removed() {
        let sent = json!({"name": "Ada King", "email": "ada@example.com", "phones": ["+442071234567"]});
        let scrub = Scrub::contents_of(&sent).and_secret("tok_abcd");
        let message =
            "ada@example.com of ADA KING (+442071234567, other 0301234567, x@y.org) via tok_abcd is invalid";
        assert_eq!(
            scrub.clean(message),
            "[removed] of [removed] ([removed], other [removed] [removed] via [removed] is invalid"
        );
    }

    #[test]
    fn dates_and_times_stay_readable() {
        let scrub = Scrub::contents_of(&json!({}));
        let message = "time limit reached please try again tomorrow at 18:00 - 06:00";
        assert_eq!(scrub.clean(message), message);
    }
}
