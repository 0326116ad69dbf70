//! What an answer of `SmartTask` means.
//!
//! Its rule: the vendor documents one answer, the 200 with the whole contact. The common table judges everything else,
//! and the shapes that its framework usually gives are read for their words.

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

/// How much older than the request a contact must be to have been there before, when its stamp names its zone.
const CLOCKS_DIFFER_BY: Duration = Duration::from_mins(15);
/// The same when its stamp names no zone: more than any two zones differ by.
const ZONES_DIFFER_BY: Duration = Duration::from_hours(27);
/// A contact that was changed this long after it was made was not made by this request.
const CHANGED_LATER_BY: SignedDuration = SignedDuration::from_secs(60);

/// What is read of a contact that was created.
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
            let existing = use_created && was_there_before(body, exchange.sent_at);
            Ok(Created::new(id).with_existing(existing).with_returned(body))
        }
        None => Err(exchange.no_readable_id(info)),
    }
}

/// The body of a success without an error in it.
pub(super) fn success(info: &ProviderInfo, exchange: &Exchange) -> Result<Option<Value>, ProviderError> {
    exchange.success(info).map_err(|error| {
        if exchange.words(error.kind()).code.as_deref() == Some("UnsupportedApiVersion") {
            exchange.error(info, ErrorKind::Config, Effect::Refused)
        } else {
            error
        }
    })
}

/// Whether the answer proves that the contact is older than the request.
fn was_there_before(body: &Value, sent_at: Timestamp) -> bool {
    let stamp = |key: &str| body.get(key).and_then(Value::as_str).and_then(moment);
    let Some((created, has_zone)) = stamp("created_at") else {
        return false;
    };
    let margin = if has_zone { CLOCKS_DIFFER_BY } else { ZONES_DIFFER_BY };
    let is_older = sent_at.checked_sub(margin).is_ok_and(|before| created < before);
    let changed_later = stamp("modified_at").is_some_and(|(modified, modified_has_zone)| {
        has_zone == modified_has_zone && modified.duration_since(created) > CHANGED_LATER_BY
    });
    is_older || changed_later
}

/// A stamp, and whether it names its zone. One that does not is read as UTC.
fn moment(text: &str) -> Option<(Timestamp, bool)> {
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

    fn was_there(created_at: &str, modified_at: &str) -> bool {
        let sent_at = "2026-11-20T10:00:00Z".parse().unwrap();
        let body = json!({"created_at": created_at, "modified_at": modified_at});
        was_there_before(&body, sent_at)
    }

    #[test]
    fn an_old_stamp_or_a_later_change_proves_a_contact_that_was_there() {
        assert!(was_there("2024-11-21T13:43:02.472", "2024-11-21T13:43:02.472"));
        assert!(was_there("2026-11-20T09:40:00Z", "2026-11-20T09:40:00Z"));
        assert!(was_there("2026-11-20T10:00:00", "2026-11-20T10:05:00"));
    }

    #[test]
    fn a_fresh_or_unreadable_stamp_proves_nothing() {
        assert!(!was_there("2026-11-20T09:59:58Z", "2026-11-20T09:59:58Z"));
        assert!(!was_there("2026-11-20T02:00:00", "2026-11-20T02:00:00"), "the zone is unknown");
        assert!(!was_there("yesterday", "2026-11-20T10:05:00"));
        assert!(!was_there("2026-11-20T10:00:00.1234567Z", "2026-11-20T10:00:00.1234568Z"));
    }

    #[test]
    fn a_success_is_judged_by_some_members_as_it_is_by_the_whole_answer() {
        crate::arbitrary_answer::same_verdicts(|exchange| {
            let info = ProviderInfo::new("acme", "smarttask");
            (interpret(&info, exchange, true), interpret_whole(&info, exchange, true))
        });
    }
}
