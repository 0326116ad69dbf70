//! The traits by which a contact is recognized: its name, its e-mail addresses and its telephone numbers, normalized.
//!
//! Notes, titles, the order of addresses, letter case and the form in which letters are encoded do not change them.

pub(crate) mod honorifics;

use std::fmt;

use self::honorifics::is_honorific;
use crate::comparison::fold::{fold, plain_words};
use crate::comparison::{normalized_address, with_ascii_digits};
use crate::contact::{ContactKind, Name, UnifiedContact};

/// The digits at the end of a number that do not depend on its country code.
const SIGNIFICANT_DIGITS: usize = 9;

/// The traits of one contact.
///
/// ```
/// use unicontact_providers::UnifiedContact;
/// use unicontact_providers::identity::Traits;
///
/// let read = |json| serde_json::from_str::<UnifiedContact>(json);
/// let first = read(r#"{"name": "Dr. Ada King", "emails": ["ada@example.com"], "title": "Countess"}"#)?;
/// let again = read(r#"{"name": "KING, Ada", "emails": ["Ada@Example.com"]}"#)?;
/// assert_eq!(Traits::from_contact(&first), Traits::from_contact(&again));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Traits {
    name: String,
    emails: Vec<String>,
    numbers: Vec<String>,
}

impl Traits {
    /// Returns the traits of a contact.
    pub fn from_contact(contact: &UnifiedContact) -> Self {
        let emails = contact.emails.iter().map(|email| normalized_address(email.address.as_str()));
        let numbers = contact.phones.iter().filter_map(|phone| significant_digits(phone.number.as_str()));
        Self { name: name_of(contact), emails: distinct(emails), numbers: distinct(numbers) }
    }

    /// Returns the words of the name in alphabetical order. Empty for a contact without a name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the e-mail addresses in the order of the contact, each once.
    pub fn emails(&self) -> &[String] {
        &self.emails
    }

    /// Returns the last nine digits of each number in the order of the contact, each once.
    pub fn numbers(&self) -> &[String] {
        &self.numbers
    }
}

impl fmt::Debug for Traits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Traits")
            .field("emails", &self.emails.len())
            .field("numbers", &self.numbers.len())
            .finish_non_exhaustive()
    }
}

/// Returns the words of a person's name, or of an organization's where the contact has none.
fn name_of(contact: &UnifiedContact) -> String {
    let person = || contact.name.as_ref().map(words_of_name).filter(|words| !words.is_empty());
    let organization = || {
        let name = contact.organization.as_ref()?.name.as_deref()?;
        Some(words(name)).filter(|words| !words.is_empty())
    };
    let mut words = match contact.kind {
        ContactKind::Person => person().or_else(organization),
        ContactKind::Organization => organization().or_else(person),
    }
    .unwrap_or_default();
    words.sort_unstable();
    words.join(" ")
}

/// Returns the words of the whole name and of a suffix that it lacks, or those of the parts.
fn words_of_name(name: &Name) -> Vec<String> {
    let Name { full, prefix: _, given, middle, family, suffix } = name;
    let suffix = || suffix.as_deref().map(words).unwrap_or_default();
    if let Some(full) = full {
        let mut all = without_honorifics(&[full]);
        let missing: Vec<String> = suffix().into_iter().filter(|word| !all.contains(word)).collect();
        all.extend(missing);
        return all;
    }
    let parts: Vec<&str> = [given, middle, family].into_iter().flatten().map(String::as_str).collect();
    let mut all = without_honorifics(&parts);
    all.extend(suffix());
    all
}

/// Returns the words of the parts of a name without the honorifics at the beginning of each, or after a comma ("King, Dr. Ada").
/// A name of honorifics alone keeps them.
fn without_honorifics(parts: &[&str]) -> Vec<String> {
    let folded: Vec<String> = parts.iter().map(|part| fold(part)).collect();
    let mut all = Vec::new();
    for part in folded.iter().flat_map(|part| part.split([',', ';'])) {
        let words = words_of_folded(part);
        let leading = words.iter().take_while(|word| is_honorific(word)).count();
        all.extend(words.into_iter().skip(leading));
    }
    if all.is_empty() { folded.iter().flat_map(|part| words_of_folded(part)).collect() } else { all }
}

fn words(text: &str) -> Vec<String> {
    words_of_folded(&fold(text))
}

/// Returns the words of a folded text without the punctuation around them.
fn words_of_folded(folded: &str) -> Vec<String> {
    let is_separator = |it: char| it.is_whitespace() || it == ',' || it == ';';
    let bare = |word: &str| {
        let word = word.trim_matches(|it: char| it.is_ascii_punctuation() || "“”„‘«»".contains(it));
        word.replace(['’', '‘', '`', '´'], "'")
    };
    folded.split(is_separator).map(bare).filter(|word| !word.is_empty()).collect()
}

