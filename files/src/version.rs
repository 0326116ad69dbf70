//! The rules for reading a row: those of this version, or the frozen ones of 0.1.0.

/// The version of the rules for reading a row.
///
/// Invariant: the rules of [`Version::V0_1`] never change. The journal of 0.1.0 identifies a contact without an id by its
/// content, so the contact must be read as 0.1.0 read it to be found there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// Version 0.1.0.
    V0_1,
    /// This version.
    Current,
}
