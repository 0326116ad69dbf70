//! What becomes of the contacts of an input that were recognized: sent, skipped since they came before, or refused.

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

/// What becomes of a row that has the identity of an earlier row of the same input and contradicts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SameIdentity {
    /// It is refused.
    #[default]
    Reject,
    /// It is sent as another person. One with another number is recognized by it from then on; any other by the whole content.
    Send,
}

/// What becomes of a contact that was recognized.
pub(crate) enum Admission {
    /// It is sent.
    Send { row: SourceRow, key: String },
    /// It came before.
    Repeated { contact: String, differs_in: Option<Vec<&'static str>> },
    /// Its row is rejected.
    Refused { contact: String, refusal: Refusal },
    /// The journal does not say who it is.
    Unrecognized { contact: String, error: JournalError },
}

/// The contacts of one input. Its clones are of the same input.
#[derive(Clone)]
pub(crate) struct Admissions {
    recognizer: Recognizer,
    same_identity: SameIdentity,
    seen: Arc<DedupIndex>,
    took_id: Arc<AtomicU64>,
    has_id: Arc<AtomicU64>,
    contradicting: Arc<AtomicU64>,
}

impl Admissions {
    pub(crate) fn new(recognizer: Recognizer) -> Self {
        Self {
            recognizer,
            same_identity: SameIdentity::default(),
            seen: Arc::new(DedupIndex::new()),
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

    /// Returns the contacts that came before.
    pub(crate) fn seen(&self) -> &DedupIndex {
        &self.seen
    }

    /// Returns how many contacts with a new id are people that were known without one.
    pub(crate) fn took_id(&self) -> u64 {
        self.took_id.load(Ordering::Relaxed)
    }

    /// Returns how many contacts without an id are people that were known by one.
    pub(crate) fn recognized_without_id(&self) -> u64 {
        self.has_id.load(Ordering::Relaxed)
    }

    /// Returns how many contacts have the name and an address of a person who is known with other numbers only.
    pub(crate) fn contradicting(&self) -> u64 {
        self.contradicting.load(Ordering::Relaxed)
    }

    /// Asks who the contact of a row is.
    pub(crate) fn recognize(&self, row: &SourceRow) -> (IdentityHashes, IdentifyFuture) {
        self.recognizer.recognize_unless(&row.contact, row.earlier.as_deref(), |traits| {
            self.seen.other_person_of_id(row, traits).is_some()
        })
    }

    /// Returns what becomes of a contact.
    pub(crate) fn admit(
        &self,
        row: SourceRow,
        traits: &IdentityHashes,
        identification: Result<Identification, JournalError>,
    ) -> Admission {
        let key = match identification {
            Ok(Identification::Person { contradicts: true, .. })
                if self.same_identity == SameIdentity::Send =>
            {
                return self.admit_as_other_person(row, traits);
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
                let line = self.seen.other_person_of_id(&row, traits);
                let in_input = line.map(|line| RefusalReason::OtherPersonOfId { line });
                return refused(row, in_input.unwrap_or(RefusalReason::OtherPersonDelivered));
            }
            Ok(Identification::Unidentifiable) => return refused(row, RefusalReason::NoId),
            Err(error) => return Admission::Unrecognized { contact: contact_key(&row.contact), error },
        };
        let repeated = |row: &SourceRow, key, differs_in| {
            let contact = report_name(&row.contact, key);
            Admission::Repeated { contact, differs_in }
        };
        match self.seen.before(&key, &row, traits) {
            None => Admission::Send { row, key },
            Some(Duplicate::Same) => repeated(&row, key, None),
            Some(Duplicate::Other { fields }) => repeated(&row, key, Some(fields)),
            Some(Duplicate::OtherPerson { line }) => refused(row, RefusalReason::OtherPersonOfId { line }),
            Some(Duplicate::Conflict { line, fields }) => match self.same_identity {
                SameIdentity::Reject => refused(row, RefusalReason::Conflict { line, fields }),
                SameIdentity::Send => self.admit_as_other_person(row, traits),
            },
        }
    }

    /// Returns what becomes of a contact that is sent although another one has its identity.
    fn admit_as_other_person(&self, row: SourceRow, traits: &IdentityHashes) -> Admission {
        let key = contact_key(&row.contact);
        match self.seen.before(&key, &row, traits) {
            None => Admission::Send { row, key },
            Some(_) => Admission::Repeated { contact: key, differs_in: None },
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

fn refused(row: SourceRow, reason: RefusalReason) -> Admission {
    Admission::Refused { contact: contact_key(&row.contact), refusal: Refusal { row, reason } }
}

impl fmt::Debug for Admissions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Admissions")
            .field("same_identity", &self.same_identity)
            .finish_non_exhaustive()
    }
}
