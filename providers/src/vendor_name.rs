//! The names that a vendor may have.

/// Returns whether a vendor may have this name in configuration and output: parts of a-z and 0-9 with single underscores between
/// them, as variables of the environment can spell them.
///
/// ```
/// use unicontact_providers::is_vendor_name;
///
/// assert!(is_vendor_name("acme_crm2"));
/// assert!(!is_vendor_name("Acme") && !is_vendor_name("acme__crm") && !is_vendor_name("_acme"));
/// ```
pub fn is_vendor_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.split('_').all(|part| !part.is_empty() && part.bytes().all(is_plain))
}
