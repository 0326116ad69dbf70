//! The record of a contact as Salesforce shows it, and what its other routes show.
//!
//! Documented: `attributes` with `type` and `url`, the system fields, times with `+0000`, `Name` of first and last name, the
//! members of `limits`, `describe` and `userinfo`, of which only some are shown here.
//!
//! Inferences: a text is stored without white space at its ends; an empty one as null.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::error;
use super::fields;
use crate::accounts::salesforce::{ORGANIZATION_ID, USER_ID};
use crate::request_limits::RequestLimits;

/// The version that the list of versions names.
const VERSION: &str = "59.0";

/// Returns the id of the contact with this number.
pub(super) fn id(number: usize) -> String {
    // The last three characters say which of the others are capital letters: none.
    format!("003{number:012}AAA")
}

/// Returns the id without the characters that tell its letter case.
pub(super) fn short_id(id: &str) -> &str {
    id.get(..15).unwrap_or(id)
}

/// Returns the whole record.
pub(super) fn shown(sent: &Map<String, Value>, id: &str, path: &str, now: Timestamp) -> Value {
    let stamp = now.strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string();
    let mut shown = Map::new();
    for (name, _, _) in fields::all() {
        shown.insert(name.to_owned(), Value::Null);
    }
    for (name, value) in sent {
        let stored = match value {
            Value::String(text) if text.trim().is_empty() => Value::Null,
            Value::String(text) => json!(text.trim()),
            other => other.clone(),
        };
        shown.insert(name.clone(), stored);
    }
    let parts = ["FirstName", "LastName"].map(|name| shown.get(name).and_then(Value::as_str));
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let owner = shown.get("OwnerId").filter(|owner| !owner.is_null()).cloned().unwrap_or(json!(USER_ID));
    let system = [
        ("attributes", json!({"type": "Contact", "url": path})),
        ("Id", json!(id)),
        ("Name", json!(name)),
        ("OwnerId", owner),
        ("IsDeleted", json!(false)),
        ("CreatedDate", json!(stamp)),
        ("CreatedById", json!(USER_ID)),
        ("LastModifiedDate", json!(stamp)),
        ("LastModifiedById", json!(USER_ID)),
        ("SystemModstamp", json!(stamp)),
    ];
    shown.extend(system.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(shown)
}

/// Returns a record with these fields alone, or the first name that is none.
pub(super) fn selected<'names>(
    shown: &Value,
    names: impl Iterator<Item = &'names str>,
) -> Result<Value, String> {
    let mut selected = Map::from_iter([("attributes".to_owned(), shown["attributes"].clone())]);
    for name in names {
        let name = fields::canonical(name.trim()).ok_or_else(|| name.trim().to_owned())?;
        selected.insert(name.clone(), shown[&name].clone());
    }
    Ok(Value::Object(selected))
}

/// Returns the list of versions, which needs no token.
pub(super) fn versions() -> Response {
    let url = format!("/services/data/v{VERSION}");
    error::json(StatusCode::OK, &json!([{"label": "Winter '24", "url": url, "version": VERSION}]))
}

/// Returns the user of the token.
pub(super) fn user() -> Response {
    let body =
        json!({"user_id": USER_ID, "organization_id": ORGANIZATION_ID, "preferred_username": "sandbox"});
    error::json(StatusCode::OK, &body)
}

/// Returns the short description of the object.
pub(super) fn object(version: &str) -> Response {
    let url = format!("/services/data/{version}/sobjects/Contact");
    let object = json!({"name": "Contact", "label": "Contact", "keyPrefix": "003", "urls": {"sobject": url}});
    error::json(StatusCode::OK, &json!({"objectDescribe": object, "recentItems": []}))
}

/// Returns the description of the object with its fields.
pub(super) fn description() -> Response {
    let listed = fields::all().map(|(name, label, length)| {
        json!({"name": name, "label": label, "length": length.unwrap_or(0), "nillable": name != "LastName"})
    });
    let listed: Vec<Value> = listed.collect();
    error::json(StatusCode::OK, &json!({"name": "Contact", "keyPrefix": "003", "fields": listed}))
}

/// Returns the limits of the organization.
pub(super) fn limits(limits: &RequestLimits) -> Response {
    let daily = error::daily(limits);
    let body = json!({"DailyApiRequests": {"Max": daily.limit, "Remaining": daily.remaining}});
    error::json(StatusCode::OK, &body)
}
