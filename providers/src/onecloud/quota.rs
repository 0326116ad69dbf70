//! Recognizes an exhausted quota.

/// Returns whether a message reports an exhausted quota. The vendor documents one such message.
pub(super) fn is_exhausted(message: &str) -> bool {
    let message = message.to_lowercase();
    ["limit reached", "over limit", "quota"].iter().any(|words| message.contains(words))
}
