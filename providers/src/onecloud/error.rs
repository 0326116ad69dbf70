//! Judges the answers of `OneCloud`. The body decides under any status: an envelope (`_meta` and `records`) or a top-level `error` is
//! an error even at 200, and only the message of a 401 distinguishes a bad token from an exhausted quota.

use jiff::tz::TimeZone;
use serde_json::Value;
use unicontact_model::{ContactId, id_text};

use crate::created::Created;
use crate::error::{Effect, ErrorKind, ProviderError, http_status, judge_status, names_plan_limit};
use crate::exchange::Exchange;
use crate::provider_info::ProviderInfo;
use crate::reset_time::reset_time;
use crate::secret::Secret;
use crate::token::Token;

/// The members that are read of a created contact and of an error. The common table also reads `error`.
const MEMBERS: &[&str] = &["Id", "_meta", "records"];

pub(super) fn interpret(
    info: &ProviderInfo,
    exchange: &Exchange,
    zone: &TimeZone,
) -> Result<Created, ProviderError> {
    match exchange.plain_success(MEMBERS).filter(|body| ErrorBody::from_json(body).is_none()) {
        Some(body) => created(info, exchange, Some(&body)),
        None => interpret_whole(info, exchange, zone),
    }
}

fn interpret_whole(
    info: &ProviderInfo,
    exchange: &Exchange,
    zone: &TimeZone,
) -> Result<Created, ProviderError> {
    created(info, exchange, envelope(info, exchange, zone)?.as_ref())
}

fn created(info: &ProviderInfo, exchange: &Exchange, body: Option<&Value>) -> Result<Created, ProviderError> {
    let id = body.and_then(|body| body.get("Id")).and_then(id_text).and_then(ContactId::new);
    match id {
        Some(id) => Ok(Created::new(id).with_returned(body.unwrap_or(&Value::Null))),
        None => Err(exchange.no_readable_id(info)),
    }
}

/// Returns the token of an answer to a login.
pub(super) fn token(
    info: &ProviderInfo,
    exchange: &Exchange,
    zone: &TimeZone,
) -> Result<Token, ProviderError> {
    let body = envelope(info, exchange, zone).map_err(|error| exchange.not_about_the_contact(info, error))?;
    let token = body.as_ref().and_then(|body| body.get("token")).and_then(id_text);
    let message = "the answer to the login holds no token; is site_id right?";
    let none = || exchange.no_readable_token(info, ErrorKind::Unauthenticated, message);
    token.map(|token| Token::from_jwt(Secret::from(token))).ok_or_else(none)
}

/// Returns the body of a success without an error in it.
pub(super) fn envelope(
    info: &ProviderInfo,
    exchange: &Exchange,
    zone: &TimeZone,
) -> Result<Option<Value>, ProviderError> {
    match exchange.answer.json().as_ref().and_then(ErrorBody::from_json) {
        Some(error_body) => Err(error_body.verdict(info, exchange, zone)),
        None => exchange.success(info),
    }
}

/// The code and the message of a vendor's error, which decide its kind.
struct ErrorBody {
    code: Option<u16>,
    message: String,
}

impl ErrorBody {
    fn from_json(body: &Value) -> Option<Self> {
        let records = body.get("records");
        let code = records.and_then(|records| records.get("errorCode"));
        let status = body.pointer("/_meta/status");
        let failed = status.and_then(http_status);
        let error = body.get("error").and_then(Value::as_str).filter(|error| !error.trim().is_empty());
        let is_error = code.is_some_and(|code| !code.is_null())
            || status.and_then(Value::as_str).is_some_and(|status| status.eq_ignore_ascii_case("error"))
            || failed.is_some()
            || error.is_some();
        is_error.then(|| Self {
            code: code.and_then(id_text).and_then(|code| code.parse().ok()).or(failed),
            message: records
                .and_then(|records| records.get("userMessage"))
                .and_then(Value::as_str)
                .or(error)
                .unwrap_or_default()
                .to_owned(),
        })
    }

    fn verdict(&self, info: &ProviderInfo, exchange: &Exchange, zone: &TimeZone) -> ProviderError {
        let status = exchange.answer.status();
        let code = self.code.unwrap_or(status);
        let reset = reset_time(&self.message, exchange.answered_at, zone);
        // The vendor documents its quota at 401 and with an hour. Elsewhere the message may mean the account's plan.
        let is_quota = code == 401 || reset.is_some() || !names_plan_limit(&self.message);
        if reports_exhausted_quota(&self.message) && is_quota && (200..=499).contains(&code) {
            return exchange.error(info, ErrorKind::QuotaExhausted, Effect::Refused).with_retry_at(reset);
        }
        let refused = (ErrorKind::Invalid, Effect::Refused);
        let (kind, effect) = match self.code.filter(|code| (400..600).contains(code)) {
            Some(code) => judge_status(code, false),
            None if exchange.answer.is_success() && self.is_about_the_token() => {
                (ErrorKind::Unauthenticated, Effect::Refused)
            }
            None if exchange.answer.is_success() => refused,
            None => judge_status(status, false),
        };
        exchange.error(info, kind, effect)
    }

    /// Returns whether the message is one of the two known ones: the vendor's own, and one that users report.
    fn is_about_the_token(&self) -> bool {
        let message = self.message.to_lowercase();
        ["expired token", "jwt token not found"].iter().any(|known| message.contains(known))
    }
}

/// Returns whether a message reports an exhausted quota. The vendor documents one such message.
fn reports_exhausted_quota(message: &str) -> bool {
    let message = message.to_lowercase();
    ["limit reached", "over limit", "quota"].iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partial_and_the_whole_parse_of_a_success_give_the_same_result() {
        crate::arbitrary_answer::assert_same_verdicts(|exchange| {
            let info = ProviderInfo::new("acme", "onecloud");
            (interpret(&info, exchange, &TimeZone::UTC), interpret_whole(&info, exchange, &TimeZone::UTC))
        });
    }
}
