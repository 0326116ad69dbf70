//! The answer to a request after its fault, and how it is sent.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use crate::error_page::error_page;
use crate::faults::{ErrorBody, RetryAfter, What};
use crate::stand_in::StandIn;

/// An answer, and how it is sent.
pub(crate) struct Reply {
    pub(crate) response: Response,
    pub(crate) mode: SendMode,
}

/// How an answer is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SendMode {
    /// The stand-in's answer, whole.
    Whole,
    /// Another answer in its place.
    Replaced,
    /// The stand-in's answer after a byte order mark.
    ByteOrderMark,
    /// The first half of the answer.
    Cut,
    /// The answer in pieces, over this time.
    Slow(Duration),
    /// No answer; the connection stays open.
    Hang,
    /// No answer; the connection is reset.
    Reset,
}

impl Reply {
    /// Applies a fault to the stand-in's answer.
    pub(crate) fn new(
        genuine: Response,
        stand_in: &dyn StandIn,
        now: Timestamp,
        fault: Option<&What>,
    ) -> Self {
        let (response, mode) = match fault {
            None
            | Some(
                What::Latency(_)
                | What::Workers { .. }
                | What::LateCommit { .. }
                | What::LateDedupe { .. }
                | What::StaleList { .. }
                | What::Normalizes(_)
                | What::TokenExpiry { .. }
                | What::Quota { .. }
                | What::BurstLimit { .. }
                | What::DailyLimit { .. }
                | What::DuplicateRule,
            ) => (genuine, SendMode::Whole),
            Some(What::Status { status, retry_after, body, .. }) => {
                let error = error(stand_in, *status, *body);
                (with_retry_after(error, *retry_after, now), SendMode::Replaced)
            }
            Some(What::RateLimit { retry_after }) => {
                let error = stand_in.too_many_requests();
                (with_retry_after(error, Some(*retry_after), now), SendMode::Replaced)
            }
            Some(What::ConcurrencyLimit { retry_after, .. }) => {
                let error = stand_in.too_many_requests();
                (with_retry_after(error, *retry_after, now), SendMode::Replaced)
            }
            Some(What::EdgeHtml { status, .. }) => (error_page(status_code(*status)), SendMode::Replaced),
            Some(What::ResetBeforeCommit | What::ResetAfterCommit | What::Down) => (genuine, SendMode::Reset),
            Some(What::HangBeforeCommit | What::HangAfterCommit) => (genuine, SendMode::Hang),
            Some(What::CutBody) => (genuine, SendMode::Cut),
            Some(What::SlowBody { over }) => (genuine, SendMode::Slow(*over)),
            Some(What::WrongContentType { content_type }) => {
                (labelled(genuine, content_type), SendMode::Whole)
            }
            Some(What::ByteOrderMark) => (genuine, SendMode::ByteOrderMark),
        };
        Self { response, mode }
    }

    /// Returns the answer to a request with a body that is too large.
    pub(crate) fn too_large() -> Self {
        Self { response: StatusCode::PAYLOAD_TOO_LARGE.into_response(), mode: SendMode::Whole }
    }

    /// Returns the answer of a gateway that no longer waits for the vendor.
    pub(crate) fn gateway_timeout() -> Self {
        Self { response: error_page(StatusCode::GATEWAY_TIMEOUT), mode: SendMode::Replaced }
    }

    /// Returns the status that is sent, or 0.
    pub(crate) fn status(&self) -> u16 {
        match self.mode {
            SendMode::Hang | SendMode::Reset => 0,
            _ => self.response.status().as_u16(),
        }
    }
}

fn error(stand_in: &dyn StandIn, status: u16, body: ErrorBody) -> Response {
    let status = status_code(status);
    match body {
        ErrorBody::Vendor => stand_in.failure(status),
        ErrorBody::Empty => status.into_response(),
    }
}

/// Returns the status of an error. A rule that was built in code may have any number; others become a bad gateway.
fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status)
        .ok()
        .filter(|status| status.is_client_error() || status.is_server_error())
        .unwrap_or(StatusCode::BAD_GATEWAY)
}

fn with_retry_after(mut response: Response, retry_after: Option<RetryAfter>, now: Timestamp) -> Response {
    let text = match retry_after {
        None => return response,
        Some(RetryAfter::Seconds(wait)) => seconds(wait).to_string(),
        Some(RetryAfter::Date(wait)) => {
            let date = now.checked_add(wait).unwrap_or(Timestamp::MAX);
            DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap_or_default()
        }
    };
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn labelled(mut response: Response, content_type: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}
