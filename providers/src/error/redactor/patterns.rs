//! Patterns of personal and secret data: e-mail addresses, long numbers, tokens, URLs with queries. They apply to single words
//! and do not depend on the request. Dates and times do not match.

use std::ops::Range;

use super::decode::{Decoding, has_unknown_entity};

/// The minimum number of digits of a long number.
const LONG_NUMBER: usize = 7;
/// The number of digits of a date and time to the second.
const DATE_TIME_DIGITS: usize = 14;
/// The maximum length of a word that is not a token.
const MAX_WORD: usize = 60;
/// Replaces characters that are hidden already.
const HIDDEN: char = '\u{FFFD}';

/// Returns the words of a decoding that match a pattern, as ranges of the original text.
pub(super) fn find_in(decoding: &Decoding, hidden: &[bool]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for word in decoding.characters.split(|character| character.is_whitespace() || character.is_control()) {
        let characters = start..start + word.len();
        start = characters.end + 1;
        if is_sensitive(&as_shown(decoding, characters.clone(), hidden)) {
            found.push(decoding.source_range(characters));
        }
    }
    found
}

/// Returns the visible characters of a word, with [`HIDDEN`] for each hidden part.
fn as_shown(decoding: &Decoding, characters: Range<usize>, hidden: &[bool]) -> String {
    let mut shown = String::new();
    for index in characters {
        let is_hidden = hidden.get(decoding.source_range(index..index + 1).start).copied().unwrap_or(false);
        if !is_hidden {
            shown.push(decoding.characters[index]);
        } else if !shown.ends_with(HIDDEN) {
            shown.push(HIDDEN);
        }
    }
    shown
}

/// Returns whether a word is an e-mail address, a long number, a token, a URL with a query, or cannot be decoded.
fn is_sensitive(word: &str) -> bool {
    let has_at = word.find('@').is_some_and(|place| place > 0 && place + 1 < word.len());
    has_at
        || is_long_number(word)
        || word.chars().count() > MAX_WORD
        || has_query(word)
        || has_unknown_entity(word)
}

fn is_long_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let is_date_time = word.contains([':', '-']) && digits <= DATE_TIME_DIGITS && !word.starts_with('+');
    digits >= LONG_NUMBER && !is_date_time
}

fn has_query(word: &str) -> bool {
    word.split_once('?').is_some_and(|(path, query)| {
        (path.contains("://") && !query.is_empty()) || (path.contains('/') && query.contains('='))
    })
}
