//! `SmartTask`'s access tokens and the refresh grant.
//!
//! Documented: the path, the form and the names of its fields. Inferred from `IdentityServer`'s defaults: the refresh grant,
//! 3600 seconds, one use per refresh token, the error codes. The sandbox issues no authorization code, so every one is an
//! `invalid_grant`.

use std::collections::HashMap;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::accounts::smarttask::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN};
use crate::received_request::ReceivedRequest;
use crate::token_uses::TokenUses;

const LIFETIME: SignedDuration = SignedDuration::from_secs(3600);

/// The issued tokens.
pub(super) struct Grants {
    refresh_token: String,
    ends: HashMap<String, Timestamp>,
    uses: TokenUses,
}

impl Grants {
    pub(super) fn new() -> Self {
        Self { refresh_token: REFRESH_TOKEN.to_owned(), ends: HashMap::new(), uses: TokenUses::default() }
    }

    /// Returns whether a request's token is valid, and counts its use.
    pub(super) fn is_valid(&mut self, access_token: &str, request: &ReceivedRequest) -> bool {
        let is_in_time = self.ends.get(access_token).is_some_and(|end| request.at < *end);
        (access_token == ACCESS_TOKEN || is_in_time) && self.uses.spend(access_token, request)
    }

    pub(super) fn answer(&mut self, request: &ReceivedRequest) -> Response {
        match self.refusal(request) {
            Some(error) => (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response(),
            None => self.grant(request.at),
        }
    }

    fn refusal(&self, request: &ReceivedRequest) -> Option<&'static str> {
        let value = |name: &str| request.form_value(name).unwrap_or_default();
        if !request.is_form() {
            return Some("invalid_request");
        }
        if value("client_id") != CLIENT_ID || value("client_secret") != CLIENT_SECRET {
            return Some("invalid_client");
        }
        match value("grant_type").as_str() {
            "refresh_token" if value("refresh_token") == self.refresh_token => None,
            "refresh_token" | "authorization_code" => Some("invalid_grant"),
            "" => Some("invalid_request"),
            _ => Some("unsupported_grant_type"),
        }
    }

    fn grant(&mut self, now: Timestamp) -> Response {
        let number = self.ends.len() + 2;
        let access_token = format!("{ACCESS_TOKEN}-{number}");
        let end = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
        self.ends.insert(access_token.clone(), end);
        self.refresh_token = format!("{REFRESH_TOKEN}-{number}");
        Json(json!({
            "access_token": access_token,
            "expires_in": LIFETIME.as_secs(),
            "token_type": "Bearer",
            "refresh_token": self.refresh_token,
            "scope": "offline_access api1 api2",
        }))
        .into_response()
    }
}
