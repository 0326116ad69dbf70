//! What the stand-ins remember: the contacts created and the requests seen.
//!
//! Rule: contact data is handed out on request and never printed.

use std::fmt;

use serde_json::Value;

/// A contact that a stand-in created.
#[derive(Clone, PartialEq)]
pub struct StoredContact {
    /// The id that the vendor gave it.
    pub id: String,
    /// The request's body, exactly as received.
    pub body: Value,
    /// How many create requests it was the answer to: 1, and one more for each that found it similar.
    pub times_returned: usize,
}

impl fmt::Debug for StoredContact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StoredContact")
            .field("id", &self.id)
            .field("times_returned", &self.times_returned)
            .finish_non_exhaustive()
    }
}

/// A request that a stand-in received and answered.
#[derive(Clone, PartialEq, Eq)]
pub struct SeenRequest {
    /// The method, such as `POST`.
    pub method: String,
    /// The path with its query, as received.
    pub path: String,
    /// The status that was answered.
    pub status: u16,
}

impl fmt::Debug for SeenRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        write!(formatter, "{} {path} -> {}", self.method, self.status)
    }
}

/// The contacts of one stand-in, oldest first, each with what the vendor shows of it.
#[derive(Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
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

    pub(crate) fn add(&mut self, id: String, body: Value, shown: Value) {
        let stored = StoredContact { id, body, times_returned: 1 };
        self.entries.push(Entry { stored, shown });
    }

    /// Answers one more create request with the contact of this number.
    pub(crate) fn return_again(&mut self, number: usize) -> Option<&Value> {
        let entry = self.entries.get_mut(number.checked_sub(1)?)?;
        entry.stored.times_returned += 1;
        Some(&entry.shown)
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
