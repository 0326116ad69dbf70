//! Salesforce's logins: the grant of client credentials.
//!
//! Documented, in a sample of the vendor's help
//! (<https://help.salesforce.com/apex/HTViewHelpDoc?id=service.conversation_transcript_api_sample1.htm>): the path, the form with
//! client id and secret, the members of the answer, without `expires_in`.
//!
//! Third-party: client id and secret as HTTP Basic (a collection of the vendor's flows in api-evangelist/salesforce);
//! `invalid_client_id`, recorded, `invalid_client` and the words of both.
//!
//! Choices where the pages are silent: a token is good for two hours after it was issued, which at the vendor is a setting; both
//! clients have one secret; other grants are an `unsupported_grant_type`.

use std::collections::HashMap;

use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::error;
use crate::accounts::salesforce::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION_ID, READ_ONLY_CLIENT_ID, USER_ID};
use crate::received_request::ReceivedRequest;
use crate::token_uses::TokenUses;

const LIFETIME: SignedDuration = SignedDuration::from_hours(2);

/// A client and its permissions.
#[derive(Clone, Copy)]
pub(super) enum Client {
    ReadAndWrite,
    Read,
}

/// The issued tokens.
pub(super) struct Login {
    tokens: HashMap<String, (Client, Timestamp)>,
    uses: TokenUses,
}

impl Login {
    pub(super) fn new() -> Self {
        Self { tokens: HashMap::new(), uses: TokenUses::default() }
    }

    /// Returns the client of a request's valid token, and counts the use of the token.
    pub(super) fn client(&mut self, request: &ReceivedRequest) -> Option<Client> {
        let token = request.bearer()?;
        let (client, end) = self.tokens.get(token).copied()?;
        (request.at < end && self.uses.spend(token, request)).then_some(client)
    }

    /// Answers a request for a token.
    pub(super) fn answer(&mut self, request: &ReceivedRequest, instance_url: &str) -> Response {
        match granted(request) {
            Ok(client) => self.issue(client, request, instance_url),
            Err((code, description)) => {
                let body = json!({"error": code, "error_description": description});
                error::json(StatusCode::BAD_REQUEST, &body)
            }
        }
    }

    fn issue(&mut self, client: Client, request: &ReceivedRequest, instance_url: &str) -> Response {
        let number = self.tokens.len() + 1;
        let token = format!("{}!AQcAQ.sandbox.{number}", &ORGANIZATION_ID[..15]);
        let end = request.at.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
        self.tokens.insert(token.clone(), (client, end));
        let body = json!({
            "access_token": token,
            "signature": "sandbox-signature",
            "scope": "api",
            "instance_url": instance_url,
            "id": format!("https://login.salesforce.com/id/{ORGANIZATION_ID}/{USER_ID}"),
            "token_type": "Bearer",
            "issued_at": request.at.as_millisecond().to_string(),
        });
        error::json(StatusCode::OK, &body)
    }
}

fn granted(request: &ReceivedRequest) -> Result<Client, (&'static str, &'static str)> {
    let value = |name: &str| request.form_value(name).unwrap_or_default();
    if !request.is_form() || value("grant_type").is_empty() {
        return Err(("invalid_request", "must provide a grant type"));
    }
    if value("grant_type") != "client_credentials" {
        return Err(("unsupported_grant_type", "grant type not supported"));
    }
    let (id, secret) = basic(request).unwrap_or_else(|| (value("client_id"), value("client_secret")));
    let client = match id.as_str() {
        CLIENT_ID => Client::ReadAndWrite,
        READ_ONLY_CLIENT_ID => Client::Read,
        _ => return Err(("invalid_client_id", "client identifier invalid")),
    };
    if secret == CLIENT_SECRET { Ok(client) } else { Err(("invalid_client", "invalid client credentials")) }
}

fn basic(request: &ReceivedRequest) -> Option<(String, String)> {
    let decoded = STANDARD.decode(request.credentials("Basic")?).ok()?;
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
