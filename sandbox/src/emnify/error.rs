//! emnify's error envelope and its codes.
//!
//! Documented: codes, tokens and statuses; messages where a sample shows them. A fault has the code of its status in the
//! vendor's table, and for 404 and 409 the recorded one. Inferences: other faults have the gateway's message; the recorded 1406
//! is a 422.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

#[derive(Clone, Copy)]
pub(super) enum Code {
    BadRequest = 1000,
    InvalidToken = 1102,
    TokenExpired = 1103,
    Forbidden = 1104,
    TooManyRequests = 1105,
    NotFound = 1201,
    InputValidationFailed = 1400,
    InvalidReference = 1401,
    Required = 1402,
    InvalidFormat = 1403,
    Duplicated = 1405,
    NotAllowed = 1406,
    Unavailable = 1601,
}

impl Code {
    const fn token(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::InvalidToken => "InvalidToken",
            Self::TokenExpired => "TokenExpired",
            Self::Forbidden => "Forbidden",
            Self::TooManyRequests => "TooManyRequests",
            Self::NotFound => "NotFound",
            Self::InputValidationFailed => "InputValidationFailed",
            Self::InvalidReference => "InvalidReference",
            Self::Required => "Required",
            Self::InvalidFormat => "InvalidFormat",
            Self::Duplicated => "Duplicated",
            Self::NotAllowed => "NotAllowed",
            Self::Unavailable => "Unavailable",
        }
    }

    /// Returns the status. `TooManyRequests` is only used for a lockout, with a 401.
    const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::InvalidToken | Self::TokenExpired | Self::TooManyRequests => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound | Self::Unavailable => StatusCode::NOT_FOUND,
            Self::Duplicated => StatusCode::CONFLICT,
            Self::InputValidationFailed
            | Self::InvalidReference
            | Self::Required
            | Self::InvalidFormat
            | Self::NotAllowed => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

/// Returns an error as an object: the envelope, or an item within it.
pub(super) fn object(code: Code, message: &str) -> Value {
    json!({"error_code": code as u16, "error_token": code.token(), "message": message})
}

pub(super) fn answer(code: Code, message: &str) -> Response {
    (code.status(), Json(object(code, message))).into_response()
}

/// Returns the error of an unknown id in the path: recorded as a 404, whereas one in a body is a 422.
pub(super) fn invalid_reference(message: &str) -> Response {
    (StatusCode::NOT_FOUND, Json(object(Code::InvalidReference, message))).into_response()
}

/// Returns an error that is independent of the request.
pub(super) fn failure(status: StatusCode) -> Response {
    let body = match status {
        StatusCode::NOT_FOUND => object(Code::Unavailable, "Not available"),
        StatusCode::CONFLICT => object(Code::Duplicated, "Already exists"),
        StatusCode::TOO_MANY_REQUESTS => object(Code::TooManyRequests, "Too many requests"),
        _ => json!({"message": status.canonical_reason()}),
    };
    (status, Json(body)).into_response()
}

/// Returns the envelope around the errors of a body.
pub(super) fn validation(errors: &[Value]) -> Response {
    let code = Code::InputValidationFailed;
    let mut envelope = object(code, "Create endpoint validation error");
    envelope["errors"] = json!(errors);
    (code.status(), Json(envelope)).into_response()
}
