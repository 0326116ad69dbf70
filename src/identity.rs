//! How a journal recognizes contacts and changes of their content.

mod digest;
mod key;

pub use self::digest::ContentDigest;
pub use self::key::IdentityKey;
