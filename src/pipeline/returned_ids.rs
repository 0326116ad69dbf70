//! The ids that a vendor that dedupes has returned, by which two contacts that share one of its records are noticed.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::mem;
use std::sync::{Mutex, PoisonError};

use unicontact_providers::{ContactId, DeliveryKey};

/// The number of newest ids that are kept at least. Twice as many are kept at most, which takes about 20 MiB.
const KEPT: usize = 250_000;

/// The newest ids that a vendor returned, each with the delivery that got it first. Only hashes are kept.
#[derive(Debug)]
pub(super) struct ReturnedIds {
    limit: usize,
    generations: Mutex<Generations>,
}

/// Hashes of deliveries by hashes of ids.
#[derive(Debug, Default)]
struct Generations {
    current: HashMap<u64, u64>,
    previous: HashMap<u64, u64>,
}

impl Default for ReturnedIds {
    fn default() -> Self {
        Self::with_limit(KEPT)
    }
}

impl ReturnedIds {
    fn with_limit(limit: usize) -> Self {
        Self { limit, generations: Mutex::default() }
    }

    /// Adds the id that a delivery got. Returns whether another delivery got the same id before.
    pub(super) fn add(&self, id: &ContactId, key: &DeliveryKey) -> bool {
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let (id, delivery) = (hasher.hash_one(id.as_str()), hasher.hash_one(key));
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = generations.current.get(&id).or_else(|| generations.previous.get(&id)) {
            return *first != delivery;
        }
        if generations.current.len() >= self.limit {
            generations.previous = mem::take(&mut generations.current);
        }
        generations.current.insert(id, delivery);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ContactId {
        ContactId::new(text).unwrap()
    }

    fn key(contact: &str) -> DeliveryKey {
        DeliveryKey::from_contact_key("acme", contact.to_owned())
    }

    #[test]
    fn only_the_id_of_another_delivery_counts() {
        let ids = ReturnedIds::default();
        assert!(!ids.add(&id("r-1"), &key("1")));
        assert!(!ids.add(&id("r-1"), &key("1")), "the same delivery, sent again");
        assert!(!ids.add(&id("r-2"), &key("2")));
        assert!(ids.add(&id("r-1"), &key("3")));
        assert!(!ids.add(&id("r-1"), &key("1")), "it got the id first");
    }

    #[test]
    fn the_oldest_ids_are_forgotten_beyond_twice_the_limit() {
        let ids = ReturnedIds::with_limit(2);
        for number in 1..=4 {
            assert!(!ids.add(&id(&number.to_string()), &key("first")));
        }
        assert!(ids.add(&id("1"), &key("other")) && ids.add(&id("4"), &key("other")));
        assert!(!ids.add(&id("5"), &key("first")));
        assert!(!ids.add(&id("1"), &key("other")), "forgotten with 2");
        assert!(ids.add(&id("4"), &key("other")));
    }
}
