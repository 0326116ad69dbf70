//! `SmartTask`'s error bodies, inferred from ASP.NET Core's defaults. The vendor documents no error.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

const TRACE_ID: &str = "00-00000000000000000000000000000000-0000000000000000-00";

/// Error messages by field.
pub(super) type Errors = BTreeMap<String, Vec<String>>;

pub(super) fn one(field: &str, message: &str) -> Errors {
    Errors::from([(field.to_owned(), vec![message.to_owned()])])
}

pub(super) fn not_valid(parameter: &str, value: &str) -> Errors {
    one(parameter, &format!("The value '{value}' is not valid."))
}

pub(super) fn invalid(errors: &Errors) -> Response {
    problem(
        StatusCode::BAD_REQUEST,
        &json!({
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.",
            "status": 400,
            "traceId": TRACE_ID,
            "errors": errors,
        }),
    )
}

pub(super) fn unsupported_media_type() -> Response {
    problem(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        &json!({
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.16",
            "title": "Unsupported Media Type",
            "status": 415,
            "traceId": TRACE_ID,
        }),
    )
}

pub(super) fn unsupported_version(version: &str) -> Response {
    let body = json!({
        "error": {
            "code": "UnsupportedApiVersion",
            "message": format!("The requested resource does not support the API version '{version}'."),
            "innerError": null,
        },
    });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

pub(super) fn failure(status: StatusCode) -> Response {
    let section = if status.is_server_error() { "15.6.1" } else { "15.5.1" };
    problem(
        status,
        &json!({
            "type": format!("https://tools.ietf.org/html/rfc9110#section-{section}"),
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "traceId": TRACE_ID,
        }),
    )
}

fn problem(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/problem+json; charset=utf-8")];
    (status, headers, body.to_string()).into_response()
}
