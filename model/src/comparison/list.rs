//! A list of a vendor's contacts, in which one that was sent is looked for.
//!
//! - Found: all that was sent agrees, and what was not sent is absent. Of several, the one with the highest id.
//! - Unclear: a contact shares a value that identifies it, or says nothing of who it is; or the list is not complete.
//! - Nothing: otherwise.

use std::cmp::Reverse;
use std::fmt;

use serde_json::Value;

use super::value::Normalized;
use super::{Agreement, ComparedField, ValueKind};
use crate::contact_id::ContactId;
use crate::contact_id::id_text;
use crate::find::FindOutcome;

/// The most candidates that are named.
const CANDIDATE_LIMIT: usize = 10;

/// The contacts that a vendor holds.
pub struct ContactList {
    fields: &'static [ComparedField],
    contacts: Vec<Listed>,
    is_complete: bool,
}

struct Listed {
    ids: Vec<String>,
    /// In the order of the fields.
    values: Vec<Normalized>,
}

/// What a stored contact is to the one that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// It agrees in everything.
    Same,
    /// It may be it; the number of identifying values in which it agrees.
    Candidate(usize),
    /// It is another one.
    Other,
}

impl ContactList {
    /// Creates a list of the entries of an answer.
    ///
    /// An entry's id is the first of `id_members` that it has. `is_complete` says that the vendor holds no other contact; an
    /// entry that is no object makes the list incomplete.
    pub fn new(
        fields: &'static [ComparedField],
        id_members: &[&str],
        entries: &[Value],
        is_complete: bool,
    ) -> Self {
        let objects = entries.iter().filter(|entry| entry.is_object());
        let contacts: Vec<Listed> = objects
            .map(|entry| Listed {
                ids: id_members.iter().filter_map(|member| entry.get(*member).and_then(id_text)).collect(),
                values: values(fields, entry),
            })
            .collect();
        let is_complete = is_complete && contacts.len() == entries.len();
        Self { fields, contacts, is_complete }
    }

    /// Looks for the contact that was sent with this body. A contact with the id `except` does not count.
    pub fn find(&self, sent: &Value, except: Option<&ContactId>) -> FindOutcome {
        let sent = values(self.fields, sent);
        let mut found = Vec::new();
        let mut candidates = Vec::new();
        let mut is_complete = self.is_complete;
        let counts = |contact: &&Listed| except.is_none_or(|except| !contact.has_id(except));
        for contact in self.contacts.iter().filter(counts) {
            let relation = self.relation(&sent, &contact.values);
            match (relation, contact.id()) {
                (Relation::Other, _) => {}
                (Relation::Same, Some(id)) => found.push(id),
                (Relation::Candidate(score), Some(id)) => candidates.push((score, id)),
                // It cannot be named.
                (Relation::Same | Relation::Candidate(_), None) => is_complete = false,
            }
        }
        if let Some(newest) = found.into_iter().max_by_key(age_order) {
            return FindOutcome::Found(newest);
        }
        if candidates.is_empty() && is_complete {
            return FindOutcome::Nothing;
        }
        candidates.sort_by_cached_key(|(score, id)| Reverse((*score, age_order(id))));
        candidates.truncate(CANDIDATE_LIMIT);
        FindOutcome::Unclear { candidates: candidates.into_iter().map(|(_, id)| id).collect() }
    }

    fn relation(&self, sent: &[Normalized], stored: &[Normalized]) -> Relation {
        let pairs = || self.fields.iter().zip(sent).zip(stored);
        let agreements: Vec<Agreement> = pairs().map(|((_, sent), stored)| sent.agreement(stored)).collect();
        let is_identified = pairs().zip(&agreements).any(|(((field, sent), _), agreement)| {
            field.kind.identifies_contact() && !sent.is_absent() && *agreement == Agreement::Same
        });
        let weakest = if is_identified { Agreement::Altered } else { Agreement::Same };
        if agreements.iter().all(|agreement| *agreement >= weakest) {
            return Relation::Same;
        }
        let score = self.shared_values(sent, stored);
        if score > 0 || self.may_lack_what_identifies(&agreements, stored) {
            Relation::Candidate(score)
        } else {
            Relation::Other
        }
    }

    /// Returns the number of the identifying values that were sent and are stored, in whichever field of their kind. A value
    /// that only resembles counts unless an address, a number or a reference shows that it is another contact's.
    fn shared_values(&self, sent: &[Normalized], stored: &[Normalized]) -> usize {
        let weakest =
            if self.is_contradicted(sent, stored) { Agreement::Altered } else { Agreement::Resembling };
        let identifying = self.fields.iter().zip(sent).filter(|(field, _)| field.kind.identifies_contact());
        let agreements =
            identifying.filter_map(|(field, sent)| self.best_agreement(field.kind, sent, stored));
        agreements.filter(|agreement| *agreement >= weakest).count()
    }

    /// Returns whether both contacts have an address, a number or a reference, and none of them agrees.
    fn is_contradicted(&self, sent: &[Normalized], stored: &[Normalized]) -> bool {
        let identifying = self
            .fields
            .iter()
            .zip(sent)
            .filter(|(field, _)| field.kind.identifies_contact() && field.kind != ValueKind::Name);
        let best =
            identifying.filter_map(|(field, sent)| self.best_agreement(field.kind, sent, stored)).max();
        best == Some(Agreement::Different)
    }

    /// Returns how a value agrees with the stored value of its kind that agrees most. `None` where one of them is absent.
    fn best_agreement(&self, kind: ValueKind, sent: &Normalized, stored: &[Normalized]) -> Option<Agreement> {
        let same_kind = self.fields.iter().zip(stored).filter(|(field, _)| field.kind == kind);
        let present = same_kind.map(|(_, stored)| stored).filter(|stored| !stored.is_absent());
        present.filter(|_| !sent.is_absent()).map(|stored| sent.agreement(stored)).max()
    }

    /// Returns whether the stored contact holds nothing that identifies it, and nothing that was not sent.
    fn may_lack_what_identifies(&self, agreements: &[Agreement], stored: &[Normalized]) -> bool {
        let present =
            self.fields.iter().zip(stored).zip(agreements).filter(|((_, stored), _)| !stored.is_absent());
        present
            .map(|((field, _), agreement)| (field.kind, agreement))
            .all(|(kind, agreement)| !kind.identifies_contact() && *agreement >= Agreement::Altered)
    }
}

impl Listed {
    fn id(&self) -> Option<ContactId> {
        self.ids.first().and_then(ContactId::new)
    }

    fn has_id(&self, id: &ContactId) -> bool {
        self.ids.iter().any(|it| it == id.as_str())
    }
}

fn values(fields: &[ComparedField], contact: &Value) -> Vec<Normalized> {
    let value = |field: &ComparedField| Normalized::from_member(field.kind, contact.pointer(field.pointer));
    fields.iter().map(value).collect()
}

/// Returns what orders ids by age, as far as they are numbers.
fn age_order(id: &ContactId) -> (u64, ContactId) {
    (id.as_str().parse().unwrap_or(0), id.clone())
}

impl fmt::Debug for ContactList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ContactList")
            .field("contacts", &self.contacts.len())
            .field("is_complete", &self.is_complete)
            .finish_non_exhaustive()
    }
}
