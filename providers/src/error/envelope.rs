//! Error envelopes: bodies of HTTP successes that report an error.
//!
//! If any part of an envelope reports a server error (5xx), the contact may have been created.

use serde_json::{Map, Value};

use super::kind::{Effect, ErrorKind};
use super::phrases::squeezed;
use super::status::judge_status;

/// Returns whether [`is_error_envelope`] reads a member.
pub(crate) fn is_error_member(name: &str) -> bool {
    matches!(
        name,
        "error"
            | "errors"
            | "Error"
            | "Errors"
            | "error_code"
            | "status"
            | "Status"
            | "statusCode"
            | "status_code"
            | "success"
            | "Success"
            | "ok"
    )
}

/// The members that hold the HTTP status of an envelope, in the order in which they are read.
const STATUS_MEMBERS: &[&str] = &["status", "Status", "statusCode", "status_code", "code"];
/// The names of an HTTP status, in lower case without punctuation.
const STATUS_NAMES: &[&str] =
    &["status", "statuscode", "httpstatus", "httpstatuscode", "httpcode", "code", "errorcode"];
/// The names of texts that report an error, in lower case without punctuation.
const TEXT_NAMES: &[&str] = &[
    "error",
    "errors",
    "message",
    "msg",
    "detail",
    "details",
    "title",
    "description",
    "reason",
    "statustext",
    "statusmessage",
    "errormessage",
    "errordescription",
    "usermessage",
    "developermessage",
    "devmessage",
];
/// Reason phrases of a 5xx and their variants, in lower case without punctuation.
const SERVER_ERROR_PHRASES: &[&str] = &[
    "servererror",
    "internalerror",
    "badgateway",
    "serviceunavailable",
    "servicetemporarilyunavailable",
    "gatewaytimeout",
    "timedout",
];
/// The words before an HTTP status in a text.
const STATUS_WORDS: &[&str] = &["http", "https", "status", "code", "error"];
const FAILURE_WORDS: &[&str] = &["error", "fail", "failed", "failure"];

/// Returns whether the body of a success reports an error. Reads only the [error members](is_error_member), so that a large
/// success need not be parsed completely.
pub(crate) fn is_error_envelope(body: &Value) -> bool {
    body.as_object().is_some_and(|members| members.iter().any(|(name, value)| reports_error(name, value)))
}

fn reports_error(name: &str, value: &Value) -> bool {
    match name {
        "status" | "Status" | "statusCode" | "status_code" => is_failed_status(value),
        _ => refuses(name, value),
    }
}

/// Returns whether a member reports a refusal, not just a failure.
fn refuses(name: &str, value: &Value) -> bool {
    match name {
        "error" | "errors" | "Error" | "Errors" => is_filled(value),
        "error_code" => !value.is_null(),
        "success" | "Success" | "ok" => is_false(value),
        _ => false,
    }
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(entries) => !entries.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

fn is_false(value: &Value) -> bool {
    match value {
        Value::Bool(value) => !value,
        Value::String(text) => text.trim().eq_ignore_ascii_case("false"),
        _ => false,
    }
}

fn is_failed_status(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_u64().is_some_and(|status| status >= 400),
        Value::String(text) => {
            leading_status(text).is_some()
                || FAILURE_WORDS.iter().any(|word| text.trim().eq_ignore_ascii_case(word))
        }
        _ => false,
    }
}

/// Returns the kind and effect of an error envelope: those of its own status, or else a refusal of the contact.
pub(crate) fn judge_envelope(body: &Value) -> (ErrorKind, Effect) {
    if reports_server_error(body) {
        return (ErrorKind::Unavailable, Effect::Unknown);
    }
    let empty = Map::new();
    let members = body.as_object().unwrap_or(&empty);
    let status = STATUS_MEMBERS.iter().find_map(|name| members.get(*name).and_then(http_status));
    match status {
        Some(status) => judge_status(status, false),
        // Numbers from 600 are the vendor's own codes.
        None if members.iter().any(|(name, value)| refuses(name, value) || is_own_code(name, value)) => {
            (ErrorKind::Invalid, Effect::Refused)
        }
        None => (ErrorKind::UnexpectedResponse, Effect::Unknown),
    }
}

fn is_own_code(name: &str, value: &Value) -> bool {
    STATUS_MEMBERS.contains(&name) && value.as_u64().is_some_and(|code| code >= 600)
}

/// Returns whether a status or a text anywhere in the body reports a server error (5xx).
pub(crate) fn reports_server_error(body: &Value) -> bool {
    is_server_error("", body)
}

fn is_server_error(name: &str, value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| is_server_error(&squeezed(name), value)),
        Value::Array(entries) => entries.iter().any(|entry| is_server_error(name, entry)),
        Value::Number(_) => (is_status(name) || name == "error") && http_status(value).is_some_and(is_5xx),
        Value::String(text) if is_status(name) => {
            leading_status(text).is_some_and(is_5xx) || is_server_phrase(text)
        }
        Value::String(text) if TEXT_NAMES.contains(&name) => {
            headed_status(text).or_else(|| named_status(text)).is_some_and(is_5xx) || is_server_phrase(text)
        }
        _ => false,
    }
}

fn is_status(name: &str) -> bool {
    STATUS_NAMES.contains(&name)
}

