//! Removes wrappings and placeholders from the cells of a row.

use std::borrow::Cow;

use super::RowReader;
use crate::cell_text::{TextKind, has_guard, is_plain, unwrapped_cell};
use crate::contact_builder::{ContactBuilder, Origin, present};
use crate::field_path::Field;
use crate::placeholders::{
    TAKEN_AS_EMPTY, has_program_spelling, is_ambiguous_name, is_name_placeholder, is_placeholder,
    is_text_placeholder, may_be_placeholder, may_begin_placeholder,
};

/// The cells of a row.
type Cells<'a> = [Cow<'a, str>];

impl RowReader {
    /// Returns the cells without the wrapping around their values, and with placeholders as empty cells. `None` for a row
    /// without wrappings and placeholders.
    pub(super) fn clean<'a>(
        &self,
        cells: &'a Cells<'_>,
        builder: &mut ContactBuilder,
    ) -> Option<Vec<Cow<'a, str>>> {
        let mut unwrapped: Option<Vec<Cow<'a, str>>> = None;
        for (_, used, _) in &self.columns {
            let Some(cell) = cells.get(used.index).filter(|cell| !is_plain(cell)) else { continue };
            let mut text = unwrapped_field(cell, used.path.field);
            if text.starts_with('\'') && may_be_guarded(used.path.field) && self.has_guards(cells) {
                text = without_text_guard(text);
            }
            if text != present(cell).unwrap_or_default() {
                unwrapped.get_or_insert_with(|| borrowed(cells))[used.index] = text;
            }
        }
        let placeholders = self.placeholders(unwrapped.as_deref().unwrap_or(cells));
        for column in &placeholders {
            let (header, used, _) = &self.columns[*column];
            let origin = Origin { name: header, column: Some(used.index as u64 + 1) };
            builder.note(origin, TAKEN_AS_EMPTY);
            unwrapped.get_or_insert_with(|| borrowed(cells))[used.index] = Cow::Borrowed("");
        }
        if unwrapped.is_some() {
            builder.mark_v0_1_difference();
        }
        unwrapped
    }

    /// Returns whether a number or an e-mail address of the row has an apostrophe before it that is no part of the value.
    fn has_guards(&self, cells: &Cells<'_>) -> bool {
        self.columns.iter().any(|(_, used, _)| {
            let is_email = used.path.field == Field::EmailAddress;
            cells.get(used.index).map(|cell| cell.trim()).is_some_and(|cell| {
                has_guard(cell) || is_email && cell.starts_with('\'') && !cell.ends_with('\'')
            })
        })
    }

    /// Returns the indices in `self.columns` of the columns whose cells are placeholders.
    fn placeholders(&self, cells: &Cells<'_>) -> Vec<usize> {
        let is_placeholder = |column: &usize| {
            let (_, used, _) = &self.columns[*column];
            let cell = cells.get(used.index).filter(|cell| may_begin_placeholder(cell));
            let text = cell.and_then(|cell| present(cell));
            text.is_some_and(|text| {
                may_be_placeholder(text) && self.is_placeholder_in_field(text, used.path.field, cells)
            })
        };
        (0..self.columns.len()).filter(is_placeholder).collect()
    }

    /// Returns whether a text that may be a placeholder is one in this field.
    fn is_placeholder_in_field(&self, text: &str, field: Field, cells: &Cells<'_>) -> bool {
        match field {
            // The readers of these fields have placeholders of their own.
            Field::ExternalId
            | Field::OwnerId
            | Field::EmailAddress
            | Field::PhoneNumber
            | Field::LinkUrl => false,
            Field::Custom | Field::Notes | Field::Tags => is_placeholder(text),
            // `NA` is also the code of Naples and of Namibia.
            Field::AddressRegion | Field::AddressCountry if text.eq_ignore_ascii_case("na") => {
                text == "NA" && self.is_repeated(text, cells, is_region_or_country)
            }
            Field::NamePrefix | Field::NameSuffix => is_name_placeholder(text) || is_ambiguous_name(text),
            Field::NameFull => {
                is_name_placeholder(text) || is_ambiguous_name(text) || is_placeholder_in_parts(text)
            }
            Field::NameGiven | Field::NameMiddle | Field::NameFamily => {
                is_name_placeholder(text)
                    || is_ambiguous_name(text) && !self.is_name_of_a_person(text, field, cells)
            }
            _ => is_text_placeholder(text),
        }
    }

    /// Returns whether a placeholder word is the name of a person: another part of the name is a name, and nothing shows that a
    /// program wrote the word.
    fn is_name_of_a_person(&self, text: &str, field: Field, cells: &Cells<'_>) -> bool {
        let is_other_part = |other: Field| {
            other != field
                && matches!(other, Field::NameFull | Field::NameGiven | Field::NameMiddle | Field::NameFamily)
        };
        let is_name = |text: &str| {
            text.contains(char::is_alphabetic)
                && !is_name_placeholder(text)
                && !is_ambiguous_name(text)
                && !is_placeholder_in_parts(text)
        };
        let other_part = self.columns.iter().find_map(|(_, used, _)| {
            let cell = cells.get(used.index).filter(|_| is_other_part(used.path.field))?.trim();
            is_name(cell).then_some(cell)
        });
        let is_by_program = |other_part: &str| {
            has_program_spelling(text)
                && (self.is_repeated(text, cells, |other| other == field)
                    || field == Field::NameMiddle
                    || differs_in_case(text, field, other_part))
        };
        other_part.is_some_and(|other_part| !is_by_program(other_part))
    }

    /// Returns whether a cell holds the same text in a column of a field that is not excluded.
    fn is_repeated(&self, text: &str, cells: &Cells<'_>, is_excluded: impl Fn(Field) -> bool) -> bool {
        let is_excluded_column = |column: usize| {
            self.columns.iter().any(|(_, used, _)| used.index == column && is_excluded(used.path.field))
        };
        let mut same = cells.iter().enumerate().filter(|(_, cell)| cell.trim() == text);
        same.any(|(column, _)| !is_excluded_column(column))
    }
}

