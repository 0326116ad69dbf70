//! The fates of the kind, the label and the mark as primary of an entry.

use serde_json::Value;

use super::drafting::{Drafting, Outcome};
use super::slot::{BoundSlot, Placed, kind_name, kind_word};
use crate::contact::ChannelKind;
use crate::cow_str::CowStr;

/// The reason for an attribute of an entry that is not sent.
const NOT_SENT: &str = "what it describes is not sent";

/// An entry of a list of the contact, after it was put into a place or dropped.
pub(super) struct Entry<'e> {
    pub(super) slots: &'e [BoundSlot],
    /// Its place, if it has one.
    pub(super) placed: Option<&'e Placed<'e>>,
    /// The token of its main text.
    pub(super) main: &'static str,
    pub(super) value: &'e dyn Fn(&str) -> Option<Value>,
    pub(super) nouns: &'static Nouns,
}

/// The words in the reasons for drops of one list.
pub(super) struct Nouns {
    pub(super) kind_row: &'static str,
    pub(super) kind: &'static str,
    pub(super) label_row: &'static str,
    pub(super) label: &'static str,
}

impl Entry<'_> {
    /// Records the fate of the kind, where the entry has one.
    pub(super) fn record_kind(&self, drafting: &mut Drafting<'_>, field: CowStr, kind: Option<ChannelKind>) {
        if kind.is_none() {
            return;
        }
        let Some(placed) = self.placed else {
            return self.lacks(drafting, field, "kind", self.nouns.kind_row, self.nouns.kind);
        };
        let rule = &placed.slot().rule;
        match (placed.outcome_of("kind", self.value), kind_name(rule, kind)) {
            (Some(outcome), Some(name)) if name == *kind_word(kind) => drafting.record(field, outcome),
            (Some(Outcome { to: Some(to), .. }), Some(_)) => {
                let detail = format!("as {} calls it", drafting.title);
                drafting.record(field, Outcome::reformatted(to, detail));
            }
            _ if rule.expresses(kind) => {
                let outcome = Outcome::merged(placed.path.clone(), "the field says which kind it is");
                drafting.record(field, outcome);
            }
            _ if placed.slot().shows("kind") => {
                let detail = format!("{} has no name for this kind", drafting.title);
                drafting.record(field, Outcome::dropped(detail));
            }
            _ => drafting.lacks(field, self.nouns.kind_row, self.nouns.kind),
        }
    }

    /// Records the fate of the label, where the entry has one.
    pub(super) fn record_label(&self, drafting: &mut Drafting<'_>, field: CowStr, label: Option<&str>) {
        if label.is_none() {
            return;
        }
        match self.placed.and_then(|placed| placed.outcome_of("label", self.value)) {
            Some(outcome) => drafting.record(field, outcome),
            None => self.lacks(drafting, field, "label", self.nouns.label_row, self.nouns.label),
        }
    }

    /// Records the fate of the mark as primary, where the entry has it.
    pub(super) fn record_primary(&self, drafting: &mut Drafting<'_>, field: CowStr, is_primary: bool) {
        if !is_primary {
            return;
        }
        let outcome = match self.placed {
            None => Outcome::dropped("what it marks is not sent"),
            Some(placed) => placed.outcome_of("primary", self.value).unwrap_or_else(|| {
                Outcome::merged(placed.path_of(self.main, self.value), "the primary one is taken first")
            }),
        };
        drafting.record(field, outcome);
    }

    /// Drops an attribute: the vendor has none, or the entry is not sent.
    pub(super) fn lacks(
        &self,
        drafting: &mut Drafting<'_>,
        field: CowStr,
        token: &str,
        row: &str,
        noun: &str,
    ) {
        if self.placed.is_none() && self.slots.iter().any(|slot| slot.shows(token)) {
            drafting.record(field, Outcome::dropped(NOT_SENT));
        } else {
            drafting.lacks(field, row, noun);
        }
    }
}
