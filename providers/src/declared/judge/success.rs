//! The contact of a success.

use serde_json::Value;
use unicontact_model::ContactId;

use super::answer::AnswerContext;
use super::condition::{all_hold, bind};
use super::id;
use super::ignored;
use super::returned::ReturnedFields;
use crate::created::Created;
use crate::declared::account_values::AccountValues;
use crate::declared::answers::Ignored;
use crate::declared::condition::Condition;
use crate::declared::place::Place;
use crate::declared::read_path::ReadPath;
use crate::declared::rules::Rules;
use crate::prepared::Prepared;

/// Where a success has its parts.
#[derive(Debug)]
pub(super) struct SuccessRules {
    id: Vec<Place>,
    existing: Vec<Condition>,
    ignored: Option<Ignored>,
    /// The member that holds the name of a field where the fields are a list of pairs.
    entries: Option<String>,
    returned: ReturnedFields,
}

impl SuccessRules {
    pub(super) fn new(rules: &Rules, account: &AccountValues) -> Self {
        Self {
            id: rules.success.id.clone(),
            existing: bind(&rules.success.existing, account),
            ignored: rules.success.ignored.clone(),
            entries: rules.create.entries.as_ref().map(|(key, _)| key.clone()),
            returned: ReturnedFields::new(rules, account),
        }
    }

    pub(super) fn places(&self) -> &[Place] {
        &self.id
    }

    pub(super) fn existing(&self) -> &[Condition] {
        &self.existing
    }

    pub(super) fn ignored_path(&self) -> Option<&ReadPath> {
        self.ignored.as_ref().map(|ignored| &ignored.path)
    }

    /// Returns the members of a contact that are compared with the sent ones.
    pub(super) fn returned_members(&self) -> Vec<String> {
        self.returned.members()
    }

    /// Returns whether the whole body may be the id.
    pub(super) fn is_whole_body(&self) -> bool {
        let is_whole = |place: &Place| matches!(place, Place::Path(path, _) if path.steps().is_empty());
        self.id.iter().any(is_whole)
    }

    /// Returns the id of a created contact.
    pub(super) fn id(&self, answer: &AnswerContext<'_>) -> Option<ContactId> {
        id::first(&self.id, answer)
    }

    /// Returns the contact of a success that reports no error. `None` if it has no id.
    pub(super) fn created(&self, sent: &Prepared, answer: &AnswerContext<'_>) -> Option<Created> {
        let (id, record) = self.id.iter().find_map(|place| located(place, answer))?;
        let is_existing = !self.existing.is_empty() && all_hold(&self.existing, answer, true);
        let mut created = Created::new(id).with_existing(is_existing);
        if let Some(record) = record {
            created = self.returned.read(created, record);
        }
        if let Some(rule) = &self.ignored {
            created.ignored = ignored::fields(rule, answer, &sent.draft().body, self.entries.as_deref());
        }
        Some(created)
    }
}

/// Returns the first id at a place, and the object that holds it.
fn located<'a>(place: &Place, answer: &AnswerContext<'a>) -> Option<(ContactId, Option<&'a Value>)> {
    let Place::Path(path, pattern) = place else {
        return id::first(std::slice::from_ref(place), answer).map(|id| (id, answer.body));
    };
    path.with_holders(answer.document()).into_iter().find_map(|(holder, value)| {
        let id = ContactId::new(&id::id_in(value, pattern.as_ref())?)?;
        Some((id, Some(holder)))
    })
}
