//! What must not stand in a fixture: people, their addresses and numbers, credentials.
//!
//! Rule: it fails closed. What looks like one of them is one, unless it is of a kind that is reserved for examples.

use std::ops::RangeInclusive;

use serde_json::{Number, Value};

const ADDRESS: &str = "an e-mail address that somebody may own";
const CREDENTIAL: &str = "something like a credential";
const NUMBER: &str = "a number that somebody may have";

/// Domains that nobody can own.
const RESERVED_DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];
/// Ranges that the numbering authorities reserve for fiction, in digits: London, British mobiles, North America with
/// the exchange 555-01, Berlin. What is left over is the length of the rest.
const RESERVED_NUMBERS: [(&str, usize); 6] =
    [("44207946", 4), ("02079460", 3), ("447700900", 3), ("155555501", 2), ("493023125", 3), ("03023125", 3)];
/// How credentials of well-known makes begin.
const CREDENTIAL_BEGINNINGS: [&str; 9] =
    ["eyJ", "tok_", "sk_", "pk_", "ghp_", "xox", "AKIA", "-----BEGIN", "AIza"];
const LONG_WORD: usize = 32;
const LONG_NUMBER: usize = 7;
/// How many digits a telephone number has that is written as a JSON number. A shorter one may be a count.
const NUMBER_DIGITS: RangeInclusive<usize> = 10..=15;
/// What the last word of a key is where a long JSON number is an id or a moment.
const KEYS_OF_NUMBERS: [&str; 9] = ["id", "ids", "exp", "iat", "nbf", "at", "until", "timestamp", "expires"];

/// Everything in `text` that looks like something that must not be there, with what it looks like. For people who may
/// see it: it repeats what it found.
pub fn found_in(text: &str) -> Vec<String> {
    suspects(text).map(|(what, word)| format!("{what}: {word}")).collect()
}

/// The telephone numbers of a document whose digits are separated by blanks or other signs, which [`found_in`] cannot
/// tell from several words, and those that are JSON numbers. It repeats what it found.
pub fn numbers_in(document: &Value) -> Vec<String> {
    numbers_at("", document)
}

fn numbers_at(key: &str, document: &Value) -> Vec<String> {
    match document {
        Value::Number(number) if is_telephone_number(key, number) => vec![format!("{NUMBER}: {number}")],
        Value::String(text) if is_number(text) && is_foreign_number(text) => {
            vec![format!("{NUMBER}: {text}")]
        }
        Value::Array(entries) => entries.iter().flat_map(|entry| numbers_at(key, entry)).collect(),
        Value::Object(map) => map.iter().flat_map(|(key, value)| numbers_at(key, value)).collect(),
        _ => Vec::new(),
    }
}

/// Where in a document something stands that must not be there, and what it looks like. It repeats nothing of it: a
/// key that is itself suspicious is told as a key of its parent.
pub fn places_in(document: &Value) -> Vec<String> {
    let mut places = Vec::new();
    look_into(document, "", "", &mut places);
    places
}

/// `key` is the last of the names of `place`.
fn look_into(document: &Value, place: &str, key: &str, places: &mut Vec<String>) {
    match document {
        Value::Number(number) if is_telephone_number(key, number) => {
            places.push(format!("{place}: {NUMBER}"));
        }
        Value::String(text) => places.extend(suspicion(text).map(|what| format!("{place}: {what}"))),
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                look_into(entry, &format!("{place}[{index}]"), key, places);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                match suspicion(key) {
                    Some(what) => places.push(format!("{place}: a key is {what}")),
                    None if place.is_empty() => look_into(value, key, key, places),
                    None => look_into(value, &format!("{place}.{key}"), key, places),
                }
            }
        }
        _ => {}
    }
}

/// What a text looks like that must not be there.
fn suspicion(text: &str) -> Option<&'static str> {
    let number = || (is_number(text) && is_foreign_number(text)).then_some(NUMBER);
    suspects(text).map(|(what, _)| what).next().or_else(number)
}

