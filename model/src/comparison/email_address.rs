//! Comparison of e-mail addresses.

use url::Host;

use super::Agreement;
use super::fold::{fold, without_spaces};

/// The shortest beginning of an address that resembles the whole.
const SHORTEST_BEGINNING: usize = 8;

/// An e-mail address in the forms that are compared.
pub(super) struct AddressForms {
    address: String,
    /// The addresses in a text that holds more than one address, such as a display name.
    parts: Vec<String>,
}

impl AddressForms {
    pub(super) fn new(text: &str) -> Self {
        let is_separator = |it: char| it.is_whitespace() || "<>(),;:\"".contains(it);
        let parts = text.split(is_separator).filter(|part| part.contains('@')).map(normalize).collect();
        Self { address: normalize(text), parts }
    }

    /// Returns whether both texts hold the same address.
    pub(super) fn shares_address(&self, other: &Self) -> bool {
        let holds =
            |forms: &Self, address: &String| forms.address == *address || forms.parts.contains(address);
        holds(self, &other.address) || self.parts.iter().any(|part| holds(other, part))
    }

    pub(super) fn agreement(&self, stored: &Self) -> Agreement {
        let is_cut = || {
            let length = stored.address.chars().count();
            length >= SHORTEST_BEGINNING && self.address.starts_with(&stored.address)
        };
        if self.address == stored.address {
            Agreement::Same
        } else if stored.parts.contains(&self.address) || self.parts.contains(&stored.address) || is_cut() {
            Agreement::Resembling
        } else {
            Agreement::Different
        }
    }
}

/// Returns the address in one form for all cases, also of the part before the `@`, and for both spellings of a domain
/// with letters beyond ASCII.
pub fn normalize(address: &str) -> String {
    let address = address.trim();
    let ascii = address.rsplit_once('@').and_then(|(local, domain)| {
        let host = Host::parse(domain).ok()?;
        Some(format!("{}@{host}", without_spaces(&fold(local))))
    });
    ascii.unwrap_or_else(|| without_spaces(&fold(address)))
}
