//! The normalized contact: its fields, its value types, and reading it from JSON.
//!
//! Value types check their text when they are parsed, and no `Debug` output shows a value. Adapters destructure
//! [`UnifiedContact`] without `..`, so a new field does not compile until each of them maps it.

mod country;
mod dial_code;
mod dialing_plan;
mod display;
mod email_address;
mod fields;
mod number_id;
mod numbering_plan;
mod object;
mod phone_e164;
mod phone_float;
mod phone_number;
mod phone_text;
mod phone_words;
mod plain_number;
mod problem;
mod read;
mod unified_contact;
mod unique_keys;
mod v0_1;
mod value_type;
mod web_address;

pub use self::country::{Country, CountryError};
pub use self::dial_code::{DialCode, DialCodeError};
pub use self::email_address::{EmailAddress, EmailAddressError};
pub use self::number_id::{exact_contact_ids, exact_ids};
pub use self::phone_e164::{E164, PhoneNumberError};
pub use self::phone_number::PhoneNumber;
pub use self::problem::{ContactError, Problem};
pub use self::unified_contact::{
    Address, ChannelKind, ContactKind, Email, Link, LinkKind, Name, Organization, Phone, UnifiedContact,
};
pub use self::unique_keys::UniqueKeys;
use self::value_type::value_type;
pub use self::web_address::{WebAddress, WebAddressError};

/// Returns the JSON Schema of a contact, shorthands included.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(UnifiedContact).to_value()
}
