//! The text of a search, and the words by which a stored contact is found.

use std::iter;

use unicontact_providers::identity::{normalized_email, search_words};
use unicontact_providers::{ContactId, UnifiedContact};

use super::record::Record;

/// A text to search for.
pub(super) struct SearchText {
    pub(super) text: String,
    /// Its words. Each matches a word of the contacts that match.
    pub(super) words: Vec<SearchWord>,
}

/// A word to search for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SearchWord {
    pub(super) text: String,
    /// Whether it matches only an equal word. Otherwise it matches the words that begin with it.
    pub(super) is_whole: bool,
}

impl SearchWord {
    fn matches(&self, word: &str) -> bool {
        if self.is_whole { word == self.text } else { word.starts_with(&self.text) }
    }
}

impl SearchText {
    pub(super) fn new(text: &str) -> Self {
        let text = text.trim().to_owned();
        Self { words: text.split_whitespace().flat_map(words_to_search).collect(), text }
    }

    /// Returns the text as an e-mail address, if it may be one.
    pub(super) fn address(&self) -> Option<String> {
        self.text.contains('@').then(|| normalized_email(&self.text))
    }

    /// Returns whether a record matches, without the identities of the journal.
    pub(super) fn finds(&self, record: &Record) -> bool {
        if self.text.is_empty() {
            return false;
        }
        *record.key.contact() == *self.text
            || record.id.as_ref().map(ContactId::as_str) == Some(&*self.text)
            || record.contact().is_some_and(|contact| self.finds_contact(&contact))
    }

    /// Returns whether each of its words matches a word of the contact.
    fn finds_contact(&self, contact: &UnifiedContact) -> bool {
        let words = words_of(contact);
        let matches_one = |part: &SearchWord| words.iter().any(|word| part.matches(word));
        !self.words.is_empty() && self.words.iter().all(matches_one)
    }

    /// Returns whether the text is the contact key of a record or an address of its contact.
    pub(super) fn names(&self, record: &Record) -> bool {
        let has_address = |address: String| {
            let contact = record.contact()?;
            Some(contact.emails.iter().any(|email| normalized_email(email.address.as_str()) == address))
        };
        record.key.contact() == self.text || self.address().and_then(has_address).unwrap_or_default()
    }
}

/// Returns the words of a text without spaces. A whole e-mail address is one word and matches only an equal one, so that
/// `c@example.com` is not found in `ada@example.com`. In the beginning of an address, the part before the `@` is whole.
fn words_to_search(text: &str) -> Vec<SearchWord> {
    let beginning = |text: String| SearchWord { text, is_whole: false };
    match split_address(text) {
        Some((local, domain)) if is_whole_domain(domain) => {
            vec![SearchWord { text: normalized_email(&format!("{local}@{domain}")), is_whole: true }]
        }
        Some((local, domain)) => {
            let local = format!("{}@", normalized_email(local));
            iter::once(local).chain(search_words(domain)).map(beginning).collect()
        }
        None => search_words(text).into_iter().map(beginning).collect(),
    }
}

/// Returns the parts of an e-mail address or its beginning.
fn split_address(text: &str) -> Option<(&str, &str)> {
    let address = text.trim_matches(['<', '>', '(', ')', '[', ']', ',', ';', ':', '"']);
    address.rsplit_once('@').filter(|(local, _)| !local.is_empty())
}

fn is_whole_domain(domain: &str) -> bool {
    domain
        .split_once('.')
        .is_some_and(|(first, rest)| !(first.is_empty() || rest.is_empty() || rest.ends_with('.')))
}

/// Returns the words by which a contact is found: the words of its names and addresses, and the whole addresses.
pub(super) fn words_of(contact: &UnifiedContact) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(name) = &contact.name {
        let parts = [&name.full, &name.given, &name.middle, &name.family];
        parts.into_iter().flatten().for_each(|part| add_words(&mut words, part));
    }
    let organization = contact.organization.as_ref().and_then(|organization| organization.name.as_deref());
    if let Some(name) = organization {
        add_words(&mut words, name);
    }
    for email in &contact.emails {
        words.extend(search_words(email.address.as_str()));
        words.push(normalized_email(email.address.as_str()));
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// Adds the words of a name. An e-mail address in it is a word, too.
fn add_words(words: &mut Vec<String>, name: &str) {
    words.extend(search_words(name));
    let addresses = name.split_whitespace().filter_map(split_address);
    words.extend(addresses.map(|(local, domain)| normalized_email(&format!("{local}@{domain}"))));
}
