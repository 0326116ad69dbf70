//! Whether a refused credential can be replaced.

/// Whether another credential can be had in place of one that the vendor refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// The next [`prepare`](crate::ContactProvider::prepare) fetches one.
    Available,
    /// There is no other.
    Unavailable,
}
