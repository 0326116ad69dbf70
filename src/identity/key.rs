//! The key under which identities and contents are hashed.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The secret key of a journal's hashes. Without it, a guessed name or address cannot be compared with a hash.
#[derive(Clone)]
pub struct IdentityKey {
    keyed: Hmac<Sha256>,
}

impl IdentityKey {
    /// The length of a key in bytes.
    pub const LENGTH: usize = 32;

    /// Creates a key from random bytes.
    pub fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        // A shorter key is padded with zeros to the length of a block (RFC 2104).
        let mut block = [0; 64];
        block[..Self::LENGTH].copy_from_slice(&bytes);
        Self { keyed: Hmac::new(&block.into()) }
    }

    /// Returns the keyed hash of texts. `domain` separates hashes of the same texts for different purposes.
    pub(crate) fn hash(&self, domain: u8, texts: &[&[u8]]) -> u64 {
        let mut mac = self.keyed.clone();
        mac.update(&[domain]);
        for text in texts {
            mac.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            mac.update(text);
        }
        let hash = mac.finalize().into_bytes();
        hash.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }
}

impl fmt::Debug for IdentityKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IdentityKey")
    }
}
