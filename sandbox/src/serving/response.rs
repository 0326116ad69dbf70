//! Turns a reply into the HTTP response that is sent.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header;
use axum::response::Response;

use super::partial_body::{SlowBody, TruncatedBody};
use crate::record::Answer;
use crate::reply::{Reply, SendMode};
use crate::server::AnswerRecorder;
use crate::stop::Stop;

const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Returns the response of a reply, and records how much of it is sent.
pub(super) async fn response(reply: Reply, recorder: AnswerRecorder, stop: Stop) -> Response {
    let Reply { response, mode } = reply;
    let (mut head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    recorder.record(match mode {
        SendMode::Whole | SendMode::ByteOrderMark => Answer::Whole,
        SendMode::Replaced => Answer::Replaced,
        SendMode::Cut => Answer::Cut,
        SendMode::Slow(_) | SendMode::Hang | SendMode::Reset => Answer::Nothing,
    });
    head.headers.remove(header::CONTENT_LENGTH);
    let body = match mode {
        SendMode::ByteOrderMark => Body::from(Bytes::from([BYTE_ORDER_MARK.as_bytes(), &body].concat())),
        SendMode::Cut => Body::new(TruncatedBody::new(&body)),
        SendMode::Slow(over) => Body::new(SlowBody::new(&body, over, recorder, stop)),
        _ => Body::from(body),
    };
    Response::from_parts(head, body)
}
