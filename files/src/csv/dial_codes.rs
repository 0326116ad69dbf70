//! Dial codes and area codes in columns of their own.
//!
//! A column such as "Country Code" holds a dial code or the country of an address: digits are a dial code, letters alone are
//! a country.

use unicontact_model::contact::DialCode;

use super::row::{Entry, Given, all};
use crate::contact_builder::ContactBuilder;
use crate::field_path::Field;
use crate::version::Version;

/// Returns the dial code of a whole row: that of its only column for one, or the digits in a country's place.
pub(super) fn of_row(
    builder: &mut ContactBuilder,
    entries: &[Entry<'_>],
    has_column: bool,
    version: Version,
) -> Option<DialCode> {
    if version == Version::V0_1 {
        return None;
    }
    let of_field = |field| entries.iter().flat_map(move |entry| all(entry, field));
    if has_column {
        let given = of_field(Field::PhoneDialCode).next()?;
        return of_given(builder, given);
    }
    let code = of_field(Field::AddressCountry).find_map(as_dial_code)?;
    builder.mark_v0_1_difference();
    Some(code)
}

/// Returns the dial code of one entry.
pub(super) fn of_entry(builder: &mut ContactBuilder, entry: &Entry<'_>) -> Option<DialCode> {
    let given = all(entry, Field::PhoneDialCode).next()?;
    of_given(builder, given)
}

fn of_given(builder: &mut ContactBuilder, given: &Given<'_>) -> Option<DialCode> {
    let has_digits = given.text.bytes().any(|byte| byte.is_ascii_digit());
    let is_ambiguous = !has_digits && is_country_code(given.origin.name);
    if is_ambiguous { None } else { builder.dial_code(given.origin, given.text) }
}

/// Returns the area code of a whole row, if it has one only.
pub(super) fn area_code_of_row<'a>(entries: &[Entry<'a>]) -> Option<&'a str> {
    let mut codes = entries.iter().flat_map(|entry| all(entry, Field::PhoneAreaCode)).map(|given| given.text);
    codes.next().filter(|_| codes.next().is_none())
}

/// Returns the area code of one entry.
pub(super) fn area_code_of_entry<'a>(entry: &Entry<'a>) -> Option<&'a str> {
    all(entry, Field::PhoneAreaCode).next().map(|given| given.text)
}

/// Returns the dial code in the place of a country, where that holds digits.
pub(super) fn as_dial_code(given: &Given<'_>) -> Option<DialCode> {
    if !given.text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    given.text.parse().ok()
}

/// Returns whether a header names dial codes as well as the countries of addresses.
pub(crate) fn is_country_code(header: &str) -> bool {
    const HEADERS: [&str; 10] = [
        "countrycode",
        "landercode",
        "codepays",
        "codigodepais",
        "codigodopais",
        "codicepaese",
        "landcode",
        "kodkraju",
        "кодстраны",
        "国家代码",
    ];
    HEADERS.contains(&crate::layouts::fold_without_accents(header).as_str())
}