/// Returns the last nine digits of a number, or all of a shorter one without its country code and trunk prefix. `None` for a
/// number without digits.
pub fn significant_digits(number: &str) -> Option<String> {
    let mut digits = with_ascii_digits(number);
    let is_international =
        digits.trim_start_matches(|it: char| !it.is_ascii_digit() && it != '+').starts_with('+');
    digits.retain(|it| it.is_ascii_digit());
    if digits.is_empty() {
        return None;
    }
    let national = match digits.strip_prefix("00") {
        Some(digits) if !is_international => without_country_code(digits),
        _ if is_international => without_country_code(&digits),
        _ => digits.trim_start_matches('0'),
    };
    let national = if national.is_empty() { &digits } else { national };
    Some(national[national.len().saturating_sub(SIGNIFICANT_DIGITS)..].to_owned())
}

/// Returns what follows the country calling code (ITU-T E.164) of the digits of an international number.
fn without_country_code(digits: &str) -> &str {
    const TWO_DIGITS: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
        "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
        "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    let length = match digits.get(..2) {
        _ if digits.starts_with(['1', '7']) => 1,
        Some(start) if TWO_DIGITS.contains(&start) => 2,
        _ => 3,
    };
    digits.get(length..).unwrap_or_default()
}

/// Returns a text in one form for all letter cases, white space, and encodings of the same letters.
pub fn folded(text: &str) -> String {
    fold(text)
}

/// Returns the words of a text as a search compares them: folded, without accents and punctuation.
///
/// ```
/// use unicontact_providers::identity::search_words;
///
/// assert_eq!(search_words("Zoë O'Brien"), ["zoe", "o", "brien"]);
/// assert_eq!(search_words("ada@example.com"), ["ada", "example", "com"]);
/// ```
pub fn search_words(text: &str) -> Vec<String> {
    plain_words(&fold(text))
}

/// Returns an e-mail address in one form for all letter cases and spellings of its domain.
pub fn normalized_email(address: &str) -> String {
    normalized_address(address)
}

fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct = Vec::new();
    for value in values {
        if !value.is_empty() && !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn traits(contact: serde_json::Value) -> Traits {
        Traits::from_contact(&serde_json::from_value(contact).unwrap())
    }

    fn name(name: &str) -> String {
        traits(json!({"name": name})).name().to_owned()
    }

    #[test]
    fn spellings_of_the_same_name_are_the_same() {
        for (one, other) in [
            ("Ada King", "King, Ada"),
            ("Ada King", "ADA  KING "),
            ("Ada King", "Dr. Ada King"),
            ("Ada King", "Prof. Dr. Ada King"),
            ("Ada King", "King, Mrs. Ada"),
            ("Zoë Straße", "Zoe\u{308} STRASSE"),
            ("Ada O'Brien", "Ada O’Brien"),
            ("John Smith Jr", "John Smith, Jr."),
            ("Ada \"Countess\" King", "Ada Countess King"),
        ] {
            assert_eq!(name(one), name(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn other_names_are_others() {
        for (one, other) in [
            ("John Smith Jr.", "John Smith Sr."),
            ("Ada King", "Ada Kingsley"),
            ("Ada King", "Ada"),
            ("Müller", "Muller"),
            ("Dr. Dr.", "Prof."),
        ] {
            assert_ne!(name(one), name(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn a_name_in_parts_is_the_whole_one() {
        let whole = traits(json!({"name": "Ada Augusta King Jr."}));
        let parts = json!({"given": "Ada", "middle": "Augusta", "family": "King", "suffix": "Jr"});
        assert_eq!(traits(json!({"name": parts})), whole);
        let title = json!({"given": "Dr.", "middle": "Ada Augusta", "family": "King Jr."});
        assert_eq!(traits(json!({"name": title})), whole);
        let both = json!({"full": "Dr. Ada Augusta King", "prefix": "Dr.", "suffix": "Jr."});
        assert_eq!(traits(json!({"name": both})), whole);
    }

    #[test]
    fn an_organization_stands_in_for_a_missing_name() {
        let company = traits(json!({"organization": "Acme Ltd."}));
        assert_eq!(company.name(), "acme ltd");
        assert_eq!(
            traits(json!({"kind": "organization", "name": "Bo", "organization": "Acme Ltd"})),
            company
        );
        assert_eq!(traits(json!({"name": "Bo", "organization": "Acme"})).name(), "bo");
    }

    #[test]
    fn numbers_do_not_depend_on_their_country_code() {
        let numbers =
            |numbers: serde_json::Value| traits(json!({"name": "A", "phones": numbers})).numbers().to_vec();
        assert_eq!(numbers(json!(["+44 20 7946 0125"])), ["079460125"]);
        assert_eq!(numbers(json!(["020 7946 0125", "+442079460125"])), ["079460125"]);
        assert_eq!(numbers(json!(["٠٢٠ ٧٩٤٦ ٠١٢٥"])), ["079460125"]);
        assert_eq!(numbers(json!(["030 123456", "+49 30 123456", "0049 30 123456"])), ["30123456"]);
        assert_eq!(numbers(json!(["+354 555 1234", "555 1234"])), ["5551234"]);
        assert_eq!(numbers(json!(["112"])), ["112"]);
    }

    #[test]
    fn addresses_do_not_depend_on_their_letter_case() {
        let emails =
            json!(["Ada@Example.com", "ada@example.COM", "ada@bücher.example", "ada@xn--bcher-kva.example"]);
        let traits = traits(json!({"emails": emails}));
        assert_eq!(traits.emails(), ["ada@example.com", "ada@xn--bcher-kva.example"]);
    }
}
