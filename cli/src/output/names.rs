//! Names of contacts and vendors for people.

use unicontact::providers::{UnifiedContact, Vendor};

/// Returns the name of a contact, or else its first e-mail address or number. It is for the user's screen, not for a log.
pub(crate) fn contact_name(contact: &UnifiedContact) -> Option<String> {
    let phone = || contact.phones.first().map(|phone| phone.number.as_str().to_owned());
    contact.display_name().or_else(|| first_address(contact)).or_else(phone)
}

/// Returns the first e-mail address of a contact.
pub(crate) fn first_address(contact: &UnifiedContact) -> Option<String> {
    contact.emails.first().map(|email| email.address.as_str().to_owned())
}

/// Returns the vendor's name in sentences, or its short name where this build does not have it.
pub(crate) fn vendor_title(vendor: &str) -> &str {
    Vendor::by_name(vendor).map_or(vendor, Vendor::title)
}
