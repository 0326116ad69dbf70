//! Pages of records by contact, in the order of the contact keys.

use std::collections::BTreeMap;

use super::record::Record;
use crate::identity::ContentDigest;

/// The beginning of the key of a contact that was first recorded without an own id.
const WITHOUT_ID: &str = "sha256:";

/// A page of contacts with their records.
#[derive(Debug, Default)]
pub struct ContactPage {
    /// The contacts in the order of their keys.
    pub contacts: Vec<ContactRecords>,
    /// The key after which the next page begins. `None` after the last contact.
    pub next: Option<String>,
}

/// The records of one contact.
#[derive(Debug)]
pub struct ContactRecords {
    /// The contact's part of the keys.
    pub contact: String,
    /// The own id of the contact, if it has one.
    pub external_id: Option<String>,
    /// The selected records, by provider. At least one.
    pub records: Vec<Record>,
}

impl ContactPage {
    /// Returns the page of at most `limit` contacts after a key.
    pub(super) fn from_records(records: Vec<Record>, after: &str, limit: usize) -> Self {
        let mut contacts: BTreeMap<String, Vec<Record>> = BTreeMap::new();
        for record in records.into_iter().filter(|record| record.key.contact() > after) {
            contacts.entry(record.key.contact().to_owned()).or_default().push(record);
        }
        let has_more = contacts.len() > limit;
        let contacts: Vec<ContactRecords> = contacts
            .into_iter()
            .take(limit)
            .map(|(contact, records)| ContactRecords::new(contact, None, records))
            .collect();
        let next = contacts.last().map(|last| last.contact.clone()).filter(|_| has_more);
        Self { contacts, next }
    }
}

impl ContactRecords {
    /// Sorts the records by provider. The own id is `later_id`, or the key of a contact that was first recorded with an id.
    pub(super) fn new(contact: String, later_id: Option<String>, mut records: Vec<Record>) -> Self {
        records.sort_by(|one, other| one.key.provider().cmp(other.key.provider()));
        let own_key = || Some(contact.clone()).filter(|key| !key.starts_with(WITHOUT_ID));
        Self { external_id: later_id.or_else(own_key), contact, records }
    }

    /// Returns the record that changed last of those whose contact is stored.
    pub fn kept(&self) -> Option<&Record> {
        let kept = self.records.iter().filter(|record| record.content.is_some());
        kept.max_by_key(|record| record.changed_at)
    }

    /// Returns the fields in which the contact that was last sent to a provider differs from the newest one. `None` if the journal has
    /// no digest of one of them.
    pub fn differences(&self, record: &Record) -> Option<Vec<&'static str>> {
        let known = self.records.iter().filter_map(|it| Some((it.changed_at, it.digest.as_ref()?)));
        let (_, newest): (_, &ContentDigest) = known.max_by_key(|(time, _)| *time)?;
        Some(record.digest.as_ref()?.differences(newest))
    }
}
