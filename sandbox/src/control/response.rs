//! Shared by the routes of the control endpoint.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::stand_ins::StandIns;

pub(super) type Shared = State<Arc<StandIns>>;

/// Returns an error with its message as JSON.
pub(super) fn error(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"error": message}))).into_response()
}
