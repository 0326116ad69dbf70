//! Recognizing a contact that was delivered before.
//!
//! A contact with an own id (`external_id`) is recognized by the id; any other contact by its name together with an e-mail address
//! or a telephone number. The journal stores keyed hashes of these traits, and the key of the person's deliveries: the id, or the
//! fingerprint of the first recorded content.

mod digest;
mod hashes;
mod key;
mod method;
pub(crate) mod rules;

pub use self::digest::ContentDigest;
#[cfg(feature = "sqlite")]
pub(crate) use self::digest::Exactness;
pub(crate) use self::hashes::{EarlierKey, contradict};
pub use self::hashes::{Identity, IdentityHashes};
#[cfg(feature = "sqlite")]
pub(crate) use self::hashes::{beginning_like, email_hash};
pub use self::key::IdentityKey;
pub use self::method::IdentifyBy;
pub use self::rules::{Identification, Recognition};
