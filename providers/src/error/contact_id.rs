//! Search for the ids of contacts in the body of an answer.

use serde_json::Value;
use unicontact_model::scalar_text;

use super::phrases::squeezed;

/// The names of a contact's id, in lower case without punctuation.
const CONTACT_ID_NAMES: &[&str] = &[
    "id",
    "uid",
    "uuid",
    "guid",
    "recordid",
    "contactid",
    "personid",
    "customerid",
    "leadid",
    "memberid",
    "subscriberid",
    "objectid",
    "entityid",
    "resourceid",
    "itemid",
    "newid",
    "createdid",
    "insertid",
    "insertedid",
    "lastinsertid",
];
/// The names of lists of contacts' ids, in lower case without punctuation.
const CONTACT_IDS_NAMES: &[&str] = &["ids", "contactids", "recordids", "createdids", "objectids"];
/// The names of a contact. A number in such a member is its id.
const CONTACT_NAMES: &[&str] = &["contact", "record", "person"];
/// Parts of the names of members without the id of a created contact: errors, requests, contacts that existed before.
const OTHER_PARTS: &[&str] = &[
    "error",
    "fault",
    "exception",
    "problem",
    "request",
    "trace",
    "correlation",
    "incident",
    "existing",
    "duplicate",
    "conflict",
];
/// The names of other records with ids of their own.
const OTHER_NAMES: &[&str] =
    &["organization", "organisation", "site", "tenant", "type", "country", "owner", "span"];

/// Returns whether the body has the id of a contact that may have been created, at any depth. Ignores ids inside an error object
/// and those of errors, requests and traces.
pub(crate) fn holds_contact_id(body: &Value) -> bool {
    match body {
        Value::Object(members) => members.iter().any(|(name, value)| is_or_holds_id(&squeezed(name), value)),
        Value::Array(entries) => entries.iter().any(holds_contact_id),
        _ => false,
    }
}

fn is_or_holds_id(name: &str, value: &Value) -> bool {
    if OTHER_NAMES.contains(&name) || OTHER_PARTS.iter().any(|part| name.contains(part)) {
        return false;
    }
    let is_id = CONTACT_ID_NAMES.contains(&name) && scalar_text(value).is_some();
    let is_number_of_contact = CONTACT_NAMES.contains(&name) && value.is_number();
    let is_list_of_ids = CONTACT_IDS_NAMES.contains(&name)
        && value.as_array().is_some_and(|ids| ids.iter().any(|id| scalar_text(id).is_some()));
    is_id || is_number_of_contact || is_list_of_ids || holds_contact_id(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_id_of_a_contact_is_found_at_any_depth() {
        for body in [
            json!({"id": 5}),
            json!({"Id": "5", "Error": "no"}),
            json!({"record_id": "a-1"}),
            json!({"data": {"contact": {"id": 5}}}),
            json!({"data": {"contact": 5}}),
            json!({"result": [{"contactId": "c-1"}]}),
            json!({"results": [{"error": "no"}, {"uuid": "d46a122c"}]}),
            json!({"contact_ids": [5]}),
            json!([{"status": 201, "body": {"_id": "x"}}]),
        ] {
            assert!(holds_contact_id(&body), "{body}");
        }
    }

    #[test]
    fn ids_of_errors_requests_and_other_records_are_ignored() {
        for body in [
            json!({"error": {"id": "e-1", "contact_id": 5}}),
            json!({"errors": [{"id": "e-1"}]}),
            json!({"request_id": "r-1", "requestId": "r-1", "trace_id": "t-1", "correlationId": "c-1"}),
            json!({"error_id": "e-1", "incident": "i-1", "incidentId": 7, "spanId": 9}),
            json!({"request": {"id": "r-1"}, "meta": {"trace": {"id": "t-1"}}}),
            json!({"contact": {"name": "x", "type": {"id": 1}, "country": {"id": 74}}}),
            json!({"existing_id": 5, "duplicate": {"id": 5}}),
            json!({"id": null, "contact_id": "", "ids": []}),
            json!({"contact": "ada@example.com"}),
            json!("id"),
        ] {
            assert!(!holds_contact_id(&body), "{body}");
        }
    }
}
