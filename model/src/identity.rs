//! The traits by which two records of one person are recognized: name, e-mail addresses and telephone numbers, normalized.

use std::fmt;

use crate::comparison::normalized_address;
use crate::contact::{ContactKind, Name, UnifiedContact};
use crate::fold::{fold, plain_words, with_ascii_digits};
use crate::honorifics::is_honorific;

/// The number of final digits that are the same with and without the country code.
const SIGNIFICANT_DIGITS: usize = 9;

/// The traits of one contact. They do not depend on its notes and titles, on the order of its name's words, on letter case
/// or on the encoding of letters.
///
/// ```
/// use unicontact_model::UnifiedContact;
/// use unicontact_model::identity::Traits;
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
    given_name: Option<String>,
    emails: Vec<String>,
    numbers: Vec<String>,
}

impl Traits {
    /// Returns the traits of a contact.
    pub fn from_contact(contact: &UnifiedContact) -> Self {
        let emails = contact.emails.iter().map(|email| normalized_address(email.address.as_str()));
        let numbers = contact.phones.iter().flat_map(|phone| forms_of_number(phone.number.as_str()));
        Self {
            name: name_of(contact),
            given_name: given_name_of(contact),
            emails: distinct(emails),
            numbers: distinct(numbers),
        }
    }

    /// Returns the words of the name in alphabetical order. Empty for a contact without a name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the first given name of a person, if the contact distinguishes it from the rest of the name.
    pub fn given_name(&self) -> Option<&str> {
        self.given_name.as_deref()
    }

    /// Returns the e-mail addresses in the order of the contact, each once.
    pub fn emails(&self) -> &[String] {
        &self.emails
    }

    /// Returns the last nine digits of each number in the order of the contact, each once. For a number with fewer national
    /// digits, also those alone.
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

/// Returns the words of the full name and of a suffix that is missing in it, or the words of the parts.
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

/// Returns the words of the parts of a name without leading honorifics, also after a comma ("King, Dr. Ada"). A family name
/// that is an honorific stays ("Jack Lord"), and so does a name of honorifics only.
fn without_honorifics(parts: &[&str]) -> Vec<String> {
    let folded: Vec<String> = parts.iter().map(|part| fold(part)).collect();
    let segments: Vec<Vec<String>> =
        folded.iter().flat_map(|part| part.split([',', ';'])).map(words_of_folded).collect();
    // The last part begins with the family name: "Lord, Jack", or "Jack" and "Lord".
    let in_last_part = folded.last().map_or(0, |part| part.split([',', ';']).count());
    let family = segments.len() - in_last_part;
    let mut all = Vec::new();
    for (index, words) in segments.iter().enumerate() {
        let leading = words.iter().take_while(|word| is_honorific(word)).count();
        let is_whole_family = index == family && leading == words.len();
        all.extend(words.iter().skip(if is_whole_family { 0 } else { leading }).cloned());
    }
    if all.is_empty() { segments.concat() } else { all }
}

/// Returns the first word of the given name: of the part, of the text after a comma, or of the full name.
fn given_name_of(contact: &UnifiedContact) -> Option<String> {
    if contact.kind == ContactKind::Organization {
        return None;
    }
    let name = contact.name.as_ref()?;
    let Name { full, given, middle, .. } = name;
    let parts = match full.as_deref() {
        Some(full) => vec![full.split_once(',').map_or(full, |(_, given)| given)],
        None => [given, middle].into_iter().flatten().map(String::as_str).collect(),
    };
    let mut words = parts.into_iter().flat_map(words);
    words.find(|word| !is_honorific(word) && word.chars().count() > 1)
}

fn words(text: &str) -> Vec<String> {
    words_of_folded(&fold(text))
}

/// Returns the words of a folded text without the punctuation around them.
fn words_of_folded(folded: &str) -> Vec<String> {
    let is_separator = |it: char| it.is_whitespace() || it == ',' || it == ';';
    let is_mark = |it: char| it.is_ascii_punctuation() || matches!(it, '“' | '”' | '„' | '‘' | '«' | '»');
    let bare = |word: &str| {
        let word = word.trim_matches(is_mark);
        if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return word.to_owned();
        }
        word.replace(['’', '‘', '`', '´'], "'")
    };
    folded.split(is_separator).map(bare).filter(|word| !word.is_empty()).collect()
}

