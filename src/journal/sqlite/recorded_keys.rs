//! The deliveries that may have a record, so that a delivery without one is claimed without being read first.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use unicontact_providers::DeliveryKey;

/// The bits of the filter: half a mebibyte. With a million keys in it, it contains one in seven of all others, too.
const BITS: u64 = 1 << 22;
/// The bits of each key.
const PROBES: u64 = 4;
const WORD: u64 = u64::BITS as u64;

/// The providers that had records when the file was opened, and a Bloom filter of the keys that this process has recorded since.
///
/// Records of a process that opens the file later are not in it. The claim, which reads the file, decides about them.
pub(super) struct RecordedKeys {
    /// `None` if every key may have a record.
    recorded_providers: Option<BTreeSet<String>>,
    bits: Mutex<Vec<u64>>,
}

impl RecordedKeys {
    /// Returns the keys of a file that has records of these providers, or of any if `None`.
    pub(super) fn new(recorded_providers: Option<BTreeSet<String>>) -> Self {
        let words = if recorded_providers.is_some() { BITS / WORD } else { 0 };
        let words = usize::try_from(words).unwrap_or_default();
        Self { recorded_providers, bits: Mutex::new(vec![0; words]) }
    }

    /// Adds a key that is about to be recorded.
    pub(super) fn add(&self, key: &DeliveryKey) {
        if self.is_of_recorded_provider(key) {
            return;
        }
        let mut bits = self.bits.lock().unwrap_or_else(PoisonError::into_inner);
        for (word, bit) in places(key) {
            if let Some(word) = bits.get_mut(word) {
                *word |= bit;
            }
        }
    }

    /// Returns whether the key may have a record.
    pub(super) fn may_contain(&self, key: &DeliveryKey) -> bool {
        if self.is_of_recorded_provider(key) {
            return true;
        }
        let bits = self.bits.lock().unwrap_or_else(PoisonError::into_inner);
        places(key).all(|(word, bit)| bits.get(word).is_none_or(|word| word & bit != 0))
    }

    fn is_of_recorded_provider(&self, key: &DeliveryKey) -> bool {
        self.recorded_providers.as_ref().is_none_or(|providers| providers.contains(key.provider()))
    }
}

/// Returns the words and the bits of a key.
fn places(key: &DeliveryKey) -> impl Iterator<Item = (usize, u64)> {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    let hash = hasher.finish();
    // Two halves of one hash make all probes.
    let (first, step) = (hash & 0xFFFF_FFFF, (hash >> 32) | 1);
    (0..PROBES).map(move |probe| {
        let place = first.wrapping_add(probe.wrapping_mul(step)) % BITS;
        (usize::try_from(place / WORD).unwrap_or_default(), 1 << (place % WORD))
    })
}

impl fmt::Debug for RecordedKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RecordedKeys").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(provider: &str, contact: u32) -> DeliveryKey {
        DeliveryKey::from_contact_key(provider, contact.to_string())
    }

    #[test]
    fn a_key_that_was_added_is_always_contained_and_others_seldom() {
        let keys = RecordedKeys::new(Some(BTreeSet::new()));
        assert!(!keys.may_contain(&key("acme", 0)));
        for contact in 0..100_000 {
            keys.add(&key("acme", contact));
        }
        assert!((0..100_000).all(|contact| keys.may_contain(&key("acme", contact))));
        let others = (0..100_000).filter(|contact| keys.may_contain(&key("other", *contact))).count();
        assert!(others < 100, "{others}");
    }

    #[test]
    fn every_key_of_a_provider_with_records_may_be_recorded() {
        let keys = RecordedKeys::new(Some(BTreeSet::from(["acme".to_owned()])));
        assert!(keys.may_contain(&key("acme", 1)));
        assert!(!keys.may_contain(&key("other", 1)));
        assert!(RecordedKeys::new(None).may_contain(&key("other", 1)));
    }
}
