#![doc = include_str!("lib.md")]
#![cfg_attr(
    not(feature = "all"),
    allow(dead_code, unused_imports, reason = "parts that serve only adapters that are not built")
)]

mod adapter;
#[cfg(test)]
mod arbitrary_answer;
pub mod background;
mod capabilities;
pub mod clock;
#[cfg(feature = "cloverhound")]
pub mod cloverhound;
pub mod comparison;
mod configuration;
pub mod contact;
mod created;
mod delivery_key;
mod draft;
#[cfg(feature = "emnify")]
pub mod emnify;
mod error;
mod exchange;
mod find;
pub mod http;
pub mod identity;
mod listing;
pub mod mapping;
#[cfg(feature = "onecloud")]
pub mod onecloud;
pub mod preparation;
mod provider;
mod provider_info;
mod secret;
#[cfg(feature = "smarttask")]
pub mod smarttask;
mod spelling;
mod stamp;
#[cfg(feature = "testkit")]
pub mod testkit;
mod token;
mod vendors;

pub use adapter::{Common, Connection};
pub use capabilities::{Capabilities, Dedupe};
pub use configuration::{ConfigError, ConfigProblem};
pub use contact::UnifiedContact;
pub use created::{ContactId, Created};
pub use delivery_key::{
    DeliveryKey, bytes_of_hexadecimal, contact_key, fingerprint, fingerprint_of_json, hexadecimal,
};
pub use draft::{
    Count, Draft, Evidence, Fate, FieldFate, Header, HeaderText, LookUp, MappingRow, Method, Text,
};
pub use error::{Doubt, Effect, ErrorKind, FieldError, Operation, ProviderError, may_resend};
pub use exchange::Exchange;
pub use find::{FindOutcome, FindRequest};
pub use listing::{ListedContact, Listing};
pub use provider::{ContactProvider, Provider};
pub use provider_info::ProviderInfo;
pub use secret::Secret;
pub use spelling::nearest as nearest_word;
pub use stamp::{BootTime, Stamp};
pub use vendors::{VENDORS, Vendor};
