//! The validation of Pipedrive's create, and the person as it is shown.
//!
//! Documented: names and types of the fields, the statuses of marketing, keys of custom fields of 40 hexadecimal digits; the members
//! of a person.
//!
//! Third-party, from a summary of the vendor's guide to the migration: numbers are no texts, `true` and `false` no numbers.
//!
//! Inferences: `name` is needed, as in v1 and with its words; a name is divided at its first space.
//!
//! Choices where the pages are silent: every key of 40 hexadecimal digits is a custom field; the values of `visible_to` are 1, 3, 5
//! and 7; an e-mail address is not checked; a label without a value is `work`, and the first value is the primary one unless
//! another says so; no lengths.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::accounts::pipedrive::USER_ID;
use crate::draft::TextFields;

pub(super) const TEXT_FIELDS: TextFields =
    TextFields { texts: &["name"], emails: &["emails.value"], phones: &["phones.value"] };

const MARKETING: [&str; 4] = ["no_consent", "unsubscribed", "subscribed", "archived"];
const VISIBILITIES: [u64; 4] = [1, 3, 5, 7];
const DEFAULT_VISIBILITY: u64 = 3;
const KEY_LENGTH: usize = 40;

/// Returns the first error of a create's body.
pub(super) fn error(fields: &Map<String, Value>) -> Option<String> {
    let name = fields.get("name").and_then(Value::as_str).unwrap_or_default();
    if fields.get("name").is_none_or(Value::is_null) || name.trim().is_empty() {
        return Some("Name must be given.".to_owned());
    }
    fields.iter().find_map(|(key, value)| match key.as_str() {
        _ if value.is_null() => None,
        "name" => None,
        "add_time" | "update_time" => unless(value.as_str().is_some_and(is_time), key, "a valid datetime"),
        "owner_id" | "org_id" => unless(value.is_u64(), key, "an integer"),
        "visible_to" => unless(
            value.as_u64().is_some_and(|group| VISIBILITIES.contains(&group)),
            key,
            "one of 1, 3, 5, 7",
        ),
        "marketing_status" => {
            let is_known = value.as_str().is_some_and(|status| MARKETING.contains(&status));
            unless(is_known, key, "a marketing status")
        }
        "label_ids" => {
            let all = value.as_array().is_some_and(|ids| ids.iter().all(Value::is_u64));
            unless(all, key, "an array of integers")
        }
        "emails" | "phones" => {
            let all = value.as_array().is_some_and(|items| items.iter().all(is_item));
            unless(all, key, "an array of objects with value, primary and label")
        }
        "custom_fields" => custom_error(value),
        _ => Some(format!("Parameter validation failed: {key} is not allowed")),
    })
}

/// Returns the whole person, as a create answers it.
pub(super) fn shown(fields: &Map<String, Value>, number: usize, now: Timestamp) -> Value {
    let stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let given_or = |key: &str, default: Value| match fields.get(key) {
        None | Some(Value::Null) => default,
        Some(value) => value.clone(),
    };
    let name = fields.get("name").and_then(Value::as_str).unwrap_or_default().trim();
    let (first, last) = name.split_once(' ').map_or((name, None), |(first, last)| (first, Some(last)));
    json!({
        "id": number,
        "name": name,
        "first_name": first,
        "last_name": last,
        "owner_id": given_or("owner_id", json!(USER_ID)),
        "org_id": given_or("org_id", Value::Null),
        "add_time": given_or("add_time", json!(stamp)),
        "update_time": stamp,
        "emails": shown_items(fields, "emails"),
        "phones": shown_items(fields, "phones"),
        "is_deleted": false,
        "visible_to": given_or("visible_to", json!(DEFAULT_VISIBILITY)),
        "label_ids": given_or("label_ids", json!([])),
        "picture_id": null,
        "custom_fields": given_or("custom_fields", json!({})),
    })
}

fn shown_items(fields: &Map<String, Value>, key: &str) -> Vec<Value> {
    let items: Vec<&Value> = fields.get(key).and_then(Value::as_array).into_iter().flatten().collect();
    let has_primary = items.iter().any(|item| item["primary"] == true);
    let shown = items.iter().enumerate().map(|(index, item)| {
        let is_primary = item["primary"] == true || (!has_primary && index == 0);
        let label = item["label"].as_str().unwrap_or("work");
        json!({"value": item["value"], "primary": is_primary, "label": label})
    });
    shown.collect()
}

fn unless(is_valid: bool, key: &str, expected: &str) -> Option<String> {
    (!is_valid).then(|| format!("Parameter validation failed: {key} must be {expected}"))
}

fn is_item(item: &Value) -> bool {
    item.as_object().is_some_and(|item| {
        item.get("value").is_some_and(Value::is_string)
            && item.iter().all(|(key, value)| match key.as_str() {
                "value" | "label" => value.is_string(),
                "primary" => value.is_boolean(),
                _ => false,
            })
    })
}

fn custom_error(value: &Value) -> Option<String> {
    let Some(custom) = value.as_object() else {
        return unless(false, "custom_fields", "an object");
    };
    let is_key = |key: &str| key.len() == KEY_LENGTH && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    let unknown = custom.keys().find(|key| !is_key(key))?;
    Some(format!("Parameter validation failed: custom_fields.{unknown} is not a custom field"))
}

fn is_time(text: &str) -> bool {
    text.parse::<Timestamp>().is_ok()
}
