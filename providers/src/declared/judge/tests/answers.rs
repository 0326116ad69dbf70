//! Rows and words, on answers that vendors give.

use serde_json::json;

use super::{BASE, Described, NOW, answer, create, told_error};
use crate::draft::{Draft, Method};
use crate::error::Operation;
use crate::exchange::Exchange;
use crate::field_fate::{Fate, FieldFate};
use crate::http::Answer;
use crate::prepared::Prepared;

const SUCCESS: &str = "\n[success]\nid = \"id\"\n";

fn with_rows(rows: &str) -> Described {
    Described::new(&format!("{SUCCESS}{rows}"))
}

#[test]
fn rows_are_asked_in_their_order_and_all_their_conditions_must_hold() {
    let described = with_rows(
        r#"
        [[error]]
        when = [{ path = "[].errorCode", is = "REQUEST_LIMIT" }, { says = "concurrent" }]
        kind = "rate_limited"
        [[error]]
        when = { path = "[].errorCode", is = ["REQUEST_LIMIT", "DAILY_LIMIT"] }
        kind = "quota_exhausted"
        [[error]]
        when = { path = "[].errorCode", is = "SESSION" }
        kind = "unauthenticated"
        "#,
    );
    for (status, body, expected) in [
        (
            403,
            json!([{"errorCode": "REQUEST_LIMIT", "message": "Concurrent requests exceeded"}]),
            "rate_limited refused",
        ),
        (
            403,
            json!([{"errorCode": "REQUEST_LIMIT", "message": "TotalRequests exceeded"}]),
            "quota_exhausted refused",
        ),
        (400, json!([{"errorCode": "OTHER"}, {"errorCode": "DAILY_LIMIT"}]), "quota_exhausted refused"),
        (400, json!([{"errorCode": "SESSION"}]), "unauthenticated refused"),
        (400, json!([{"errorCode": "Session"}]), "invalid refused"),
        (503, json!([{"errorCode": "SESSION"}]), "unavailable unknown"),
    ] {
        assert_eq!(described.of_create(answer(status, &body)), expected, "{status} {body}");
    }
}

#[test]
fn numbers_and_texts_truths_and_their_names_are_alike() {
    let described = with_rows(
        r#"
        [[error]]
        when = { path = "Fault.Error[].code", is = 6240 }
        kind = "already_exists"
        existing = { path = "Fault.Error[0].Detail", text = "Id={id}" }
        [[error]]
        when = { path = "code", is = "7" }
        kind = "permission_denied"
        [[error]]
        when = { path = "locked", is = true }
        kind = "rate_limited"
        "#,
    );
    for (body, expected) in [
        (
            json!({"Fault": {"Error": [{"code": "6240", "Detail": "The name is used: Id=95"}]}}),
            "already_exists refused existing=95",
        ),
        (
            json!({"Fault": {"Error": [{"code": 6240, "Detail": "The name is used"}]}}),
            "already_exists refused",
        ),
        (json!({"Fault": {"Error": [{"code": 62400}]}}), "invalid refused"),
        (json!({"code": 7}), "permission_denied refused"),
        (json!({"code": 7.0}), "invalid refused"),
        (json!({"locked": "TRUE"}), "rate_limited refused"),
        (json!({"locked": "yes"}), "invalid refused"),
    ] {
        assert_eq!(described.of_create(answer(400, &body)), expected, "{body}");
    }
}

#[test]
fn one_element_must_meet_all_conditions_about_it() {
    let described = with_rows(
        r#"
        [[error]]
        when = { each = "errors[]", all = [{ path = "extensions.code", is = "RECORD_NOT_UNIQUE" }, { path = "extensions.collection", is = "{collection}" }] }
        kind = "already_exists"
        existing = "errors[].extensions.primaryKey"
        [[error]]
        when = { each = "failures", all = [{ path = "on", is = ["email", "phone"] }, { says = "Exists" }] }
        kind = "already_exists"
        "#,
    );
    let not_unique =
        |collection: &str| json!({"code": "RECORD_NOT_UNIQUE", "collection": collection, "primaryKey": 12});
    for (body, expected) in [
        (json!({"errors": [{"extensions": not_unique("people")}]}), "already_exists refused existing=12"),
        (json!({"errors": [{"extensions": not_unique("organizations")}]}), "invalid refused"),
        (
            json!({"errors": [{"extensions": not_unique("organizations")}, {"extensions": {"code": "INVALID", "collection": "people"}}]}),
            "invalid refused",
        ),
        (
            json!({"failures": [{"on": "name", "message": "exists"}, {"on": "email", "message": "is short"}]}),
            "invalid refused",
        ),
        (json!({"failures": [{"on": "email", "message": "it exists"}]}), "already_exists refused"),
        (json!({"failures": {"on": "phone", "message": "it exists"}}), "already_exists refused"),
    ] {
        assert_eq!(described.of_create(answer(400, &body)), expected, "{body}");
    }
}

