//! `OneCloud`'s limit of creates.
//!
//! Documented: the status, the envelope and the words "time limit reached please try again tomorrow at 18:00 - 06:00" of the
//! answer, called "Over limit quota".
//!
//! Third-party: the check itself counts, so a create that is refused later has used it up, too.
//!
//! Inferences: 18:00 is the time of a zone of the vendor's, Jakarta's.
//!
//! Choices where the pages are silent: the number; that there is a limit at all only if a fault says so; the count starts anew at
//! each 18:00; once it is used up, everything is refused until 18:00 of the next calendar day, as the words say; nothing
//! changes at 06:00; a create without a good token does not count.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use super::envelope::envelope_with_empty_texts;
use crate::faults::FaultKind;
use crate::received_request::ReceivedRequest;

const MESSAGE: &str = "time limit reached please try again tomorrow at 18:00 - 06:00";
const OPENING_HOUR: i8 = 18;

/// How much of the limit is used up.
#[derive(Default)]
pub(super) struct Quota {
    used: u32,
    opened: Option<Timestamp>,
    closed_until: Option<Timestamp>,
}

impl Quota {
    /// Counts a create, and refuses it when it is one too many.
    pub(super) fn refused(&mut self, request: &ReceivedRequest) -> Option<Response> {
        let limit = request.limits.creates.as_ref()?;
        let zone = TimeZone::get(&limit.time_zone).unwrap_or(TimeZone::UTC);
        let now = request.at.to_zoned(zone);
        if self.closed_until.is_some_and(|end| request.at < end) {
            return Some(refusal(request));
        }
        let opened = Some(last_opening(&now));
        if self.closed_until.take().is_some() || self.opened != opened {
            self.used = 0;
        }
        self.opened = opened;
        if self.used >= limit.creates {
            self.closed_until = Some(opening_of_tomorrow(&now));
            return Some(refusal(request));
        }
        self.used += 1;
        None
    }
}

fn refusal(request: &ReceivedRequest) -> Response {
    request.limits.refuse(FaultKind::Quota);
    envelope_with_empty_texts(StatusCode::UNAUTHORIZED, 401, MESSAGE)
}

fn last_opening(now: &Zoned) -> Timestamp {
    let today = opening_in_days(now, 0);
    if today <= now.timestamp() { today } else { opening_in_days(now, -1) }
}

fn opening_of_tomorrow(now: &Zoned) -> Timestamp {
    opening_in_days(now, 1)
}

fn opening_in_days(now: &Zoned, days: i64) -> Timestamp {
    let date = now.date().saturating_add(days.days());
    let opening = date.to_datetime(time(OPENING_HOUR, 0, 0, 0));
    opening.to_zoned(now.time_zone().clone()).map_or(Timestamp::MAX, |opening| opening.timestamp())
}
