//! The version of this crate whose reading of a file is asked for.

/// A version whose reading of a file is asked for.
///
/// Invariant: what [`Version::V0_1`] reads never changes. A delivery without an id is recorded under the content of its
/// contact, so a row that is read otherwise today is found in a journal of 0.1.0 only by what 0.1.0 read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// Version 0.1.0.
    V0_1,
    /// This version.
    Current,
}
