//! Issues expiring tokens in the form of a JWT. A token is valid because it was issued here; its signature is fake.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::received_request::ReceivedRequest;
use crate::token_uses::TokenUses;

/// The status of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenStatus {
    /// Not three segments.
    Malformed,
    /// Three segments that were not issued here.
    Unknown,
    Expired,
    Valid,
}

/// The tokens that one stand-in issued.
pub(crate) struct Tokens {
    lifetime: SignedDuration,
    ends: HashMap<String, Timestamp>,
    uses: TokenUses,
}

impl Tokens {
    pub(crate) fn new(lifetime: SignedDuration) -> Self {
        Self { lifetime, ends: HashMap::new(), uses: TokenUses::default() }
    }

    /// Issues a token with `claims`, `iat`, `nbf`, `exp` and `jti`.
    pub(crate) fn issue(&mut self, mut claims: Map<String, Value>, now: Timestamp) -> String {
        let end = now.saturating_add(self.lifetime).unwrap_or(Timestamp::MAX);
        claims.insert("iat".into(), now.as_second().into());
        claims.insert("nbf".into(), now.as_second().into());
        claims.insert("exp".into(), end.as_second().into());
        claims.insert("jti".into(), format!("sandbox-{}", self.ends.len() + 1).into());
        let token = [
            json!({"typ": "JWT", "alg": "HS256"}).to_string(),
            Value::Object(claims).to_string(),
            "sandbox-signature".to_owned(),
        ]
        .map(|segment| URL_SAFE_NO_PAD.encode(segment))
        .join(".");
        self.ends.insert(token.clone(), end);
        token
    }

    /// Returns the status of a request's token, and counts its use.
    pub(crate) fn token_status(&mut self, token: &str, request: &ReceivedRequest) -> TokenStatus {
        if token.split('.').count() != 3 {
            return TokenStatus::Malformed;
        }
        match self.ends.get(token) {
            None => TokenStatus::Unknown,
            Some(end) if request.at >= *end => TokenStatus::Expired,
            Some(_) if !self.uses.spend(token, request) => TokenStatus::Expired,
            Some(_) => TokenStatus::Valid,
        }
    }
}