/// The words that must not be there, each behind what it looks like.
fn suspects(text: &str) -> impl Iterator<Item = (&'static str, &str)> {
    let words = text.split(|it: char| it.is_whitespace() || "\"'<>(),;\\".contains(it));
    words.filter_map(|word| {
        let what = if is_foreign_address(word) {
            ADDRESS
        } else if is_credential(word) {
            CREDENTIAL
        } else if word.starts_with('+') && is_foreign_number(word) {
            NUMBER
        } else {
            return None;
        };
        Some((what, word))
    })
}

fn is_foreign_address(word: &str) -> bool {
    let Some((local, domain)) = word.rsplit_once('@') else {
        return false;
    };
    let domain = domain.trim_end_matches('.').to_lowercase();
    let is_reserved = RESERVED_DOMAINS
        .iter()
        .any(|reserved| domain == *reserved || domain.ends_with(&format!(".{reserved}")));
    !local.is_empty() && domain.contains('.') && !is_reserved
}

/// A web address is none; its parts are looked at one by one.
fn is_credential(word: &str) -> bool {
    word.split(|it: char| "/:?&=.@".contains(it)).any(|part| {
        let begins = |start: &&str| part.starts_with(*start) && part.len() > start.len() + 4;
        CREDENTIAL_BEGINNINGS.iter().any(begins) || is_random(part)
    })
}

/// A long run of letters and digits without a hyphen or underscore to separate words.
fn is_random(part: &str) -> bool {
    part.split(['-', '_']).any(|run| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        run.len() >= LONG_WORD && run.is_ascii() && digits >= 3
    })
}

/// Nothing but digits and what people write between them. A date or a moment is none.
fn is_number(text: &str) -> bool {
    let is_spelled = text.chars().all(|it| it.is_ascii_digit() || " +-()/".contains(it));
    is_spelled && digits_of(text).len() >= LONG_NUMBER && text.parse::<jiff::civil::Date>().is_err()
}

fn is_telephone_number(key: &str, number: &Number) -> bool {
    let digits = number.to_string();
    number.is_u64()
        && NUMBER_DIGITS.contains(&digits.len())
        && is_foreign_number(&digits)
        && !KEYS_OF_NUMBERS.contains(&last_word(key).as_str())
}

/// `id` of `contact_id`, `contactId` and `Id`.
fn last_word(key: &str) -> String {
    let is_lower_case = |it: char| it.is_lowercase();
    let capital = key.rfind(|it: char| it.is_uppercase()).filter(|_| key.contains(is_lower_case));
    let word = capital.map_or(key, |start| &key[start..]);
    word.rsplit(['_', '-']).next().unwrap_or_default().to_lowercase()
}

fn is_foreign_number(text: &str) -> bool {
    let digits = digits_of(text);
    let is_reserved =
        |(start, rest): &(&str, usize)| digits.strip_prefix(start).is_some_and(|tail| tail.len() == *rest);
    digits.len() >= LONG_NUMBER && !RESERVED_NUMBERS.iter().any(is_reserved)
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_named_and_what_stands_there_is_not() {
        let document = json!({
            "people": [{"mail": "ada@example.com"}, {"mail": "ada@engines.test"}],
            "by_mail": {"grace@navy.test": 1},
            "call": "+49 171 5555555",
        });
        assert_eq!(
            places_in(&document),
            [
                "by_mail: a key is an e-mail address that somebody may own",
                "call: a number that somebody may have",
                "people[1].mail: an e-mail address that somebody may own",
            ]
        );
    }
    #[test]
    fn a_long_number_is_one_that_somebody_may_have_but_for_ids_and_moments() {
        for key in ["phone", "mobile", "Android", "paid", "format", "call_me"] {
            let document = json!({"a": {key: [4_917_155_555_555_u64]}});
            assert_eq!(places_in(&document), [format!("a.{key}[0]: {NUMBER}")]);
            assert_eq!(numbers_in(&document).len(), 1, "{key}");
        }
        for key in
            ["id", "Id", "ID", "LineId", "contact_id", "record-id", "exp", "iat", "created_at", "valid_until"]
        {
            let document = json!({key: 1_795_168_800});
            assert_eq!(places_in(&document), Vec::<String>::new());
            assert_eq!(numbers_in(&document), Vec::<String>::new());
        }
        for number in [442_079_460_123_u64, 999_999_999, 1_000_000_000_000_000] {
            assert_eq!(places_in(&json!({"phone": number})), Vec::<String>::new());
        }
    }
}
