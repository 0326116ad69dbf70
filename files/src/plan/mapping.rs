//! Matches a user's mapping with the header of a file.

use std::collections::BTreeMap;

use unicontact_model::nearest_word;

use crate::column_map::{ColumnMap, MapError, MapTarget};
use crate::field_path::FieldPath;
use crate::layouts::fold;
use crate::version::Version;

impl ColumnMap {
    /// Returns whether the mapping names a header.
    pub(crate) fn names(&self, header: &str) -> bool {
        self.columns.iter().any(|entry| is_same(&entry.header, header))
    }

    /// Returns the target of a column. `"Name#2"` in the mapping is the second column with the header `Name`.
    pub(crate) fn target_of(&self, headers: &[String], column: usize) -> Option<&MapTarget> {
        let header = &headers[column];
        let before = headers[..column].iter().filter(|other| is_same(other, header)).count();
        let numbered = format!("{header}#{}", before + 1);
        let find = |name: &str| self.columns.iter().find(|entry| is_same(&entry.header, name));
        let entry = self.columns.iter().find(|entry| entry.header == numbered).or_else(|| find(header))?;
        Some(&entry.target)
    }

    /// Checks that the file has every column of the mapping.
    ///
    /// # Errors
    ///
    /// The first column that the file does not have, with the nearest header of the file.
    pub(super) fn check_headers(&self, headers: &[String]) -> Result<(), MapError> {
        let exists = |name: &str| headers.iter().any(|header| is_same(header, name));
        for entry in &self.columns {
            let without_number = entry.header.rsplit_once('#').map_or("", |(name, _)| name);
            if exists(&entry.header) || (!without_number.is_empty() && exists(without_number)) {
                continue;
            }
            let nearest = nearest_word(&entry.header, headers.iter().map(String::as_str));
            let advice = nearest.map(|name| format!(", did you mean `{name}`?")).unwrap_or_default();
            let message = format!("the file has no column `{}`{advice}", entry.header);
            return Err(MapError { line: entry.line, message });
        }
        Ok(())
    }

    /// Checks that a field that takes one column has one.
    ///
    /// # Errors
    ///
    /// The first column that goes to the same field as another one.
    pub(super) fn check_targets(&self, version: Version) -> Result<(), MapError> {
        let mut occupied: BTreeMap<FieldPath, &str> = BTreeMap::new();
        for entry in &self.columns {
            let MapTarget::Field { template, .. } = &entry.target else { continue };
            let Ok(path) = template.resolve(None) else { continue };
            let joins = version == Version::Current && path.joins();
            if path.gathers() || joins || (path.is_in_a_list() && path.entry.is_none()) {
                continue;
            }
            if let Some(other) = occupied.get(&path) {
                let header = &entry.header;
                let message = format!("`{other}` and `{header}` both go to {path}, which takes one column");
                return Err(MapError { line: entry.line, message });
            }
            occupied.insert(path, &entry.header);
        }
        Ok(())
    }
}

/// Returns whether two headers are the same apart from case, spaces and punctuation.
fn is_same(one: &str, other: &str) -> bool {
    one == other || (!fold(one).is_empty() && fold(one) == fold(other))
}
