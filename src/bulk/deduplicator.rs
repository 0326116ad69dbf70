//! Decides for each row of an input whether its contact is sent, skipped as a duplicate or refused.

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use unicontact_providers::contact_key;

use super::dedup_index::{DedupIndex, Duplicate};
use crate::identity::{Identification, IdentityHashes, Recognition};
use crate::journal::IdentifyFuture;
use crate::journal::JournalError;
use crate::recognizer::Recognizer;
use crate::refusal::{Refusal, RefusalReason};
use crate::report::report_name;
use crate::source_row::SourceRow;

/// The treatment of a row that has the identity of an earlier row of the same input and contradicts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SameIdentity {
    /// The row is refused.
    #[default]
    Reject,
    /// The row is sent as another person. If it has another number, it is recognized by that number from then on, otherwise by
    /// its whole content.
    Send,
}

/// The decision on a row.
pub(crate) enum RowDecision {
    /// The contact is sent, and its deliveries are recorded under the key.
    Send { row: SourceRow, key: String },
    /// The contact came before in the same input.
    Repeated { contact: String, differs_in: Option<Vec<&'static str>> },
    /// The row is refused.
    Refused { contact: String, refusal: Refusal },
    /// The journal could not be asked whose contact it is.
    Unrecognized { contact: String, error: JournalError },
}

/// Recognizes the contacts of one input and finds duplicates. Clones belong to the same input.
#[derive(Clone)]
pub(crate) struct Deduplicator {
    recognizer: Recognizer,
    same_identity: SameIdentity,
    index: Arc<DedupIndex>,
    took_id: Arc<AtomicU64>,
    has_id: Arc<AtomicU64>,
    contradicting: Arc<AtomicU64>,
}

impl Deduplicator {
    pub(crate) fn new(recognizer: Recognizer) -> Self {
        Self {
            recognizer,
            same_identity: SameIdentity::default(),
            index: Arc::new(DedupIndex::new()),
            took_id: Arc::default(),
            has_id: Arc::default(),
            contradicting: Arc::default(),
        }
    }

    pub(crate) fn with_same_identity(self, same_identity: SameIdentity) -> Self {
        let recognizer = match same_identity {
            SameIdentity::Reject => self.recognizer,
            SameIdentity::Send => self.recognizer.separating(),
        };
        Self { recognizer, same_identity, ..self }
    }

    /// Returns the index of the rows so far.
    pub(crate) fn index(&self) -> &DedupIndex {
        &self.index
    }

    /// Returns the number of contacts with a new id whose person was known without one.
    pub(crate) fn took_id(&self) -> u64 {
        self.took_id.load(Ordering::Relaxed)
    }

    /// Returns the number of contacts without an id whose person was known by one.
    pub(crate) fn recognized_without_id(&self) -> u64 {
        self.has_id.load(Ordering::Relaxed)
    }

    /// Returns the number of contacts with the name and an address of a person who is known with other numbers only.
    pub(crate) fn contradicting(&self) -> u64 {
        self.contradicting.load(Ordering::Relaxed)
    }

    /// Starts to look up the person of a row's contact.
    pub(crate) fn recognize(&self, row: &SourceRow) -> (IdentityHashes, IdentifyFuture) {
        self.recognizer.recognize_unless(&row.contact, row.earlier.as_deref(), |traits| {
            self.index.other_person_of_id(row, traits).is_some()
        })
    }

    /// Decides on a row whose contact was looked up.
    pub(crate) fn decide(
        &self,
        row: SourceRow,
        traits: &IdentityHashes,
        identification: Result<Identification, JournalError>,
    ) -> RowDecision {
        let key = match identification {
            Ok(Identification::Person { contradicts: true, .. })
                if self.same_identity == SameIdentity::Send =>
            {
                return self.send_as_other_person(row, traits);
            }
            Ok(Identification::Person { contradicts: true, .. }) if row.contact.external_id.is_some() => {
                return refused(row, RefusalReason::Contradicts);
            }
            Ok(Identification::Person { contact, recognition, contradicts }) => {
                self.count(recognition);
                self.contradicting.fetch_add(u64::from(contradicts), Ordering::Relaxed);
                contact
            }
            Ok(Identification::OtherPerson) => {
                let line = self.index.other_person_of_id(&row, traits);
                let in_input = line.map(|line| RefusalReason::OtherPersonOfId { line });
                return refused(row, in_input.unwrap_or(RefusalReason::OtherPersonDelivered));
            }
            Ok(Identification::Unidentifiable) => return refused(row, RefusalReason::NoId),
            Err(error) => {
                return RowDecision::Unrecognized { contact: contact_key(&row.contact), error };
            }
        };
        let repeated = |row: &SourceRow, key, differs_in| {
            let contact = report_name(&row.contact, key);
            RowDecision::Repeated { contact, differs_in }
        };
        match self.index.check_and_insert(&key, &row, traits) {
            None => RowDecision::Send { row, key },
            Some(Duplicate::Same) => repeated(&row, key, None),
            Some(Duplicate::Other { fields }) => repeated(&row, key, Some(fields)),
            Some(Duplicate::OtherPerson { line }) => refused(row, RefusalReason::OtherPersonOfId { line }),
            Some(Duplicate::Conflict { line, fields }) => match self.same_identity {
                SameIdentity::Reject => refused(row, RefusalReason::Conflict { line, fields }),
                SameIdentity::Send => self.send_as_other_person(row, traits),
            },
        }
    }

    /// Decides on a row that is sent although another person has its identity: its key is made of the whole content.
    fn send_as_other_person(&self, row: SourceRow, traits: &IdentityHashes) -> RowDecision {
        let key = contact_key(&row.contact);
        match self.index.check_and_insert(&key, &row, traits) {
            None => RowDecision::Send { row, key },
            Some(_) => RowDecision::Repeated { contact: key, differs_in: None },
        }
    }

    fn count(&self, recognition: Recognition) {
        let count = match recognition {
            Recognition::TookId => &self.took_id,
            Recognition::HasId => &self.has_id,
            Recognition::New | Recognition::Same => return,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

fn refused(row: SourceRow, reason: RefusalReason) -> RowDecision {
    RowDecision::Refused { contact: contact_key(&row.contact), refusal: Refusal::new(row, reason) }
}

impl fmt::Debug for Deduplicator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Deduplicator")
            .field("same_identity", &self.same_identity)
            .finish_non_exhaustive()
    }
}
