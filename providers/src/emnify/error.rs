//! Judges the answers of emnify. The vendor's `error_code` decides under a 4xx and the status under a 5xx. Without an envelope (an
//! empty body, or the gateway's `message` alone) the common table decides.

use std::time::Duration;

use serde_json::Value;
use unicontact_model::{ContactId, id_text};

use crate::created::Created;
use crate::error::{Effect, ErrorKind, ProviderError};
use crate::exchange::Exchange;
use crate::provider_info::ProviderInfo;
use crate::secret::Secret;
use crate::token::Token;

/// The time for which the vendor refuses logins after three failed ones. Documented.
const LOCKOUT: Duration = Duration::from_mins(5);
/// The lifetime of a token without an `exp`. Documented.
const TOKEN_LIFETIME: Duration = Duration::from_hours(4);

pub(super) fn interpret(info: &ProviderInfo, exchange: &Exchange) -> Result<Created, ProviderError> {
    match exchange.plain_success(&["id", "contact_id"]) {
        Some(body) => created(info, exchange, Some(&body)),
        None => interpret_whole(info, exchange),
    }
}

fn interpret_whole(info: &ProviderInfo, exchange: &Exchange) -> Result<Created, ProviderError> {
    created(info, exchange, success(info, exchange)?.as_ref())
}

fn created(info: &ProviderInfo, exchange: &Exchange, body: Option<&Value>) -> Result<Created, ProviderError> {
    let in_body = |key: &str| body.and_then(|body| body.get(key)).and_then(id_text);
    let id = in_body("id")
        .or_else(|| in_body("contact_id"))
        .or_else(|| id_in_location(exchange))
        .and_then(ContactId::new);
    match id {
        Some(id) => Ok(Created::new(id).with_returned(body.unwrap_or(&Value::Null))),
        None => Err(exchange.no_readable_id(info)),
    }
}

/// Returns the token of an answer to a login.
pub(super) fn token(info: &ProviderInfo, exchange: &Exchange) -> Result<Token, ProviderError> {
    let body = success(info, exchange).map_err(|error| exchange.not_about_the_contact(info, error))?;
    let token = body.as_ref().and_then(|body| body.get("auth_token")).and_then(id_text);
    let Some(token) = token else {
        let message = "the answer to the login holds no auth_token";
        return Err(exchange.no_readable_token(info, ErrorKind::Unauthenticated, message));
    };
    let mut token = Token::from_jwt(Secret::from(token));
    if token.expires_at.is_none() {
        token.expires_at = exchange.answered_at.checked_add(TOKEN_LIFETIME).ok();
    }
    Ok(token)
}

/// Returns the body of a success without an error in it.
pub(super) fn success(info: &ProviderInfo, exchange: &Exchange) -> Result<Option<Value>, ProviderError> {
    exchange.success(info).map_err(|error| {
        let status = exchange.answer.status();
        let body = exchange.answer.json().unwrap_or(Value::Null);
        let code = body.get("error_code").and_then(id_text);
        let kind = code.and_then(|code| kind_of(&code, status));
        match kind {
            Some(kind) if status < 500 => verdict(info, exchange, kind),
            _ => error,
        }
    })
}

fn verdict(info: &ProviderInfo, exchange: &Exchange, kind: ErrorKind) -> ProviderError {
    let error = exchange.error(info, kind, Effect::Refused);
    let is_lockout = kind == ErrorKind::RateLimited && exchange.answer.status() == 401;
    let wait = error.retry_after().or(is_lockout.then_some(LOCKOUT));
    error.with_retry_after(wait)
}

/// Returns the kind of a code of the vendor's own. Those from 1101 to 1105, 1201, 1301, 1302 and 1400 to 1403 are documented; 1000, 1405, 1406
/// and 1601 were seen in recorded traffic.
fn kind_of(code: &str, status: u16) -> Option<ErrorKind> {
    Some(match code {
        "1101" | "1102" | "1103" => ErrorKind::Unauthenticated,
        "1104" | "1406" => ErrorKind::PermissionDenied,
        "1105" => ErrorKind::RateLimited,
        "1201" | "1601" => ErrorKind::NotFound,
        "1401" if status == 404 => ErrorKind::NotFound,
        "1000" | "1301" | "1302" | "1400" | "1401" | "1402" | "1403" => ErrorKind::Invalid,
        "1405" => ErrorKind::AlreadyExists,
        _ => return None,
    })
}

/// Returns the last segment of `Location`, which recorded creates have instead of a body.
fn id_in_location(exchange: &Exchange) -> Option<String> {
    let location = exchange.answer.header("location")?;
    let path = location.split(['?', '#']).next()?.trim_end_matches('/');
    let last = path.rsplit('/').next()?;
    last.bytes().all(|byte| byte.is_ascii_digit()).then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partial_and_the_whole_parse_of_a_success_give_the_same_result() {
        crate::arbitrary_answer::assert_same_verdicts(|exchange| {
            let info = ProviderInfo::new("acme", "emnify");
            (interpret(&info, exchange), interpret_whole(&info, exchange))
        });
    }
}
