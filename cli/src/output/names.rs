//! Names of contacts and vendors for people.

use std::path::Path;
use std::sync::OnceLock;

use unicontact::journal::Record;
use unicontact::providers::{UnifiedContact, Vendor, Vendors};

/// The vendors of this command's configuration.
static VENDORS: OnceLock<Vendors> = OnceLock::new();

/// Records the vendors of this command's configuration, whose files have names for sentences.
pub(crate) fn note_vendors(vendors: &Vendors) {
    // A command reads only one configuration.
    let _ = VENDORS.set(vendors.clone());
}

/// Returns the name of a contact, or else its first e-mail address or number. It is for the user's screen, not for a log.
pub(crate) fn contact_name(contact: &UnifiedContact) -> Option<String> {
    let phone = || contact.phones.first().map(|phone| phone.number.as_str().to_owned());
    contact.display_name().or_else(|| first_address(contact)).or_else(phone)
}

/// Returns the key of a delivery with the name of its contact while the journal keeps it: `iot/42 (Ada King)`.
pub(crate) fn delivery_name(record: &Record) -> String {
    match record.contact().as_ref().and_then(contact_name) {
        Some(name) => format!("{} ({name})", record.key),
        None => record.key.to_string(),
    }
}

/// Returns the first e-mail address of a contact.
pub(crate) fn first_address(contact: &UnifiedContact) -> Option<String> {
    contact.emails.first().map(|email| email.address.as_str().to_owned())
}

/// Returns the vendor's name in sentences, or its short name where this build does not have it.
pub(crate) fn vendor_title(vendor: &str) -> String {
    let known = VENDORS.get().map_or_else(|| Vendor::by_name(vendor), |vendors| vendors.by_name(vendor));
    known.map_or_else(|| vendor.to_owned(), |vendor| vendor.title().to_owned())
}

/// Returns the vendor of a provider: its name in sentences or, where a file describes it, its short name with the file.
pub(crate) fn vendor_with_source(vendor: &str, description_file: Option<&Path>) -> String {
    match description_file {
        Some(file) => format!("{vendor} ({})", file.display()),
        None => vendor_title(vendor),
    }
}