/// Returns whether a word is lower case beside a capitalized name, or a given name is upper case beside a family name that is
/// not: the `null` and the `NULL` before `Smith`. In many countries only the family name is written in capitals.
fn differs_in_case(text: &str, field: Field, other_part: &str) -> bool {
    let is_lower = !text.contains(char::is_uppercase);
    let is_upper = !text.contains(char::is_lowercase);
    is_lower && other_part.starts_with(char::is_uppercase)
        || is_upper && field == Field::NameGiven && other_part.contains(char::is_lowercase)
}

fn borrowed<'a>(cells: &'a Cells<'_>) -> Vec<Cow<'a, str>> {
    cells.iter().map(|cell| Cow::Borrowed(cell.as_ref())).collect()
}

/// Returns a cell without the wrapping around its value, as far as the field allows.
fn unwrapped_field(cell: &str, field: Field) -> Cow<'_, str> {
    match field {
        // The reader of ids unwraps them.
        Field::ExternalId | Field::OwnerId => Cow::Borrowed(present(cell).unwrap_or_default()),
        Field::Custom | Field::Notes => unwrapped_cell(cell, TextKind::Free),
        Field::NameFull | Field::NameGiven | Field::NameFamily => {
            match unwrapped_cell(cell, TextKind::Line) {
                Cow::Borrowed(text) => Cow::Borrowed(without_quotes(text)),
                Cow::Owned(text) => Cow::Owned(without_quotes(&text).to_owned()),
            }
        }
        _ => unwrapped_cell(cell, TextKind::Line),
    }
}

/// Returns whether programs put an apostrophe before the texts of a field.
fn may_be_guarded(field: Field) -> bool {
    !matches!(field, Field::Custom | Field::Notes | Field::ExternalId | Field::OwnerId)
}

/// Returns a text without the apostrophe that a program puts before every text. The one of `'t Hart` and `'Ada'` stays.
fn without_text_guard(text: Cow<'_, str>) -> Cow<'_, str> {
    let rest = text.strip_prefix('\'').unwrap_or(&text);
    let mut characters = rest.chars();
    let is_guarded = characters.next().is_some_and(char::is_alphanumeric)
        && characters.next().is_some_and(char::is_alphanumeric)
        && !rest.ends_with('\'');
    if is_guarded { Cow::Owned(rest.to_owned()) } else { text }
}

/// Returns a name without quotes around all of it.
fn without_quotes(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote).map(str::trim);
    let is_name = |inner: &&str| inner.starts_with(char::is_alphabetic) && !inner.contains(['"', '\'']);
    inner('"').or_else(|| inner('\'')).filter(is_name).unwrap_or(text)
}

/// Returns whether all parts of a full name are placeholders as programs write them: `NULL NULL`, `nan, nan`.
fn is_placeholder_in_parts(text: &str) -> bool {
    let is_part =
        |part: &str| is_name_placeholder(part) || is_ambiguous_name(part) && has_program_spelling(part);
    may_be_placeholder(text) && text.split([' ', ',', ';']).filter(|part| !part.is_empty()).all(is_part)
}

fn is_region_or_country(field: Field) -> bool {
    matches!(field, Field::AddressRegion | Field::AddressCountry)
}
