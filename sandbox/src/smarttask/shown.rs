//! The contact as `SmartTask` shows it, always with all keys of the vendor's sample.
//!
//! Choice where the pages are silent: the items of `projects`, `followers`, `files` and `custom_field_values` are shown as they
//! were sent.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::accounts::smarttask::{ORGANIZATION_ID, USER_ID};

const LINKS: [&str; 6] =
    ["domain", "twitter_url", "linkedin_url", "facebook_url", "github_url", "instagram_url"];

/// Returns the lower-case e-mail addresses of a contact, in a create's body or as shown.
pub(super) fn email_addresses(fields: &Map<String, Value>) -> Vec<String> {
    items(fields, "emails").filter_map(|item| item.get("email")?.as_str()).map(str::to_lowercase).collect()
}

/// Returns the whole contact, as a create answers it.
pub(super) fn shown(fields: &Map<String, Value>, record_id: &str, now: Timestamp) -> Value {
    let stamp = now.strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string();
    let given = |key: &str| given(fields, key);
    let given_or = |key: &str, default: Value| given(key).unwrap_or(default);
    let assigned_user = given("assigned_user");
    let assigned_user_id = assigned_user.as_ref().and_then(|user| user.get("user_id"));
    json!({
        "record_id": record_id,
        "record_type": "contact",
        "record_sub_type": given_or("record_sub_type", json!("person")),
        "organization_id": ORGANIZATION_ID,
        "created_by_user_id": USER_ID,
        "access_type": given_or("access_type", json!("default")),
        "name": given("name"),
        "designation": given("designation"),
        "description": given_or("description", json!("")),
        "avatar_url": given("avatar_url"),
        "assigned_user": assigned_user,
        "assigned_user_id": assigned_user_id,
        "parent": shown_parent(fields),
        "address": given("address"),
        "address_lat": given("address_lat"),
        "address_lng": given("address_lng"),
        "emails": shown_items(fields, "emails", "email"),
        "phones": shown_items(fields, "phones", "phone_number"),
        "url_details": shown_links(fields),
        "projects": given_or("projects", json!([])),
        "followers": given_or("followers", json!([])),
        "files": given_or("files", json!([])),
        "custom_field_values": given_or("custom_field_values", json!([])),
        "archived": given_or("archived", json!(false)),
        "created_at": stamp,
        "modified_at": stamp,
    })
}

fn given(fields: &Map<String, Value>, key: &str) -> Option<Value> {
    fields.get(key).filter(|value| !value.is_null()).cloned()
}

fn items<'fields>(fields: &'fields Map<String, Value>, key: &str) -> impl Iterator<Item = &'fields Value> {
    fields.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn shown_items(fields: &Map<String, Value>, key: &str, inner: &str) -> Vec<Value> {
    items(fields, key).map(|item| json!({ inner: item.get(inner) })).collect()
}

fn shown_parent(fields: &Map<String, Value>) -> Option<Value> {
    let parent = fields.get("parent")?.as_object()?;
    let given_or = |key: &str, default: Value| given(parent, key).unwrap_or(default);
    Some(json!({
        "record_id": given(parent, "record_id"),
        "record_sub_type": given_or("record_sub_type", json!("organization")),
        "name": given(parent, "name"),
        "avatar_url": given(parent, "avatar_url"),
        "parent_name": given(parent, "parent_name"),
        "designation": given(parent, "designation"),
        "archived": given_or("archived", json!(false)),
    }))
}

fn shown_links(fields: &Map<String, Value>) -> Map<String, Value> {
    let links = fields.get("url_details").and_then(Value::as_object);
    LINKS
        .iter()
        .map(|name| {
            let link = links.and_then(|links| given(links, name));
            ((*name).to_owned(), json!(link))
        })
        .collect()
}
