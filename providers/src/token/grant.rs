//! Reads the answer of an OAuth 2.0 token endpoint.

use serde_json::Value;
use unicontact_model::id_text;

use crate::error::{ErrorKind, ProviderError};
use crate::exchange::Exchange;
use crate::provider_info::ProviderInfo;
use crate::secret::Secret;

/// The tokens of an answer.
#[derive(Debug)]
pub(crate) struct Grant {
    /// The access token, or the error of an answer without one. A refresh token without an access token is valid.
    pub(crate) access_token: Result<Secret, ProviderError>,
    pub(crate) refresh_token: Option<Secret>,
    /// The lifetime of the access token in seconds.
    pub(crate) expires_in: Option<u64>,
}

/// Reads an answer. The error codes (`invalid_grant`, `invalid_client`) are those of OAuth 2.0.
///
/// The refresh token of any success is kept, even if the rest of the answer is invalid.
pub(crate) fn read_grant(info: &ProviderInfo, exchange: &Exchange) -> Result<Grant, ProviderError> {
    let verdict = exchange.success(info).map_err(|error| exchange.not_about_the_contact(info, error));
    if !exchange.answer.is_success() {
        verdict?;
        return Err(exchange.by_status(info));
    }
    let body = exchange.answer.json().unwrap_or(Value::Null);
    let secret = |key: &str| body.get(key).and_then(id_text).map(Secret::from);
    let no_token = || {
        let message = "the answer to the renewal holds no access_token";
        exchange.no_readable_token(info, ErrorKind::UnexpectedResponse, message)
    };
    let access_token = verdict.and_then(|_| secret("access_token").ok_or_else(no_token));
    let expires_in = body.get("expires_in").and_then(id_text);
    Ok(Grant {
        access_token,
        refresh_token: secret("refresh_token"),
        expires_in: expires_in.and_then(|seconds| seconds.parse().ok()),
    })
}
