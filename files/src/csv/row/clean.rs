//! The cells of a row without wrappings and placeholders.

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
    /// Returns the cells without what surrounds their values, and with placeholders as empty cells. `None` where no cell
    /// has either.
    pub(super) fn clean<'a>(
        &self,
        cells: &'a Cells<'_>,
        builder: &mut ContactBuilder,
    ) -> Option<Vec<Cow<'a, str>>> {
        let mut unwrapped: Option<Vec<Cow<'a, str>>> = None;
        for (_, used, _) in &self.columns {
            let Some(cell) = cells.get(used.place).filter(|cell| !is_plain(cell)) else { continue };
            let mut text = unwrapped_field(cell, used.target.field);
            if text.starts_with('\'') && may_be_guarded(used.target.field) && self.has_guards(cells) {
                text = without_text_guard(text);
            }
            if text != present(cell).unwrap_or_default() {
                unwrapped.get_or_insert_with(|| borrowed(cells))[used.place] = text;
            }
        }
        let placeholders = self.placeholders(unwrapped.as_deref().unwrap_or(cells));
        for column in &placeholders {
            let (header, used, _) = &self.columns[*column];
            let origin = Origin { name: header, column: Some(used.place as u64 + 1) };
            builder.note(origin, TAKEN_AS_EMPTY);
            unwrapped.get_or_insert_with(|| borrowed(cells))[used.place] = Cow::Borrowed("");
        }
        if unwrapped.is_some() {
            builder.mark_v0_1_difference();
        }
        unwrapped
    }

    /// Whether a cell of the row has an apostrophe that is no part of its value: before a number or an e-mail address.
    fn has_guards(&self, cells: &Cells<'_>) -> bool {
        self.columns.iter().any(|(_, used, _)| {
            let is_email = used.target.field == Field::EmailAddress;
            cells.get(used.place).map(|cell| cell.trim()).is_some_and(|cell| {
                has_guard(cell) || is_email && cell.starts_with('\'') && !cell.ends_with('\'')
            })
        })
    }

    /// Returns the columns, by their places in the list of columns, whose cells are placeholders.
    fn placeholders(&self, cells: &Cells<'_>) -> Vec<usize> {
        let is_placeholder = |column: &usize| {
            let (_, used, _) = &self.columns[*column];
            let cell = cells.get(used.place).filter(|cell| may_begin_placeholder(cell));
            let text = cell.and_then(|cell| present(cell));
            text.is_some_and(|text| {
                may_be_placeholder(text) && self.is_empty_by_placeholder(text, used.target.field, cells)
            })
        };
        (0..self.columns.len()).filter(is_placeholder).collect()
    }

    fn is_empty_by_placeholder(&self, text: &str, field: Field, cells: &Cells<'_>) -> bool {
        match field {
            // Ids, addresses, numbers and links have words of their own for nothing.
            Field::ExternalId
            | Field::OwnerId
            | Field::EmailAddress
            | Field::PhoneNumber
            | Field::LinkUrl => false,
            Field::Custom | Field::Notes | Field::Tags => is_placeholder(text),
            // Naples and Namibia.
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

    /// Whether a word for nothing is a name: another part of the name is one, and no other cell has the word where a program
    /// wrote it.
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
            let cell = cells.get(used.place).filter(|_| is_other_part(used.target.field))?.trim();
            is_name(cell).then_some(cell)
        });
        let is_of_a_program = |other_part: &str| {
            has_program_spelling(text)
                && (self.is_repeated(text, cells, |other| other == field)
                    || field == Field::NameMiddle
                    || is_spelled_unlike(text, field, other_part))
        };
        other_part.is_some_and(|other_part| !is_of_a_program(other_part))
    }

    /// Whether a cell of another column than those of some fields holds the same text.
    fn is_repeated(&self, text: &str, cells: &Cells<'_>, is_left_out: impl Fn(Field) -> bool) -> bool {
        let is_of_such_a_field = |place: usize| {
            self.columns.iter().any(|(_, used, _)| used.place == place && is_left_out(used.target.field))
        };
        let mut same = cells.iter().enumerate().filter(|(_, cell)| cell.trim() == text);
        same.any(|(place, _)| !is_of_such_a_field(place))
    }
}

/// Whether a word is small where the rest of the name is not, or a given name is in capitals where the family name is not:
/// the `null` and the `NULL` before `Smith`. A family name alone in capitals is a custom of many countries.
fn is_spelled_unlike(text: &str, field: Field, other_part: &str) -> bool {
    let is_small = !text.contains(char::is_uppercase);
    let is_in_capitals = !text.contains(char::is_lowercase);
    is_small && other_part.starts_with(char::is_uppercase)
        || is_in_capitals && field == Field::NameGiven && other_part.contains(char::is_lowercase)
}

fn borrowed<'a>(cells: &'a Cells<'_>) -> Vec<Cow<'a, str>> {
    cells.iter().map(|cell| Cow::Borrowed(cell.as_ref())).collect()
}

/// Returns a cell without what surrounds its value, as far as its field allows.
fn unwrapped_field(cell: &str, field: Field) -> Cow<'_, str> {
    match field {
        // An id is unwrapped when it is read.
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

fn may_be_guarded(field: Field) -> bool {
    !matches!(field, Field::Custom | Field::Notes | Field::ExternalId | Field::OwnerId)
}

/// Returns a text without the apostrophe that a program puts before every text. That of `'t Hart` and `'Ada'` stays.
fn without_text_guard(text: Cow<'_, str>) -> Cow<'_, str> {
    let rest = text.strip_prefix('\'').unwrap_or(&text);
    let mut characters = rest.chars();
    let is_guarded = characters.next().is_some_and(char::is_alphanumeric)
        && characters.next().is_some_and(char::is_alphanumeric)
        && !rest.ends_with('\'');
    if is_guarded { Cow::Owned(rest.to_owned()) } else { text }
}

/// Returns a name without quotes around the whole of it.
fn without_quotes(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote).map(str::trim);
    let is_name = |inner: &&str| inner.starts_with(char::is_alphabetic) && !inner.contains(['"', '\'']);
    inner('"').or_else(|| inner('\'')).filter(is_name).unwrap_or(text)
}

/// Whether all parts of a whole name are placeholders as programs write them: `NULL NULL`, `nan, nan`.
fn is_placeholder_in_parts(text: &str) -> bool {
    let is_part =
        |part: &str| is_name_placeholder(part) || is_ambiguous_name(part) && has_program_spelling(part);
    may_be_placeholder(text) && text.split([' ', ',', ';']).filter(|part| !part.is_empty()).all(is_part)
}

fn is_region_or_country(field: Field) -> bool {
    matches!(field, Field::AddressRegion | Field::AddressCountry)
}
