//! emnify's authenticate.
//!
//! Documented: the kinds of credentials and their answers, 240 minutes, the empty 401, and the lockout of five minutes after
//! three failures in a row with its `TooManyRequests` body.
//!
//! Choices where the pages are silent: the lockout applies to the whole stand-in, the third failure still answers empty, refresh
//! tokens do not expire, and a body without credentials is a 400.

use std::collections::HashSet;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::error::{self, Code};
use crate::accounts::emnify::{APPLICATION_TOKEN, ORGANISATION_ID, PASSWORD_SHA1, USERNAME};
use crate::received_request::ReceivedRequest;
use crate::token::{TokenStatus, Tokens};

const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(240);
const LOCKOUT: SignedDuration = SignedDuration::from_mins(5);
const FAILURES_TO_LOCKOUT: u32 = 3;

/// The state of the logins.
pub(super) struct Login {
    tokens: Tokens,
    refresh_tokens: HashSet<String>,
    failures: u32,
    locked_until: Option<Timestamp>,
}

enum LoginResult {
    Malformed,
    Refused,
    Accepted,
    AcceptedUser,
}

impl Login {
    pub(super) fn new() -> Self {
        Self {
            tokens: Tokens::new(TOKEN_LIFETIME),
            refresh_tokens: HashSet::new(),
            failures: 0,
            locked_until: None,
        }
    }

    pub(super) fn token_status(&mut self, token: &str, request: &ReceivedRequest) -> TokenStatus {
        self.tokens.token_status(token, request)
    }

    pub(super) fn answer(&mut self, request: &ReceivedRequest) -> Response {
        if self.locked_until.is_some_and(|end| request.at < end) {
            return error::answer(Code::TooManyRequests, "Too many requests");
        }
        match self.login_result(request) {
            LoginResult::Malformed => error::answer(Code::BadRequest, "Bad Request"),
            LoginResult::Refused => self.refuse(request.at),
            LoginResult::Accepted => {
                self.failures = 0;
                Json(json!({"auth_token": self.issue(request.at)})).into_response()
            }
            LoginResult::AcceptedUser => {
                self.failures = 0;
                let refresh_token = format!("sandbox-refresh-{}", self.refresh_tokens.len() + 1);
                self.refresh_tokens.insert(refresh_token.clone());
                let auth_token = self.issue(request.at);
                Json(json!({"auth_token": auth_token, "refresh_token": refresh_token})).into_response()
            }
        }
    }

    fn login_result(&self, request: &ReceivedRequest) -> LoginResult {
        let Some(Value::Object(fields)) = request.json() else {
            return LoginResult::Malformed;
        };
        if fields.values().any(|value| !value.is_string() && !value.is_boolean()) {
            return LoginResult::Malformed;
        }
        let text = |key: &str| fields.get(key).and_then(Value::as_str);
        if let Some(token) = text("application_token") {
            accepted_if(token == APPLICATION_TOKEN)
        } else if let Some(token) = text("refresh_token") {
            accepted_if(self.refresh_tokens.contains(token))
        } else if let (Some(username), Some(password)) = (text("username"), text("password")) {
            if username == USERNAME && password == PASSWORD_SHA1 {
                LoginResult::AcceptedUser
            } else {
                LoginResult::Refused
            }
        } else if text("mfa_token").is_some() {
            LoginResult::Refused
        } else {
            LoginResult::Malformed
        }
    }

    fn refuse(&mut self, now: Timestamp) -> Response {
        self.failures += 1;
        if self.failures == FAILURES_TO_LOCKOUT {
            self.failures = 0;
            self.locked_until = Some(now.saturating_add(LOCKOUT).unwrap_or(Timestamp::MAX));
        }
        StatusCode::UNAUTHORIZED.into_response()
    }

    fn issue(&mut self, now: Timestamp) -> String {
        let claims = Map::from_iter([("organisation".to_owned(), json!(ORGANISATION_ID))]);
        self.tokens.issue(claims, now)
    }
}

fn accepted_if(is_accepted: bool) -> LoginResult {
    if is_accepted { LoginResult::Accepted } else { LoginResult::Refused }
}
