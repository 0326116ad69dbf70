//! Country codes: ISO 3166-1, the country of an ISO 3166-2 code, vehicle registration codes, and flags.

use super::names;

/// Vehicle registration codes that are not ISO codes. With a hyphen they also prefix postal codes.
const VEHICLE_CODES: [(&str, &str); 12] = [
    ("A", "AT"),
    ("B", "BE"),
    ("D", "DE"),
    ("E", "ES"),
    ("F", "FR"),
    ("FL", "LI"),
    ("H", "HU"),
    ("I", "IT"),
    ("L", "LU"),
    ("N", "NO"),
    ("P", "PT"),
    ("S", "SE"),
];

/// Vehicle codes that are unambiguous without a hyphen. Others also mean "no" or "south".
const ALONE: [&str; 7] = ["A", "B", "D", "F", "FL", "I", "L"];

/// Articles in Spanish and Arabic place names that are also codes: `La-Paz`, `Al-Ain`.
const ARTICLES: [&str; 2] = ["AL", "LA"];

/// Returns the country of an ISO 3166-1 code: two letters, three letters, or three digits. Ignores dots: `U.S.`.
pub(super) fn iso(text: &str) -> Option<&'static str> {
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = text.parse().ok()?;
        return celes::Country::from_value(number).ok().map(|country| country.alpha2);
    }
    let is_part = |it: char| it.is_ascii_alphabetic() || it == '.' || it.is_whitespace();
    if text.len() > 12 || !text.chars().all(is_part) {
        return None;
    }
    if text.len() == 2 && !text.eq_ignore_ascii_case("XK") {
        return celes::Country::from_alpha2(text).ok().map(|country| country.alpha2);
    }
    let code: String =
        text.chars().filter(char::is_ascii_alphabetic).map(|it| it.to_ascii_uppercase()).collect();
    match (code.len(), code.as_str()) {
        (2, "NA") if text.len() > 2 => None,
        (2, "XK") => Some("XK"),
        (2, _) => celes::Country::from_alpha2(&code).ok().map(|country| country.alpha2),
        (3, _) => celes::Country::from_alpha3(&code).ok().map(|country| country.alpha2),
        _ => None,
    }
}

/// Returns the country of a vehicle registration code that stands alone.
pub(super) fn vehicle(text: &str) -> Option<&'static str> {
    ALONE.contains(&text).then(|| vehicle_or_postal(text))?
}

fn vehicle_or_postal(letters: &str) -> Option<&'static str> {
    VEHICLE_CODES.iter().find(|(known, _)| *known == letters).map(|(_, code)| *code)
}

/// Returns the country of a code before a hyphen (`GB-ENG`, `D-10115`, `CH-Schweiz`) or after it (`en-US`).
pub(super) fn with_hyphen(text: &str) -> Option<&'static str> {
    let (head, tail) = text.split_once(['-', '_', '\u{2010}', '\u{2011}', '\u{2013}'])?;
    let (head, tail) = (head.trim_end(), tail.trim_start());
    if head.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return locale(head, tail);
    }
    if !head.bytes().all(|byte| byte.is_ascii_uppercase()) || head.len() > 2 {
        return None;
    }
    let code = iso(head).or_else(|| vehicle_or_postal(head))?;
    let is_subdivision = head.len() == 2
        && !ARTICLES.contains(&head)
        && (1..=3).contains(&tail.len())
        && tail.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_postal_code = tail.bytes().take_while(u8::is_ascii_digit).count() > 2;
    let is_code = tail.is_empty() || is_subdivision || is_postal_code || names::code(tail) == Some(code);
    is_code.then_some(code)
}

/// Returns the region of a locale. `None` if its language is also the code of another country, as in `de-CH`.
fn locale(language: &str, tail: &str) -> Option<&'static str> {
    let region = tail.rsplit(['-', '_']).next()?;
    let is_region = region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase());
    let code = is_region.then(|| iso(region))??;
    iso(language).is_none_or(|other| other == code).then_some(code)
}

/// Returns the country of the flag in a text, and the text without it. `None` for no flag and for several.
pub(super) fn split_flag(text: &str) -> Option<(&'static str, String)> {
    // The first byte of regional indicator symbols in UTF-8.
    if !text.as_bytes().contains(&0xf0) {
        return None;
    }
    let mut letters = String::new();
    let mut rest = String::new();
    for character in text.chars() {
        match character {
            '\u{1f1e6}'..='\u{1f1ff}' => letters.extend(letter(character, 0x1_f1e6)),
            // The flags of England, Scotland and Wales.
            '\u{e0061}'..='\u{e007a}' => letters.extend(letter(character, 0xe_0061)),
            '\u{1f3f4}' | '\u{e007f}' => {}
            other => rest.push(other),
        }
    }
    let code = match letters.get(..5) {
        Some("GBENG" | "GBSCT" | "GBWLS") if letters.len() == 5 => "GB",
        _ if letters.len() == 2 => iso(&letters)?,
        _ => return None,
    };
    Some((code, rest))
}

fn letter(character: char, first: u32) -> Option<char> {
    char::from_u32(u32::from(character) - first + u32::from('A'))
}
