//! What is removed, in whole words.
//!
//! Its rule: a word is removed whole or not at all. An ordinary word stays whatever covers it, unless that is a
//! credential, or the word is part of something that looks personal.

use std::ops::Range;

use super::looks;
use super::ordinary::is_ordinary;
use super::readings::Reading;

/// Abbreviations that are names as well: ordinary only before a number.
const LIMITS: [&str; 2] = ["max", "min"];
/// So many blanks and marks between two words may stay with them.
const LONGEST_GAP: usize = 2;

/// What covers each character of a text.
pub(super) struct Covered {
    /// Any of what must not be repeated.
    pub(super) by_any: Vec<bool>,
    /// A credential.
    pub(super) by_secret: Vec<bool>,
}

impl Covered {
    fn is_any(&self, places: Range<usize>) -> bool {
        self.by_any[places].contains(&true)
    }

    fn is_secret(&self, places: Range<usize>) -> bool {
        self.by_secret[places].contains(&true)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Untouched,
    /// It stays although something covers it.
    Kept,
    Removed,
}

/// For each character of the text, whether it is removed. The words are those of `reading`, which has no escapes left.
pub(super) fn removed_from(reading: &Reading, covered: &Covered) -> Vec<bool> {
    let personal = looks::found_in(reading, &[]);
    let words: Vec<(Range<usize>, Fate)> = words_of(&reading.characters)
        .into_iter()
        .map(|(word, is_ordinary)| {
            let places = reading.places_of(word.clone());
            let is_personal = personal.iter().any(|it| it.start < places.end && places.start < it.end);
            (word, fate_of(places, is_ordinary && !is_personal, covered))
        })
        .collect();
    let (mut kept, mut removed) = (Vec::new(), Vec::new());
    for (word, fate) in &words {
        match fate {
            Fate::Untouched => {}
            Fate::Kept => kept.push(word.clone()),
            Fate::Removed => removed.push(word.clone()),
        }
    }
    for (gap, before, behind) in gaps_between(&words, reading.characters.len()) {
        let fates = [before, behind];
        if fates == [Some(Fate::Removed); 2] && is_blank(&reading.characters[gap.clone()]) {
            removed.push(gap);
        } else if stays_with(fates, &reading.characters[gap.clone()])
            && !covered.is_secret(reading.places_of(gap.clone()))
        {
            kept.push(gap);
        } else {
            let places = gap.map(|place| place..place + 1);
            removed.extend(places.filter(|place| covered.is_any(reading.places_of(place.clone()))));
        }
    }
    let mut is_removed = covered.by_any.clone();
    // What is removed comes last: one escape may stand for characters of several words.
    for (ranges, fate) in [(kept, false), (removed, true)] {
        for range in ranges {
            is_removed[reading.places_of(range)].fill(fate);
        }
    }
    is_removed
}

fn fate_of(places: Range<usize>, is_ordinary: bool, covered: &Covered) -> Fate {
    if !covered.is_any(places.clone()) {
        Fate::Untouched
    } else if is_ordinary && !covered.is_secret(places) {
        Fate::Kept
    } else {
        Fate::Removed
    }
}

/// Each word, and whether it is an ordinary one.
fn words_of(text: &[char]) -> Vec<(Range<usize>, bool)> {
    let mut words = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = end_of_word(text, start);
        if end == start {
            start += 1;
            continue;
        }
        // `can't` and `e-mail`.
        let joined = match text.get(end) {
            Some('\'' | '\u{2019}' | '-') => end_of_word(text, end + 1),
            _ => end,
        };
        let is_listed = |end: usize| is_ordinary(&text[start..end].iter().collect::<String>());
        let (end, is_ordinary) = if joined > end + 1 && is_listed(joined) {
            (joined, true)
        } else {
            (end, is_listed(end) || is_limit(&text[start..end], &text[end..]))
        };
        words.push((start..end, is_ordinary));
        start = end;
    }
    words
}

fn end_of_word(text: &[char], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|character| is_part_of_a_word(**character)).count()
}

/// Letters and digits. Scripts without capitals may put no blanks between words, so theirs are not counted in.
fn is_part_of_a_word(character: char) -> bool {
    character.is_numeric() || character.is_lowercase() || character.is_uppercase()
}

fn is_limit(word: &[char], rest: &[char]) -> bool {
    let word: String = word.iter().map(char::to_ascii_lowercase).collect();
    let next = rest.iter().find(|character| !matches!(character, ' ' | '.' | ':' | '='));
    LIMITS.contains(&&*word) && next.is_some_and(char::is_ascii_digit)
}

type Gap = (Range<usize>, Option<Fate>, Option<Fate>);

/// What lies before, between and behind the words, with the fates of the words on either side.
fn gaps_between(words: &[(Range<usize>, Fate)], length: usize) -> Vec<Gap> {
    let mut gaps = Vec::with_capacity(words.len() + 1);
    let (mut start, mut before) = (0, None);
    for (word, fate) in words {
        gaps.push((start..word.start, before, Some(*fate)));
        (start, before) = (word.end, Some(*fate));
    }
    gaps.push((start..length, before, None));
    gaps
}

