//! The error envelope of `OneCloud`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Returns the error of a login. Two of its values are empty texts on the page, where other errors have `null`.
pub(super) fn envelope_of_login(message: &str) -> Response {
    let body = json!({
        "_meta": {"status": "ERROR", "count": 1},
        "records": {
            "errorCode": "401",
            "userMessage": message,
            "devMessage": "",
            "more": null,
            "applicationCode": "",
        },
    });
    (StatusCode::UNAUTHORIZED, Json(body)).into_response()
}

pub(super) fn unauthorized(message: &str) -> Response {
    envelope(StatusCode::UNAUTHORIZED, 401, message, None)
}

pub(super) fn bad_request(message: &str) -> Response {
    envelope(StatusCode::BAD_REQUEST, 400, message, None)
}

/// Returns the envelope of the vendor's sample of an exhausted limit.
pub(super) fn envelope_with_empty_texts(status: StatusCode, error_code: u16, message: &str) -> Response {
    envelope_of(status, error_code, message, Some(""), Some(""))
}

pub(super) fn envelope(
    status: StatusCode,
    error_code: impl Into<Value>,
    message: &str,
    application_code: Option<&str>,
) -> Response {
    envelope_of(status, error_code, message, None, application_code)
}

fn envelope_of(
    status: StatusCode,
    error_code: impl Into<Value>,
    message: &str,
    developer_message: Option<&str>,
    application_code: Option<&str>,
) -> Response {
    let body = json!({
        "_meta": {"status": "ERROR", "count": 1},
        "records": {
            "errorCode": error_code.into(),
            "userMessage": message,
            "devMessage": developer_message,
            "more": null,
            "applicationCode": application_code,
        },
    });
    (status, Json(body)).into_response()
}
