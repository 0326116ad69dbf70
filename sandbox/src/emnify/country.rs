//! emnify's country list.
//!
//! Recorded by the vendor: the rows with their ids and oddities, without one row that is a test of the vendor. Documented:
//! `geographic=true` drops MCC duplicates. Choice: those are the later rows of an `iso_code`, and the rows whose MCC belongs
//! to no country.

use std::collections::HashSet;

use serde_json::Value;

const ROWS: &str = include_str!("../../data/emnify-countries.json");
/// The MCC of networks that belong to no country.
const NO_COUNTRY_MCC: &str = "901";

/// The country list.
pub(super) struct Countries {
    rows: Vec<Value>,
}

impl Countries {
    pub(super) fn new() -> Self {
        Self { rows: serde_json::from_str(ROWS).unwrap_or_default() }
    }

    pub(super) fn all(&self) -> &[Value] {
        &self.rows
    }

    pub(super) fn geographic(&self) -> Vec<&Value> {
        let mut known = HashSet::new();
        self.rows
            .iter()
            .filter(|row| has_country(row))
            .filter(|row| row["iso_code"].as_str().is_none_or(|code| known.insert(code)))
            .collect()
    }

    pub(super) fn name(&self, id: u64) -> Option<&str> {
        self.rows.iter().find(|row| row["id"] == id).and_then(|row| row["name"].as_str())
    }
}

fn has_country(row: &Value) -> bool {
    row["mcc"].as_str().is_some_and(|code| code != NO_COUNTRY_MCC)
}
