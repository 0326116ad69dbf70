//! What was sent of each value by which a contact is looked for.

use serde_json::{Map, Value};
use unicontact_model::id_text;

use super::super::write_path::WritePath;
use crate::field_fate::{Fate, FieldFate};

/// What was sent of each key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct SentKeys {
    /// The first e-mail address.
    pub(in super::super) email: Option<String>,
    /// The first number that is no fax number, in the form in which it was sent.
    pub(in super::super) phone: Option<String>,
    pub(in super::super) external_id: Option<String>,
    /// The whole name, or its parts with spaces between them.
    pub(in super::super) name: Option<String>,
}

/// The address and the number that were sent first.
#[derive(Default)]
pub(super) struct FirstSent {
    pub(super) email: Option<Candidate>,
    pub(super) phone: Option<Candidate>,
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
    pub(super) whole_name: Vec<WritePath>,
    pub(super) name_parts: Vec<WritePath>,
}

impl SentKeys {
    /// Returns the keys as they are sent, with the values of the contact's section.
    pub(super) fn new(
        first: FirstSent,
        places: &KeyPlaces,
        fields: &Map<String, Value>,
        fates: &[FieldFate],
    ) -> Self {
        let sent = |candidate: Option<Candidate>, places: &[WritePath]| {
            let is_replaced = |candidate: &Candidate| {
                fates
                    .get(candidate.fate)
                    .is_some_and(|it| matches!(it.fate, Fate::Overridden | Fate::Dropped))
            };
            candidate
                .filter(|it| !is_replaced(it))
                .map(|it| it.text)
                .or_else(|| texts_at(places, fields).next())
        };
        let is_cut_id = |fate: &FieldFate| fate.field == "external_id" && fate.fate == Fate::Truncated;
        let external_id = texts_at(&places.external_id, fields).next();
        let parts: Vec<String> = texts_at(&places.name_parts, fields).collect();
        let parts = (!parts.is_empty()).then(|| parts.join(" "));
        Self {
            email: sent(first.email, &places.email),
            phone: sent(first.phone, &places.phone),
            external_id: external_id.filter(|_| !fates.iter().any(is_cut_id)),
            name: texts_at(&places.whole_name, fields).next().or(parts),
        }
    }
}

fn texts_at<'p>(
    places: &'p [WritePath],
    fields: &'p Map<String, Value>,
) -> impl Iterator<Item = String> + 'p {
    let texts = places.iter().filter_map(|path| path.get(fields).and_then(id_text));
    texts.filter(|text| !text.is_empty())
}