/// Returns the last nine digits of a number, or all national digits of a shorter one. `None` for a number without digits.
pub fn significant_digits(number: &str) -> Option<String> {
    let (digits, is_international) = digits_of(number);
    significant_end(&digits, is_international).map(str::to_owned)
}

fn significant_end(digits: &str, is_international: bool) -> Option<&str> {
    if digits.is_empty() {
        return None;
    }
    let national = match digits.strip_prefix("00") {
        Some(digits) if !is_international => without_country_code(digits),
        _ if is_international => without_country_code(digits),
        _ => digits,
    };
    let national = national.trim_start_matches('0');
    Some(last_digits(if national.is_empty() { digits } else { national }))
}

/// Returns the significant digits of a number, and its last nine digits if they differ. A trunk prefix can be more than zeros
/// (06 in Hungary), and then only the last digits agree.
fn forms_of_number(number: &str) -> impl Iterator<Item = String> + use<> {
    let (digits, is_international) = digits_of(number);
    let last = (digits.len() >= SIGNIFICANT_DIGITS).then(|| last_digits(&digits).to_owned());
    significant_end(&digits, is_international).map(str::to_owned).into_iter().chain(last)
}

fn last_digits(digits: &str) -> &str {
    &digits[digits.len().saturating_sub(SIGNIFICANT_DIGITS)..]
}

/// Returns the digits of a number, and whether it begins with a plus sign.
fn digits_of(number: &str) -> (String, bool) {
    let mut digits = with_ascii_digits(number);
    let start = digits.find(|it: char| it.is_ascii_digit() || it == '+');
    let is_international = start.is_some_and(|start| digits[start..].starts_with('+'));
    digits.retain(|it| it.is_ascii_digit());
    (digits, is_international)
}

/// Returns the digits after the country calling code (ITU-T E.164) of an international number.
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

/// Returns a text folded: equal for all letter cases, white space, and encodings of the same letters.
pub fn folded(text: &str) -> String {
    fold(text)
}

/// Returns the words of a text for a search: folded, without accents and punctuation.
///
/// ```
/// use unicontact_model::identity::search_words;
///
/// assert_eq!(search_words("Zoë O'Brien"), ["zoe", "o", "brien"]);
/// assert_eq!(search_words("ada@example.com"), ["ada", "example", "com"]);
/// ```
pub fn search_words(text: &str) -> Vec<String> {
    plain_words(&fold(text))
}

/// Returns an e-mail address normalized: folded, with its domain in ASCII.
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
    fn spellings_of_one_name_have_equal_traits() {
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
    fn different_names_have_different_traits() {
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
    fn a_name_in_parts_equals_the_full_name() {
        let whole = traits(json!({"name": "Ada Augusta King Jr."}));
        let parts = json!({"given": "Ada", "middle": "Augusta", "family": "King", "suffix": "Jr"});
        assert_eq!(traits(json!({"name": parts})), whole);
        let jack = json!({"given": "Jack", "family": "Lord"});
        for name in [json!("Jack Lord"), json!("Lord, Jack"), json!("Mr Jack Lord"), jack] {
            assert_eq!(traits(json!({"name": name})).name(), "jack lord");
        }
        let title = json!({"given": "Dr.", "middle": "Ada Augusta", "family": "King Jr."});
        assert_eq!(traits(json!({"name": title})), whole);
        let both = json!({"full": "Dr. Ada Augusta King", "prefix": "Dr.", "suffix": "Jr."});
        assert_eq!(traits(json!({"name": both})), whole);
    }

    #[test]
    fn an_organization_replaces_a_missing_name() {
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
        for (national, international) in [
            ("030 123456", "+49 30 123456"),
            ("030 123456", "0049 30 123456"),
            ("555 1234", "+354 555 1234"),
            ("02 1234567", "+39 02 1234567"),
            ("06 1 234 5678", "+36 1 234 5678"),
            ("8 495 123 45 67", "+7 495 123-45-67"),
        ] {
            let (national, international) = (numbers(json!([national])), numbers(json!([international])));
            assert!(national.iter().any(|it| international.contains(it)), "{national:?} {international:?}");
        }
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
