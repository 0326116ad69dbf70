//! The protection of vendors against a second contact from a repeated create, and the doubt that it must cover.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// The protection of a vendor against a second contact from a repeated create.
///
/// A vendor that searches for an equal contact before it inserts one does not see a request that is still running, so two equal
/// requests in flight create two contacts. [`covers`](Self::covers) takes this into account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dedupe {
    /// Every create makes a new contact.
    #[default]
    Never,
    /// The vendor documents that it returns a similar contact instead of creating another, but not what happens with equal
    /// requests in flight.
    ByVendor,
    /// As [`ByVendor`](Self::ByVendor), and the vendor documents that equal requests in flight are serialized.
    Serialized,
    /// The vendor documents that it executes creates with the same idempotency key only once within `window`, also while the
    /// first of them is in flight.
    IdempotencyKey {
        /// The time for which the vendor stores a key.
        window: Duration,
    },
}

impl Dedupe {
    /// Returns the name in all output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::ByVendor => "by_vendor",
            Self::Serialized => "serialized",
            Self::IdempotencyKey { .. } => "idempotency_key",
        }
    }

    /// Returns whether a repeated create cannot create a second contact, although the requests of `doubt` may have created one.
    pub fn covers(self, doubt: &Doubt) -> bool {
        match self {
            Self::Never => false,
            Self::ByVendor => doubt.is_quiet,
            Self::Serialized => true,
            Self::IdempotencyKey { window } => doubt.since_first.is_some_and(|age| age < window),
        }
    }
}

impl Serialize for Dedupe {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The requests of a create whose effect is unknown. Each of them may have created the contact, or may still do so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// The time since the first of them was sent. `None` if unknown.
    pub since_first: Option<Duration>,
    /// Whether the quiet time of the last of them is over, after which the vendor has presumably finished or dropped it.
    pub is_quiet: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dedupe_covers_only_what_the_vendor_documents() {
        let minute = Duration::from_mins(1);
        let key = Dedupe::IdempotencyKey { window: minute };
        let doubt = |seconds: Option<u64>, is_quiet| Doubt {
            since_first: seconds.map(Duration::from_secs),
            is_quiet,
        };
        for (dedupe, doubt, is_covered) in [
            (Dedupe::Never, doubt(Some(900), true), false),
            (Dedupe::ByVendor, doubt(Some(900), true), true),
            (Dedupe::ByVendor, doubt(Some(900), false), false),
            (Dedupe::Serialized, doubt(None, false), true),
            (key, doubt(Some(59), false), true),
            (key, doubt(Some(60), true), false),
            (key, doubt(None, true), false),
        ] {
            assert_eq!(dedupe.covers(&doubt), is_covered, "{dedupe:?} {doubt:?}");
        }
    }
}
