//! An e-mail address that was checked when it was read.
//!
//! Its rule: there is no way to hold one that is not an address. It is trimmed and otherwise kept as written.

use std::fmt;
use std::str::FromStr;

use email_address::Options;
use thiserror::Error;

/// One address such as `ada@example.com`, without a display name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// The text is not an e-mail address. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an e-mail address (expected something like name@example.com)")]
pub struct EmailAddressError;

impl EmailAddress {
    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        email_address::EmailAddress::parse_with_options(text, options)
            .map(|_| Self(text.to_owned()))
            .map_err(|_| EmailAddressError)
    }
}

super::value_type!(EmailAddress, "email");
