//! emnify's authenticate.
//!
//! Rule: documented are the kinds of credentials, what each answers, 240 minutes, the empty 401, and the lockout of five
//! minutes after three failures in a row with its `TooManyRequests` body. Choices where the pages are silent: the lockout is
//! the stand-in's as a whole, the third failure itself still answers empty, refresh tokens last, and a body that names no
//! kind of credentials is a 400.

use std::collections::HashSet;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::error::{self, Code};
use crate::accounts::emnify::{APPLICATION_TOKEN, ORGANISATION_ID, PASSWORD_SHA1, USERNAME};
use crate::exchange::Received;
use crate::token::{Standing, Tokens};

const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(240);
const LOCKOUT: SignedDuration = SignedDuration::from_mins(5);
const FAILURES_TO_LOCKOUT: u32 = 3;

/// Who may come in, and with what.
pub(super) struct Login {
    tokens: Tokens,
    refresh_tokens: HashSet<String>,
    failures: u32,
    locked_until: Option<Timestamp>,
}

enum Verdict {
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

    pub(super) fn standing(&mut self, token: &str, request: &Received) -> Standing {
        self.tokens.standing(token, request)
    }

    pub(super) fn answer(&mut self, request: &Received) -> Response {
        if self.locked_until.is_some_and(|end| request.at < end) {
            return error::answer(Code::TooManyRequests, "Too many requests");
        }
        match self.verdict(request) {
            Verdict::Malformed => error::answer(Code::BadRequest, "Bad Request"),
            Verdict::Refused => self.refuse(request.at),
            Verdict::Accepted => {
                self.failures = 0;
                Json(json!({"auth_token": self.issue(request.at)})).into_response()
            }
            Verdict::AcceptedUser => {
                self.failures = 0;
                let refresh_token = format!("sandbox-refresh-{}", self.refresh_tokens.len() + 1);
                self.refresh_tokens.insert(refresh_token.clone());
                let auth_token = self.issue(request.at);
                Json(json!({"auth_token": auth_token, "refresh_token": refresh_token})).into_response()
            }
        }
    }

    fn verdict(&self, request: &Received) -> Verdict {
        let Some(Value::Object(fields)) = request.json() else {
            return Verdict::Malformed;
        };
        if fields.values().any(|value| !value.is_string() && !value.is_boolean()) {
            return Verdict::Malformed;
        }
        let text = |key: &str| fields.get(key).and_then(Value::as_str);
        if let Some(token) = text("application_token") {
            accepted_if(token == APPLICATION_TOKEN)
        } else if let Some(token) = text("refresh_token") {
            accepted_if(self.refresh_tokens.contains(token))
        } else if let (Some(username), Some(password)) = (text("username"), text("password")) {
            if username == USERNAME && password == PASSWORD_SHA1 {
                Verdict::AcceptedUser
            } else {
                Verdict::Refused
            }
        } else if text("mfa_token").is_some() {
            Verdict::Refused
        } else {
            Verdict::Malformed
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

fn accepted_if(is_accepted: bool) -> Verdict {
    if is_accepted { Verdict::Accepted } else { Verdict::Refused }
}
