//! Recognizing a contact that was delivered before.
//!
//! A contact with an own id (`external_id`) is recognized by the id; any other contact by its name together with an e-mail address
//! or a telephone number. The journal stores keyed hashes of these traits, and the key of the person's deliveries: the id, or the
//! fingerprint of the first recorded content.

mod content_entries;
mod digest;
mod hashes;
mod key;
mod method;
pub(crate) mod rules;

#[cfg(feature = "sqlite")]
pub(crate) use self::content_entries::{ContentEntries, Exactness};
pub use self::digest::ContentDigest;
#[cfg(feature = "sqlite")]
pub(crate) use self::hashes::email_hash;
pub(crate) use self::hashes::{EarlierKey, contradict};
pub use self::hashes::{Identity, IdentityHashes};
pub use self::key::IdentityKey;
pub use self::method::IdentifyBy;
pub use self::rules::{Identification, Recognition};
