//! Judges the answers of `SmartTask`. The vendor documents one answer, the 200 with the whole contact. The common table judges every
//! other answer, and the message is read from the usual shapes of the vendor's framework.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use unicontact_model::{ContactId, id_text};

use crate::created::Created;
use crate::error::{Effect, ErrorKind, ProviderError};
use crate::exchange::Exchange;
use crate::provider_info::ProviderInfo;

/// The age before the request from which a contact counts as existing, where its timestamp has a zone.
const CLOCK_TOLERANCE: Duration = Duration::from_mins(15);
/// The same for a timestamp without a zone. It exceeds the difference of any two zones.
const ZONE_TOLERANCE: Duration = Duration::from_hours(27);
/// The time between creation and change from which a contact cannot be the result of this request.
const MIN_CHANGE_DELAY: SignedDuration = SignedDuration::from_secs(60);

/// The members that are read of a created contact.
const MEMBERS: &[&str] = &["record_id", "created_at", "modified_at"];

pub(super) fn interpret(
    info: &ProviderInfo,
    exchange: &Exchange,
    use_created: bool,
) -> Result<Created, ProviderError> {
    match exchange.plain_success(MEMBERS) {
        Some(body) => created(info, exchange, &body, use_created),
        None => interpret_whole(info, exchange, use_created),
    }
}

fn interpret_whole(
    info: &ProviderInfo,
    exchange: &Exchange,
    use_created: bool,
) -> Result<Created, ProviderError> {
    let body = success(info, exchange)?.unwrap_or(Value::Null);
    created(info, exchange, &body, use_created)
}

fn created(
    info: &ProviderInfo,
    exchange: &Exchange,
    body: &Value,
    use_created: bool,
) -> Result<Created, ProviderError> {
    let id = body.get("record_id").and_then(id_text).and_then(ContactId::new);
    match id {
        Some(id) => {
            let existing = use_created && existed_before(body, exchange.sent_at);
            Ok(Created::new(id).with_existing(existing).with_returned(body))
        }
        None => Err(exchange.no_readable_id(info)),
    }
}

/// Returns the body of a success without an error in it.
pub(super) fn success(info: &ProviderInfo, exchange: &Exchange) -> Result<Option<Value>, ProviderError> {
    exchange.success(info).map_err(|error| {
        if exchange.vendor_message(error.kind()).code.as_deref() == Some("UnsupportedApiVersion") {
            exchange.error(info, ErrorKind::Config, Effect::Refused)
        } else {
            error
        }
    })
}

/// Returns whether the answer proves that the contact is older than the request.
fn existed_before(body: &Value, sent_at: Timestamp) -> bool {
    let time_of = |key: &str| body.get(key).and_then(Value::as_str).and_then(timestamp);
    let Some((created, has_zone)) = time_of("created_at") else {
        return false;
    };
    let margin = if has_zone { CLOCK_TOLERANCE } else { ZONE_TOLERANCE };
    let is_older = sent_at.checked_sub(margin).is_ok_and(|before| created < before);
    let changed_later = time_of("modified_at").is_some_and(|(modified, modified_has_zone)| {
        has_zone == modified_has_zone && modified.duration_since(created) > MIN_CHANGE_DELAY
    });
    is_older || changed_later
}

/// Returns a timestamp, and whether it has a zone. Without one it is read as UTC.
fn timestamp(text: &str) -> Option<(Timestamp, bool)> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some((timestamp, true));
    }
    let civil: DateTime = text.parse().ok()?;
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some((zoned.timestamp(), false))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn existed(created_at: &str, modified_at: &str) -> bool {
        let sent_at = "2026-11-20T10:00:00Z".parse().unwrap();
        let body = json!({"created_at": created_at, "modified_at": modified_at});
        existed_before(&body, sent_at)
    }

    #[test]
    fn an_old_timestamp_or_a_later_change_proves_an_existing_contact() {
        assert!(existed("2024-11-21T13:43:02.472", "2024-11-21T13:43:02.472"));
        assert!(existed("2026-11-20T09:40:00Z", "2026-11-20T09:40:00Z"));
        assert!(existed("2026-11-20T10:00:00", "2026-11-20T10:05:00"));
    }

    #[test]
    fn a_recent_or_unreadable_timestamp_proves_nothing() {
        assert!(!existed("2026-11-20T09:59:58Z", "2026-11-20T09:59:58Z"));
        assert!(!existed("2026-11-20T02:00:00", "2026-11-20T02:00:00"), "the zone is unknown");
        assert!(!existed("yesterday", "2026-11-20T10:05:00"));
        assert!(!existed("2026-11-20T10:00:00.1234567Z", "2026-11-20T10:00:00.1234568Z"));
    }

    #[test]
    fn the_partial_and_the_whole_parse_of_a_success_give_the_same_result() {
        crate::arbitrary_answer::assert_same_verdicts(|exchange| {
            let info = ProviderInfo::new("acme", "smarttask");
            (interpret(&info, exchange, true), interpret_whole(&info, exchange, true))
        });
    }
}
