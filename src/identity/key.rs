//! The key under which identities and contents are hashed.

use std::fmt;
#[cfg(feature = "sqlite")]
use std::hash::{BuildHasher, Hasher, RandomState};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The secret key of a journal's hashes. Without it, a guessed name or address cannot be compared with a hash.
#[derive(Clone)]
pub struct IdentityKey(Keyed);

#[derive(Clone)]
enum Keyed {
    Hmac(Box<Hmac<Sha256>>),
    /// For hashes that no other process sees: several times cheaper.
    #[cfg(feature = "sqlite")]
    Process(RandomState),
}

impl IdentityKey {
    /// The length of a key in bytes.
    pub const LENGTH: usize = 32;

    /// Creates a key from random bytes.
    pub fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        // A shorter key is padded with zeros to the length of a block (RFC 2104).
        let mut block = [0; 64];
        block[..Self::LENGTH].copy_from_slice(&bytes);
        Self(Keyed::Hmac(Box::new(Hmac::new(&block.into()))))
    }

    /// Creates a random key that is not stored.
    #[cfg(feature = "sqlite")]
    #[expect(clippy::disallowed_methods, reason = "the answers do not depend on the key")]
    pub(crate) fn for_this_process() -> Self {
        Self(Keyed::Process(RandomState::new()))
    }

    /// Returns the keyed hash of texts. `domain` separates hashes of the same texts for different purposes.
    pub(crate) fn hash(&self, domain: u8, texts: &[&[u8]]) -> u64 {
        match &self.0 {
            Keyed::Hmac(key) => {
                let mut mac = Hmac::clone(key);
                write_texts(domain, texts, |bytes| mac.update(bytes));
                let hash = mac.finalize().into_bytes();
                hash.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
            }
            #[cfg(feature = "sqlite")]
            Keyed::Process(key) => {
                let mut hasher = key.build_hasher();
                write_texts(domain, texts, |bytes| hasher.write(bytes));
                hasher.finish()
            }
        }
    }

    /// Returns the upper half of the keyed hash of texts.
    #[cfg(feature = "sqlite")]
    pub(crate) fn short_hash(&self, domain: u8, texts: &[&[u8]]) -> u32 {
        u32::try_from(self.hash(domain, texts) >> 32).unwrap_or_default()
    }
}

/// Writes the domain, and each text after its length.
fn write_texts(domain: u8, texts: &[&[u8]], mut write: impl FnMut(&[u8])) {
    write(&[domain]);
    for text in texts {
        write(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        write(text);
    }
}

impl fmt::Debug for IdentityKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IdentityKey")
    }
}
