//! `HubSpot`'s errors.
//!
//! Documented: `status`, `message`, `correlationId`, `category`, `errors` with `message`, `code` and `context`.
//!
//! Third-party, from recordings and issues in public repositories: the categories and words of each answer, `links`, the content
//! type, a 404 without a category. Inferences: a 5xx has the same members.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/json;charset=utf-8");

/// An invalid property of a create.
pub(super) struct PropertyError {
    pub(super) code: &'static str,
    pub(super) property: String,
    pub(super) value: String,
    pub(super) message: String,
}

/// Returns an answer with this body, in the vendor's content type.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, CONTENT_TYPE)], body.to_string()).into_response()
}

/// Returns the id by which the vendor finds a request in its log.
pub(super) fn correlation_id(request: usize) -> String {
    format!("00000000-0000-4000-8000-{request:012x}")
}

pub(super) fn unauthenticated(request: usize) -> Response {
    let message = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more \
                   details at https://developers.hubspot.com/docs/methods/auth/oauth-overview";
    error(StatusCode::UNAUTHORIZED, request, "INVALID_AUTHENTICATION", message)
}

pub(super) fn expired(request: usize) -> Response {
    let message = "The OAuth token used to make this call expired 5 minute(s) ago.";
    error(StatusCode::UNAUTHORIZED, request, "EXPIRED_AUTHENTICATION", message)
}

pub(super) fn missing_scope(request: usize) -> Response {
    let body = json!({
        "status": "error",
        "message": "This app hasn't been granted all required scopes to make this call. Read more about required scopes \
                    here: https://developers.hubspot.com/scopes.",
        "correlationId": correlation_id(request),
        "errors": [{
            "message": "One or more of the following scopes are required.",
            "context": {"requiredScopes": ["crm.objects.contacts.write"]},
        }],
        "links": {"scopes": "https://developers.hubspot.com/scopes"},
        "category": "MISSING_SCOPES",
    });
    json(StatusCode::FORBIDDEN, &body)
}

/// Returns the conflict with an existing contact, whose id only the message has.
pub(super) fn conflict(request: usize, id: &str) -> Response {
    let message = format!("Contact already exists. Existing ID: {id}");
    error(StatusCode::CONFLICT, request, "CONFLICT", &message)
}

pub(super) fn invalid_json(request: usize) -> Response {
    let message = "Invalid input JSON on line 1, column 1: Cannot deserialize value";
    error(StatusCode::BAD_REQUEST, request, "VALIDATION_ERROR", message)
}

pub(super) fn invalid_input(request: usize, message: &str) -> Response {
    error(StatusCode::BAD_REQUEST, request, "VALIDATION_ERROR", message)
}

/// Returns the refusal of a create: as JSON within the message, and once more as `errors`.
pub(super) fn invalid_properties(request: usize, errors: &[PropertyError]) -> Response {
    let within = errors.iter().map(|error| {
        json!({
            "isValid": false,
            "message": error.message,
            "error": error.code,
            "name": error.property,
            "propertyValue": error.value,
        })
    });
    let within = Value::Array(within.collect());
    let listed = errors.iter().map(|error| {
        let context = json!({"propertyName": [error.property]});
        json!({"message": error.message, "code": error.code, "context": context})
    });
    let body = json!({
        "status": "error",
        "message": format!("Property values were not valid: {within}"),
        "correlationId": correlation_id(request),
        "errors": listed.collect::<Vec<_>>(),
        "category": "VALIDATION_ERROR",
    });
    json(StatusCode::BAD_REQUEST, &body)
}

pub(super) fn not_found(request: usize) -> Response {
    let correlation_id = correlation_id(request);
    let body = json!({"status": "error", "message": "resource not found", "correlationId": correlation_id});
    json(StatusCode::NOT_FOUND, &body)
}

/// Returns an error that is independent of the request.
pub(super) fn failure(status: StatusCode) -> Response {
    match status {
        StatusCode::UNAUTHORIZED => unauthenticated(0),
        StatusCode::FORBIDDEN => missing_scope(0),
        StatusCode::NOT_FOUND => not_found(0),
        _ => {
            let message = status.canonical_reason().unwrap_or("error").to_lowercase();
            json(status, &json!({"status": "error", "message": message, "correlationId": correlation_id(0)}))
        }
    }
}

fn error(status: StatusCode, request: usize, category: &str, message: &str) -> Response {
    let body = json!({
        "status": "error",
        "message": message,
        "correlationId": correlation_id(request),
        "category": category,
    });
    json(status, &body)
}
