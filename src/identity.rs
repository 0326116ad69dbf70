//! Who is who: how a contact is recognized that was delivered before.
//!
//! A contact with an own id (`external_id`) is recognized by it, any other by its name together with an e-mail address or a
//! telephone number. The journal keeps keyed hashes of these traits, and the key under which a person's deliveries are
//! recorded: the id, or the fingerprint of the content in which the person was first met.

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
