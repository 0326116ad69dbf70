//! Reads dial codes and area codes in columns of their own.
//!
//! A column such as "Country Code" holds dial codes or countries: digits are a dial code, and letters alone are a country.

use unicontact_model::contact::DialCode;

use super::cell_value::{CellValue, FieldValues, values_of};
use crate::contact_builder::ContactBuilder;
use crate::field_path::Field;
use crate::plan::dial_codes::is_dial_code_or_country;
use crate::version::Version;

/// Returns the dial code of all phones of a row: the cell of the only dial code column, else digits in a country's cell.
pub(super) fn dial_code_of_row(
    builder: &mut ContactBuilder,
    entries: &[FieldValues<'_>],
    has_column: bool,
    version: Version,
) -> Option<DialCode> {
    if version == Version::V0_1 {
        return None;
    }
    let of_field = |field| entries.iter().flat_map(move |entry| values_of(entry, field));
    if has_column {
        let value = of_field(Field::PhoneDialCode).next()?;
        return parsed(builder, value);
    }
    let code = of_field(Field::AddressCountry).find_map(as_dial_code)?;
    builder.mark_v0_1_difference();
    Some(code)
}

/// Returns the dial code of one phone.
pub(super) fn dial_code_of_entry(builder: &mut ContactBuilder, entry: &FieldValues<'_>) -> Option<DialCode> {
    let value = values_of(entry, Field::PhoneDialCode).next()?;
    parsed(builder, value)
}

fn parsed(builder: &mut ContactBuilder, value: &CellValue<'_>) -> Option<DialCode> {
    let has_digits = value.text.bytes().any(|byte| byte.is_ascii_digit());
    let is_ambiguous = !has_digits && is_dial_code_or_country(value.origin.name);
    if is_ambiguous { None } else { builder.dial_code(value.origin, value.text) }
}

/// Returns the area code of all phones of a row, where the row has exactly one.
pub(super) fn area_code_of_row<'a>(entries: &[FieldValues<'a>]) -> Option<&'a str> {
    let mut codes =
        entries.iter().flat_map(|entry| values_of(entry, Field::PhoneAreaCode)).map(|value| value.text);
    codes.next().filter(|_| codes.next().is_none())
}

/// Returns the area code of one phone.
pub(super) fn area_code_of_entry<'a>(entry: &FieldValues<'a>) -> Option<&'a str> {
    values_of(entry, Field::PhoneAreaCode).next().map(|value| value.text)
}

/// Returns the dial code in a country's cell. `None` for a cell without digits.
pub(super) fn as_dial_code(value: &CellValue<'_>) -> Option<DialCode> {
    if !value.text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    value.text.parse().ok()
}
