//! Reads the answer of a token endpoint to a refresh token.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use unicontact_model::id_text;

use super::cache::Token;
use crate::error::{ErrorKind, ProviderError};
use crate::exchange::Exchange;
use crate::provider_info::ProviderInfo;
use crate::secret::Secret;

/// The tokens of an answer.
#[derive(Debug)]
pub(super) struct Grant {
    /// The access token, or the error of an answer without one. A refresh token without an access token is valid.
    pub(super) access_token: Result<Token, ProviderError>,
    pub(super) refresh_token: Option<Secret>,
}

/// The tokens in the body of an answer.
#[derive(Debug, Default)]
pub(crate) struct GrantedTokens {
    pub(crate) access_token: Option<Token>,
    pub(crate) refresh_token: Option<Secret>,
}

/// Reads the tokens out of a body that came at a time.
#[derive(Clone)]
pub(crate) struct GrantReader(Arc<ReadGrant>);

type ReadGrant = dyn Fn(&Value, Timestamp) -> GrantedTokens + Send + Sync;

impl GrantReader {
    pub(crate) fn new(read: impl Fn(&Value, Timestamp) -> GrantedTokens + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }
}

impl Default for GrantReader {
    /// Reads `access_token`, `expires_in` and `refresh_token`, as OAuth 2.0 names them.
    fn default() -> Self {
        Self::new(|body, answered_at| {
            let secret = |key: &str| body.get(key).and_then(id_text).map(Secret::from);
            let seconds = body.get("expires_in").and_then(id_text).and_then(|text| text.parse().ok());
            let end = seconds.and_then(|it| answered_at.checked_add(Duration::from_secs(it)).ok());
            let token = |secret| Token { secret, expires_at: end };
            GrantedTokens {
                access_token: secret("access_token").map(token),
                refresh_token: secret("refresh_token"),
            }
        })
    }
}

impl fmt::Debug for GrantReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("GrantReader(..)")
    }
}

/// Reads an answer. The error codes (`invalid_grant`, `invalid_client`) are those of OAuth 2.0.
///
/// The refresh token of any success is kept, even if the rest of the answer is invalid.
pub(super) fn read_grant(
    info: &ProviderInfo,
    exchange: &Exchange,
    reader: &GrantReader,
) -> Result<Grant, ProviderError> {
    let verdict = exchange.success(info).map_err(|error| exchange.not_about_the_contact(info, error));
    if !exchange.answer.is_success() {
        verdict?;
        return Err(exchange.by_status(info));
    }
    let body = exchange.answer.json().unwrap_or(Value::Null);
    let GrantedTokens { access_token, refresh_token } = (reader.0)(&body, exchange.answered_at);
    let no_token = || {
        let message = "the answer to the renewal holds no access_token";
        exchange.no_readable_token(info, ErrorKind::UnexpectedResponse, message)
    };
    Ok(Grant { access_token: verdict.and_then(|_| access_token.ok_or_else(no_token)), refresh_token })
}
