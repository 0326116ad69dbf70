//! Tokens in the shape of a JWT, with an end.
//!
//! Rule: a token is good because it was issued here, never because of what it says: the signature is not one.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::exchange::Received;
use crate::limits::TokenUses;

/// What a presented token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not three segments.
    Malformed,
    /// Three segments that were not issued here.
    Unknown,
    Expired,
    Valid,
}

/// All tokens that one stand-in issued.
pub(crate) struct Tokens {
    lifetime: SignedDuration,
    ends: HashMap<String, Timestamp>,
    uses: TokenUses,
}

impl Tokens {
    pub(crate) fn new(lifetime: SignedDuration) -> Self {
        Self { lifetime, ends: HashMap::new(), uses: TokenUses::default() }
    }

    /// Issues a token that says `claims`, and `iat`, `nbf`, `exp` and `jti`.
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

    /// What the token of a request is worth. Asking is using it.
    pub(crate) fn standing(&mut self, token: &str, request: &Received) -> Standing {
        if token.split('.').count() != 3 {
            return Standing::Malformed;
        }
        match self.ends.get(token) {
            None => Standing::Unknown,
            Some(end) if request.at >= *end => Standing::Expired,
            Some(_) if !self.uses.spend(token, request) => Standing::Expired,
            Some(_) => Standing::Valid,
        }
    }
}
