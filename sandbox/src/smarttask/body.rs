//! The validation of `SmartTask`'s create.
//!
//! Documented: names, types, limits and enumerations. Optional fields may be null; the others may be absent (the page gives
//! defaults, or the server sets them) but not null.
//!
//! Inference: `name` is trimmed before it counts as missing.
//!
//! Choices where the pages are silent: `description` is taken although only the response has it; another
//! `organization_id` than the path's is refused; an e-mail or a phone without its value is refused; neither is checked for
//! its form; the items of `projects`, `followers`, `files` and `custom_field_values` may be any objects.

use serde_json::{Map, Value};

use super::problem::Errors;
use crate::accounts::smarttask::ORGANIZATION_ID;
use crate::draft::TextFields;

pub(super) const TEXT_FIELDS: TextFields = TextFields {
    texts: &["name", "designation", "address", "description"],
    emails: &["emails.email"],
    phones: &["phones.phone_number"],
};

enum Kind {
    Text,
    TextUpTo(usize),
    Number,
    Boolean,
    Object(&'static [Field]),
    Array(&'static [Field]),
    OneOf(&'static [&'static str]),
}

struct Field {
    name: &'static str,
    kind: Kind,
    presence: Presence,
}

#[derive(Clone, Copy, PartialEq)]
enum Presence {
    /// There, and not blank.
    Required,
    /// Absent or there, not null.
    Defaulted,
    /// Absent, null or there.
    Optional,
}

const fn required(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, presence: Presence::Required }
}

const fn defaulted(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, presence: Presence::Defaulted }
}

const fn optional(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, presence: Presence::Optional }
}

const CONTACT: &[Field] = &[
    required("name", Kind::TextUpTo(100)),
    defaulted("organization_id", Kind::Number),
    defaulted("created_by_user_id", Kind::Number),
    optional("record_id", Kind::Text),
    optional("record_sub_type", Kind::OneOf(&["person", "organization"])),
    defaulted("access_type", Kind::OneOf(&["default", "core_members"])),
    optional("designation", Kind::TextUpTo(50)),
    optional("avatar_url", Kind::Text),
    optional("assigned_user", Kind::Object(&[])),
    optional("parent", Kind::Object(PARENT)),
    optional("address", Kind::TextUpTo(4000)),
    optional("address_lat", Kind::Number),
    optional("address_lng", Kind::Number),
    defaulted("emails", Kind::Array(EMAIL)),
    defaulted("phones", Kind::Array(PHONE)),
    optional("url_details", Kind::Object(LINKS)),
    defaulted("projects", Kind::Array(&[])),
    defaulted("followers", Kind::Array(&[])),
    defaulted("files", Kind::Array(&[])),
    defaulted("custom_field_values", Kind::Array(&[])),
    defaulted("archived", Kind::Boolean),
    defaulted("created_at", Kind::Text),
    defaulted("modified_at", Kind::Text),
    optional("description", Kind::Text),
];

const PARENT: &[Field] = &[
    required("record_id", Kind::Text),
    defaulted("record_sub_type", Kind::OneOf(&["person", "organization"])),
    defaulted("name", Kind::Text),
    optional("avatar_url", Kind::Text),
    optional("parent_name", Kind::Text),
    optional("designation", Kind::Text),
    defaulted("archived", Kind::Boolean),
];

const EMAIL: &[Field] = &[defaulted("record_id", Kind::Text), required("email", Kind::TextUpTo(320))];

const PHONE: &[Field] = &[defaulted("record_id", Kind::Text), required("phone_number", Kind::TextUpTo(30))];

const LINKS: &[Field] = &[
    optional("domain", Kind::Text),
    optional("twitter_url", Kind::Text),
    optional("linkedin_url", Kind::Text),
    optional("facebook_url", Kind::Text),
    optional("github_url", Kind::Text),
    optional("instagram_url", Kind::Text),
];

/// Returns every error of a create's body.
pub(super) fn field_errors(fields: &Map<String, Value>) -> Errors {
    let mut errors = Errors::new();
    check_object(fields, CONTACT, "", &mut errors);
    if let Some(organization) = fields.get("organization_id").and_then(Value::as_number)
        && organization.as_u64() != Some(ORGANIZATION_ID)
    {
        refuse(&mut errors, "organization_id", "The organization is not the path's.");
    }
    errors
}

fn check_object(object: &Map<String, Value>, expected: &[Field], path: &str, errors: &mut Errors) {
    for field in expected {
        let path = format!("{path}{}", field.name);
        let value = object.get(field.name);
        if field.presence == Presence::Required && is_missing(value) {
            refuse(errors, &path, "The field is required.");
            continue;
        }
        match value {
            None => {}
            Some(Value::Null) if field.presence == Presence::Optional => {}
            Some(value) => check_value(value, &field.kind, &path, errors),
        }
    }
}

fn is_missing(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    }
}

fn check_value(value: &Value, kind: &Kind, path: &str, errors: &mut Errors) {
    match (kind, value) {
        (Kind::Text, Value::String(_))
        | (Kind::Number, Value::Number(_))
        | (Kind::Boolean, Value::Bool(_)) => {}
        (Kind::TextUpTo(limit), Value::String(text)) => {
            if text.chars().count() > *limit {
                let message = format!("The field must be a string with a maximum length of {limit}.");
                refuse(errors, path, &message);
            }
        }
        (Kind::OneOf(names), Value::String(name)) if names.contains(&name.as_str()) => {}
        (Kind::Object(expected), Value::Object(object)) => {
            check_object(object, expected, &format!("{path}."), errors);
        }
        (Kind::Array(expected), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                check_value(item, &Kind::Object(expected), &format!("{path}[{index}]"), errors);
            }
        }
        _ => refuse(errors, &format!("$.{path}"), "The JSON value could not be converted."),
    }
}

fn refuse(errors: &mut Errors, field: &str, message: &str) {
    let field = if field.starts_with("$.") { field.to_owned() } else { property_name(field) };
    errors.entry(field).or_default().push(message.to_owned());
}

/// Returns the name of a field in .NET: `Emails[0].Email` for `emails[0].email`.
fn property_name(path: &str) -> String {
    let mut name = String::new();
    let mut starts_word = true;
    for letter in path.chars() {
        match letter {
            '_' => starts_word = true,
            _ if starts_word => {
                name.extend(letter.to_uppercase());
                starts_word = false;
            }
            _ => {
                name.push(letter);
                starts_word = letter == '.';
            }
        }
    }
    name
}
