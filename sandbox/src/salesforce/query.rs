//! Salesforce's queries.
//!
//! Documented, in the reference of SOQL
//! (<https://developer.salesforce.com/docs/platform/salesforce-soql-sosl/guide/sforce-api-calls-soql-select-comparisonoperators.html>):
//! texts are compared without case; in an older one (`sforce_api_calls_soql_select_fieldexpression`): long texts cannot be
//! compared; `totalSize`, `done` and `records` with `attributes`; a query sees every committed record at once.
//!
//! Third-party: the words of `INVALID_FIELD`, `INVALID_TYPE` and `MALFORMED_QUERY`.
//!
//! Choices: all records stand in one answer; without `ORDER BY` they come in the order of their ids; only contacts are found.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::error;
use super::fields;
use super::record::selected;
use super::soql::{self, Condition, Operand, Order, Query};
use crate::contact_store::ContactStore;
use crate::received_request::ReceivedRequest;

const NOT_COMPARED: &str = "Description";

/// Answers a query.
pub(super) fn answer(contacts: &ContactStore, request: &ReceivedRequest) -> Response {
    let text = request.query_value("q").unwrap_or_default();
    let query = match soql::parse(&text) {
        Ok(query) => query,
        Err(message) => return error::one(StatusCode::BAD_REQUEST, "MALFORMED_QUERY", &message),
    };
    if !query.object.eq_ignore_ascii_case("Contact") {
        let message = format!(
            "sObject type '{}' is not supported. If you are attempting to use a custom object, be sure to append the \
             '__c' after the entity name.",
            query.object
        );
        return error::one(StatusCode::BAD_REQUEST, "INVALID_TYPE", &message);
    }
    match found(contacts, &query) {
        Ok(records) => {
            let body = json!({"totalSize": records.len(), "done": true, "records": records});
            error::json(StatusCode::OK, &body)
        }
        Err(message) => error::one(StatusCode::BAD_REQUEST, "INVALID_FIELD", &message),
    }
}

fn found(contacts: &ContactStore, query: &Query) -> Result<Vec<Value>, String> {
    let conditions = query.conditions.iter().map(|condition| Ok((compared(&condition.field)?, condition)));
    let conditions: Vec<(String, &Condition)> = conditions.collect::<Result<_, String>>()?;
    let order = query.order.iter().map(|order| Ok((canonical(&order.field)?, order)));
    let order: Vec<(String, &Order)> = order.collect::<Result<_, String>>()?;
    let names: Vec<String> = query.fields.iter().map(|name| canonical(name)).collect::<Result<_, _>>()?;
    let is_match = |shown: &&Value| {
        conditions.iter().all(|(field, condition)| is_equal(&shown[field], &condition.value))
    };
    let mut matches: Vec<&Value> =
        contacts.all().iter().map(|contact| &contact.shown).filter(is_match).collect();
    for (field, order) in order.iter().rev() {
        let key = |shown: &&Value| shown[field].as_str().unwrap_or_default().to_lowercase();
        matches.sort_by(|one, other| {
            let ascending = key(one).cmp(&key(other));
            if order.is_descending { ascending.reverse() } else { ascending }
        });
    }
    matches.truncate(query.limit.unwrap_or(usize::MAX));
    matches.into_iter().map(|shown| selected(shown, names.iter().map(String::as_str))).collect()
}

fn is_equal(stored: &Value, wanted: &Operand) -> bool {
    match (stored, wanted) {
        (Value::String(stored), Operand::Text(wanted)) => stored.to_lowercase() == wanted.to_lowercase(),
        // The vendor stores no empty text.
        (Value::Null, Operand::Text(wanted)) => wanted.is_empty(),
        (Value::Null, Operand::Literal(wanted)) => wanted == "null",
        (Value::Bool(truth), Operand::Literal(wanted)) => wanted.parse() == Ok(*truth),
        _ => false,
    }
}

fn compared(name: &str) -> Result<String, String> {
    let name = canonical(name)?;
    if name == NOT_COMPARED {
        return Err(format!("field '{name}' can not be filtered in a query call"));
    }
    Ok(name)
}

fn canonical(name: &str) -> Result<String, String> {
    fields::canonical(name).ok_or_else(|| {
        format!(
            "No such column '{name}' on entity 'Contact'. If you are attempting to use a custom field, be sure to append \
             the '__c' after the custom field name."
        )
    })
}
