//! The contacts of one stand-in.
//!
//! Rule: every contact knows the requests that it answered.

use serde_json::Value;

use crate::exchange::Received;
use crate::record::StoredContact;

/// The contacts of one stand-in, oldest first, each with what the vendor shows of it.
#[derive(Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    /// The last request that a contact answered, and that contact's place.
    last: Option<(usize, usize)>,
}

struct Entry {
    stored: StoredContact,
    shown: Value,
}

impl Ledger {
    /// The number of the contact that is added next, from 1.
    pub(crate) fn next_number(&self) -> usize {
        self.entries.len() + 1
    }

    pub(crate) fn add(&mut self, id: String, body: Value, shown: Value, request: &Received) {
        let created_by = request.number;
        let stored = StoredContact { id, body, times_returned: 1, created_by, returned_by: Vec::new() };
        self.last = Some((created_by, self.entries.len()));
        self.entries.push(Entry { stored, shown });
    }

    /// Answers one more create request with the contact of this number.
    pub(crate) fn return_again(&mut self, number: usize, request: &Received) -> Option<&Value> {
        let place = number.checked_sub(1)?;
        let entry = self.entries.get_mut(place)?;
        entry.stored.times_returned += 1;
        entry.stored.returned_by.push(request.number);
        self.last = Some((request.number, place));
        Some(&entry.shown)
    }

    /// The contact that the last request created or was answered with, if it was this one.
    pub(crate) fn answer_to(&self, request: usize) -> Option<&StoredContact> {
        let (_, place) = self.last.filter(|(last, _)| *last == request)?;
        self.entries.get(place).map(|entry| &entry.stored)
    }

    /// What the vendor shows of the contact of this number.
    pub(crate) fn shown(&self, number: usize) -> Option<&Value> {
        let entry = self.entries.get(number.checked_sub(1)?)?;
        Some(&entry.shown)
    }

    /// What the vendor shows of all contacts.
    pub(crate) fn all_shown(&self) -> Vec<Value> {
        self.entries.iter().map(|entry| entry.shown.clone()).collect()
    }

    pub(crate) fn stored(&self) -> Vec<StoredContact> {
        self.entries.iter().map(|entry| entry.stored.clone()).collect()
    }
}
