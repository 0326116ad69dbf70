//! Pipedrive's search, and the list of persons.
//!
//! Documented, in the specification: `term` of at least two characters, or one with `exact_match`; `fields` as a list between commas;
//! `exact_match`, which ignores case; `limit` of 100 and at most 500; `cursor`; `items` with `result_score` and `item`, in which
//! addresses and numbers are plain texts; `next_cursor`. Third-party: booleans are strictly `true` and `false`.
//!
//! Unknown is whether and how long the search lags behind a create. Choices: ten seconds; a number is compared as it is stored;
//! results come in the order of their ids with one score; the list does not lag; notes are not found.

use axum::response::Response;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::error::{invalid, page};
use crate::contact_store::ContactStore;
use crate::received_request::ReceivedRequest;

const LAG: SignedDuration = SignedDuration::from_secs(10);
const DEFAULT_LIMIT: usize = 100;
const LARGEST_LIMIT: usize = 500;
const FIELDS: [&str; 5] = ["name", "email", "phone", "notes", "custom_fields"];
const CURSOR_PREFIX: &str = "sandbox-";

/// What a search looks for.
struct Search {
    term: String,
    is_exact: bool,
    fields: Vec<String>,
    limit: usize,
    after: usize,
}

/// Answers a search.
pub(super) fn answer(contacts: &ContactStore, request: &ReceivedRequest) -> Response {
    let search = match search(request) {
        Ok(search) => search,
        Err(message) => return invalid(&message),
    };
    let indexed = contacts.indexed(request, LAG).into_iter().map(|contact| &contact.shown);
    let found: Vec<Value> = indexed.filter(|shown| search.matches(shown)).map(item).collect();
    let (listed, next) = page_of(&found, search.after, search.limit);
    page(&json!({"items": listed}), next.as_deref())
}

/// Answers a request for the list of persons.
pub(super) fn list(contacts: &ContactStore, request: &ReceivedRequest) -> Response {
    let (limit, after) = match (limit(request), after(request)) {
        (Ok(limit), Ok(after)) => (limit, after),
        (Err(message), _) | (_, Err(message)) => return invalid(&message),
    };
    let all: Vec<Value> = contacts.all().iter().map(|contact| contact.shown.clone()).collect();
    let (listed, next) = page_of(&all, after, limit);
    page(&json!(listed), next.as_deref())
}

impl Search {
    fn matches(&self, shown: &Value) -> bool {
        let texts =
            |key: &str| shown[key].as_array().into_iter().flatten().filter_map(|item| item["value"].as_str());
        self.fields.iter().any(|field| match field.as_str() {
            "name" => shown["name"].as_str().is_some_and(|name| self.is_match(name)),
            "email" => texts("emails").any(|address| self.is_match(address)),
            "phone" => texts("phones").any(|number| self.is_match(number)),
            "custom_fields" => {
                let values =
                    shown["custom_fields"].as_object().into_iter().flat_map(|custom| custom.values());
                values.filter_map(Value::as_str).any(|text| self.is_match(text))
            }
            _ => false,
        })
    }

    fn is_match(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        if self.is_exact { text == self.term } else { text.contains(&self.term) }
    }
}

fn search(request: &ReceivedRequest) -> Result<Search, String> {
    let term = request.query_value("term").ok_or("Parameter validation failed: term is required")?;
    let is_exact = match request.query_value("exact_match").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err("Parameter validation failed: exact_match must be a boolean".to_owned()),
    };
    let shortest = if is_exact { 1 } else { 2 };
    if term.trim().chars().count() < shortest {
        return Err(format!("Parameter validation failed: term must have at least {shortest} characters"));
    }
    let fields: Vec<String> = match request.query_value("fields") {
        None => FIELDS.map(ToOwned::to_owned).to_vec(),
        Some(fields) => fields.split(',').map(|field| field.trim().to_owned()).collect(),
    };
    if let Some(unknown) = fields.iter().find(|field| !FIELDS.contains(&field.as_str())) {
        return Err(format!("Parameter validation failed: fields does not allow {unknown}"));
    }
    let (limit, after) = (limit(request)?, after(request)?);
    Ok(Search { term: term.trim().to_lowercase(), is_exact, fields, limit, after })
}

fn limit(request: &ReceivedRequest) -> Result<usize, String> {
    match request.query_value("limit") {
        None => Ok(DEFAULT_LIMIT),
        Some(text) => {
            text.parse().ok().filter(|limit| (1..=LARGEST_LIMIT).contains(limit)).ok_or_else(|| {
                format!("Parameter validation failed: limit must be from 1 to {LARGEST_LIMIT}")
            })
        }
    }
}

fn after(request: &ReceivedRequest) -> Result<usize, String> {
    match request.query_value("cursor") {
        None => Ok(0),
        Some(cursor) => cursor
            .strip_prefix(CURSOR_PREFIX)
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| "Parameter validation failed: cursor is not valid".to_owned()),
    }
}

/// Returns a page of all results, and the cursor of the next one.
fn page_of(all: &[Value], after: usize, limit: usize) -> (Vec<Value>, Option<String>) {
    let listed = all.iter().skip(after).take(limit).cloned().collect();
    let next = after.saturating_add(limit);
    (listed, (next < all.len()).then(|| format!("{CURSOR_PREFIX}{next}")))
}

fn item(shown: &Value) -> Value {
    let texts = |key: &str| -> Vec<Value> {
        shown[key].as_array().into_iter().flatten().map(|item| item["value"].clone()).collect()
    };
    let organization =
        shown["org_id"].as_u64().map(|id| json!({"id": id, "name": "Sandbox", "address": null}));
    let custom = shown["custom_fields"].as_object().into_iter().flat_map(|custom| custom.values());
    json!({
        "result_score": 0.5,
        "item": {
            "id": shown["id"],
            "type": "person",
            "name": shown["name"],
            "phones": texts("phones"),
            "emails": texts("emails"),
            "visible_to": shown["visible_to"],
            "owner": {"id": shown["owner_id"]},
            "organization": organization,
            "custom_fields": custom.collect::<Vec<_>>(),
            "notes": [],
        },
    })
}
