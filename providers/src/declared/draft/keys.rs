//! What was sent of each value by which a contact is looked for.

use serde_json::{Map, Value};

use super::super::write_path::WritePath;
use crate::field_fate::{Fate, FieldFate};

/// What was sent of each key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct SentKeys {
    /// The first e-mail address.
    pub(in super::super) email: Option<String>,
    /// The first number, in the form in which it was sent.
    pub(in super::super) phone: Option<String>,
    pub(in super::super) external_id: Option<String>,
    pub(in super::super) name: Option<String>,
}

/// The keys of a draft whose section is not merged yet.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) email: Option<Candidate>,
    pub(super) phone: Option<Candidate>,
    pub(super) external_id: Option<Candidate>,
    pub(super) name: Option<Candidate>,
}

/// A value that was sent, and the index of its fate.
pub(super) struct Candidate {
    pub(super) text: String,
    pub(super) fate: usize,
}

/// The places that hold one text for a key.
#[derive(Debug, Default)]
pub(super) struct KeyPlaces {
    pub(super) email: Vec<WritePath>,
    pub(super) phone: Vec<WritePath>,
    pub(super) external_id: Vec<WritePath>,
    pub(super) name: Vec<WritePath>,
}

impl Keys {
    /// Returns the keys as they are sent, after the contact's section replaced what it replaces.
    pub(super) fn finish(
        self,
        places: &KeyPlaces,
        fields: &Map<String, Value>,
        fates: &[FieldFate],
    ) -> SentKeys {
        let sent = |candidate: Option<Candidate>, places: &[WritePath]| {
            let is_replaced = |candidate: &Candidate| {
                fates
                    .get(candidate.fate)
                    .is_some_and(|it| matches!(it.fate, Fate::Overridden | Fate::Dropped))
            };
            candidate.filter(|it| !is_replaced(it)).map(|it| it.text).or_else(|| text_at(places, fields))
        };
        SentKeys {
            email: sent(self.email, &places.email),
            phone: sent(self.phone, &places.phone),
            external_id: sent(self.external_id, &places.external_id),
            name: sent(self.name, &places.name),
        }
    }
}

fn text_at(places: &[WritePath], fields: &Map<String, Value>) -> Option<String> {
    let texts = places.iter().filter_map(|path| path.get(fields)?.as_str());
    texts.map(str::to_owned).find(|text| !text.is_empty())
}
