//! The postal addresses of a contact, and their countries.

use unicontact_model::contact::{Address, Country};

use super::value::{Attributes, Origin, ValueKind, present};
use super::{ContactBuilder, v0_1};
use crate::cell_text::{TextKind, clean_text, is_plain};
use crate::version::Version;

const UNKNOWN_COUNTRY: &str = "not a known country (write its name or its two-letter code)";

impl ContactBuilder {
    /// Adds a postal address, unless all of its parts are empty.
    pub(crate) fn address(&mut self, origin: Origin<'_>, attributes: &Attributes, address: Address) {
        if attributes.label.is_some() {
            self.note(origin, "an address has no label; the label is dropped");
        }
        let address = self.cleaned_address(Address { kind: attributes.kind, ..address });
        let is_empty = Address { kind: None, ..address.clone() } == Address::default();
        if !is_empty {
            self.contact.addresses.push(address);
        }
    }

    fn cleaned_address(&mut self, address: Address) -> Address {
        let Address { kind: _, street, street2, city, region, postal_code, country: _ } = &address;
        let is_plain =
            |part: &Option<String>| part.as_deref().is_none_or(|text| !text.is_empty() && is_plain(text));
        if self.version == Version::V0_1
            || [street, street2, city, region, postal_code].into_iter().all(is_plain)
        {
            return address;
        }
        let mut cleaned = address.clone();
        let Address { kind: _, street, street2, city, region, postal_code, country: _ } = &mut cleaned;
        for part in [street, street2, city, region, postal_code] {
            let text = part.take();
            *part = text.and_then(|text| present(&clean_text(&text, TextKind::Line)).map(str::to_owned));
        }
        if cleaned != address {
            self.mark_v0_1_difference();
        }
        cleaned
    }

    /// Returns the country with a code or a name. An unknown country is a bad cell.
    pub(crate) fn country(&mut self, origin: Origin<'_>, text: &str) -> Option<Country> {
        let text = present(text)?;
        if self.version == Version::V0_1 {
            return v0_1::country(text);
        }
        let country: Option<Country> = text.parse().ok();
        if country.is_none() {
            self.bad_cell(ValueKind::Other, origin, text, UNKNOWN_COUNTRY);
        }
        let is_same_in_v0_1 = match &country {
            Some(country) => country.is_as_read_by_v0_1(),
            None => v0_1::country(text).is_none(),
        };
        if !is_same_in_v0_1 {
            self.mark_v0_1_difference();
        }
        country
    }
}
