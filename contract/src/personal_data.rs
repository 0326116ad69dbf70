//! Finds values that must not be in a fixture: e-mail addresses, telephone numbers and credentials.
//!
//! Every value that looks like one is reported, unless it is reserved for examples. Texts are searched as they are and with their
//! percent-encoding decoded, as in the query of a URL.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use serde_json::{Number, Value};

const ADDRESS: &str = "an e-mail address that somebody may own";
const CREDENTIAL: &str = "something like a credential";
const NUMBER: &str = "a number that somebody may have";

/// The domains, and the top-level domains, that are reserved for examples and tests: RFC 2606 and RFC 6761.
const RESERVED_DOMAINS: [&str; 7] =
    ["example.com", "example.org", "example.net", "example", "invalid", "localhost", "test"];
/// The ranges that the numbering authorities reserve for fiction: London, British mobiles, North America with the
/// exchange 555-01, Berlin. Each is a prefix and the number of digits after it.
const RESERVED_NUMBERS: [(&str, usize); 6] =
    [("44207946", 4), ("02079460", 3), ("447700900", 3), ("155555501", 2), ("493023125", 3), ("03023125", 3)];
/// The prefixes of well-known credentials.
const CREDENTIAL_PREFIXES: [&str; 9] =
    ["eyJ", "tok_", "sk_", "pk_", "ghp_", "xox", "AKIA", "-----BEGIN", "AIza"];
const LONG_WORD: usize = 32;
const LONG_NUMBER: usize = 7;
/// The number of digits of a JSON number that may be a telephone number. A shorter one may be a count.
const NUMBER_DIGITS: RangeInclusive<usize> = 10..=15;
/// The last words of keys whose long JSON numbers are ids or times.
const ID_AND_TIME_KEYS: [&str; 9] = ["id", "ids", "exp", "iat", "nbf", "at", "until", "timestamp", "expires"];

/// Returns every suspicious word of a text with its kind. The result contains the words themselves.
pub fn suspicious_words(text: &str) -> Vec<String> {
    suspects(&decoded(text)).map(|(kind, word)| format!("{kind}: {word}")).collect()
}

/// Returns the telephone numbers of a document: texts of digits and separators, which [`suspicious_words`] would split,
/// and JSON numbers. The result contains the numbers themselves.
pub fn telephone_numbers(document: &Value) -> Vec<String> {
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

/// Returns the place of every suspicious value of a document, with its kind. The result contains no value: a suspicious
/// key is reported at the place of its parent.
pub fn suspicious_places(document: &Value) -> Vec<String> {
    let mut places = Vec::new();
    collect_places(document, "", "", &mut places);
    places
}

/// Collects the suspicious places. `key` is the last name of `place`.
fn collect_places(document: &Value, place: &str, key: &str, places: &mut Vec<String>) {
    match document {
        Value::Number(number) if is_telephone_number(key, number) => {
            places.push(format!("{place}: {NUMBER}"));
        }
        Value::String(text) => places.extend(suspicion(text).map(|kind| format!("{place}: {kind}"))),
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                collect_places(entry, &format!("{place}[{index}]"), key, places);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                match suspicion(key) {
                    Some(kind) => places.push(format!("{place}: a key is {kind}")),
                    None if place.is_empty() => collect_places(value, key, key, places),
                    None => collect_places(value, &format!("{place}.{key}"), key, places),
                }
            }
        }
        _ => {}
    }
}

/// Returns the kind of a suspicious text.
fn suspicion(text: &str) -> Option<&'static str> {
    let number = || (is_number(text) && is_foreign_number(text)).then_some(NUMBER);
    suspects(&decoded(text)).map(|(kind, _)| kind).next().or_else(number)
}

/// Returns the text with its percent-encoded characters decoded, if it has any.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.push(b'%'),
        }
        bytes.extend(part.bytes().skip(if digits.is_some() { 2 } else { 0 }));
    }
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// Returns the suspicious words of a text, each after its kind.
fn suspects(text: &str) -> impl Iterator<Item = (&'static str, &str)> {
    let words = text.split(|it: char| it.is_whitespace() || "\"'<>(),;\\".contains(it));
    words.filter_map(|word| {
        let kind = if is_foreign_address(word) {
            ADDRESS
        } else if is_credential(word) {
            CREDENTIAL
        } else if word.split(['?', '&', '=']).any(is_foreign_call) {
            NUMBER
        } else {
            return None;
        };
        Some((kind, word))
    })
}

/// Returns whether a part of the word is an address. The segments of a path and the members of a query are checked one by one.
fn is_foreign_address(word: &str) -> bool {
    word.split(['?', '&', '=', '/']).any(is_foreign_address_alone)
}

