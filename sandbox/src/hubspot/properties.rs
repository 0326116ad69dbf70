//! The properties of a contact of `HubSpot`: their validation, and the contact as it is shown.
//!
//! Documented: the names of the default properties, texts as their values, at least one of three, the members of a contact.
//!
//! Third-party: the codes and words of each error; a number and a boolean are read as their texts; the properties that the
//! vendor adds; `hs_additional_emails` with addresses between semicolons.
//!
//! Choices where the pages are silent: an e-mail address is one `@` with text on both sides and no space; which properties a
//! list shows without `properties`.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::error::PropertyError;
use crate::accounts::hubspot::{CUSTOM_PREFIX, PORTAL_ID};
use crate::draft::TextFields;

pub(super) const TEXT_FIELDS: TextFields = TextFields {
    texts: &[
        "properties.firstname",
        "properties.lastname",
        "properties.salutation",
        "properties.jobtitle",
        "properties.company",
        "properties.address",
        "properties.city",
        "properties.state",
        "properties.zip",
        "properties.country",
    ],
    emails: &["properties.email"],
    phones: &["properties.phone", "properties.mobilephone", "properties.fax"],
};

const NAMES: [&str; 19] = [
    "email",
    "firstname",
    "lastname",
    "salutation",
    "phone",
    "mobilephone",
    "fax",
    "jobtitle",
    "address",
    "city",
    "state",
    "zip",
    "country",
    "company",
    "website",
    "lifecyclestage",
    "hs_lead_status",
    "hubspot_owner_id",
    "hs_additional_emails",
];
const READ_ONLY: [&str; 4] = ["createdate", "hs_object_id", "lastmodifieddate", "hs_email_domain"];
const IDENTIFYING: [&str; 3] = ["email", "firstname", "lastname"];
const ALWAYS_SHOWN: [&str; 3] = ["createdate", "hs_object_id", "lastmodifieddate"];
const SHOWN_BY_DEFAULT: [&str; 3] = ["email", "firstname", "lastname"];

/// Returns every error of a create's properties.
pub(super) fn errors(properties: &Map<String, Value>) -> Vec<PropertyError> {
    let mut errors: Vec<PropertyError> =
        properties.iter().filter_map(|(name, value)| error(name, value)).collect();
    let is_given = |name: &&str| text(properties, name).is_some_and(|text| !text.trim().is_empty());
    if errors.is_empty() && !IDENTIFYING.iter().any(is_given) {
        errors.push(PropertyError {
            code: "MISSING_REQUIRED_PROPERTY",
            property: "email".to_owned(),
            value: String::new(),
            message: "At least one of email, firstname and lastname is required".to_owned(),
        });
    }
    errors
}

/// Returns the addresses in a create's body, in lower case.
pub(super) fn email_addresses(fields: &Map<String, Value>) -> Vec<String> {
    let Some(properties) = fields.get("properties").and_then(Value::as_object) else {
        return Vec::new();
    };
    let texts = ["email", "hs_additional_emails"].into_iter().filter_map(|name| text(properties, name));
    let addresses = texts
        .flat_map(|text| text.split(';').map(|address| address.trim().to_lowercase()).collect::<Vec<_>>());
    addresses.filter(|address| !address.is_empty()).collect()
}

/// Returns the whole contact, as a create answers it.
pub(super) fn shown(fields: &Map<String, Value>, id: &str, now: Timestamp) -> Value {
    let stamp = now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let mut properties = Map::new();
    properties.insert("lifecyclestage".to_owned(), json!("lead"));
    if let Some(sent) = fields.get("properties").and_then(Value::as_object) {
        let texts = sent.keys().filter_map(|name| Some((name.clone(), json!(text(sent, name)?))));
        properties.extend(texts.filter(|(_, text)| *text != ""));
    }
    properties.insert("createdate".to_owned(), json!(stamp));
    properties.insert("lastmodifieddate".to_owned(), json!(stamp));
    properties.insert("hs_object_id".to_owned(), json!(id));
    json!({
        "id": id,
        "properties": properties,
        "createdAt": stamp,
        "updatedAt": stamp,
        "archived": false,
        "url": format!("https://app.hubspot.com/contacts/{PORTAL_ID}/record/0-1/{id}"),
    })
}

/// Returns a contact with these properties, which are null if it does not have them.
pub(super) fn selected(shown: &Value, names: Option<&[&str]>) -> Value {
    let wanted = names.unwrap_or(&SHOWN_BY_DEFAULT).iter().chain(&ALWAYS_SHOWN);
    let properties = wanted.map(|name| ((*name).trim().to_owned(), shown["properties"][name.trim()].clone()));
    let mut selected = shown.clone();
    selected["properties"] = Value::Object(properties.collect());
    selected
}

fn error(name: &str, value: &Value) -> Option<PropertyError> {
    let text = as_text(value);
    let (code, message) = if READ_ONLY.contains(&name) {
        ("READ_ONLY_VALUE", format!("\"{name}\" is a calculated property; its value cannot be set."))
    } else if !NAMES.contains(&name) && !name.starts_with(CUSTOM_PREFIX) {
        ("PROPERTY_DOESNT_EXIST", format!("Property \"{name}\" does not exist"))
    } else if value.is_array() || value.is_object() {
        ("INVALID_TYPE", format!("The value of \"{name}\" is no text"))
    } else if name == "email" && !text.as_deref().is_none_or(|text| text.is_empty() || is_email(text)) {
        ("INVALID_EMAIL", format!("Email address {} is invalid", text.as_deref().unwrap_or_default()))
    } else {
        return None;
    };
    Some(PropertyError { code, property: name.to_owned(), value: text.unwrap_or_default(), message })
}

fn text(properties: &Map<String, Value>, name: &str) -> Option<String> {
    as_text(properties.get(name)?)
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !text.contains(char::is_whitespace)
}