#[test]
fn a_message_is_that_of_the_error_and_of_its_fields_in_any_letter_case_and_shape() {
    let described = with_rows(
        "[[error]]\nwhen = [{ status = \"4xx\" }, { says = [\"already been taken\", \"duplicate\"] }]\nkind = \"already_exists\"\n",
    );
    for body in [
        r#"{"message": "Email has ALREADY been taken"}"#,
        r#"{"email": ["has already been taken"]}"#,
        r#"{"title": "Not valid", "errors": [{"field": "email", "message": "a Duplicate"}]}"#,
        r#"["is a duplicate"]"#,
        "Duplicate entry",
        "<error><reason>Duplicate entry</reason></error>",
    ] {
        assert_eq!(described.of_create(Answer::new(422).with_body(body)), "already_exists refused", "{body}");
    }
    for body in [r#"{"message": "Email is invalid"}"#, r#"{"data": "duplicate"}"#, ""] {
        assert_eq!(described.of_create(Answer::new(422).with_body(body)), "invalid refused", "{body}");
    }
}

#[test]
fn the_id_of_the_one_that_is_there_stands_at_the_places_in_their_order_and_nowhere_else() {
    let described = with_rows(
        r#"
        [[error]]
        when = { path = "[].errorCode", is = "DUPLICATES" }
        kind = "already_exists"
        existing = ["[0].matches[type=Contact].records[0].Id", { path = "[0].message", text = "record with id: {id}" }, { header = "x-existing", text = "people/{id}" }]
        [[error]]
        when = { status = 409 }
        kind = "already_exists"
        "#,
    );
    let duplicates = |matched: &str, message: &str| json!([{"errorCode": "DUPLICATES", "message": message, "matches": [{"type": matched, "records": [{"Id": "003A"}]}], "existing": {"id": "00Q9"}, "existing_id": "00Q8"}]);
    assert_eq!(
        described.of_create(answer(400, &duplicates("Contact", ""))),
        "already_exists refused existing=003A"
    );
    assert_eq!(described.of_create(answer(400, &duplicates("Lead", ""))), "already_exists refused");
    let in_prose = duplicates("Lead", "duplicate value on record with id: 003B.");
    assert_eq!(described.of_create(answer(400, &in_prose)), "already_exists refused existing=003B");
    let header = answer(400, &duplicates("Lead", "")).with_header("X-Existing", "/v1/people/003C?x=1");
    assert_eq!(described.of_create(header), "already_exists refused existing=003C");
    // Without places, the usual shapes are read.
    assert_eq!(
        described.of_create(answer(409, &json!({"existing": {"id": 9}}))),
        "already_exists refused existing=9"
    );
    let address = answer(409, &json!({"existing_id": "ada@example.com"}));
    assert_eq!(described.of_create(address), "already_exists refused", "no id is a value of the contact");
}

#[test]
fn a_list_of_equals_under_409_is_a_duplicate_with_the_first_id() {
    let described = with_rows(
        "[[error]]\nwhen = { status = 409, path = \"[].id\" }\nkind = \"already_exists\"\nexisting = \"[].id\"\n",
    );
    let equals = json!([{"id": "", "email": "x"}, {"id": 41, "email": "ada@example.com"}, {"id": 42}]);
    assert_eq!(described.of_create(answer(409, &equals)), "already_exists refused existing=41");
    let described = with_rows("");
    assert_eq!(described.of_create(answer(409, &equals)), "already_exists refused");
}

