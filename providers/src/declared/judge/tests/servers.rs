//! Answers that servers gave and vendors' pages show, with the verdicts that follow from them.

use serde_json::{Value, json};

use super::{Described, answer};
use crate::error::Operation;
use crate::http::Answer;

/// Asserts the verdict on each answer to a create.
#[track_caller]
fn assert_verdicts(tables: &str, cases: &[(u16, Value, &str)]) {
    let described = Described::new(tables);
    for (status, body, expected) in cases {
        let given = match body {
            Value::Null => Answer::new(*status),
            Value::String(text) => {
                Answer::new(*status).with_header("content-type", "text/html").with_body(text.as_str())
            }
            body => answer(*status, body),
        };
        assert_eq!(described.of_create(given), *expected, "{status} {body}");
    }
}

/// Recorded from a server of one's own, 2026-11-29.
#[test]
fn directus() {
    const TABLES: &str = r#"
    [success]
    id = "data.id"
    [words]
    code = ["errors[0].extensions.code"]
    message = ["errors[0].message"]
    fields = { list = "errors[]", field = "extensions.field", message = "message" }
    [limits]
    wait = { path = "errors[].extensions.reset", unit = "time" }
    [[error]]
    when = [{ status = 400 }, { each = "errors[]", all = [{ path = "extensions.code", is = "RECORD_NOT_UNIQUE" }, { path = "extensions.collection", is = "{collection}" }] }]
    kind = "already_exists"
    source = "seen"
    "#;
    let not_unique = |collection: &str, field: &str| json!({"errors": [{"message": "Value \"x\" has to be unique.", "extensions": {"collection": collection, "field": field, "value": "x", "code": "RECORD_NOT_UNIQUE"}}]});
    let error =
        |message: &str, code: &str| json!({"errors": [{"message": message, "extensions": {"code": code}}]});
    assert_verdicts(
        TABLES,
        &[
            (
                200,
                json!({"data": {"id": "f8cd6c14-7ef4-49d9-b084-2bcb7e8ba9a7", "email": "ada@example.com", "status": null}}),
                "created f8cd6c14-7ef4-49d9-b084-2bcb7e8ba9a7",
            ),
            (204, Value::Null, "unexpected_response unknown"),
            (400, not_unique("people", "email"), "already_exists refused"),
            (400, not_unique("organizations", "name"), "invalid refused"),
            (400, error("Invalid foreign key.", "INVALID_FOREIGN_KEY"), "invalid refused"),
            (401, error("Token expired.", "TOKEN_EXPIRED"), "unauthenticated refused"),
            (
                403,
                error("You don't have permission to access this.", "FORBIDDEN"),
                "permission_denied refused",
            ),
            (
                429,
                json!({"errors": [{"message": "Too many requests, retry after 5s.", "extensions": {"limit": 10, "reset": "2026-11-20T10:00:05.508Z", "code": "REQUESTS_EXCEEDED"}}]}),
                "rate_limited refused after=5.508",
            ),
        ],
    );
    let described = Described::new(TABLES);
    let nothing = answer(200, &json!({"data": []}));
    assert_eq!(described.of_read(Operation::Find, nothing), "read {\"data\":[]}");
    let refused = answer(401, &error("Invalid user credentials.", "INVALID_CREDENTIALS"));
    assert_eq!(described.of_read(Operation::Authenticate, refused), "unauthenticated refused");
}

/// Recorded from a server of one's own, 2026-11-29. Its want of rights is a 400, and its mistakes of a client are 500s in HTML.
#[test]
fn tryton() {
    let user_error = |message: &str| json!({"status": 400, "message": message, "description": ""});
    assert_verdicts(
        r#"
        [success]
        id = "id"
        [words]
        message = ["message"]
        [[error]]
        when = [{ status = 400 }, { says = "must be unique" }]
        kind = "already_exists"
        source = "seen"
        [[error]]
        when = [{ status = 400 }, { says = "not allowed to access" }]
        kind = "permission_denied"
        source = "seen"
        "#,
        &[
            (200, json!({"__name__": "party.party", "id": 5, "rec_name": "Ada King"}), "created 5"),
            (204, Value::Null, "unexpected_response unknown"),
            (400, user_error("The code on party must be unique."), "already_exists refused"),
            (400, user_error("You are not allowed to access \"Party\"."), "permission_denied refused"),
            (400, user_error("The value \"pager\" is not one of the allowed options."), "invalid refused"),
            (400, json!("<!doctype html>\n<title>400 Bad Request</title>\n"), "invalid refused"),
            (401, json!("<!doctype html>\n<title>401 Unauthorized</title>\n"), "unauthenticated refused"),
            (405, json!("<!doctype html>\n<title>405 Method Not Allowed</title>\n"), "config refused"),
            (413, json!("<!doctype html>\n<title>413 Request Entity Too Large</title>\n"), "invalid refused"),
            (
                500,
                json!("<!doctype html>\n<title>500 Internal Server Error</title>\n<p>'nickname'</p>"),
                "unavailable unknown",
            ),
        ],
    );
}

