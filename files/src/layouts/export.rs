//! Parses what the layout of a program knows of its whole exports: the headers that identify them, the names of the
//! program's properties, and the columns that no new contact can have.
//!
//! A file has the sections `[export]`, `[columns]`, `[properties]`, `[values]`, `[references]` and `[system]`. In a text, `|`
//! separates headers of one meaning.

use std::collections::HashMap;

use toml_edit::{Document, Item, TableLike};

use super::fold_without_accents;
use super::property_values::PropertyValues;
use crate::column_map::{FieldTemplate, LeftOut, MapTarget, target};

/// So many marks identify an export. One alone may be a column of any file.
const MIN_MARKS: usize = 2;

/// The whole exports of a program.
#[derive(Default)]
pub(crate) struct Export {
    /// The name of the layout.
    pub(super) layout: String,
    /// The folded headers that every export has: one of each group.
    known_by: Vec<Vec<String>>,
    /// The headers that other files do not have, as the program spells them.
    marks: Vec<Vec<String>>,
    /// The targets of columns, by folded header.
    columns: HashMap<String, MapTarget>,
    /// The targets of the program's properties, by folded header.
    properties: HashMap<String, MapTarget>,
    /// The columns that are not read, by folded header.
    left_out: HashMap<String, LeftOut>,
    /// The beginnings of headers of columns that the program sets itself.
    system_beginnings: Vec<String>,
    /// The beginning of the names of the program's own properties. In a file with such a header, headers are names.
    system_prefix: String,
    /// The end of the names of a user's own fields. Empty where names do not show it.
    custom_suffix: String,
    /// Whether ids of 15 characters have a longer form with check characters.
    pub(crate) has_check_characters: bool,
    /// Whether a footer stands below an empty row.
    pub(crate) has_footer: bool,
    /// The values behind the labels, by the name of the property.
    values: HashMap<String, PropertyValues>,
}

impl Export {
    /// Returns the export that a file of a layout describes.
    pub(super) fn parse(text: &str) -> Self {
        let Ok(document) = Document::parse(text) else { return Self::default() };
        let table = |name: &str| document.get(name).and_then(Item::as_table_like);
        let mut export = table("export").map(Self::from_table).unwrap_or_default();
        for (header, item) in table("columns").into_iter().flat_map(TableLike::iter) {
            if let Ok(target) = target(item) {
                export.columns.insert(fold_without_accents(header), target);
            }
        }
        for (name, item) in table("properties").into_iter().flat_map(TableLike::iter) {
            for header in alternatives(item.as_str().unwrap_or_default()).chain([name]) {
                export.properties.insert(fold_without_accents(header), property(name));
            }
        }
        for (name, item) in table("values").into_iter().flat_map(TableLike::iter) {
            let values = item.as_table_like().map(PropertyValues::from_table).unwrap_or_default();
            export.values.insert(name.to_owned(), values);
        }
        for (section, reason) in [("references", LeftOut::OtherRecord), ("system", LeftOut::SetByProgram)] {
            let headers = table(section).map(|table| texts(table, "headers")).unwrap_or_default();
            let headers = headers.iter().flat_map(|header| alternatives(header));
            export.left_out.extend(headers.map(|header| (fold_without_accents(header), reason)));
        }
        export.system_beginnings =
            table("system").map(|table| texts(table, "beginnings")).unwrap_or_default();
        export
    }

    fn from_table(table: &dyn TableLike) -> Self {
        let text = |name: &str| table.get(name).and_then(Item::as_str).unwrap_or_default().to_owned();
        let flag = |name: &str| table.get(name).and_then(Item::as_bool).unwrap_or_default();
        let groups = |name: &str, form: fn(&str) -> String| -> Vec<Vec<String>> {
            texts(table, name).iter().map(|group| alternatives(group).map(form).collect()).collect()
        };
        Self {
            layout: text("layout"),
            known_by: groups("known_by", fold_without_accents),
            marks: groups("marks", str::to_owned),
            system_prefix: text("system_prefix"),
            custom_suffix: text("custom_suffix"),
            has_check_characters: flag("check_characters"),
            has_footer: flag("footer"),
            ..Self::default()
        }
    }

    /// Returns whether a header row is that of an export: it has the columns of every export, and two marks.
    pub(super) fn fits(&self, headers: &[String], folded: &[String]) -> bool {
        self.known_by.iter().all(|group| group.iter().any(|name| folded.contains(name)))
            && self.count_marks(headers) >= MIN_MARKS
    }

    fn count_marks(&self, headers: &[String]) -> usize {
        let has = |mark: &String| headers.iter().any(|header| is_mark(header, mark));
        let marks = self.marks.iter().filter(|group| group.iter().any(has)).count();
        marks + headers.iter().filter(|header| self.is_custom_name(header)).count()
    }

    /// Returns whether a header is a mark of the export, or has a field in it.
    pub(super) fn has(&self, header: &str, folded: &str) -> bool {
        self.columns.contains_key(folded) || self.marks.iter().flatten().any(|mark| is_mark(header, mark))
    }