fn is_blank(gap: &[char]) -> bool {
    gap.iter().all(|character| character.is_whitespace())
}

/// Whether it is no more than what separates two words: of two shown ones, a mark or blank; else a blank.
fn stays_with(fates: [Option<Fate>; 2], gap: &[char]) -> bool {
    let [Some(before), Some(behind)] = fates else {
        return false;
    };
    let is_kept = [before, behind].contains(&Fate::Kept);
    let is_removed = [before, behind].contains(&Fate::Removed);
    let separates = |character: &char| character.is_whitespace() || character.is_ascii_punctuation();
    gap.len() <= LONGEST_GAP
        && if is_removed { before != behind && is_blank(gap) } else { is_kept && gap.iter().all(separates) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{Scrub, Words};

    /// The scrubbed words of a refusal of a contact.
    fn told(contact: &Value, refusal: &Value) -> Words {
        Words::of(refusal).scrubbed(&Scrub::contents_of(contact))
    }

    #[test]
    fn a_validation_message_stays_readable_whatever_words_the_contact_shares_with_it() {
        let notes = json!({"notes": "Her number must be a valid one; is invalid for now",
            "contact_phones": [{"number": "1"}], "email": "x"});
        for (contact, field, message, shown) in [
            (&notes, "contact_phones.number", "is invalid", "contact_phones.number is invalid"),
            (
                &notes,
                "contact_phones[0].number",
                "phone is invalid",
                "contact_phones[0].number phone is invalid",
            ),
            (&notes, "email", "is invalid", "email is invalid"),
            (&notes, "email", "must be a valid one", "email must be a valid [removed]"),
            (
                &json!({"full_name": "Ann Name", "organization": "Name"}),
                "full_name",
                "name must be a valid name",
                "full_name name must be a valid name",
            ),
            (&json!({"name": "Max Long"}), "name", "is too long (max 20)", "name is too long (max 20)"),
            (
                &json!({"name": "Max Long"}),
                "name",
                "'Max Long' can't be an e-mail",
                "name '[removed] Long' can't be an e-mail",
            ),
        ] {
            let words = told(contact, &json!({"errors": {field: [message]}}));
            assert_eq!(words.message.as_deref(), Some(shown), "{contact}");
            assert_eq!(words.fields[0].field, field, "{contact}");
        }
    }

    #[test]
    fn a_short_code_and_an_id_that_equals_a_short_number_stay() {
        let contact = json!({"postal_code": "1405", "line": 1000, "phone": "555-0123", "zip": 12_345_678});
        for code in ["1405", "1000"] {
            let words = told(&contact, &json!({"error_code": code, "message": format!("error {code}")}));
            assert_eq!(words.code.as_deref(), Some(code));
            assert_eq!(words.message.as_deref(), Some("error [removed]"), "a text is no code");
        }
        let scrub = Scrub::contents_of(&contact).and_secret("4711");
        for (id, is_kept) in
            [("1405", true), ("1000", true), ("5550123", false), ("12345678", false), ("4711", false)]
        {
            assert_eq!(scrub.allows_id(id), is_kept, "{id}");
        }
        assert_eq!(scrub.clean_code("4711"), "[removed]");
    }

    #[test]
    fn a_removal_covers_whole_words() {
        let contact = json!({"notes": "Ask her neighbours or friends", "name": "見本"});
        for (text, shown) in [
            ("the xneighboursphone is wrong", "the [removed] is wrong"),
            ("neighbours phone", "[removed] phone"),
            ("\"neighbours\\nor friends\" invalid", "\"[removed]\\nor [removed]\" invalid"),
            ("名称見本無効", "名称[removed]無効"),
        ] {
            assert_eq!(Scrub::contents_of(&contact).clean(text), shown, "{text}");
        }
    }

    #[test]
    fn an_ordinary_word_in_something_personal_or_in_a_credential_is_removed() {
        let contact = json!({"email": "info@name.address", "notes": "ada_king_1985"});
        let scrub = Scrub::contents_of(&contact).and_secret("a valid contact");
        for (text, shown) in [
            ("info@name.address is taken", "[removed] is taken"),
            ("no 'VALID contact' of the state", "no '[removed]' of the state"),
            ("\\u0069\\u006e\\u0066\\u006f\\u0040\\u006e\\u0061\\u006d\\u0065 is", "[removed] is"),
        ] {
            assert_eq!(scrub.clean(text), shown, "{text}");
        }
        for (field, shown) in [
            ("ada_king_1985", "[removed]"),
            ("valid contact", "[removed]"),
            ("record_type_id", "record_type_id"),
            ("notes[1].king", "notes[1].king"),
        ] {
            assert_eq!(scrub.clean_field(field), shown, "{field}");
        }
    }

    #[test]
    fn all_of_a_login_is_a_credential() {
        for login in [json!({"email": "a", "password": "invalid name"}), json!(["invalid name"])] {
            assert_eq!(Scrub::contents_of(&login).clean("'invalid name' refused"), "'[removed]' refused");
        }
    }
}
