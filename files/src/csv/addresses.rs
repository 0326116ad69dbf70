//! Splits the postal addresses in a row. Google joins the addresses of one kind part by part: `London ::: Paris`.

use super::cell_value::{CellValue, FieldValues, values_of};
use crate::contact_builder::multi_value::{GOOGLE_SEPARATOR, has_google_separator};
use crate::contact_builder::{ContactBuilder, present};
use crate::field_path::Field;

/// Returns the values of each address in an entry. `None` for an entry with one address.
pub(super) fn split<'a>(
    builder: &mut ContactBuilder,
    entry: &FieldValues<'a>,
) -> Option<Vec<FieldValues<'a>>> {
    if !entry.iter().any(|(_, value)| has_google_separator(value.text)) {
        return None;
    }
    let count = entry.iter().map(|(_, value)| value.text.split(GOOGLE_SEPARATOR).count()).max()?;
    builder.mark_v0_1_difference();
    let address = |index| entry.iter().filter_map(|(field, value)| part(*field, value, index)).collect();
    Some((0..count).map(address).collect())
}

/// Returns the part of a value that belongs to the address with this index. The kind belongs to all of them.
fn part<'a>(field: Field, value: &CellValue<'a>, index: usize) -> Option<(Field, CellValue<'a>)> {
    let mut parts = value.text.split(GOOGLE_SEPARATOR);
    let text = match parts.nth(index) {
        None if field == Field::AddressKind => value.text.split(GOOGLE_SEPARATOR).next(),
        text => text,
    };
    Some((field, CellValue { text: present(text?)?, ..*value }))
}

/// Returns the postal code and the city of an address in one cell. A cell without a postal code is read as the city, with a note.
pub(super) fn postal_code_and_city(
    builder: &mut ContactBuilder,
    entry: &FieldValues<'_>,
) -> (Option<String>, Option<String>) {
    let Some(value) = values_of(entry, Field::AddressPostalCodeCity).next() else { return (None, None) };
    if let Some((code, city)) = split_code_and_city(value.text) {
        return (Some(code), Some(city));
    }
    let words: Vec<&str> = value.text.split_whitespace().collect();
    if code_length(&words) == Some(words.len()) {
        return (Some(value.text.to_owned()), None);
    }
    builder.note(value.origin, "no postal code and city; it is read as the city");
    (None, Some(value.text.to_owned()))
}

/// Returns a postal code and the city after or before it: `12345 Köln`, `1012 AB Amsterdam`, `London SW1A 1AA`.
fn split_code_and_city(text: &str) -> Option<(String, String)> {
    let spaced = text.replace(['/', '|', ';'], " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let parts = |code: &[&str], city: &[&str]| {
        let trimmed = |words: &[&str]| words.join(" ").trim_matches([',', '-', '–', ' ']).to_owned();
        let (code, city) = (trimmed(code), trimmed(city));
        let is_city = city.chars().any(char::is_alphabetic) && !city.contains(',');
        is_city.then_some((code, city))
    };
    if let Some(length) = code_length(&words) {
        return parts(&words[..length], &words[length..]);
    }
    let at_end = (1..words.len()).rev().map(|length| words.split_at(length));
    at_end
        .filter(|(_, code)| code_length(code) == Some(code.len()))
        .min_by_key(|(city, _)| city.len())
        .and_then(|(city, code)| parts(code, city))
}

/// Returns the number of words of the postal code at the start of a text. `None` where the text starts with something else.
fn code_length(words: &[&str]) -> Option<usize> {
    let code = |word: &&str| word.trim_end_matches(',').to_owned();
    let has_digit = |word: &String| word.bytes().any(|byte| byte.is_ascii_digit());
    let is_code = |word: &String| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let first = words.first().map(code).filter(|word| has_digit(word) && is_code(word))?;
    let digits = |word: &String| word.bytes().filter(u8::is_ascii_digit).count();
    let second = words.get(1).map(code).filter(is_code);
    let is_dutch = |word: &String| {
        digits(&first) == 4 && word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let second = second.filter(|word| (has_digit(word) && word.len() <= 4) || is_dutch(word));
    let length = first.len() + second.as_ref().map_or(0, String::len);
    let is_long_enough = digits(&first) >= 3 || length >= 5;
    (is_long_enough && length <= 10).then_some(1 + usize::from(second.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postal_code_is_split_from_the_city_before_or_after_it() {
        for (text, code, city) in [
            ("12345 Köln", "12345", "Köln"),
            ("D-12345 Bad Homburg v.d.H.", "D-12345", "Bad Homburg v.d.H."),
            ("1012 AB Amsterdam", "1012 AB", "Amsterdam"),
            ("1012AB Den Haag", "1012AB", "Den Haag"),
            ("00-950 Warszawa", "00-950", "Warszawa"),
            ("110 00 Praha 1", "110 00", "Praha 1"),
            ("75008, Paris", "75008", "Paris"),
            ("75008 / Paris", "75008", "Paris"),
            ("4000-123 Porto", "4000-123", "Porto"),
            ("London SW1A 1AA", "SW1A 1AA", "London"),
            ("SW1A 1AA London", "SW1A 1AA", "London"),
            ("St. Gallen, 9000", "9000", "St. Gallen"),
            ("100 Tórshavn", "100", "Tórshavn"),
        ] {
            assert_eq!(split_code_and_city(text), Some((code.to_owned(), city.to_owned())), "{text}");
        }
        for text in ["Köln", "12345", "New York, NY 10001", "Halle 2", "", "/", "3. Bezirk"] {
            assert_eq!(split_code_and_city(text), None, "{text}");
        }
    }
}
