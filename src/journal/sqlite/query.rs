//! A statement that finds numbers of records, and the conditions of a selection that it is built of.

use std::fmt::Write;

use rusqlite::types::Value;

use super::rows::{CLAIMED, INTERRUPTED};
use crate::journal::Selection;
use crate::outcome::Outcome;

/// The kind of a stored error.
pub(super) const KIND: &str = "json_extract(error, '$.kind')";

/// A statement that returns numbers in ascending order, and its values.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Query {
    pub(super) fn new(sql: &str) -> Self {
        Self { sql: sql.to_owned(), values: Vec::new() }
    }

    pub(super) fn after(mut self, selection: &Selection) -> Self {
        self.sql.push_str(" AND number > ?");
        self.values.push(i64::try_from(selection.after).unwrap_or(i64::MAX).into());
        self
    }

    pub(super) fn changed(self, selection: &Selection) -> Self {
        self.within(selection, "changed_at < ?", "changed_at >= ?")
    }

    /// Adds the conditions on times before and since those of the selection.
    pub(super) fn within(mut self, selection: &Selection, before: &str, since: &str) -> Self {
        for (condition, bound) in [(before, selection.changed_before), (since, selection.changed_since)] {
            if let Some(bound) = bound {
                let _ = write!(self.sql, " AND {condition}");
                self.values.push(bound.as_millisecond().into());
            }
        }
        self
    }

    pub(super) fn one_of<T: Into<Value>>(&mut self, column: &str, values: impl Iterator<Item = T>) {
        let before = self.values.len();
        self.values.extend(values.map(T::into));
        let places = vec!["?"; self.values.len() - before].join(", ");
        if !places.is_empty() {
            let _ = write!(self.sql, " AND {column} IN ({places})");
        }
    }

    pub(super) fn kind(&mut self, selection: &Selection) {
        let Some(kind) = &selection.error_kind else { return };
        let _ = write!(
            self.sql,
            " AND CASE WHEN error IS NOT NULL THEN {KIND} \
             WHEN standing IN ('claimed', 'interrupted') THEN 'interrupted' END = ?"
        );
        self.values.push(kind.clone().into());
    }

    pub(super) fn ordered(mut self, selection: &Selection) -> Self {
        self.sql.push_str(" ORDER BY number LIMIT ?");
        self.values.push(selection.limit.map_or(-1, i64::from).into());
        self
    }
}

/// Returns the words that the file stores for the states of an outcome.
pub(super) fn standings(outcome: Outcome) -> Vec<&'static str> {
    match outcome {
        Outcome::InDoubt => vec![outcome.as_str(), CLAIMED, INTERRUPTED],
        outcome => vec![outcome.as_str()],
    }
}