#[test]
fn errors_as_an_object_of_lists_are_reached_and_told() {
    let described = with_rows(
        r#"
        [words]
        code = ["error"]
        message = ["description"]
        fields = { object = "details", message = "description" }
        request_id = { path = "trace.id" }
        [[error]]
        when = { status = 422, path = "details.*[].error", is = "DuplicateValue" }
        kind = "already_exists"
        "#,
    );
    let body = json!({
        "error": "RecordInvalid", "description": "Record validation errors", "trace": {"id": "t-9"},
        "details": {"name": [{"description": "is too short"}], "email": [{"description": "ada@example.com is used", "error": "DuplicateValue"}]},
    });
    let error = described.interpret(&create(answer(422, &body))).unwrap_err();
    assert_eq!(told_error(&error), "already_exists refused");
    assert_eq!(
        (error.code(), error.message(), error.request_id()),
        (Some("RecordInvalid"), Some("Record validation errors"), Some("t-9"))
    );
    let fields: Vec<(&str, &str)> =
        error.field_errors().iter().map(|it| (it.field.as_str(), it.message.as_str())).collect();
    assert_eq!(fields, [("email", "[removed] is used"), ("name", "is too short")]);
}

#[test]
fn an_entry_without_a_field_is_no_message_about_one() {
    let rows = "[words]\nmessage = \"[0].text\"\nfields = { list = \"[]\", field = \"on[0]\", message = \"text\" }\n";
    let vendor = with_rows(rows);
    for (body, expected) in [
        (json!([{"text": "Session expired"}]), vec![]),
        (json!([{"text": "is missing", "on": ["name"]}]), vec![("name", "is missing")]),
        (
            json!([{"text": "is missing", "on": ["name"]}, {"text": "too many"}]),
            vec![("name", "is missing"), ("", "too many")],
        ),
    ] {
        let error = vendor.interpret(&create(answer(400, &body))).unwrap_err();
        let fields: Vec<(&str, &str)> =
            error.field_errors().iter().map(|it| (it.field.as_str(), it.message.as_str())).collect();
        assert_eq!(fields, expected, "{body}");
    }
}

#[test]
fn fields_of_a_list_may_be_texts_and_replace_the_usual_ones() {
    let described =
        with_rows("[words]\nfields = { list = \"attributes[]\", field = \"\", message = \"\" }\n");
    let body =
        json!({"message": "Not valid", "attributes": ["email", "phone"], "errors": ["something else"]});
    let error = described.interpret(&create(answer(422, &body))).unwrap_err();
    let fields: Vec<(&str, &str)> =
        error.field_errors().iter().map(|it| (it.field.as_str(), it.message.as_str())).collect();
    assert_eq!(fields, [("email", "email"), ("phone", "phone")]);
    assert_eq!(error.message(), Some("Not valid"));
}

#[test]
fn the_usual_shapes_are_read_where_the_words_find_nothing() {
    let described = with_rows("[words]\ncode = \"a.b\"\nmessage = [\"a.c\", \"a.d\"]\n");
    let error =
        described.interpret(&create(answer(400, &json!({"code": "x-1", "message": "no"})))).unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("x-1"), Some("no")));
    let body = json!({"a": {"b": 5, "d": "of its own"}, "code": "x-1", "message": "no"});
    let error = described.interpret(&create(answer(400, &body))).unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("5"), Some("of its own")));
    let error = described
        .interpret(&create(Answer::new(403).with_body("<html><title>Denied</title></html>")))
        .unwrap_err();
    assert_eq!((error.kind().to_string().as_str(), error.message()), ("blocked", Some("Denied")));
}

