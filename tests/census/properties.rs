//! Properties of a fixture's answer and its expected result. They never depend on its name, so that `scenarios` can check names
//! against them.

use serde_json::Value;
use unicontact::providers::{Effect, ErrorKind};

use crate::support::fixture::{Encoding, Fault, Fixture};

pub(crate) fn creates(it: &Fixture) -> bool {
    it.expect.created.is_some()
}

pub(crate) fn kind(it: &Fixture) -> &str {
    it.expect.kind.map_or("", ErrorKind::as_str)
}

pub(crate) fn effect(it: &Fixture) -> &str {
    it.expect.effect.map_or("", Effect::as_str)
}

pub(crate) fn status(it: &Fixture) -> Option<u16> {
    it.answer.as_ref().and_then(|answer| answer.status)
}

pub(crate) fn is_success(it: &Fixture) -> bool {
    status(it).is_some_and(|status| (200..300).contains(&status))
}

/// Returns whether the vendor rejected the request.
pub(crate) fn is_refusal(it: &Fixture) -> bool {
    status(it).is_some_and(|status| (400..500).contains(&status) && effect(it) == "refused")
}

pub(crate) fn is_refused_with(it: &Fixture, wanted: u16, of_kind: &str) -> bool {
    status(it) == Some(wanted) && kind(it) == of_kind && effect(it) == "refused"
}

pub(crate) fn is_trouble(it: &Fixture, wanted: u16) -> bool {
    status(it) == Some(wanted) && kind(it) == "unavailable" && effect(it) == "unknown"
}

pub(crate) fn is_lost(it: &Fixture, fault: Fault) -> bool {
    it.fault() == Some(fault) && kind(it) == "interrupted" && effect(it) == "unknown"
}

/// Returns whether the request asks for a token.
pub(crate) fn is_login(it: &Fixture) -> bool {
    let path = it.request.as_ref().map(|request| request.path.as_str()).unwrap_or_default();
    path.ends_with("/authenticate") || path.ends_with("/token")
}

pub(crate) fn header<'a>(it: &'a Fixture, name: &str) -> Option<&'a str> {
    let mut headers = it.answer.iter().flat_map(|answer| &answer.headers);
    headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

pub(crate) fn retry_after(it: &Fixture) -> Option<&str> {
    header(it, "retry-after")
}

pub(crate) fn waits_for_seconds(it: &Fixture) -> bool {
    let seconds = retry_after(it).and_then(|text| text.parse::<u64>().ok());
    seconds.is_some() && it.expect.retry_after_seconds == seconds
}

pub(crate) fn waits_for_a_date(it: &Fixture) -> bool {
    retry_after(it).is_some_and(|text| text.ends_with(" GMT")) && it.expect.retry_after_seconds.is_some()
}

/// Returns the body of the answer as text.
fn text(it: &Fixture) -> String {
    let Some(answer) = &it.answer else {
        return String::new();
    };
    let body = answer.body.as_ref().map(ToString::to_string);
    body.or_else(|| answer.text.clone()).unwrap_or_default()
}

/// Returns the headers and the body of the answer, in lower case.
pub(crate) fn said(it: &Fixture) -> String {
    let headers = it.answer.iter().flat_map(|answer| answer.headers.values());
    headers.cloned().chain([text(it)]).collect::<Vec<String>>().join(" ").to_lowercase()
}

pub(crate) fn is_compressed(it: &Fixture) -> bool {
    it.answer.as_ref().is_some_and(|answer| answer.encoding == Some(Encoding::Gzip))
}

pub(crate) fn is_late(it: &Fixture) -> bool {
    it.answer.as_ref().and_then(|answer| answer.delay_ms).is_some_and(|delay| delay > 0)
}

pub(crate) fn is_empty(it: &Fixture) -> bool {
    text(it).is_empty()
}

pub(crate) fn begins_as_json(it: &Fixture) -> bool {
    text(it).starts_with(['{', '['])
}

pub(crate) fn is_json(it: &Fixture) -> bool {
    begins_as_json(it) && serde_json::from_str::<Value>(&text(it)).is_ok()
}

pub(crate) fn is_page(it: &Fixture) -> bool {
    header(it, "content-type") == Some("text/html") && text(it).to_lowercase().contains("<html")
}

pub(crate) fn is_mislabelled(it: &Fixture) -> bool {
    is_json(it) && header(it, "content-type").is_some_and(|value| !value.contains("json"))
}