fn is_server_phrase(text: &str) -> bool {
    let text = squeezed(text);
    SERVER_ERROR_PHRASES.iter().any(|phrase| text.contains(phrase))
}

fn is_5xx(status: u16) -> bool {
    (500..600).contains(&status)
}

/// Returns the HTTP error status (4xx or 5xx) in the value of a status member, a number or a text.
pub(crate) fn http_status(value: &Value) -> Option<u16> {
    match value {
        Value::Number(number) => number.as_u64().and_then(error_status),
        Value::String(text) => leading_status(text),
        _ => None,
    }
}

fn error_status(number: u64) -> Option<u16> {
    u16::try_from(number).ok().filter(|status| (400..600).contains(status))
}

/// Returns the status of a status line: `503 Service Unavailable`, `HTTP/1.1 500`.
fn leading_status(text: &str) -> Option<u16> {
    let first = words_of(text).next().and_then(status_word);
    first.or_else(|| named_status(text))
}

/// Returns the status that precedes a sentence: `502: no answer`, but not `500 characters`.
fn headed_status(text: &str) -> Option<u16> {
    let text = text.trim_start();
    let status = text.get(..3).and_then(status_word)?;
    text[3..].trim_start().chars().next().is_none_or(|next| !next.is_alphanumeric()).then_some(status)
}

/// Returns the status in a sentence: `the server answered with HTTP 502`.
fn named_status(text: &str) -> Option<u16> {
    let mut is_named = false;
    for word in words_of(text) {
        match status_word(word) {
            Some(status) if is_named => return Some(status),
            _ => {}
        }
        // Skip the version numbers of `HTTP/1.1`.
        let is_version = is_named && word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_digit());
        is_named = is_version || STATUS_WORDS.iter().any(|it| word.eq_ignore_ascii_case(it));
    }
    None
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

fn status_word(word: &str) -> Option<u16> {
    if word.len() == 3 { word.parse().ok().and_then(error_status) } else { None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_server_error_is_found_as_a_number_a_status_line_and_a_phrase_at_any_depth() {
        for body in [
            json!({"status": 503}),
            json!({"status": "503 Service Unavailable"}),
            json!({"statusCode": "500"}),
            json!({"error": 502}),
            json!({"error": {"code": 500, "message": "no"}}),
            json!({"errors": [{"status": "500", "title": "no"}]}),
            json!({"responses": [{"status": "HTTP/1.1 201 Created"}, {"status": "HTTP/1.1 500 Internal"}]}),
            json!({"result": {"meta": [{"http_status": 504}]}}),
            json!({"success": false, "message": "the index answered with HTTP 502"}),
            json!({"error": "502 - no answer"}),
            json!({"message": "500"}),
            json!({"error": "Internal Server Error"}),
            json!({"error": {"code": "SERVICE_UNAVAILABLE"}}),
            json!({"errors": ["Request timed out"]}),
        ] {
            assert!(reports_server_error(&body), "{body}");
        }
    }

    #[test]
    fn other_numbers_and_words_are_not_server_errors() {
        for body in [
            json!({"error": "email exceeds 500 characters"}),
            json!({"error": "500 characters at most"}),
            json!({"status": 400, "traceId": "500"}),
            json!({"contact": {"id": 502, "name": "Bad Gateway Ltd"}}),
            json!({"status": "ok", "code": 1500}),
            json!({"errors": [{"status": "422", "detail": "error code 1500"}]}),
            json!([{"status": "HTTP/1.1 404 Not Found"}]),
        ] {
            assert!(!reports_server_error(&body), "{body}");
        }
    }

    #[test]
    fn only_error_members_make_an_envelope() {
        for body in [
            json!({"error": "no", "id": 5}),
            json!({"error": 1}),
            json!({"Errors": ["no"]}),
            json!({"status": "error"}),
            json!({"status": "400 Bad Request"}),
            json!({"status_code": 422}),
            json!({"success": "false"}),
            json!({"ok": false}),
        ] {
            assert!(is_error_envelope(&body), "{body}");
        }
        for body in [
            json!({"error": null, "errors": [], "id": 5}),
            json!({"error": false, "status": "active", "success": true}),
            json!({"status": 200, "ok": true, "error": 0}),
            json!([{"error": "no"}]),
            json!("error"),
        ] {
            assert!(!is_error_envelope(&body), "{body}");
        }
    }

    #[test]
    fn a_failed_status_alone_is_not_a_refusal() {
        let verdict = |body: &Value| judge_envelope(body);
        assert_eq!(verdict(&json!({"status": "error"})), (ErrorKind::UnexpectedResponse, Effect::Unknown));
        assert_eq!(
            verdict(&json!({"status": "error", "errors": ["no"]})),
            (ErrorKind::Invalid, Effect::Refused)
        );
        assert_eq!(
            verdict(&json!({"status": "403 Forbidden"})),
            (ErrorKind::PermissionDenied, Effect::Refused)
        );
        assert_eq!(verdict(&json!({"status": 1400})), (ErrorKind::Invalid, Effect::Refused));
        assert_eq!(verdict(&json!({"error": {"status": 503}})), (ErrorKind::Unavailable, Effect::Unknown));
    }
}
