//! Reads the cells of a row into a contact, as the plan of the columns says.

mod clean;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::cell_value::{CellValue, FieldValues};
use super::{dial_codes, entries, single_values};
use crate::contact_builder::{BuiltContact, ContactBuilder, Origin, PhoneParts, RowError, present};
use crate::field_path::{Field, FieldPath};
use crate::layouts::PropertyValues;
use crate::options::OnBadCell;
use crate::plan::{ColumnPlan, UsedColumn};
use crate::version::Version;

/// Reads rows into contacts.
pub(crate) struct RowReader {
    /// The columns with their headers, in the order of the fields.
    columns: Vec<(String, UsedColumn, Part)>,
    constants: Vec<(FieldPath, String, Part)>,
    /// The list of each entry, in the order in which the entries are read.
    lists: Vec<&'static str>,
    /// Whether the only dial code column belongs to the first phone, and so to all phones.
    has_one_dial_code: bool,
    /// Whether ids of 15 characters have a longer form with check characters.
    has_check_characters: bool,
}

/// The part of a contact that a column is read into.
#[derive(Clone, Copy)]
enum Part {
    /// A field outside of lists.
    Single,
    /// A custom field, with the values behind the labels in the cells.
    Custom(Option<&'static PropertyValues>),
    /// The entry with this index in [`RowReader::lists`].
    Entry(usize),
}

impl RowReader {
    pub(crate) fn new(plan: &ColumnPlan, used: Vec<UsedColumn>) -> Self {
        let paths = used.iter().map(|used| &used.path);
        let paths = paths.chain(plan.constants.iter().map(|(path, _)| path));
        let entries: BTreeSet<_> = paths.filter_map(entry_of).collect();
        let entries: Vec<_> = entries.into_iter().collect();
        let part = |path: &FieldPath, values| match entry_of(path) {
            Some(entry) => Part::Entry(entries.partition_point(|other| *other < entry)),
            None if path.field == Field::Custom => Part::Custom(values),
            None => Part::Single,
        };
        let with_header = |used: UsedColumn| {
            let part = part(&used.path, used.values);
            (plan.columns[used.index].header.clone(), used, part)
        };
        let mut columns: Vec<_> = used.into_iter().map(with_header).collect();
        columns.sort_by_key(|(_, used, _)| used.path.field);
        let constant = |(path, text): &(FieldPath, String)| (path.clone(), text.clone(), part(path, None));
        let constants = plan.constants.iter().map(constant).collect();
        let paths = columns.iter().map(|(_, used, _)| &used.path);
        let mut dial_codes = paths.filter(|path| path.field == Field::PhoneDialCode);
        let is_of_first_phone = dial_codes.next().is_some_and(|path| path.entry == Some(0));
        let has_one_dial_code = is_of_first_phone && dial_codes.next().is_none();
        let lists = entries.into_iter().map(|(list, _)| list).collect();
        let has_check_characters = plan.has_check_characters;
        Self { columns, constants, lists, has_one_dial_code, has_check_characters }
    }