    /// Returns the targets that the headers of an export have in no other file. `is_known` returns whether a folded header
    /// has a meaning in other files, too.
    pub(super) fn targets(
        &self,
        headers: &[String],
        folded: &[String],
        is_known: impl Fn(&str) -> bool,
    ) -> Vec<Option<MapTarget>> {
        let has_names = headers.iter().any(|header| self.is_system_name(header));
        let target = |(header, folded): (&String, &String)| {
            let header = header.trim();
            let listed = self.columns.get(folded).or_else(|| self.properties.get(folded)).cloned();
            listed.or_else(|| self.left_out(header, folded).map(MapTarget::LeftOut)).or_else(|| {
                let is_custom = has_names && is_lower_case_name(header) && !is_known(folded);
                (is_custom || self.is_custom_name(header)).then(|| property(header))
            })
        };
        headers.iter().zip(folded).map(target).collect()
    }

    fn left_out(&self, header: &str, folded: &str) -> Option<LeftOut> {
        let begins = |beginning: &String| header.starts_with(beginning.as_str());
        let is_system = self.is_system_name(header) || self.system_beginnings.iter().any(begins);
        self.left_out.get(folded).copied().or(is_system.then_some(LeftOut::SetByProgram))
    }

    /// Returns whether a header is the name of a property that the program defines.
    fn is_system_name(&self, header: &str) -> bool {
        let header = header.trim();
        !self.system_prefix.is_empty()
            && header.starts_with(&self.system_prefix)
            && is_lower_case_name(header)
    }

    /// Returns whether a header is the name of a field that a user of the program has added.
    fn is_custom_name(&self, header: &str) -> bool {
        let header = header.trim();
        let suffix = &self.custom_suffix;
        let end = header.len().checked_sub(suffix.len()).filter(|start| *start > 0);
        let end = end.and_then(|start| header.get(start..));
        !suffix.is_empty() && is_name(header) && end.is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    }

    /// Returns the values behind the labels of a property.
    pub(crate) fn values_of(&self, property: &str) -> Option<&PropertyValues> {
        self.values.get(property)
    }
}

/// Returns the target of a property: a custom field of its name.
fn property(name: &str) -> MapTarget {
    MapTarget::Field { template: FieldTemplate(format!("custom.{name}")), kind: None, label: None }
}

/// Returns the headers of a text with one meaning.
fn alternatives(text: &str) -> impl Iterator<Item = &str> {
    text.split(" | ").filter(|header| !header.is_empty())
}

/// Returns whether a header is a mark as the program spells it. A name may be in capitals throughout.
fn is_mark(header: &str, mark: &str) -> bool {
    let header = header.trim();
    header == mark || is_name(mark) && header.len() == mark.len() && header == mark.to_ascii_uppercase()
}

fn texts(table: &dyn TableLike, name: &str) -> Vec<String> {
    let texts = table.get(name).and_then(Item::as_array).into_iter().flatten();
    texts.filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// Returns whether a header is written as programs write the name of a property: `Favourite_Colour__c`.
fn is_name(header: &str) -> bool {
    header.starts_with(|first: char| first.is_ascii_alphabetic())
        && header.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_lower_case_name(header: &str) -> bool {
    is_name(header) && !header.bytes().any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::super::EXPORTS;
    use super::*;

    /// Returns the names of the lines of a section.
    fn names(document: &Document<String>, section: &str) -> Vec<String> {
        let table = document.get(section).and_then(Item::as_table_like);
        table.into_iter().flat_map(TableLike::iter).map(|(name, _)| name.to_owned()).collect()
    }

    #[test]
    fn every_line_of_an_export_is_read() {
        const OPTIONS: [&str; 7] =
            ["layout", "known_by", "marks", "system_prefix", "custom_suffix", "check_characters", "footer"];
        for text in EXPORTS {
            let document: Document<String> = text.parse().unwrap();
            let export = Export::parse(text);
            assert!(!export.layout.is_empty() && !export.known_by.is_empty(), "{text}");
            assert!(export.marks.len() >= MIN_MARKS, "{}", export.layout);
            assert!(names(&document, "export").iter().all(|name| OPTIONS.contains(&name.as_str())));
            assert_eq!(export.columns.len(), names(&document, "columns").len(), "{}", export.layout);
            let sections = ["export", "columns", "properties", "values", "references", "system"];
            assert!(document.iter().all(|(section, _)| sections.contains(&section)), "{}", export.layout);
            for target in export.columns.values().chain(export.properties.values()) {
                if let MapTarget::Field { template, .. } = target {
                    template.resolve(None).unwrap();
                }
            }
            for property in names(&document, "values") {
                assert!(names(&document, "properties").contains(&property), "{property} has only values");
            }
            let twice = export.left_out.keys().find(|header| {
                export.columns.contains_key(*header) || export.properties.contains_key(*header)
            });
            assert_eq!(twice, None, "a column is read and left out");
        }
    }

    #[test]
    fn names_of_fields_are_told_from_labels() {
        for name in ["Score__c", "acme__Score__c", "a1"] {
            assert!(is_name(name), "{name}");
        }
        for label in ["Favourite colour", "Account.Region__c", "1st", "_line", "", "Größe__c"] {
            assert!(!is_name(label), "{label}");
        }
        let export = Export { custom_suffix: "__c".to_owned(), ..Export::default() };
        for name in [" Score__c ", "SCORE__C"] {
            assert!(export.is_custom_name(name), "{name}");
        }
        for other in ["Score__r", "__c", "c", "Größe__c"] {
            assert!(!export.is_custom_name(other), "{other}");
        }
        assert!(!export.is_system_name("Score__c"), "an export without a prefix has no names");
    }
}