/// The vendor's specification and page; the words of the conflict are those that users show.
#[test]
fn hubspot() {
    let limit = |policy: &str| json!({"status": "error", "message": "You have reached your limit.", "errorType": "RATE_LIMIT", "policyName": policy});
    assert_verdicts(
        r#"
        [success]
        id = "id"
        [words]
        code = ["category"]
        message = ["message"]
        fields = { list = "errors[]", field = "context.propertyName[0]", message = "message" }
        request_id = { path = "correlationId" }
        [[error]]
        when = { status = 409 }
        kind = "already_exists"
        existing = [{ path = "message", text = "Existing ID: {id}" }, { path = "identityProfile.vid" }]
        source = "code"
        [[error]]
        when = { status = 429, path = "policyName", is = "DAILY" }
        kind = "quota_exhausted"
        [[error]]
        when = { status = [423, 477] }
        kind = "unavailable"
        effect = "refused"
        "#,
        &[
            (
                201,
                json!({"id": "734900000001", "properties": {"email": "ada@example.com", "firstname": "Ada", "lastname": "King"}, "archived": false}),
                "created 734900000001",
            ),
            (
                409,
                json!({"status": "error", "message": "Contact already exists. Existing ID: 734900000001", "category": "CONFLICT"}),
                "already_exists refused existing=734900000001",
            ),
            (
                409,
                json!({"status": "error", "identityProfile": {"vid": 3}, "category": "OBJECT_ALREADY_EXISTS"}),
                "already_exists refused existing=3",
            ),
            (429, limit("DAILY"), "quota_exhausted refused"),
            (429, limit("TEN_SECONDLY_ROLLING"), "rate_limited refused"),
            (423, json!({}), "unavailable refused"),
            (403, json!("<html><title>Too many requests</title></html>"), "blocked refused"),
            (
                400,
                json!({"status": "error", "category": "VALIDATION_ERROR", "message": "Property values were not valid"}),
                "invalid refused",
            ),
        ],
    );
}

/// Recordings by others, and bugs that users reported.
#[test]
fn vendors_of_several_shapes() {
    assert_verdicts(
        "[success]\nid = \"contact.id\"\n[[error]]\nwhen = [{ status = 400 }, { says = \"does not allow duplicated contacts\" }]\nkind = \"already_exists\"\nexisting = \"meta.contactId\"\nsource = \"code\"\n[[error]]\nwhen = { status = 422 }\nkind = \"invalid\"\neffect = \"unknown\"\nsource = \"code\"\n",
        &[
            (
                201,
                json!({"contact": {"id": "MB7t1", "firstName": "Ada", "email": "ada@example.com"}, "traceId": "t-1"}),
                "created MB7t1",
            ),
            (
                400,
                json!({"statusCode": 400, "message": "This location does not allow duplicated contacts.", "meta": {"contactId": "MB7t2", "matchingField": "email"}}),
                "already_exists refused existing=MB7t2",
            ),
            (422, json!({"statusCode": 422, "message": ["email must be an email"]}), "invalid unknown"),
        ],
    );
    assert_verdicts(
        "[success]\nid = \"payload.contact.id\"\n[[error]]\nwhen = [{ status = 422 }, { says = \"already been taken\" }]\nkind = \"already_exists\"\nsource = \"code\"\n",
        &[
            (
                200,
                json!({"payload": {"contact": {"email": "ada@example.com", "id": 7, "name": "Ada King"}, "contact_inbox": {"inbox": null}}}),
                "created 7",
            ),
            (
                422,
                json!({"message": "Email has already been taken", "attributes": ["email"]}),
                "already_exists refused",
            ),
            (422, json!({"message": "Email is invalid", "attributes": ["email"]}), "invalid refused"),
        ],
    );
    // An object of errors under a success, and errors that are entries of the contact itself.
    assert_verdicts(
        "[success]\nid = \"Contacts[0].ContactID\"\n[[error]]\nwhen = [{ status = 200 }, { path = \"Contacts[].HasValidationErrors\", is = true }]\nkind = \"invalid\"\n",
        &[
            (200, json!({"errors": {"status": 400, "title": null, "detail": "no"}}), "invalid refused"),
            (200, json!({"Contacts": [{"ContactID": "c-1", "HasValidationErrors": false}]}), "created c-1"),
            (
                200,
                json!({"Contacts": [{"ContactID": "00000000-0000-0000-0000-000000000000", "HasValidationErrors": true}]}),
                "invalid refused",
            ),
        ],
    );
    assert_verdicts(
        "[success]\nid = \"[0]\"\n",
        &[
            (200, json!([41]), "created 41"),
            (
                422,
                json!({"name": "ValidationError", "message": "no", "debug": "Traceback"}),
                "invalid refused",
            ),
            (500, json!({"name": "ValidationError", "message": "no"}), "unavailable unknown"),
        ],
    );
}
