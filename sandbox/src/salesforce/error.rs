//! Salesforce's errors, and the header that shows the use of the day's limit.
//!
//! Documented: a list of errors with `message`, `errorCode` and, for a field, `fields`; the codes and their statuses;
//! `REQUEST_LIMIT_EXCEEDED` under 403; `Sforce-Limit-Info`. The figure is that of a developer's organization: 15,000 in a day.
//!
//! Recorded or third-party: the words of each error. Inferences: a fault's 5xx has the same form, with `UNKNOWN_EXCEPTION` but for
//! a 503.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::request_limits::{Allowance, RequestLimits};

const USUAL_DAILY: u32 = 15_000;
const LIMIT_INFO: HeaderName = HeaderName::from_static("sforce-limit-info");

/// Returns an answer with this body.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    (status, Json(body)).into_response()
}

/// Returns the rest of the day's limit.
pub(super) fn daily(limits: &RequestLimits) -> Allowance {
    limits.daily(USUAL_DAILY, 1)
}

pub(super) fn with_limit_info(mut response: Response, limits: &RequestLimits) -> Response {
    let Allowance { limit, remaining } = daily(limits);
    if let Ok(value) =
        HeaderValue::from_str(&format!("api-usage={}/{limit}", limit.saturating_sub(remaining)))
    {
        response.headers_mut().insert(LIMIT_INFO, value);
    }
    response
}

pub(super) fn one(status: StatusCode, code: &str, message: &str) -> Response {
    json(status, &json!([{"message": message, "errorCode": code}]))
}

/// Returns an error of one of a create's fields.
pub(super) fn of_field(code: &str, message: &str, field: &str) -> Value {
    json!({"message": message, "errorCode": code, "fields": [field]})
}

pub(super) fn of_fields(errors: Vec<Value>) -> Response {
    json(StatusCode::BAD_REQUEST, &Value::Array(errors))
}

pub(super) fn invalid_session() -> Response {
    one(StatusCode::UNAUTHORIZED, "INVALID_SESSION_ID", "Session expired or invalid")
}

pub(super) fn insufficient_access() -> Response {
    one(StatusCode::FORBIDDEN, "INSUFFICIENT_ACCESS", "insufficient access rights on object id")
}

pub(super) fn daily_limit() -> Response {
    one(StatusCode::FORBIDDEN, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
}

pub(super) fn too_many_at_once() -> Response {
    let message = "ConcurrentRequests (Concurrent API Requests) Limit exceeded.";
    one(StatusCode::FORBIDDEN, "REQUEST_LIMIT_EXCEEDED", message)
}

pub(super) fn not_found() -> Response {
    one(StatusCode::NOT_FOUND, "NOT_FOUND", "The requested resource does not exist")
}

pub(super) fn method_not_allowed() -> Response {
    let message = "HTTP Method not allowed. Allowed are HEAD,GET,POST";
    one(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message)
}

pub(super) fn unsupported_media_type() -> Response {
    let message = "The HTTP entity body is in a format that is not supported: send application/json";
    one(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message)
}

pub(super) fn invalid_json(message: &str) -> Response {
    let message = format!("{message} at [line:1, column:1]");
    one(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", &message)
}

pub(super) fn unknown_field(name: &str) -> Response {
    let message = format!("No such column '{name}' on sobject of type Contact");
    one(StatusCode::BAD_REQUEST, "INVALID_FIELD", &message)
}

/// Returns an error that is independent of the request.
pub(super) fn failure(status: StatusCode) -> Response {
    match status {
        StatusCode::UNAUTHORIZED => invalid_session(),
        StatusCode::FORBIDDEN => insufficient_access(),
        StatusCode::NOT_FOUND => not_found(),
        StatusCode::SERVICE_UNAVAILABLE => one(status, "SERVER_UNAVAILABLE", "Server Unavailable"),
        _ => one(status, "UNKNOWN_EXCEPTION", "An unexpected error occurred"),
    }
}
