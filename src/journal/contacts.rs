//! Pages of records by contact, in the order in which the contacts were first recorded.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::record::Record;
use crate::identity::ContentDigest;

/// The beginning of the key of a contact that was first recorded without an own id.
const WITHOUT_ID: &str = "sha256:";

/// A page of contacts with their records.
#[derive(Debug, Default)]
pub struct ContactPage {
    /// The contacts in the order of their first selected records.
    pub contacts: Vec<ContactRecords>,
    /// The number ([`Record::number`]) after which the next page begins. `None` after the last contact.
    pub next: Option<u64>,
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
    /// Returns the page of at most `limit` contacts whose first record has a greater number than `after`.
    pub(super) fn from_records(mut records: Vec<Record>, after: u64, limit: usize) -> Self {
        records.sort_unstable_by_key(|record| record.number);
        let mut firsts: HashMap<Arc<str>, u64> = HashMap::new();
        let mut contacts: BTreeMap<u64, Vec<Record>> = BTreeMap::new();
        for record in records {
            let first = *firsts.entry(record.key.contact().into()).or_insert(record.number);
            contacts.entry(first).or_default().push(record);
        }
        let mut rest = contacts.split_off(&after.saturating_add(1)).into_iter();
        let page: Vec<(u64, Vec<Record>)> = rest.by_ref().take(limit).collect();
        let next = page.last().map(|(first, _)| *first).filter(|_| rest.next().is_some());
        Self { contacts: page.into_iter().map(|(_, records)| ContactRecords::new(records)).collect(), next }
    }
}

impl ContactRecords {
    /// Sorts the records of one contact by provider. The own id is the key of a contact that was first recorded with an id.
    pub(super) fn new(mut records: Vec<Record>) -> Self {
        records.sort_by(|one, other| one.key.provider().cmp(other.key.provider()));
        let contact = records.first().map(|record| record.key.contact().to_owned()).unwrap_or_default();
        let external_id = Some(contact.clone()).filter(|key| !key.starts_with(WITHOUT_ID));
        Self { contact, external_id, records }
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
