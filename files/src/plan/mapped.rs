//! The columns of a user's mapping.

use std::collections::BTreeMap;

use crate::column_map::{ColumnMap, MapError, Place};
use crate::field_path::FieldPath;
use crate::layouts::fold;
use crate::version::Version;

impl ColumnMap {
    /// Whether a header is named in the mapping.
    pub(crate) fn names(&self, header: &str) -> bool {
        self.columns.iter().any(|entry| same(&entry.header, header))
    }

    /// What the mapping says of a column. `"Name#2"` is the second column that is called `Name`.
    pub(crate) fn place_of(&self, headers: &[String], place: usize) -> Option<&Place> {
        let header = &headers[place];
        let before = headers[..place].iter().filter(|other| same(other, header)).count();
        let numbered = format!("{header}#{}", before + 1);
        let find = |name: &str| self.columns.iter().find(|entry| same(&entry.header, name));
        let entry = self.columns.iter().find(|entry| entry.header == numbered).or_else(|| find(header))?;
        Some(&entry.place)
    }

    /// # Errors
    ///
    /// The first column of the mapping that the file does not have.
    pub(super) fn check_against(&self, headers: &[String]) -> Result<(), MapError> {
        let exists = |name: &str| headers.iter().any(|header| same(header, name));
        for entry in &self.columns {
            let without_number = entry.header.rsplit_once('#').map_or("", |(name, _)| name);
            if exists(&entry.header) || (!without_number.is_empty() && exists(without_number)) {
                continue;
            }
            let nearest = unicontact_model::nearest_word(&entry.header, headers.iter().map(String::as_str));
            let advice = nearest.map(|name| format!(", did you mean `{name}`?")).unwrap_or_default();
            let message = format!("the file has no column `{}`{advice}", entry.header);
            return Err(MapError { line: entry.line, message });
        }
        Ok(())
    }
}

impl ColumnMap {
    /// # Errors
    ///
    /// The first column that goes where another one does, though there is place for one.
    pub(super) fn check_targets(&self, version: Version) -> Result<(), MapError> {
        let mut taken: BTreeMap<FieldPath, &str> = BTreeMap::new();
        for entry in &self.columns {
            let Place::Field { target, .. } = &entry.place else { continue };
            let Ok(target) = target.target(None) else { continue };
            let joins = version == Version::Current && target.joins();
            if target.gathers() || joins || (target.is_in_a_list() && target.entry.is_none()) {
                continue;
            }
            if let Some(other) = taken.get(&target) {
                let header = &entry.header;
                let message = format!("`{other}` and `{header}` both go to {target}, which takes one column");
                return Err(MapError { line: entry.line, message });
            }
            taken.insert(target, &entry.header);
        }
        Ok(())
    }
}

fn same(one: &str, other: &str) -> bool {
    one == other || (!fold(one).is_empty() && fold(one) == fold(other))
}
