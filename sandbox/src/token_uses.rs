//! Counts the uses of tokens while a fault limits them.

use std::collections::HashMap;

use crate::faults::FaultKind;
use crate::received_request::ReceivedRequest;

/// The number of uses of each token.
#[derive(Default)]
pub(crate) struct TokenUses {
    spent: HashMap<String, u32>,
}

impl TokenUses {
    /// Counts a use of a valid token, and returns whether it is within the limit.
    pub(crate) fn spend(&mut self, token: &str, request: &ReceivedRequest) -> bool {
        let Some(limit) = request.limits.token_uses else {
            return true;
        };
        let spent = self.spent.entry(token.to_owned()).or_default();
        *spent = spent.saturating_add(1);
        let is_within_limit = *spent <= limit;
        if !is_within_limit {
            request.limits.refuse(FaultKind::TokenExpiry);
        }
        is_within_limit
    }
}