fn is_foreign_address_alone(word: &str) -> bool {
    let Some((local, domain)) = word.rsplit_once('@') else {
        return false;
    };
    let domain = domain.trim_end_matches('.').to_lowercase();
    let is_reserved = RESERVED_DOMAINS
        .iter()
        .any(|reserved| domain == *reserved || domain.ends_with(&format!(".{reserved}")));
    !local.is_empty() && domain.contains('.') && !is_reserved
}

/// Returns whether the text is a telephone number with its country code.
fn is_foreign_call(text: &str) -> bool {
    text.starts_with('+') && is_foreign_number(text)
}

/// Returns whether a part of the word looks like a credential. The parts of a web address are checked one by one.
fn is_credential(word: &str) -> bool {
    word.split(|it: char| "/:?&=.@".contains(it)).any(|part| {
        let has_prefix = |prefix: &&str| part.starts_with(*prefix) && part.len() > prefix.len() + 4;
        CREDENTIAL_PREFIXES.iter().any(has_prefix) || is_random(part)
    })
}

/// Returns whether the part has a long run of letters and digits without a hyphen or underscore.
fn is_random(part: &str) -> bool {
    part.split(['-', '_']).any(|run| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        run.len() >= LONG_WORD && run.is_ascii() && digits >= 3
    })
}

/// Returns whether the text is digits and the separators of telephone numbers, and not a date.
fn is_number(text: &str) -> bool {
    let has_only_digits = text.chars().all(|it| it.is_ascii_digit() || " +-()/".contains(it));
    has_only_digits && digits_of(text).len() >= LONG_NUMBER && text.parse::<jiff::civil::Date>().is_err()
}

fn is_telephone_number(key: &str, number: &Number) -> bool {
    let digits = number.to_string();
    number.is_u64()
        && NUMBER_DIGITS.contains(&digits.len())
        && is_foreign_number(&digits)
        && !ID_AND_TIME_KEYS.contains(&last_word(key).as_str())
}

/// Returns the last word of a key in lower case: `id` for `contact_id`, `contactId` and `Id`.
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
    fn suspicious_places_are_named_without_their_values() {
        let document = json!({
            "people": [{"mail": "ada@example.com"}, {"mail": "ada@engines.zz"}],
            "by_mail": {"grace@navy.zz": 1},
            "call": "+49 171 5555555",
        });
        assert_eq!(
            suspicious_places(&document),
            [
                "by_mail: a key is an e-mail address that somebody may own",
                "call: a number that somebody may have",
                "people[1].mail: an e-mail address that somebody may own",
            ]
        );
    }

    #[test]
    fn the_addresses_of_a_query_are_checked_one_by_one() {
        let document = json!({
            "ours": "/people?email=ada@example.com&limit=2",
            "invalid": "/people?email=nell.nobody@example.invalid&or=ada@engines.test",
            "local": "ada@crm.localhost",
            "first": "/people?email=ada@engines.zz&limit=2",
            "second": "/people?email=ada@example.com&or=grace@navy.zz",
        });
        let address = |key: &str| format!("{key}: {ADDRESS}");
        assert_eq!(suspicious_places(&document), [address("first"), address("second")]);
    }

    #[test]
    fn the_percent_encoding_of_a_url_is_decoded() {
        let document = json!({
            "ours": "/query?q=SELECT%20Id%20FROM%20Contact%20WHERE%20Email%3D%27ada@example.com%27%20LIMIT%2020",
            "path": "/contacts/ada%40example.com/notes",
            "theirs": "/query?q=Email%3D%27ada%40engines.zz%27%20LIMIT%2020",
            "number": "/query?phone=%2B491715555555",
            "reserved": "/query?phone=%2B442079460123&limit=1",
            "percent": "100% of ada@example.com, 5%2",
        });
        assert_eq!(suspicious_places(&document), [format!("number: {NUMBER}"), format!("theirs: {ADDRESS}")]);
        assert_eq!(decoded("100%25 %zz%4"), "100% %zz%4");
    }

    #[test]
    fn long_json_numbers_are_telephone_numbers_except_ids_and_times() {
        for key in ["phone", "mobile", "Android", "paid", "format", "call_me"] {
            let document = json!({"a": {key: [4_917_155_555_555_u64]}});
            assert_eq!(suspicious_places(&document), [format!("a.{key}[0]: {NUMBER}")]);
            assert_eq!(telephone_numbers(&document).len(), 1, "{key}");
        }
        for key in
            ["id", "Id", "ID", "LineId", "contact_id", "record-id", "exp", "iat", "created_at", "valid_until"]
        {
            let document = json!({key: 1_795_168_800});
            assert_eq!(suspicious_places(&document), Vec::<String>::new());
            assert_eq!(telephone_numbers(&document), Vec::<String>::new());
        }
        for number in [442_079_460_123_u64, 999_999_999, 1_000_000_000_000_000] {
            assert_eq!(suspicious_places(&json!({"phone": number})), Vec::<String>::new());
        }
    }
}
