#![doc = include_str!("lib.md")]

mod adapter;
pub mod clock;
#[cfg(feature = "cloverhound")]
pub mod cloverhound;
mod configuration;
pub mod contact;
mod delivery_key;
mod draft;
#[cfg(feature = "emnify")]
pub mod emnify;
mod error;
mod exchange;
pub mod http;
mod mapping;
#[cfg(feature = "onecloud")]
pub mod onecloud;
mod provider;
mod secret;
#[cfg(feature = "smarttask")]
pub mod smarttask;
mod spelling;
mod token;

pub use adapter::Common;
pub use configuration::{ConfigError, ConfigProblem};
pub use contact::UnifiedContact;
pub use delivery_key::{DeliveryKey, contact_key};
pub use draft::{
    Count, Draft, Evidence, Fate, FieldFate, Header, HeaderText, LookUp, MappingRow, Method,
};
pub use error::{Effect, ErrorKind, FieldError, Operation, ProviderError, may_resend};
pub use exchange::Exchange;
pub use provider::{
    Capabilities, ContactId, ContactProvider, Created, Dedupe, Provider, ProviderInfo,
};
pub use secret::Secret;
pub use spelling::nearest as nearest_word;
