//! Search of a vendor's contacts for the one that was sent.

use std::cmp::Reverse;
use std::fmt;

use serde_json::Value;

use super::agreement::{Agreement, ValueKind};
use super::value::Normalized;
use crate::contact_id::ContactId;
use crate::contact_id::id_text;
use crate::find::FindOutcome;

/// The maximum number of candidates in a result.
const CANDIDATE_LIMIT: usize = 10;

/// A field of a vendor's JSON contact that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComparedField {
    pointer: &'static str,
    kind: ValueKind,
}

impl ComparedField {
    /// Creates a field from its JSON pointer, which is the same in the request body and in the vendor's list.
    pub const fn new(pointer: &'static str, kind: ValueKind) -> Self {
        Self { pointer, kind }
    }
}

/// A vendor's contacts, searched for one that was sent.
///
/// - [`Found`](FindOutcome::Found): every field that was sent agrees, and no other field has a value. Of several such contacts,
///   the one with the highest id.
/// - [`Unclear`](FindOutcome::Unclear): a contact shares an identifying value, or has none at all, or the list is incomplete.
/// - [`Nothing`](FindOutcome::Nothing): otherwise.
///
/// ```
/// use serde_json::json;
/// use unicontact_model::comparison::{ComparedField, ContactList, ValueKind};
/// use unicontact_model::{ContactId, FindOutcome};
///
/// const FIELDS: &[ComparedField] =
///     &[ComparedField::new("/name", ValueKind::Name), ComparedField::new("/email", ValueKind::EmailAddress)];
/// let stored = [json!({"id": 7, "name": "KING, Ada", "email": "ada@example.com"})];
/// let list = ContactList::new(FIELDS, &["id"], &stored, true);
///
/// let ada = json!({"name": "Ada King", "email": "Ada@example.com"});
/// assert_eq!(Some(list.find(&ada, None)), ContactId::new("7").map(FindOutcome::Found));
/// let bo = json!({"name": "Bo Two", "email": "bo@example.com"});
/// assert_eq!(list.find(&bo, None), FindOutcome::Nothing);
/// ```
pub struct ContactList {
    fields: &'static [ComparedField],
    contacts: Vec<StoredContact>,
    is_complete: bool,
}

struct StoredContact {
    ids: Vec<String>,
    /// One value per compared field, in the order of the fields.
    values: Vec<Normalized>,
}

/// The relation of a stored contact to the one that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// It agrees in every field.
    Same,
    /// It may be the same contact. Holds the number of identifying values that agree.
    Candidate(usize),
    /// It is a different contact.
    Other,
}

impl ContactList {
    /// Creates a list from the entries of a vendor's answer.
    ///
    /// The id of an entry is the first of `id_members` that it has. `is_complete` states that the vendor holds no other
    /// contact. An entry that is no JSON object makes the list incomplete.
    pub fn new(
        fields: &'static [ComparedField],
        id_members: &[&str],
        entries: &[Value],
        is_complete: bool,
    ) -> Self {
        let objects = entries.iter().filter(|entry| entry.is_object());
        let contacts: Vec<StoredContact> = objects
            .map(|entry| StoredContact {
                ids: id_members.iter().filter_map(|member| entry.get(*member).and_then(id_text)).collect(),
                values: values(fields, entry),
            })
            .collect();
        let is_complete = is_complete && contacts.len() == entries.len();
        Self { fields, contacts, is_complete }
    }

    /// Searches for the contact that was sent with this request body. Ignores the contact with the id `except`.
    pub fn find(&self, sent: &Value, except: Option<&ContactId>) -> FindOutcome {
        let sent = values(self.fields, sent);
        let mut found = Vec::new();
        let mut candidates = Vec::new();
        let mut is_complete = self.is_complete;
        let is_considered = |contact: &&StoredContact| except.is_none_or(|except| !contact.has_id(except));
        for contact in self.contacts.iter().filter(is_considered) {
            let relation = self.relation(&sent, &contact.values);
            match (relation, contact.id()) {
                (Relation::Other, _) => {}
                (Relation::Same, Some(id)) => found.push(id),
                (Relation::Candidate(score), Some(id)) => candidates.push((score, id)),
                // A match without a usable id cannot be reported.
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
        if score > 0 || self.is_unidentified(&agreements, stored) {
            Relation::Candidate(score)
        } else {
            Relation::Other
        }
    }

    /// Returns the number of identifying values that were sent and are stored, in any field of their kind. A resembling value
    /// counts unless the addresses, numbers and references all differ.
    fn shared_values(&self, sent: &[Normalized], stored: &[Normalized]) -> usize {
        let weakest =
            if self.is_contradicted(sent, stored) { Agreement::Altered } else { Agreement::Resembling };
        let identifying = self.fields.iter().zip(sent).filter(|(field, _)| field.kind.identifies_contact());
        let agreements =
            identifying.filter_map(|(field, sent)| self.best_agreement(field.kind, sent, stored));
        agreements.filter(|agreement| *agreement >= weakest).count()
    }

    /// Returns whether both contacts have addresses, numbers or references, and all of them differ.
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

    /// Returns the agreement of a value with the best matching stored value of its kind. `None` if either is absent.
    fn best_agreement(&self, kind: ValueKind, sent: &Normalized, stored: &[Normalized]) -> Option<Agreement> {
        let same_kind = self.fields.iter().zip(stored).filter(|(field, _)| field.kind == kind);
        let present = same_kind.map(|(_, stored)| stored).filter(|stored| !stored.is_absent());
        present.filter(|_| !sent.is_absent()).map(|stored| sent.agreement(stored)).max()
    }

    /// Returns whether the stored contact has no identifying value and no value that was not sent.
    fn is_unidentified(&self, agreements: &[Agreement], stored: &[Normalized]) -> bool {
        let present =
            self.fields.iter().zip(stored).zip(agreements).filter(|((_, stored), _)| !stored.is_absent());
        present
            .map(|((field, _), agreement)| (field.kind, agreement))
            .all(|(kind, agreement)| !kind.identifies_contact() && *agreement >= Agreement::Altered)
    }
}

impl StoredContact {
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

/// Returns a sort key that orders numeric ids by age, oldest first.
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
