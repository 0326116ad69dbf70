//! What a stand-in is told to keep by itself: how often a token is good, how many creates there are.
//!
//! Rule: all other faults lie around a stand-in, which knows nothing of them.

use std::cell::Cell;
use std::collections::HashMap;

use crate::exchange::Received;
use crate::faults::FaultKind;

/// The limits in force for one request, and which of them refused it.
#[derive(Default)]
pub(crate) struct Limits {
    pub(crate) token_uses: Option<u32>,
    pub(crate) creates: Option<CreateLimit>,
    refused_by: Cell<Option<FaultKind>>,
}

/// So many creates, from one opening to the next.
pub(crate) struct CreateLimit {
    pub(crate) creates: u32,
    pub(crate) time_zone: String,
}

impl Limits {
    pub(crate) fn refuse(&self, by: FaultKind) {
        self.refused_by.set(Some(by));
    }

    pub(crate) fn refused_by(&self) -> Option<FaultKind> {
        self.refused_by.get()
    }
}

/// How often each token was presented while its uses were limited.
#[derive(Default)]
pub(crate) struct TokenUses {
    spent: HashMap<String, u32>,
}

impl TokenUses {
    /// Counts one use of a token that is good otherwise, and says whether it still is.
    pub(crate) fn spend(&mut self, token: &str, request: &Received) -> bool {
        let Some(limit) = request.limits.token_uses else {
            return true;
        };
        let spent = self.spent.entry(token.to_owned()).or_default();
        *spent = spent.saturating_add(1);
        let is_good = *spent <= limit;
        if !is_good {
            request.limits.refuse(FaultKind::TokenExpiry);
        }
        is_good
    }
}
