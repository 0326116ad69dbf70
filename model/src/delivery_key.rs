//! The key of a delivery: one contact for one provider.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::contact::UnifiedContact;
use crate::hex;

/// The key of the delivery of one contact to one provider: the provider's name and the contact's [`contact_key`].
///
/// The same contact and provider have the same key in every run and on every machine. A journal records a delivery under
/// its key, so that a contact is not created twice.
///
/// ```
/// use unicontact_model::{DeliveryKey, UnifiedContact};
///
/// let contact: UnifiedContact = serde_json::from_str(r#"{"external_id": "42", "name": "Ada King"}"#)?;
/// assert_eq!(DeliveryKey::new("acme", &contact).to_string(), "acme/42");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryKey {
    provider: Arc<str>,
    contact: Arc<str>,
}

impl DeliveryKey {
    /// Returns the key of `contact` for the provider of that name.
    pub fn new(provider: &str, contact: &UnifiedContact) -> Self {
        Self::from_contact_key(provider, contact_key(contact))
    }

    /// Returns the key for the provider of that name, from a [`contact_key`].
    pub fn from_contact_key(provider: &str, contact_key: String) -> Self {
        Self { provider: provider.into(), contact: contact_key.into() }
    }

    /// Returns the provider's name.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Returns the contact's part of the key.
    pub fn contact(&self) -> &str {
        &self.contact
    }
}

impl fmt::Debug for DeliveryKey {
    /// Shows the provider only: an `external_id` is often an e-mail address.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DeliveryKey({}/..)", self.provider)
    }
}

impl fmt::Display for DeliveryKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.provider, self.contact)
    }
}

/// Returns the text that identifies a contact in reports and journals: its `external_id`, or `sha256:` and its
/// [fingerprint](UnifiedContact::fingerprint).
pub fn contact_key(contact: &UnifiedContact) -> String {
    contact.external_id.clone().unwrap_or_else(|| format!("sha256:{}", contact.fingerprint()))
}

impl UnifiedContact {
    /// Returns the fingerprint of the contact's JSON, `external_id` included: equal contacts have equal fingerprints.
    pub fn fingerprint(&self) -> String {
        // Its maps have text keys and its values are JSON already, so a contact always serializes.
        json_fingerprint(&serde_json::to_string(self).unwrap_or_default())
    }
}

/// Returns the fingerprint of a JSON text: the first half of its SHA-256 as 32 hexadecimal digits. For the JSON of a
/// contact it is the contact's [fingerprint](UnifiedContact::fingerprint).
pub fn json_fingerprint(json: &str) -> String {
    hex::encode(&Sha256::digest(json)[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_the_contact() {
        let key = DeliveryKey::from_contact_key("acme", "ada@example.com".to_owned());
        assert_eq!(format!("{key:?}"), "DeliveryKey(acme/..)");
    }

    #[test]
    fn the_fingerprint_of_a_contact_is_that_of_its_json_and_never_changes() {
        let contact: UnifiedContact = serde_json::from_str(r#"{"name": "Ada King"}"#).unwrap();
        let json = r#"{"kind":"person","name":{"full":"Ada King"}}"#;
        assert_eq!(contact.fingerprint(), "5f545cc67e3ca728a627aaa5fc1461af");
        assert_eq!(json_fingerprint(json), contact.fingerprint());
        assert_eq!(contact_key(&contact), "sha256:5f545cc67e3ca728a627aaa5fc1461af");
    }
}
