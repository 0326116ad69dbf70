//! The answer that goes to the client, and how it goes out. Only this module changes a stand-in's answer.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use super::Stop;
use super::page::page;
use super::pieces::{Dribble, Half};
use crate::exchange::StandIn;
use crate::faults::{ErrorBody, RetryAfter, What};
use crate::record::Answer;
use crate::served::Ticket;

const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// An answer and how it goes out.
pub(crate) struct Reply {
    response: Response,
    pub(super) manner: Manner,
}

/// How an answer goes out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// The stand-in's own, whole.
    Whole,
    /// Another one in its place.
    Replaced,
    /// Behind a byte order mark.
    Marked,
    /// The first half.
    Cut,
    /// In pieces, over this time.
    Slow(Duration),
    /// Never.
    Hang,
    /// Not at all, and the connection ends.
    Reset,
}

impl Reply {
    /// Returns the answer to a request that this fault settled, if any, from the stand-in's own.
    pub(crate) fn new(
        genuine: Response,
        stand_in: &dyn StandIn,
        now: Timestamp,
        fault: Option<&What>,
    ) -> Self {
        let (response, manner) = match fault {
            None
            | Some(
                What::Latency(_)
                | What::Workers { .. }
                | What::LateCommit { .. }
                | What::LateDedupe { .. }
                | What::StaleList { .. }
                | What::Normalizes(_)
                | What::TokenExpiry { .. }
                | What::Quota { .. },
            ) => (genuine, Manner::Whole),
            Some(What::Status { status, retry_after, body, .. }) => {
                let error = error(stand_in, *status, *body);
                (with_retry_after(error, *retry_after, now), Manner::Replaced)
            }
            Some(What::RateLimit { retry_after }) => {
                let error = stand_in.failure(StatusCode::TOO_MANY_REQUESTS);
                (with_retry_after(error, Some(*retry_after), now), Manner::Replaced)
            }
            Some(What::ConcurrencyLimit { retry_after, .. }) => {
                let error = stand_in.failure(StatusCode::TOO_MANY_REQUESTS);
                (with_retry_after(error, *retry_after, now), Manner::Replaced)
            }
            Some(What::EdgeHtml { status, .. }) => (page(status_code(*status)), Manner::Replaced),
            Some(What::ResetBeforeCommit | What::ResetAfterCommit | What::Down) => (genuine, Manner::Reset),
            Some(What::HangBeforeCommit | What::HangAfterCommit) => (genuine, Manner::Hang),
            Some(What::CutBody) => (genuine, Manner::Cut),
            Some(What::SlowBody { over }) => (genuine, Manner::Slow(*over)),
            Some(What::WrongContentType { content_type }) => (labelled(genuine, content_type), Manner::Whole),
            Some(What::ByteOrderMark) => (genuine, Manner::Marked),
        };
        Self { response, manner }
    }

    /// The answer to a request that is not read.
    pub(crate) fn too_large() -> Self {
        Self { response: StatusCode::PAYLOAD_TOO_LARGE.into_response(), manner: Manner::Whole }
    }

    /// Returns the answer of a gateway that no longer waits for the vendor.
    pub(super) fn gateway_timeout() -> Self {
        Self { response: page(StatusCode::GATEWAY_TIMEOUT), manner: Manner::Replaced }
    }

    /// The status that goes out, or 0.
    pub(crate) fn status(&self) -> u16 {
        match self.manner {
            Manner::Hang | Manner::Reset => 0,
            _ => self.response.status().as_u16(),
        }
    }

    /// Notes what becomes of it on `ticket`, and makes it so.
    pub(super) async fn into_response(self, ticket: Ticket, stop: Stop) -> Response {
        let (mut head, body) = self.response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        ticket.note(match self.manner {
            Manner::Whole | Manner::Marked => Answer::Whole,
            Manner::Replaced => Answer::Replaced,
            Manner::Cut => Answer::Cut,
            Manner::Slow(_) | Manner::Hang | Manner::Reset => Answer::Nothing,
        });
        head.headers.remove(header::CONTENT_LENGTH);
        let body = match self.manner {
            Manner::Marked => Body::from(Bytes::from([BYTE_ORDER_MARK.as_bytes(), &body].concat())),
            Manner::Cut => Body::new(Half::of(&body)),
            Manner::Slow(over) => Body::new(Dribble::new(&body, over, ticket, stop)),
            _ => Body::from(body),
        };
        Response::from_parts(head, body)
    }
}

fn error(stand_in: &dyn StandIn, status: u16, body: ErrorBody) -> Response {
    let status = status_code(status);
    match body {
        ErrorBody::Vendor => stand_in.failure(status),
        ErrorBody::Empty => status.into_response(),
    }
}

/// A rule that was built in code may hold any number; what is no error is answered as a bad gateway.
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
