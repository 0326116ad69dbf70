//! Decides which names of members are the vendor's own words, and which are data, such as the keys of a map by e-mail address.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::json_texts::{Part, texts_with_places};
use crate::personal_data;
use crate::text_pattern::is_uuid;

const LONGEST_NAME: usize = 60;
/// The digits in a row that make a name an id. Fewer are a number such as that of `address_2`.
const ID_DIGITS: usize = 6;
/// The letters and digits in a row that make a name with [`TOKEN_DIGITS`] of them an opaque token.
const TOKEN_LENGTH: usize = 12;
const TOKEN_DIGITS: usize = 3;
/// The shortest value that is searched for. Shorter ones occur in names by chance.
const SHORTEST_VALUE: usize = 3;
/// The members of a contact whose values are words of its format.
const FORMAT_MEMBERS: [&str; 3] = ["kind", "primary", "country"];
const NAME: &str = "name";

/// The known names of members, and the values that no kept name may hold.
#[derive(Debug, Default)]
pub(crate) struct MemberNames {
    known: BTreeSet<String>,
    /// The words of all known names.
    known_words: BTreeSet<String>,
    /// Letters and digits of the contacts' values, and of the people in answers.
    values: BTreeSet<String>,
    /// The words of the contacts' names.
    name_words: BTreeSet<String>,
}

impl MemberNames {
    /// Adds the name of a member that is known to be the vendor's own. Names that are no identifiers are ignored.
    pub(crate) fn add_known(&mut self, name: &str) {
        if is_identifier(name) {
            self.known_words.extend(words(name));
            self.known.insert(name.to_owned());
        }
    }

    /// Adds the names of all members of a document as known.
    pub(crate) fn add_known_in(&mut self, document: &Value) {
        match document {
            Value::Array(entries) => entries.iter().for_each(|entry| self.add_known_in(entry)),
            Value::Object(map) => {
                for (name, value) in map {
                    self.add_known(name);
                    self.add_known_in(value);
                }
            }
            _ => {}
        }
    }

    /// Adds the values of a contact.
    pub(crate) fn add_contact(&mut self, document: &Value) {
        if let Some(name) = document.get(NAME) {
            for text in texts(name) {
                self.name_words.extend(words(text).filter(|word| word.len() >= SHORTEST_VALUE));
            }
        }
        for text in texts(document) {
            self.add_value(text);
        }
    }

    /// Adds the texts of an answer that may name somebody: those of several words, and addresses.
    pub(crate) fn add_answer(&mut self, body: &Value) {
        for text in texts(body) {
            if text.contains('@') || text.trim().contains(' ') {
                self.add_value(text);
            }
        }
    }

    fn add_value(&mut self, text: &str) {
        let local = text.split_once('@').map(|(local, _)| local);
        let values = [Some(text), local].into_iter().flatten().map(folded);
        self.values.extend(values.filter(|value| value.len() >= SHORTEST_VALUE));
    }

    /// Returns whether a name may be shown and recorded: if it is known, or an identifier that holds no value.
    pub(crate) fn is_kept(&self, name: &str) -> bool {
        self.known.contains(name)
            || (is_identifier(name)
                && (!self.holds_value(name) || words(name).all(|word| self.known_words.contains(&word))))
    }

    fn holds_value(&self, name: &str) -> bool {
        self.values.contains(&folded(name)) || words(name).any(|word| self.name_words.contains(&word))
    }
}

/// Returns whether the text has the form of a member's name, and not of an address, an id or a token.
pub(crate) fn is_identifier(text: &str) -> bool {
    let is_first = |it: char| it.is_ascii_alphabetic() || it == '_' || it == '$';
    text.len() <= LONGEST_NAME
        && text.starts_with(is_first)
        && text.chars().all(|it| it.is_ascii_alphanumeric() || "_-.$".contains(it))
        && !is_uuid(text)
        && !text.split(|it: char| !it.is_ascii_digit()).any(|digits| digits.len() >= ID_DIGITS)
        && !text.split(|it: char| !it.is_ascii_alphanumeric()).any(is_token)
        && personal_data::suspicious_words(text).is_empty()
}

fn is_token(run: &str) -> bool {
    let stem = run.trim_end_matches(|it: char| it.is_ascii_digit());
    let digits = stem.bytes().filter(u8::is_ascii_digit).count();
    run.len() >= TOKEN_LENGTH && digits >= TOKEN_DIGITS
}

/// Returns the words of a name in `camelCase` or `snake_case`, in lower case.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for it in name.chars() {
        let begins = (it.is_uppercase() && was_lower) || !it.is_alphanumeric();
        if begins {
            words.push(String::new());
        }
        was_lower = it.is_lowercase() || it.is_numeric();
        if let Some(word) = words.last_mut().filter(|_| it.is_alphanumeric()) {
            word.extend(it.to_lowercase());
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}

/// Returns the letters and digits of a text in lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the texts of a document, without those of [`FORMAT_MEMBERS`].
fn texts(document: &Value) -> Vec<&str> {
    let below = |&(): &(), part: Part<'_>| match part {
        Part::Member(name) if FORMAT_MEMBERS.contains(&name) => None,
        _ => Some(()),
    };
    texts_with_places(document, (), below).into_iter().map(|((), text)| text).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn names() -> MemberNames {
        let mut names = MemberNames::default();
        names.add_known_in(&json!({"phone_number": "1", "per_page": 2, "mira@example.com": 3}));
        names.add_contact(&json!({
            "name": {"full": "Mira Page"},
            "emails": [{"address": "mira.beispiel@example.com", "kind": "work"}],
            "tags": ["speaker"],
        }));
        names.add_answer(&json!({"owner": "Grace Boss", "label": "Phone number", "status": "archived"}));
        names
    }

    #[test]
    fn identifiers_are_kept_and_keys_of_maps_are_not() {
        let names = names();
        for kept in [
            "owner",
            "ownerOfRow",
            "owner_of_row",
            "$ref",
            "_links",
            "hs.v2-date",
            "address_2",
            "line12",
            "work",
            "phoneNumber",
            "per_page",
            "archived",
            "sf__c",
            "i18n_name",
        ] {
            assert!(names.is_kept(kept), "{kept}");
        }
        for data in [
            "mira@example.com",
            "+49 171 5555555",
            "4711",
            "d46a122c-0bb3-4a7a-8c27-2138d3d3ab06",
            "contact_471147",
            "dcf558aac1ae4e8c4f849ba5e668430d8df9be12",
            "a1b2c3d4e5f6a7",
            "tok_live_abcdefgh",
            "Grace Boss",
            "graceboss",
            "grace_boss",
            "GraceBoss",
            "mira",
            "mira_notes",
            "miraNotes",
            "mira.beispiel",
            "speaker",
            "Größe",
            "",
        ] {
            assert!(!names.is_kept(data), "{data}");
        }
    }

    proptest! {
        #[test]
        fn no_kept_name_is_suspicious(name in "[ -~]{0,70}") {
            if names().is_kept(&name) {
                prop_assert_eq!(personal_data::suspicious_places(&json!({&*name: 1})), Vec::<String>::new());
            }
        }

        #[test]
        fn no_name_of_a_contact_is_kept(given in "[A-Z][a-z]{4,9}", family in "[A-Z][a-z]{4,9}", separator in "[_.-]?") {
            let mut names = MemberNames::default();
            names.add_contact(&json!({"name": {"full": format!("{given} {family}")}}));
            let keys = [format!("{given}{separator}{family}"), format!("{given}_notes"), family.to_lowercase()];
            for key in keys {
                prop_assert!(!names.is_kept(&key), "{}", key);
            }
        }
    }
}
