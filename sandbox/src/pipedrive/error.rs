//! The envelope of Pipedrive's answers.
//!
//! Documented: `success`, `data`, `error`, `error_info`, `additional_data`, and `code` beside some errors. Third-party: the
//! members and words of a 401; `ERR_SCHEMA_VALIDATION_FAILED` for an invalid body. Choices: the words of the other errors.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

const INFO: &str = "Please check developers.pipedrive.com";

/// Returns an answer with this data.
pub(super) fn success(data: &Value) -> Response {
    Json(json!({"success": true, "data": data})).into_response()
}

/// Returns an answer with a page of data.
pub(super) fn page(data: &Value, next_cursor: Option<&str>) -> Response {
    let additional = json!({"next_cursor": next_cursor});
    Json(json!({"success": true, "data": data, "additional_data": additional})).into_response()
}

pub(super) fn unauthorized() -> Response {
    let body = json!({
        "success": false,
        "error": "unauthorized access",
        "errorCode": 401,
        "error_info": INFO,
    });
    (StatusCode::UNAUTHORIZED, Json(body)).into_response()
}

pub(super) fn forbidden() -> Response {
    refused(StatusCode::FORBIDDEN, "You do not have permissions to do this")
}

pub(super) fn invalid(message: &str) -> Response {
    let mut body = envelope(message);
    body["code"] = json!("ERR_SCHEMA_VALIDATION_FAILED");
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

pub(super) fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(envelope(message))).into_response()
}

/// Returns an error that is independent of the request.
pub(super) fn failure(status: StatusCode) -> Response {
    match status {
        StatusCode::UNAUTHORIZED => unauthorized(),
        _ => refused(status, status.canonical_reason().unwrap_or("Error")),
    }
}

fn envelope(message: &str) -> Value {
    json!({
        "success": false,
        "error": message,
        "error_info": INFO,
        "data": null,
        "additional_data": null,
    })
}
