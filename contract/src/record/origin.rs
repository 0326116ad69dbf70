//! Where a recording comes from.

/// The origin of a recording.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The host, or a description. Never a query, never a credential.
    pub source: String,
    /// Whether the system is the vendor's own, and not a stand-in.
    pub is_the_vendor: bool,
    /// The kind of the account, such as `trial`, if it is known.
    pub account_kind: Option<String>,
}
