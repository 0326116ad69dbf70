//! What is unfinished, read from the journal page by page.
//!
//! Its rule: every delivery is met once, however it ends meanwhile: a record keeps its number, and no number is read twice.

use std::collections::{HashMap, VecDeque};

use unicontact::journal::{Journal, JournalError, Record, Selection};
use unicontact::providers::DeliveryKey;

use super::super::next_page;

/// The unfinished deliveries of one contact with the same content.
pub(super) struct Unfinished {
    pub(super) first: Record,
    pub(super) providers: Vec<String>,
}

/// All that is unfinished, of which one page is held.
pub(super) struct Pages<'a> {
    journal: &'a dyn Journal,
    selection: Selection,
    keys: &'a [DeliveryKey],
    after: u64,
    page: VecDeque<Unfinished>,
}

impl<'a> Pages<'a> {
    /// Only those of `keys`, unless there are none.
    pub(super) fn new(journal: &'a dyn Journal, selection: Selection, keys: &'a [DeliveryKey]) -> Self {
        Self { journal, selection, keys, after: 0, page: VecDeque::new() }
    }

    pub(super) async fn next(&mut self) -> Result<Option<Unfinished>, JournalError> {
        loop {
            if let Some(next) = self.page.pop_front() {
                return Ok(Some(next));
            }
            let page = next_page(self.journal, &self.selection, self.after).await?;
            let Some(last) = page.last() else {
                return Ok(None);
            };
            self.after = last.number;
            let is_named = |record: &Record| self.keys.is_empty() || self.keys.contains(&record.key);
            let unfinished =
                page.into_iter().filter(|record| !record.outcome().is_delivered() && is_named(record));
            self.page = by_contact(unfinished);
        }
    }
}

/// By contact and content: a contact may have been changed between the providers.
fn by_contact(records: impl Iterator<Item = Record>) -> VecDeque<Unfinished> {
    let mut found: VecDeque<Unfinished> = VecDeque::new();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    for record in records {
        let contact = (record.key.contact().to_owned(), record.fingerprint.clone());
        let provider = record.key.provider().to_owned();
        if let Some(of_contact) = places.get(&contact).and_then(|place| found.get_mut(*place)) {
            of_contact.providers.push(provider);
        } else {
            places.insert(contact, found.len());
            found.push_back(Unfinished { first: record, providers: vec![provider] });
        }
    }
    found
}
