//! `HubSpot`'s search, and the list of contacts.
//!
//! Documented, in the vendor's specification: `filterGroups`, `filters`, the operators, `limit`, `after`, `total`, `paging`.
//!
//! Third-party, from a summary of the vendor's guide: one group must match and all of its filters, at most 5 groups and 6 filters in
//! each, a `limit` of 10 and at most 200, `EQ` compares without case, a new contact needs some moments until it is found; ten
//! seconds (Okta's page "searchcontacts").
//!
//! Choices where the pages are silent: results come in the order of their ids, `sorts` and `query` are ignored; the list does not
//! lag; of the operators `EQ`, `NEQ`, `IN`, `CONTAINS_TOKEN` (a part of the text), `HAS_PROPERTY` and `NOT_HAS_PROPERTY` are built.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::error::{invalid_input, invalid_json, json as answer_with};
use super::properties::selected;
use crate::contact_store::ContactStore;
use crate::received_request::ReceivedRequest;

const LAG: SignedDuration = SignedDuration::from_secs(10);
const DEFAULT_LIMIT: usize = 10;
const LARGEST_LIMIT: usize = 200;
const MOST_GROUPS: usize = 5;
const MOST_FILTERS: usize = 6;

/// A page of results.
struct Page {
    after: usize,
    limit: usize,
}

/// Answers a search.
pub(super) fn answer(contacts: &ContactStore, request: &ReceivedRequest) -> Response {
    let Some(body) = request.json().filter(|body| body.is_object() && request.is_json()) else {
        return invalid_json(request.number);
    };
    let groups = match groups(&body) {
        Ok(groups) => groups,
        Err(message) => return invalid_input(request.number, &message),
    };
    let number = |key: &str| match &body[key] {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().and_then(|number| usize::try_from(number).ok()),
    };
    let limit = number("limit").unwrap_or(DEFAULT_LIMIT).min(LARGEST_LIMIT);
    let page = Page { after: number("after").unwrap_or(0), limit };
    let found = contacts.indexed(request, LAG).into_iter().map(|contact| &contact.shown);
    let found: Vec<&Value> = found.filter(|shown| matches_any(&groups, &shown["properties"])).collect();
    let names = texts(&body["properties"]);
    let mut listed = page_of(&found, &page, names.as_deref());
    listed["total"] = json!(found.len());
    answer_with(StatusCode::OK, &listed)
}

/// Answers a request for the list of contacts.
pub(super) fn list(contacts: &ContactStore, request: &ReceivedRequest) -> Response {
    let number = |key: &str| request.query_value(key).and_then(|text| text.parse().ok());
    let page = Page { after: number("after").unwrap_or(0), limit: number("limit").unwrap_or(DEFAULT_LIMIT) };
    let names = request.query_value("properties");
    let names: Option<Vec<&str>> = names.as_deref().map(|names| names.split(',').collect());
    let all: Vec<&Value> = contacts.all().iter().map(|contact| &contact.shown).collect();
    answer_with(StatusCode::OK, &page_of(&all, &page, names.as_deref()))
}

fn page_of(found: &[&Value], page: &Page, names: Option<&[&str]>) -> Value {
    let results = found.iter().skip(page.after).take(page.limit).map(|shown| selected(shown, names));
    let mut listed = json!({"results": results.collect::<Vec<_>>()});
    let next = page.after.saturating_add(page.limit);
    if next < found.len() {
        listed["paging"] = json!({"next": {"after": next.to_string()}});
    }
    listed
}

/// Returns the filters of each group.
fn groups(body: &Value) -> Result<Vec<Vec<Value>>, String> {
    let groups: Vec<Vec<Value>> = match &body["filterGroups"] {
        Value::Null => Vec::new(),
        Value::Array(groups) => {
            let filters = |group: &Value| group["filters"].as_array().cloned();
            groups.iter().map(filters).collect::<Option<_>>().ok_or("filters must be a list")?
        }
        _ => return Err("filterGroups must be a list".to_owned()),
    };
    if groups.len() > MOST_GROUPS || groups.iter().any(|filters| filters.len() > MOST_FILTERS) {
        return Err(format!(
            "at most {MOST_GROUPS} filterGroups with {MOST_FILTERS} filters each are allowed"
        ));
    }
    match groups.iter().flatten().find(|filter| matches(filter, &Value::Null).is_none()) {
        None => Ok(groups),
        Some(_) => Err("There was a problem with the request: a filter is not valid".to_owned()),
    }
}

fn matches_any(groups: &[Vec<Value>], properties: &Value) -> bool {
    let matches_all =
        |filters: &Vec<Value>| filters.iter().all(|filter| matches(filter, properties).unwrap_or_default());
    groups.is_empty() || groups.iter().any(matches_all)
}

/// Returns whether a filter matches these properties, or `None` if it is not valid.
fn matches(filter: &Value, properties: &Value) -> Option<bool> {
    let stored = properties[filter["propertyName"].as_str()?].as_str().map(str::to_lowercase);
    let value = || Some(filter["value"].as_str()?.to_lowercase());
    Some(match filter["operator"].as_str()? {
        "EQ" => stored == Some(value()?),
        "NEQ" => stored != Some(value()?),
        "CONTAINS_TOKEN" => {
            let part = value()?.replace('*', "");
            stored.is_some_and(|stored| stored.contains(&part))
        }
        "IN" => {
            let values = texts(&filter["values"])?;
            stored.is_some_and(|stored| values.contains(&stored.as_str()))
        }
        "HAS_PROPERTY" => stored.is_some(),
        "NOT_HAS_PROPERTY" => stored.is_none(),
        _ => return None,
    })
}

fn texts(list: &Value) -> Option<Vec<&str>> {
    list.as_array()?.iter().map(Value::as_str).collect()
}