    /// Returns the contact in the cells of a row.
    ///
    /// # Errors
    ///
    /// The reason to reject the row.
    pub(crate) fn read(
        &self,
        cells: &[Cow<'_, str>],
        on_bad_cell: OnBadCell,
        version: Version,
    ) -> Result<BuiltContact, RowError> {
        let mut builder = ContactBuilder::new(on_bad_cell, version);
        self.read_row(&mut builder, cells, version);
        builder.build()
    }

    /// Returns the contact in the cells of a row and of the rows that continue it, each with its line.
    ///
    /// # Errors
    ///
    /// The reason to reject the rows.
    pub(crate) fn read_with_continuations(
        &self,
        cells: &[Cow<'_, str>],
        continuations: &[(u64, Vec<Cow<'_, str>>)],
        on_bad_cell: OnBadCell,
    ) -> Result<BuiltContact, RowError> {
        let mut builder = ContactBuilder::new(on_bad_cell, Version::Current);
        self.read_row(&mut builder, cells, Version::Current);
        for (line, cells) in continuations {
            builder.set_line(*line);
            self.read_continuation(&mut builder, cells);
        }
        builder.build()
    }

    fn read_row(&self, builder: &mut ContactBuilder, cells: &[Cow<'_, str>], version: Version) {
        let clean = match version {
            Version::V0_1 => None,
            Version::Current => self.clean(cells, builder),
        };
        let cells = clean.as_deref().unwrap_or(cells);
        let mut single = FieldValues::new();
        let mut entries = vec![FieldValues::new(); self.lists.len()];
        for (path, part, value) in self.values(cells) {
            let value = match version {
                Version::V0_1 => value,
                Version::Current => without_meta_prefix(builder, path.field, value),
            };
            match part {
                Part::Single => single.push((path.field, value)),
                Part::Entry(entry) => entries[entry].push((path.field, value)),
                Part::Custom(values) => {
                    let value = values.map_or_else(|| Some(value.text.into()), |it| it.value(value.text));
                    builder.contact.custom.extend(value.map(|value| (path.key.clone(), value)));
                }
            }
        }
        single_values::read(builder, &single, version);
        if self.has_check_characters {
            builder.add_check_characters();
        }
        self.read_entries(builder, &entries, version);
    }

    /// Reads the lists of a row that continues a contact. A constant is added to entries that have a cell in this row.
    fn read_continuation(&self, builder: &mut ContactBuilder, cells: &[Cow<'_, str>]) {
        let clean = self.clean(cells, builder);
        let cells = clean.as_deref().unwrap_or(cells);
        let mut entries = vec![FieldValues::new(); self.lists.len()];
        for (path, part, value) in self.values(cells) {
            let is_constant = value.origin.column.is_none();
            match part {
                Part::Entry(entry) if !is_constant || !entries[entry].is_empty() => {
                    entries[entry].push((path.field, value));
                }
                Part::Single if !is_constant && path.field == Field::Notes => {
                    builder.append_notes(value.text);
                }
                Part::Single if !is_constant && path.field == Field::Tags => {
                    builder.tags(value.origin, value.text);
                }
                _ => {}
            }
        }
        self.read_entries(builder, &entries, Version::Current);
    }

    fn read_entries(&self, builder: &mut ContactBuilder, entries: &[FieldValues<'_>], version: Version) {
        let dial_code = dial_codes::dial_code_of_row(builder, entries, self.has_one_dial_code, version);
        let area_code = dial_codes::area_code_of_row(entries);
        for (list, entry) in self.lists.iter().zip(entries) {
            let area_code = dial_codes::area_code_of_entry(entry).or(area_code);
            let beside = PhoneParts { extension: None, dial_code, area_code };
            entries::read(builder, list, entry, beside, version);
        }
    }

    /// Returns the cells that are not empty, and then the constants.
    fn values<'a>(
        &'a self,
        cells: &'a [Cow<'_, str>],
    ) -> impl Iterator<Item = (&'a FieldPath, Part, CellValue<'a>)> {
        let columns = self.columns.iter().filter_map(|(header, used, part)| {
            let text = present(cells.get(used.index)?)?;
            let origin = Origin { name: header, column: Some(used.index as u64 + 1) };
            let value = CellValue { text, origin, kind: used.kind.as_deref(), label: used.label.as_deref() };
            Some((&used.path, *part, value))
        });
        let constants = self.constants.iter().map(|(path, text, part)| {
            let origin = Origin { name: "constants", column: None };
            (path, *part, CellValue { text, origin, kind: None, label: None })
        });
        columns.chain(constants)
    }
}

/// Returns the list and the entry that a field is in.
fn entry_of(path: &FieldPath) -> Option<(&'static str, usize)> {
    Some((path.list(), path.entry?))
}

/// Returns a value without the prefix that Meta's lead ads write before an id (`l:`), a phone (`p:`) and a postal code (`z:`).
fn without_meta_prefix<'a>(
    builder: &mut ContactBuilder,
    field: Field,
    value: CellValue<'a>,
) -> CellValue<'a> {
    let (prefix, may_follow): (&str, fn(char) -> bool) = match field {
        Field::ExternalId => ("l:", |first| first.is_ascii_digit()),
        Field::PhoneNumber => ("p:", |first| first.is_ascii_digit() || matches!(first, '+' | '(')),
        Field::AddressPostalCode => ("z:", char::is_alphanumeric),
        _ => return value,
    };
    match value.text.strip_prefix(prefix).filter(|rest| rest.starts_with(may_follow)) {
        Some(text) => {
            builder.mark_v0_1_difference();
            CellValue { text, ..value }
        }
        None => value,
    }
}
