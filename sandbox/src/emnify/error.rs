//! emnify's error envelope and its codes.
//!
//! Rule: codes, tokens and statuses are the vendor's table; the words of a message are the vendor's where a sample shows them.
//! A failure on request has the code that the table has for its status, where that is 404 or 409 the recorded one; any
//! other failure has the words of the gateway before the vendor, which is an inference. The recorded 1406 tells no status;
//! that it is 422 is an inference.

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

    /// A lockout of authenticate says `TooManyRequests` with a 401, which is the only use of that code here.
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

/// One error as an object: the envelope, or an item within it.
pub(super) fn object(code: Code, message: &str) -> Value {
    json!({"error_code": code as u16, "error_token": code.token(), "message": message})
}

pub(super) fn answer(code: Code, message: &str) -> Response {
    (code.status(), Json(object(code, message))).into_response()
}

/// A reference in the path to what is not there: recorded as a 404, where one in a body is a 422.
pub(super) fn invalid_reference(message: &str) -> Response {
    (StatusCode::NOT_FOUND, Json(object(Code::InvalidReference, message))).into_response()
}

/// A failure that no request is to blame for.
pub(super) fn failure(status: StatusCode) -> Response {
    let body = match status {
        StatusCode::NOT_FOUND => object(Code::Unavailable, "Not available"),
        StatusCode::CONFLICT => object(Code::Duplicated, "Already exists"),
        StatusCode::TOO_MANY_REQUESTS => object(Code::TooManyRequests, "Too many requests"),
        _ => json!({"message": status.canonical_reason()}),
    };
    (status, Json(body)).into_response()
}

/// The wrapper around what is wrong with a body.
pub(super) fn validation(errors: &[Value]) -> Response {
    let code = Code::InputValidationFailed;
    let mut envelope = object(code, "Create endpoint validation error");
    envelope["errors"] = json!(errors);
    (code.status(), Json(envelope)).into_response()
}
