//! The refusal of Salesforce's duplicate rule, which an organization may have, and that of a unique field.
//!
//! Third-party: all members, recorded in public repositories for an Account and a Contact; the header that saves a duplicate all
//! the same. Inferences: a match that is a lead has the same form; with both, contacts come first.
//!
//! Choice: the refusal of a unique field has an empty list of `fields`.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::error;
use super::record::short_id;
use crate::accounts::salesforce::{LEAD_ID, UNIQUE_FIELD};
use crate::received_request::ReceivedRequest;

const HEADER: &str = "sforce-duplicate-rule-header";
const MESSAGE: &str = "You're creating a duplicate record. We recommend you use an existing record instead.";

/// Returns whether a request saves its contact beside a duplicate.
pub(super) fn are_allowed(request: &ReceivedRequest) -> bool {
    let options = request.header(HEADER).unwrap_or_default().split([',', ';']);
    options.map(str::trim).any(|option| option.eq_ignore_ascii_case("allowSave=true"))
}

/// Returns the refusal that names these contacts, and the lead.
pub(super) fn refusal(version: &str, contacts: &[&str], lead: bool) -> Response {
    let leads: &[&str] = if lead { &[LEAD_ID] } else { &[] };
    let found = [("Contact", contacts), ("Lead", leads)];
    let results = found.into_iter().filter(|(_, ids)| !ids.is_empty());
    let results: Vec<Value> = results.map(|(entity, ids)| result(version, entity, ids)).collect();
    let body = json!([{
        "duplicateResut": {
            "allowSave": true,
            "duplicateRule": "Standard_Contact_Duplicate_Rule",
            "duplicateRuleEntityType": "Contact",
            "errorMessage": MESSAGE,
            "matchResults": results,
        },
        "errorCode": "DUPLICATES_DETECTED",
        "message": MESSAGE,
    }]);
    error::json(StatusCode::BAD_REQUEST, &body)
}

/// Returns the refusal of a value that another contact has, whose id only the message has.
pub(super) fn of_unique_field(id: &str) -> Response {
    let id = short_id(id);
    let message = format!("duplicate value found: {UNIQUE_FIELD} duplicates value on record with id: {id}");
    let error = json!({"message": message, "errorCode": "DUPLICATE_VALUE", "fields": []});
    error::json(StatusCode::BAD_REQUEST, &json!([error]))
}

fn result(version: &str, entity: &str, ids: &[&str]) -> Value {
    let records = ids.iter().map(|id| {
        let url = format!("/services/data/{version}/sobjects/{entity}/{id}");
        json!({
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {"attributes": {"type": entity, "url": url}, "Id": id},
        })
    });
    json!({
        "entityType": entity,
        "errors": [],
        "matchEngine": "ExactMatchEngine",
        "matchRecords": records.collect::<Vec<_>>(),
        "rule": format!("Standard_{entity}_Match_Rule_v1_1"),
        "size": ids.len(),
        "success": true,
    })
}
