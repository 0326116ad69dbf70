//! The state of one draft: the body and the fates so far, the reasons for drops, and the sent value of each key.

use serde_json::{Map, Value};

use super::drops::Drops;
use super::keys::FirstSent;
use crate::cow_str::CowStr;
use crate::field_fate::{Fate, FieldFate};
use crate::mapping::Mapping;

/// The reason for a value that holds nothing.
pub(super) const EMPTY: &str = "an empty value is not sent";

pub(super) struct Drafting<'m> {
    pub(super) mapping: Mapping<'m>,
    pub(super) title: &'m str,
    pub(super) first: FirstSent,
    drops: &'m Drops,
}

/// The fate of one value at one place.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    pub(super) fate: Fate,
    pub(super) to: Option<CowStr>,
    pub(super) detail: Option<CowStr>,
}

impl<'m> Drafting<'m> {
    pub(super) fn new(mapping: Mapping<'m>, title: &'m str, drops: &'m Drops) -> Self {
        Self { mapping, title, first: FirstSent::default(), drops }
    }

    pub(super) fn body(&self) -> &Map<String, Value> {
        self.mapping.body()
    }

    pub(super) fn body_mut(&mut self) -> &mut Map<String, Value> {
        self.mapping.body_mut()
    }

    /// Records that the vendor has no place for a field. `row` is the field without indices, by which the description may give
    /// the reason; otherwise it is "`<title>` has no `<noun>`".
    pub(super) fn lacks(&mut self, field: impl Into<CowStr>, row: &str, noun: &str) {
        let detail = match self.drops.reason(row) {
            Some(reason) => reason.to_owned(),
            None => [self.title, " has no ", noun].concat(),
        };
        self.mapping.dropped(field, detail);
    }

    /// Records an outcome.
    pub(super) fn record(&mut self, field: impl Into<CowStr>, outcome: Outcome) {
        let Outcome { fate, to, detail } = outcome;
        let mut recorded = FieldFate::new(field, fate);
        recorded.to = to;
        recorded.detail = detail;
        self.mapping.add(recorded);
    }

    /// Returns the index of the fate that was recorded last.
    pub(super) fn last_fate(&self) -> usize {
        self.mapping.fates().len().saturating_sub(1)
    }
}

impl Outcome {
    pub(super) fn sent(to: impl Into<CowStr>) -> Self {
        Self { fate: Fate::Sent, to: Some(to.into()), detail: None }
    }

    pub(super) fn reformatted(to: impl Into<CowStr>, detail: impl Into<CowStr>) -> Self {
        Self { fate: Fate::Reformatted, to: Some(to.into()), detail: Some(detail.into()) }
    }

    pub(super) fn merged(to: impl Into<CowStr>, detail: impl Into<CowStr>) -> Self {
        Self { fate: Fate::Merged, to: Some(to.into()), detail: Some(detail.into()) }
    }

    pub(super) fn truncated(to: impl Into<CowStr>, detail: impl Into<CowStr>) -> Self {
        Self { fate: Fate::Truncated, to: Some(to.into()), detail: Some(detail.into()) }
    }

    pub(super) fn dropped(detail: impl Into<CowStr>) -> Self {
        Self { fate: Fate::Dropped, to: None, detail: Some(detail.into()) }
    }

    pub(super) fn is_sent(&self) -> bool {
        self.fate != Fate::Dropped
    }

    /// Adds the fate of the same value at another place. What is sent somewhere is not dropped; both places are named.
    pub(super) fn and(mut self, other: Self) -> Self {
        if !other.is_sent() {
            return self;
        }
        if !self.is_sent() {
            return other;
        }
        if let (Some(to), Some(also)) = (&self.to, &other.to) {
            self.to = Some([to, ", ", also].concat().into());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_sent_somewhere_is_not_dropped() {
        let both = Outcome::dropped("no").and(Outcome::sent("a")).and(Outcome::dropped("no"));
        assert_eq!(both, Outcome::sent("a"));
        assert_eq!(both.and(Outcome::sent("b.c")), Outcome::sent("a, b.c"));
    }
}
