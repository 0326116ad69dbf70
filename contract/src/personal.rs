//! What must not stand in a fixture: people, their addresses and numbers, credentials.
//!
//! Rule: it fails closed. What looks like one of them is one, unless it is of a kind that is reserved for examples.

use serde_json::Value;

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

/// Everything in `text` that looks like something that must not be there, with what it looks like. For people who may
/// see it: it repeats what it found.
pub fn found_in(text: &str) -> Vec<String> {
    suspects(text).map(|(what, word)| format!("{what}: {word}")).collect()
}

/// The telephone numbers of a document whose digits are separated by blanks or other signs, which [`found_in`] cannot
/// tell from several words. It repeats what it found.
pub fn numbers_in(document: &Value) -> Vec<String> {
    match document {
        Value::String(text) if is_number(text) && is_foreign_number(text) => {
            vec![format!("{NUMBER}: {text}")]
        }
        Value::Array(entries) => entries.iter().flat_map(numbers_in).collect(),
        Value::Object(map) => map.values().flat_map(numbers_in).collect(),
        _ => Vec::new(),
    }
}

/// Where in a document something stands that must not be there, and what it looks like. It repeats nothing of it: a
/// key that is itself suspicious is told as a key of its parent.
pub fn places_in(document: &Value) -> Vec<String> {
    let mut places = Vec::new();
    look_into(document, "", &mut places);
    places
}

fn look_into(document: &Value, place: &str, places: &mut Vec<String>) {
    match document {
        Value::String(text) => places.extend(suspicion(text).map(|what| format!("{place}: {what}"))),
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                look_into(entry, &format!("{place}[{index}]"), places);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                match suspicion(key) {
                    Some(what) => places.push(format!("{place}: a key is {what}")),
                    None if place.is_empty() => look_into(value, key, places),
                    None => look_into(value, &format!("{place}.{key}"), places),
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
}
