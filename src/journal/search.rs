//! The text of a search, and the words by which a stored contact is found.

use unicontact_providers::identity::{normalized_email, search_words};
use unicontact_providers::{ContactId, UnifiedContact};

use super::record::Record;

/// A text to search for.
pub(super) struct SearchText {
    pub(super) text: String,
    /// Its words. Each begins a word of the contacts that match.
    pub(super) words: Vec<String>,
}

impl SearchText {
    pub(super) fn new(text: &str) -> Self {
        let text = text.trim().to_owned();
        Self { words: search_words(&text), text }
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
        record.key.contact().starts_with(&self.text)
            || record.id.as_ref().map(ContactId::as_str) == Some(&*self.text)
            || record.contact().is_some_and(|contact| self.finds_contact(&contact))
    }

    /// Returns whether each of its words begins a word of the contact.
    fn finds_contact(&self, contact: &UnifiedContact) -> bool {
        let words = words_of(contact);
        let begins_one = |part: &String| words.iter().any(|word| word.starts_with(part));
        !self.words.is_empty() && self.words.iter().all(begins_one)
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

/// Returns the words by which a contact is found: the words of its names and addresses, and the whole addresses.
pub(super) fn words_of(contact: &UnifiedContact) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(name) = &contact.name {
        let parts = [&name.full, &name.given, &name.middle, &name.family];
        words.extend(parts.into_iter().flatten().flat_map(|part| search_words(part)));
    }
    let organization = contact.organization.as_ref().and_then(|organization| organization.name.as_deref());
    words.extend(organization.into_iter().flat_map(search_words));
    for email in &contact.emails {
        words.extend(search_words(email.address.as_str()));
        words.push(normalized_email(email.address.as_str()));
    }
    words.sort_unstable();
    words.dedup();
    words
}
