//! The limits that a stand-in enforces itself: uses of a token and creates. All other faults are outside of the stand-in.

use std::cell::Cell;

use super::kind::FaultKind;

/// The limits for one request, and the one that refused it.
#[derive(Default)]
pub(crate) struct Limits {
    pub(crate) token_uses: Option<u32>,
    pub(crate) creates: Option<CreateLimit>,
    refused_by: Cell<Option<FaultKind>>,
}

/// A limit on the creates between two openings.
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
