//! The selection of records for a list.

use jiff::Timestamp;

use super::record::Record;
use super::search::SearchText;
use crate::outcome::Outcome;

/// A selection of records. The default selects all. `Debug` hides the searched texts.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only records with one of these outcomes ([`Record::outcome`]). Empty selects every outcome.
    pub outcomes: Vec<Outcome>,
    /// Only records of these providers. Empty selects every provider.
    pub providers: Vec<String>,
    /// Only records with an error of this kind, by its word in reports.
    pub error_kind: Option<String>,
    /// Only records that last changed at this time or later.
    pub changed_since: Option<Timestamp>,
    /// Only records that last changed before this time.
    pub changed_before: Option<Timestamp>,
    /// Only records that match this text: the contact key, the vendor's id, or the beginnings of words of the
    /// name and the e-mail addresses of a contact that is still stored. A whole e-mail address in the text finds only an equal
    /// one. `SqliteJournal` also finds a delivered contact by a whole e-mail address.
    pub search: Option<String>,
    /// Only records of the contact with exactly this e-mail address, own id or key.
    pub person: Option<String>,
    /// Only records with a greater number ([`Record::number`]).
    pub after: u64,
    /// A limit on the number of records.
    pub limit: Option<u32>,
}

impl Selection {
    /// Returns whether `record` is selected. The limit does not count.
    pub fn includes(&self, record: &Record) -> bool {
        self.condition()(record)
    }

    /// Returns the condition of [`Self::includes`], prepared for many records.
    pub(super) fn condition(&self) -> impl Fn(&Record) -> bool + '_ {
        let search = self.search.as_deref().map(SearchText::new);
        let person = self.person.as_deref().map(SearchText::new);
        move |record| {
            let any_or_has = |is_empty: bool, has: bool| is_empty || has;
            record.number > self.after
                && any_or_has(self.outcomes.is_empty(), self.outcomes.contains(&record.outcome()))
                && any_or_has(
                    self.providers.is_empty(),
                    self.providers.iter().any(|name| name == record.key.provider()),
                )
                && any_or_has(self.error_kind.is_none(), self.error_kind.as_deref() == record.error_kind())
                && self.changed_since.is_none_or(|since| record.changed_at >= since)
                && self.changed_before.is_none_or(|before| record.changed_at < before)
                && search.as_ref().is_none_or(|text| text.finds(record))
                && person.as_ref().is_none_or(|text| text.names(record))
        }
    }
}
