//! Messages about providers whose circuit breaker is open: "paused" is the word that users read.

use unicontact::circuit_breaker::OpenReason;

/// A time to the minute with its offset.
pub(crate) const MINUTE: &str = "%Y-%m-%d %H:%M %:z";

/// Returns the message about a provider that is paused now.
pub(crate) fn pause_message(pause: &OpenReason) -> String {
    let reason = pause_reason(pause);
    match &pause.half_open_at {
        Some(time) => format!("{} is paused until {}: {reason}", pause.provider, time.strftime(MINUTE)),
        None => format!("{} is paused: {reason}", pause.provider),
    }
}

/// Returns why a provider is paused, without its name, which the message has already.
fn pause_reason(pause: &OpenReason) -> &str {
    let without_name = pause.message.strip_prefix(&format!("{} (", pause.provider));
    let reason = without_name.and_then(|rest| rest.split_once("): "));
    reason.map_or(&*pause.message, |(_, reason)| reason)
}

/// Returns a message for each provider that is tried again, and for each that is newly paused.
pub(crate) fn pause_changes(before: &[OpenReason], now: &[OpenReason]) -> Vec<String> {
    let is_same = |one: &OpenReason, other: &OpenReason| {
        one.provider == other.provider && one.half_open_at == other.half_open_at
    };
    let is_in = |pauses: &[OpenReason], pause: &OpenReason| pauses.iter().any(|it| is_same(it, pause));
    let ended = before.iter().filter(|pause| !is_in(now, pause));
    let begun = now.iter().filter(|pause| !is_in(before, pause));
    ended.map(|pause| format!("{} is tried again", pause.provider)).chain(begun.map(pause_message)).collect()
}
