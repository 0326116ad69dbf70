//! Comparison of e-mail addresses.

use url::Host;

use super::agreement::Agreement;
use crate::fold::{fold, without_spaces};

/// The minimum length of a prefix that resembles the address.
const MIN_PREFIX_LENGTH: usize = 8;

/// An e-mail address in the forms that are compared.
pub(super) struct AddressForms {
    address: String,
    /// The addresses inside a longer text, such as `Ada King <ada@example.com>`.
    parts: Vec<String>,
}

impl AddressForms {
    pub(super) fn new(text: &str) -> Self {
        let is_separator = |it: char| it.is_whitespace() || "<>(),;:\"".contains(it);
        let parts =
            text.split(is_separator).filter(|part| part.contains('@')).map(normalized_address).collect();
        Self { address: normalized_address(text), parts }
    }

    /// Returns whether both texts hold the same address.
    pub(super) fn shares_address(&self, other: &Self) -> bool {
        let holds =
            |forms: &Self, address: &String| forms.address == *address || forms.parts.contains(address);
        holds(self, &other.address) || self.parts.iter().any(|part| holds(other, part))
    }

    pub(super) fn agreement(&self, stored: &Self) -> Agreement {
        let is_truncated = || {
            let length = stored.address.chars().count();
            length >= MIN_PREFIX_LENGTH && self.address.starts_with(&stored.address)
        };
        if self.address == stored.address {
            Agreement::Same
        } else if stored.parts.contains(&self.address)
            || self.parts.contains(&stored.address)
            || is_truncated()
        {
            Agreement::Resembling
        } else {
            Agreement::Different
        }
    }
}

/// Returns the address folded, its local part included, with its domain in ASCII (`bücher.example` is `xn--bcher-kva.example`).
pub(crate) fn normalized_address(address: &str) -> String {
    let address = address.trim();
    let ascii = address.rsplit_once('@').and_then(|(local, domain)| {
        let host = Host::parse(domain).ok()?;
        Some(format!("{}@{host}", without_spaces(&fold(local))))
    });
    ascii.unwrap_or_else(|| without_spaces(&fold(address)))
}
