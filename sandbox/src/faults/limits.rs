//! The limits and rules that a stand-in applies itself: uses of a token, creates, requests, duplicates. All other faults are
//! outside of the stand-in.

use std::cell::Cell;

use super::kind::FaultKind;

/// The limits for one request, and the one that refused it.
#[derive(Default)]
pub(crate) struct Limits {
    pub(crate) token_uses: Option<u32>,
    pub(crate) creates: Option<CreateLimit>,
    /// The limit on the requests in the vendor's short window.
    pub(crate) burst: Option<u32>,
    pub(crate) daily: Option<DailyLimit>,
    /// Whether the vendor refuses duplicates, if it does so only by a rule of the account.
    pub(crate) has_duplicate_rule: bool,
    refused_by: Cell<Option<FaultKind>>,
}

/// A limit on the creates between two openings.
pub(crate) struct CreateLimit {
    pub(crate) creates: u32,
    pub(crate) time_zone: String,
}

/// A limit on the calls from one midnight to the next.
pub(crate) struct DailyLimit {
    pub(crate) calls: u32,
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