#[test]
fn headers_and_absent_places_are_conditions() {
    let described = with_rows(
        r#"
        [[error]]
        when = [{ status = 429 }, { header = "X-Daily-Left", is = 0 }]
        kind = "quota_exhausted"
        [[error]]
        when = [{ status = 400 }, { path = "code", absent = true }]
        kind = "permission_denied"
        [[error]]
        when = [{ status = 403 }, { header = "x-blocked" }]
        kind = "blocked"
        [[error]]
        when = { status = "4xx", path = "duplicate" }
        kind = "already_exists"
        "#,
    );
    let too_many = Answer::new(429);
    assert_eq!(
        described.of_create(too_many.clone().with_header("x-daily-left", " 0 ")),
        "quota_exhausted refused"
    );
    assert_eq!(described.of_create(too_many.with_header("x-daily-left", "10")), "rate_limited refused");
    for (body, expected) in [
        ("{}", "permission_denied refused"),
        ("", "permission_denied refused"),
        (r#"{"code": null}"#, "permission_denied refused"),
        (r#"{"code": 0}"#, "invalid refused"),
        ("<html>unreadable</html>", "invalid refused"),
        (r#"{"code": 1, "duplicate": false}"#, "invalid refused"),
        (r#"{"code": 1, "duplicate": {"id": 5}}"#, "already_exists refused existing=5"),
    ] {
        assert_eq!(described.of_create(Answer::new(400).with_body(body)), expected, "{body}");
    }
    assert_eq!(described.of_create(Answer::new(403).with_header("x-blocked", "1")), "blocked refused");
    assert_eq!(described.of_create(Answer::new(403)), "permission_denied refused");
}

#[test]
fn a_status_in_the_body_counts_for_more_than_that_of_the_answer() {
    let described = with_rows("[words]\nstatus = [\"meta.status\", \"code\"]\n");
    for (status, body, expected) in [
        (200, json!({"meta": {"status": "404 Not Found"}}), "not_found refused"),
        (200, json!({"code": 429}), "rate_limited refused"),
        (401, json!({"code": 503}), "unavailable unknown"),
        (400, json!({"code": 200}), "invalid refused"),
        (400, json!({"code": 1062}), "invalid refused"),
        (500, json!({"code": 400}), "unavailable unknown"),
        (200, json!({"code": 400, "id": 7}), "unexpected_response unknown"),
        (200, json!({"code": 200, "id": 7}), "created 7"),
    ] {
        assert_eq!(described.of_create(answer(status, &body)), expected, "{status} {body}");
    }
}

#[test]
fn the_answer_to_a_search_or_login_is_judged_without_the_contact() {
    let described = with_rows(
        r#"
        [[error]]
        when = { status = 400, says = "unique" }
        kind = "already_exists"
        [[error]]
        when = { status = 204 }
        kind = "already_exists"
        [[error]]
        when = [{ status = 200 }, { path = "id", absent = true }]
        kind = "invalid"
        [[error]]
        when = { status = 200, path = "fault", is = "LIMIT" }
        kind = "rate_limited"
        "#,
    );
    for (operation, given, expected) in [
        (Operation::Find, answer(200, &json!({"results": []})), "read {\"results\":[]}"),
        (Operation::Find, answer(200, &json!({"fault": "LIMIT"})), "rate_limited refused"),
        (Operation::Find, Answer::new(204), "read null"),
        (Operation::Find, answer(400, &json!({"message": "unique"})), "unexpected_response refused"),
        (Operation::Find, Answer::new(500), "unavailable not_sent"),
        (Operation::Check, Answer::new(401), "unauthenticated refused"),
        (Operation::Authenticate, Answer::new(400), "unauthenticated refused"),
        (
            Operation::Authenticate,
            Answer::new(200).with_body("<html>Down for maintenance</html>"),
            "unavailable not_sent",
        ),
        (
            Operation::Authenticate,
            answer(200, &json!({"access_token": "t"})),
            "read {\"access_token\":\"t\"}",
        ),
    ] {
        let told = described.of_read(operation, given.clone());
        assert_eq!(told, expected, "{operation:?} {given:?}");
    }
}

#[test]
fn a_message_may_repeat_what_the_description_itself_sends() {
    let tables = r#"
        [account.status]
        kind = "choice"
        choices = ["subscribed", "pending"]
        [constants]
        status = "{status}"
        kind = "customer"
        group = "{collection}"
        "#;
    let keys = json!({"key": "sekrit-key-1", "status": "subscribed", "collection": "gardeners"});
    let described = Described::parse(&format!("{BASE}{SUCCESS}{tables}"), &keys);
    let message = |name: &str, fates: &[&str]| -> Option<String> {
        let url = "https://crm.example.com/people".parse().unwrap();
        let body =
            json!({"status": "subscribed", "kind": "customer", "group": "gardeners", "full_name": name});
        let mut draft = Draft::new(Method::Post, url, body.clone());
        draft.fields = fates.iter().map(|field| FieldFate::new((*field).to_owned(), Fate::Sent)).collect();
        let refused = json!({"message": "Customer of the gardeners cannot be subscribed"});
        let exchange = Exchange::new(Operation::Create, body, answer(400, &refused), NOW.parse().unwrap());
        let error = described.judge.interpret(&described.info, &Prepared::new(draft), &exchange).unwrap_err();
        error.message().map(str::to_owned)
    };
    for (name, fates, expected) in [
        ("Ada King", &[][..], "Customer of the [removed] cannot be subscribed"),
        ("Ada Customer", &[], "[removed] of the [removed] cannot be subscribed"),
        ("Subscribed", &[], "Customer of the [removed] cannot be [removed]"),
        (
            "Ada King",
            &["vendor.acme.status", "vendor.other.kind"],
            "Customer of the [removed] cannot be [removed]",
        ),
    ] {
        assert_eq!(message(name, fates).as_deref(), Some(expected), "{name} {fates:?}");
    }
}
