//! What must not stand in a fixture: people, their addresses and numbers, credentials.
//!
//! Its rule: it fails closed. What looks like one of them is one, unless it is of a kind that is reserved for examples.

use serde_json::Value;

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

/// Every line of `text` that looks like something that must not be there.
pub(crate) fn found_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in text.split(|it: char| it.is_whitespace() || "\"'<>(),;\\".contains(it)) {
        if is_foreign_address(word) {
            found.push(format!("an e-mail address that somebody may own: {word}"));
        } else if is_credential(word) {
            found.push(format!("something like a credential: {word}"));
        } else if word.starts_with('+') && is_foreign_number(word) {
            found.push(format!("a number that somebody may have: {word}"));
        }
    }
    found
}

/// The same for every text of a document, where whole values are known.
pub(crate) fn numbers_in(document: &Value) -> Vec<String> {
    match document {
        Value::String(text) if is_number(text) && is_foreign_number(text) => {
            vec![format!("a number that somebody may have: {text}")]
        }
        Value::Array(entries) => entries.iter().flat_map(numbers_in).collect(),
        Value::Object(map) => map.values().flat_map(numbers_in).collect(),
        _ => Vec::new(),
    }
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
