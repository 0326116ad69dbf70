#![doc = include_str!("lib.md")]
#![cfg_attr(
    not(feature = "all"),
    allow(dead_code, unused_imports, reason = "parts that serve only adapters that are not built")
)]

#[cfg(test)]
mod arbitrary_answer;
mod attempt;
mod authorization;
pub mod background;
mod body;
mod capabilities;
pub mod clock;
#[cfg(feature = "cloverhound")]
pub mod cloverhound;
mod configuration;
mod connection;
mod cow_str;
mod created;
mod declared;
mod dedupe;
#[cfg(feature = "testkit")]
mod described_subject;
mod draft;
#[cfg(feature = "emnify")]
pub mod emnify;
mod error;
mod exchange;
mod field_fate;
pub mod http;
mod idempotency_key;
mod listing;
pub mod mapping;
#[cfg(feature = "onecloud")]
pub mod onecloud;
mod prepared;
mod provider;
mod provider_info;
mod resend;
mod reset_time;
mod secret;
mod send_permit;
#[cfg(feature = "smarttask")]
pub mod smarttask;
mod stamp;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod token;
mod vendor;
mod vendor_name;
mod vendors;

pub use attempt::attempt;
pub use authorization::Authorization;
pub use body::BodyEncoding;
pub use capabilities::{Capabilities, Cardinality, Evidence, MappingRow};
pub use configuration::{ConfigError, ConfigProblem};
pub use connection::{Connection, ConnectionOptions};
pub use cow_str::CowStr;
pub use created::{Created, IgnoredField};
#[cfg(feature = "schema")]
pub use declared::description_schema;
pub use declared::{
    Declared, Description, DescriptionError, DescriptionProblem, ErrorOverview, Fact, SearchOverview, Source,
    SourceKind,
};
#[doc(hidden)]
pub use declared::{DescriptionNode, DescriptionValue};
pub use dedupe::{Dedupe, Doubt};
#[cfg(feature = "testkit")]
pub use described_subject::DescribedSubject;
pub use draft::{Draft, Header, HeaderText, LookUp, Method};
pub use error::{Effect, ErrorKind, FieldError, Operation, ProviderError};
pub use exchange::Exchange;
pub use field_fate::{Fate, FieldFate};
pub use idempotency_key::{KeyForm, KeyPlace};
pub use listing::{ListedContact, Listing};
pub use prepared::Prepared;
pub use provider::{ContactProvider, Provider, Searchable};
pub use provider_info::ProviderInfo;
pub use resend::may_resend;
pub use secret::Secret;
pub use send_permit::SendPermit;
pub use stamp::{BootTime, Stamp};
pub use token::Renewal;
pub use unicontact_model::{
    ContactId, DeliveryKey, FindOutcome, FindRequest, UnifiedContact, comparison, contact, contact_key, hex,
    identity, json_fingerprint, nearest_word,
};
pub use vendor::{Vendor, VendorConfig, VendorSource};
pub use vendor_name::is_vendor_name;
pub use vendors::{VENDORS, Vendors};
