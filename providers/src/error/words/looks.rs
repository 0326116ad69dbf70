//! What looks personal or secret, whoever it belongs to.
//!
//! Its rule: it judges one word at a time and knows nothing of the request. Dates and times look harmless.

use std::ops::Range;

use super::readings::{Reading, has_unread_entity};

const LONG_NUMBER: usize = 7;
/// The digits of a moment to the second.
const LONG_MOMENT: usize = 14;
const LONG_WORD: usize = 60;
/// Stands for what is hidden already.
const HIDDEN: char = '\u{FFFD}';

/// The words of a reading that must not be shown: ranges of places of the original text.
pub(super) fn found_in(reading: &Reading, hidden: &[bool]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for word in reading.characters.split(|character| character.is_whitespace() || character.is_control()) {
        let characters = start..start + word.len();
        start = characters.end + 1;
        if looks_personal(&as_shown(reading, characters.clone(), hidden)) {
            found.push(reading.places_of(characters));
        }
    }
    found
}

fn as_shown(reading: &Reading, characters: Range<usize>, hidden: &[bool]) -> String {
    let mut shown = String::new();
    for place in characters {
        let is_hidden = hidden.get(reading.places_of(place..place + 1).start).copied().unwrap_or(false);
        if !is_hidden {
            shown.push(reading.characters[place]);
        } else if !shown.ends_with(HIDDEN) {
            shown.push(HIDDEN);
        }
    }
    shown
}

/// An e-mail address, a long number, a token, an address with a query, or what cannot be read.
fn looks_personal(word: &str) -> bool {
    let has_at = word.find('@').is_some_and(|place| place > 0 && place + 1 < word.len());
    has_at
        || is_long_number(word)
        || word.chars().count() > LONG_WORD
        || has_query(word)
        || has_unread_entity(word)
}

fn is_long_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let is_moment = word.contains([':', '-']) && digits <= LONG_MOMENT && !word.starts_with('+');
    digits >= LONG_NUMBER && !is_moment
}

fn has_query(word: &str) -> bool {
    word.split_once('?').is_some_and(|(path, query)| {
        (path.contains("://") && !query.is_empty()) || (path.contains('/') && query.contains('='))
    })
}
