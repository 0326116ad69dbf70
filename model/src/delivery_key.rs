//! What identifies a delivery.
//!
//! Its rule: the same contact for the same provider has the same key, in every run and on every machine.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::contact::UnifiedContact;

/// The stable key of one contact for one provider: its `external_id`, else a fingerprint of what is in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryKey {
    provider: Arc<str>,
    contact: Arc<str>,
}

impl DeliveryKey {
    /// The key of `contact` for the provider of that name.
    ///
    /// ```
    /// use unicontact_model::{DeliveryKey, UnifiedContact};
    ///
    /// let contact: UnifiedContact = serde_json::from_str(r#"{"external_id": "42", "name": "Ada King"}"#)?;
    /// assert_eq!(DeliveryKey::new("acme", &contact).to_string(), "acme/42");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn new(provider: &str, contact: &UnifiedContact) -> Self {
        Self::of(provider, contact_key(contact))
    }

    /// The key for the provider of that name, of a contact whose [`contact_key`] is known already.
    pub fn of(provider: &str, contact_key: String) -> Self {
        Self { provider: provider.into(), contact: contact_key.into() }
    }

    /// The provider's name.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The contact's part of the key.
    pub fn contact(&self) -> &str {
        &self.contact
    }
}

impl fmt::Debug for DeliveryKey {
    /// Without the contact's part: people use e-mail addresses as ids.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DeliveryKey({}/..)", self.provider)
    }
}

impl fmt::Display for DeliveryKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.provider, self.contact)
    }
}

/// What a contact is called in reports: its `external_id`, else `sha256:` and the fingerprint of its content.
pub fn contact_key(contact: &UnifiedContact) -> String {
    contact.external_id.clone().unwrap_or_else(|| format!("sha256:{}", fingerprint(contact)))
}

/// What tells the content of a contact from any other, its `external_id` included. Nothing can be read from it.
pub fn fingerprint(contact: &UnifiedContact) -> String {
    // A contact serializes without fail: its maps have text keys and its values are JSON already.
    fingerprint_of_json(&serde_json::to_string(contact).unwrap_or_default())
}

/// The same for whoever has the contact's JSON already, as it serializes.
pub fn fingerprint_of_json(json: &str) -> String {
    hexadecimal(&Sha256::digest(json)[..16])
}

/// Returns bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0F)]).collect()
}

/// Returns the bytes of hexadecimal digits, or `None` for any other text.
pub fn bytes_of_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_whole = text.len().is_multiple_of(2) && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_whole.then(|| text.as_bytes().chunks_exact(2).filter_map(byte).collect())
}
