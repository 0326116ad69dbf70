//! Texts that programs and people write where there is no id.
//!
//! An id that really is one of them is safe as "no id", too: its row is then known by what else is in it. Taken for an id,
//! a placeholder makes one person of all the rows that have it.

/// What databases, programs and people write for nothing, without case, brackets, blanks and punctuation.
const WORDS: [&str; 33] = [
    "null",
    "none",
    "nil",
    "nan",
    "nat",
    "na",
    "nana",
    "notavailable",
    "notapplicable",
    "notset",
    "notfound",
    "noid",
    "novalue",
    "nodata",
    "undefined",
    "unknown",
    "unspecified",
    "unassigned",
    "missing",
    "blank",
    "empty",
    "void",
    "tbd",
    "tba",
    "false",
    "dbnull",
    "objectobject",
    "inf",
    "infinity",
    "keine",
    "unbekannt",
    "leer",
    "aucun",
];

/// What spreadsheets in other languages show for a value that is not available, behind the `#`.
const NOT_AVAILABLE: [&str; 6] = ["nv", "nd", "nb", "it", "нд", "yok"];

/// Whether a text that is not empty says only that there is no id.
pub(super) fn is_placeholder(text: &str) -> bool {
    let Some(first) = text.chars().find(|character| character.is_alphanumeric()) else { return true };
    // Most ids are numbers or begin with a letter and have digits: they are neither zero nor a word.
    if first == '0' {
        return is_zero(text);
    }
    if text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        return is_no_number(text);
    }
    is_zero(text) || is_spreadsheet_error(text) || is_word(text)
}

/// `0`, `000`, `0.0`, and a UUID of nothing but zeros.
fn is_zero(text: &str) -> bool {
    const SCHEME: &str = "urn:uuid:";
    let scheme = text.get(..SCHEME.len()).filter(|head| head.eq_ignore_ascii_case(SCHEME));
    let text = &text[scheme.map_or(0, str::len)..];
    text.chars().all(|character| !character.is_alphanumeric() || character == '0')
}

/// `1.#QNAN` and `-1.#IND`, as programs in C write them.
fn is_no_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    text.strip_prefix("1.#").is_some_and(|rest| rest.chars().all(|character| character.is_ascii_alphabetic()))
}

/// `#REF!`, `#NAME?`, `#DIV/0!`, `#NV`.
fn is_spreadsheet_error(text: &str) -> bool {
    let Some(error) = text.strip_prefix('#') else { return false };
    error.ends_with(['!', '?']) || NOT_AVAILABLE.contains(&bare(error).as_str())
}

fn is_word(text: &str) -> bool {
    // The mark of MySQL and PostgreSQL.
    text.eq_ignore_ascii_case("\\N") || WORDS.contains(&bare(text).as_str())
}

/// The letters of a text in lower case.
fn bare(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
