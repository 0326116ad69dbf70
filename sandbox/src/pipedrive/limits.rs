//! Pipedrive's limits on requests.
//!
//! Documented, on the page of limits and in the specification: what each call costs, 5 tokens for a create, 20 for a search, 10 for
//! a list and 1 for a person; a budget for a day; a limit for two seconds; `x-ratelimit-limit`, `-remaining` and `-reset` in
//! seconds; a 429 for both. The figures are those of the plan "Growth": 40 requests in two seconds, and 30,000 tokens with one
//! seat of the smallest factor.
//!
//! Recorded: `x-daily-ratelimit-token-limit` and `-remaining`. Third-party: a budget that is used up shows in the latter, 0.
//!
//! Choices where the pages are silent: the words of both 429; a refusal for the day shows the seconds of the short window in
//! `x-ratelimit-reset`, as every answer does.

use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;

use super::error::refused;
use crate::request_limits::{Exceeded, RequestLimits};

const USUAL_BURST: u32 = 40;
const USUAL_BUDGET: u32 = 30_000;
const WINDOW_IN_SECONDS: i64 = 2;
const CREATE: u32 = 5;

/// Returns what a request costs.
pub(super) fn cost(method: &Method, segments: &[&str]) -> u32 {
    match (method, segments) {
        (&Method::POST, ["api", "v2", "persons"]) => CREATE,
        (_, ["api", "v2", "persons", "search"]) => 20,
        (_, ["api", "v2", "persons"]) => 10,
        (_, [.., "users", "me"]) => 2,
        _ => 1,
    }
}

pub(super) fn refusal(exceeded: Exceeded) -> Response {
    let message = match exceeded {
        Exceeded::Burst { .. } => "Rate limit exceeded",
        Exceeded::Daily => "Daily API token budget exceeded",
    };
    refused(StatusCode::TOO_MANY_REQUESTS, message)
}

/// Adds the headers that show the limits.
pub(super) fn with_headers(
    mut response: Response,
    limits: &RequestLimits,
    exceeded: Option<Exceeded>,
) -> Response {
    let burst = limits.burst(USUAL_BURST);
    let budget = limits.daily(USUAL_BUDGET, CREATE);
    let reset = match exceeded {
        Some(Exceeded::Burst { seconds }) => seconds,
        Some(Exceeded::Daily) | None => WINDOW_IN_SECONDS,
    };
    let left = if exceeded == Some(Exceeded::Daily) { 0 } else { budget.remaining };
    for (name, value) in [
        ("x-ratelimit-limit", i64::from(burst.limit)),
        ("x-ratelimit-remaining", i64::from(burst.remaining)),
        ("x-ratelimit-reset", reset),
        ("x-daily-ratelimit-token-limit", i64::from(budget.limit)),
        ("x-daily-ratelimit-token-remaining", i64::from(left)),
    ] {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
    response
}
