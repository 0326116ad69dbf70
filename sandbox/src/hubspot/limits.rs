//! `HubSpot`'s limits on requests.
//!
//! Documented, on the page of the limits (<https://developers.hubspot.com/docs/guides/apps/api-usage/usage-details>): both
//! policies, the 429 with `errorType` instead of `category`, the words for a day, the headers. The figures are those of a
//! professional account: 190 requests in ten seconds and 625,000 in a day.
//!
//! Third-party: the words for ten seconds; there is no `Retry-After`; a search does not show the headers.
//!
//! Choices where the pages are silent: what counts (`request_limits`).

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::error::{correlation_id, json as answer};
use crate::request_limits::{Exceeded, RequestLimits};

const USUAL_BURST: u32 = 190;
const USUAL_DAILY: u32 = 625_000;
const WINDOW_IN_MILLISECONDS: u32 = 10_000;

/// Returns the refusal by a policy, without the headers.
pub(super) fn refusal(request: usize, exceeded: Exceeded) -> Response {
    let (message, policy) = match exceeded {
        Exceeded::Burst { .. } => {
            ("You have reached your ten_secondly_rolling limit.", "TEN_SECONDLY_ROLLING")
        }
        Exceeded::Daily => ("You have reached your daily limit.", "DAILY"),
    };
    let body = json!({
        "status": "error",
        "message": message,
        "errorType": "RATE_LIMIT",
        "correlationId": correlation_id(request),
        "policyName": policy,
        "requestId": format!("{request:032x}"),
    });
    answer(StatusCode::TOO_MANY_REQUESTS, &body)
}

/// Adds the headers that show the limits.
pub(super) fn with_headers(mut response: Response, limits: &RequestLimits) -> Response {
    let burst = limits.burst(USUAL_BURST);
    let daily = limits.daily(USUAL_DAILY, 1);
    for (name, value) in [
        ("x-hubspot-ratelimit-max", burst.limit),
        ("x-hubspot-ratelimit-remaining", burst.remaining),
        ("x-hubspot-ratelimit-interval-milliseconds", WINDOW_IN_MILLISECONDS),
        ("x-hubspot-ratelimit-daily", daily.limit),
        ("x-hubspot-ratelimit-daily-remaining", daily.remaining),
    ] {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
    response
}
