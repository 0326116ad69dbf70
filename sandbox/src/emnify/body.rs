//! The validation of emnify's create, and the contact as it is shown.
//!
//! Documented: field names, types, the required `type`, the 50 characters and the ban on `id` and `organisation_id`.
//!
//! Inferences: an unknown type or country is code 1401 within 1400. Choices where the pages are silent:
//! `purchase_order_number` on another type than 6 is refused (the page only says to set it on type 6), a length is a format
//! error, null is no string, an e-mail address is one `@` with text on both sides and no space.

use serde_json::{Map, Value, json};

use super::country::Countries;
use super::error::{Code, object};
use crate::accounts::emnify::{ORGANISATION_ID, ORGANISATION_NAME};
use crate::draft::TextFields;
use crate::received_request::ReceivedRequest;

pub(super) const TEXT_FIELDS: TextFields = TextFields {
    texts: &["name", "title", "department", "street", "secondary_address", "zipcode", "city", "state"],
    emails: &["email"],
    phones: &["phone", "mobile"],
};

const TEXTS: [&str; 12] = [
    "name",
    "title",
    "department",
    "street",
    "zipcode",
    "city",
    "email",
    "phone",
    "mobile",
    "state",
    "secondary_address",
    "purchase_order_number",
];
// 1, 5 and 6 are documented; 2, 3 and 4 are inferred from the order of the vendor's list.
const TYPES: [&str; 6] =
    ["Commercial", "Technical", "Finance", "Shipping address", "Company address", "Invoice address"];
const INVOICE_TYPE: u64 = 6;
const PURCHASE_ORDER_LIMIT: usize = 50;
const FORBIDDEN: [&str; 2] = ["id", "organisation_id"];

pub(super) fn forbidden_in_query(request: &ReceivedRequest) -> Vec<Value> {
    FORBIDDEN.into_iter().filter(|key| request.query_value(key).is_some()).map(not_specified).collect()
}

/// Returns every error of a create's body.
pub(super) fn errors(fields: &Map<String, Value>, countries: &Countries) -> Vec<Value> {
    let forbidden = FORBIDDEN.into_iter().filter(|key| fields.contains_key(*key)).map(not_specified);
    forbidden
        .chain(type_error(fields))
        .chain(country_error(fields, countries))
        .chain(TEXTS.into_iter().filter_map(|key| text_error(fields, key)))
        .chain(purchase_order_error(fields))
        .collect()
}

fn not_specified(key: &str) -> Value {
    object(Code::NotAllowed, &format!("Contact - {key} must not be specified."))
}

fn type_error(fields: &Map<String, Value>) -> Option<Value> {
    if !fields.contains_key("type") {
        return Some(object(Code::Required, "Contact - type is required."));
    }
    let id = match reference(fields, "type") {
        Ok(id) => id,
        Err(error) => return Some(error),
    };
    type_description(id).is_none().then(|| not_found("Contact type", id))
}

fn country_error(fields: &Map<String, Value>, countries: &Countries) -> Option<Value> {
    if !fields.contains_key("country") {
        return None;
    }
    match reference(fields, "country") {
        Ok(id) => countries.name(id).is_none().then(|| not_found("Country", id)),
        Err(error) => Some(error),
    }
}

/// Returns the id in an object such as `{"id": 1}`.
fn reference(fields: &Map<String, Value>, key: &str) -> Result<u64, Value> {
    let Some(Value::Object(reference)) = fields.get(key) else {
        return Err(invalid_format(key, "object"));
    };
    match reference.get("id") {
        None => Err(object(Code::Required, &format!("Contact - {key}.id is required."))),
        Some(id) => id.as_u64().ok_or_else(|| invalid_format(&format!("{key}.id"), "integer")),
    }
}

fn text_error(fields: &Map<String, Value>, key: &str) -> Option<Value> {
    match fields.get(key)? {
        Value::String(text) if key == "email" && !is_email(text) => Some(invalid_format(key, "email")),
        Value::String(_) => None,
        _ => Some(invalid_format(key, "string")),
    }
}

fn purchase_order_error(fields: &Map<String, Value>) -> Option<Value> {
    let order = fields.get("purchase_order_number")?.as_str()?;
    if order.chars().count() > PURCHASE_ORDER_LIMIT {
        return Some(invalid_format("purchase_order_number", "at most 50 characters"));
    }
    let is_invoice = reference(fields, "type").is_ok_and(|id| id == INVOICE_TYPE);
    (!is_invoice).then(|| {
        object(Code::NotAllowed, "Contact - purchase_order_number is only allowed on invoice contacts.")
    })
}

fn is_email(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !text.contains(char::is_whitespace)
}

fn invalid_format(field: &str, expected: &str) -> Value {
    let message = format!("Contact - {field} has invalid format: expecting {expected}");
    object(Code::InvalidFormat, &message)
}

fn not_found(resource: &str, id: u64) -> Value {
    object(Code::InvalidReference, &format!("{resource} with Id '{id}' not found."))
}

fn type_description(id: u64) -> Option<&'static str> {
    let index = usize::try_from(id).ok()?.checked_sub(1)?;
    TYPES.get(index).copied()
}

/// Returns the contact as a list shows it.
pub(super) fn shown(fields: &Map<String, Value>, number: usize, countries: &Countries) -> Value {
    let mut shown = json!({
        "id": number,
        "organisation": {"id": ORGANISATION_ID, "name": ORGANISATION_NAME},
    });
    if let Ok(id) = reference(fields, "type") {
        shown["type"] = json!({"id": id, "description": type_description(id)});
    }
    if let Ok(id) = reference(fields, "country") {
        shown["country"] = json!({"id": id, "name": countries.name(id)});
    }
    for key in TEXTS {
        if let Some(text) = fields.get(key) {
            shown[key] = text.clone();
        }
    }
    shown
}
