//! Redaction of vendors' messages. Removes credentials and values of the contact in any encoding, and everything that looks like
//! an e-mail address, a telephone number or a URL with a query. Keeps common words, identifiers of the API and short codes, unless
//! they contain a credential.

mod common_words;
mod decode;
mod identifiers;
mod mask;
mod patterns;
mod terms;
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde_json::Value;

use self::decode::{Decoding, Decodings};
use self::mask::Matches;
use self::terms::{RUN, SensitiveTerms};

/// The maximum length of a redacted message, in characters.
const MAX_MESSAGE: usize = 300;
/// The maximum length of a text that is searched, in characters. The rest is dropped.
const MAX_SEARCHED: usize = 4096;
/// The number of characters at the end of a truncated text that are dropped too: a value that is cut there is not found.
const DROPPED_END: usize = 256;
/// The maximum length of an id, in bytes.
const MAX_ID: usize = 100;
/// The maximum number of digits of a code that stays even if a value of the contact equals it.
const MAX_CODE: usize = 5;
/// The maximum number of digits of an index in the name of a field.
const MAX_INDEX: usize = 3;
const REMOVED: &str = "[removed]";
/// Keys of a login request. All values of such a request are credentials.
const LOGIN_KEYS: [&str; 2] = ["application_token", "password"];

/// Removes the credentials of a request and the values of its contact from texts.
pub(crate) struct Redactor {
    values: SensitiveTerms,
    secrets: SensitiveTerms,
}

impl Redactor {
    /// Creates a redactor of the values of a request body. The values of a login or of a JSON array are credentials.
    pub(crate) fn from_request(body: &Value) -> Self {
        if body.is_array() || LOGIN_KEYS.iter().any(|key| body.get(key).is_some()) {
            Self::from_login(body)
        } else {
            Self { values: SensitiveTerms::from_json(body), secrets: SensitiveTerms::default() }
        }
    }

    /// Creates a redactor of the values of a login, which are credentials.
    pub(crate) fn from_login(body: &Value) -> Self {
        Self { values: SensitiveTerms::default(), secrets: SensitiveTerms::from_json(body) }
    }

    /// Adds a credential.
    pub(crate) fn with_secret(mut self, secret: &str) -> Self {
        self.secrets.add(secret);
        self
    }

    /// Returns the name of a field: unchanged if it is a name of the API, otherwise redacted.
    pub(super) fn redact_field(&self, field: &str) -> String {
        if self.is_identifier(field) { field.to_owned() } else { self.redact(field) }
    }

    /// Returns a code: unchanged if it is a short number or an identifier of the vendor, otherwise redacted.
    pub(super) fn redact_code(&self, code: &str) -> String {
        let is_short = is_number(code) && code.len() <= MAX_CODE;
        let stays = (is_short || self.is_vendors_code(code)) && !self.holds_secret(code);
        if stays { code.to_owned() } else { self.redact(code) }
    }

    /// Returns whether a code is an identifier of the vendor, although a value of the contact may be a part of it.
    fn is_vendors_code(&self, code: &str) -> bool {
        if code.len() > MAX_ID {
            return false;
        }
        let decoding = Decoding::from_text(code);
        let mut matched = vec![false; decoding.characters.len()];
        hide(&mut matched, self.values.find_in(&decoding));
        identifiers::stays_as_code(&decoding.characters, |index| matched[index])
            && patterns::find_in(&decoding, &[]).is_empty()
    }

    /// Returns a text with `[removed]` instead of sensitive data, limited to [`MAX_MESSAGE`] characters.
    pub(crate) fn redact(&self, text: &str) -> String {
        let head: String = text.chars().take(MAX_SEARCHED).collect();
        let is_truncated = head.len() < text.len();
        let decodings = Decodings::new(&head);
        if !decodings.is_complete {
            return REMOVED.to_owned();
        }
        let length = head.chars().count();
        let secret = mark_matches(&self.secrets, &decodings, vec![false; length]);
        let any = mark_matches(&self.values, &decodings, secret.clone());
        let matches = Matches { any, secret };
        let mut hidden = match decodings.all.last() {
            Some(plain) => mask::mask(plain, &matches),
            None => matches.any,
        };
        for decoding in &decodings.all {
            let found = patterns::find_in(decoding, &hidden);
            hide(&mut hidden, found);
        }
        if is_truncated {
            hidden.truncate(MAX_SEARCHED - DROPPED_END);
        }
        capped(without_hidden(&head, &hidden).trim(), is_truncated)
    }

    /// Returns whether an id can be reported. An id is never redacted in part, since a changed id would be wrong.
    pub(crate) fn allows_id(&self, id: &str) -> bool {
        if id.len() > MAX_ID || id.chars().any(char::is_control) {
            return false;
        }
        if self.id_holds_secret(id) {
            return false;
        }
        if is_number(id) && id.len() < RUN {
            return !self.values.has_phone(id);
        }
        Decodings::new(id).all.iter().all(|decoding| self.values.find_in(decoding).is_empty())
    }

    /// Returns whether an id has a part of a credential. Ids and the beginnings of some tokens are padded with zeros, which say
    /// nothing.
    fn id_holds_secret(&self, id: &str) -> bool {
        let is_telling = |range: Range<usize>| {
            let part = id.get(range.clone()).unwrap_or(id);
            part.len() == id.len() || !is_padding(part)
        };
        let decodings = Decodings::new(id);
        let mut found = decodings.all.iter().flat_map(|decoding| self.secrets.find_in(decoding));
        !decodings.is_complete || found.any(is_telling)
    }

    /// Returns whether a text can only be the vendor's name of a field. Its parts are keys of the request, names with an
    /// underscore, and indexes, and no value of the contact contains that underscore.
    fn is_identifier(&self, field: &str) -> bool {
        let repeats_underscore = |part: &str| {
            let found = self.values.find_in(&Decoding::from_text(part));
            found.into_iter().any(|range| part.get(range).is_some_and(|found| found.contains('_')))
        };
        let is_named = |part: &str| {
            let is_name = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
            part.contains('_') && part.bytes().all(is_name) && !repeats_underscore(part)
        };
        let is_part = |part: &str| {
            self.values.has_key(part) || is_named(part) || (is_number(part) && part.len() <= MAX_INDEX)
        };
        let parts = || field.split(['.', '[', ']']).filter(|part| !part.is_empty());
        field.len() <= MAX_ID
            && parts().count() > 0
            && parts().all(is_part)
            && !self.holds_secret(field)
            && patterns::find_in(&Decoding::from_text(field), &[]).is_empty()
    }

    /// Returns whether a text contains a credential, or cannot be decoded completely.
    fn holds_secret(&self, text: &str) -> bool {
        let decodings = Decodings::new(text);
        !decodings.is_complete
            || decodings.all.iter().any(|decoding| !self.secrets.find_in(decoding).is_empty())
    }
}

/// Returns whether a part is made of at most two characters.
fn is_padding(part: &str) -> bool {
    let mut different: Vec<char> = part.chars().collect();
    different.sort_unstable();
    different.dedup();
    different.len() <= 2
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Marks the characters that a term matches in any decoding.
fn mark_matches(terms: &SensitiveTerms, decodings: &Decodings, mut matched: Vec<bool>) -> Vec<bool> {
    for decoding in &decodings.all {
        hide(&mut matched, terms.find_in(decoding));
    }
    matched
}

fn hide(hidden: &mut [bool], ranges: Vec<Range<usize>>) {
    for range in ranges {
        hidden[range].fill(true);
    }
}

/// Returns the text up to the end of `hidden`, with `[removed]` for each hidden part.
fn without_hidden(text: &str, hidden: &[bool]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut was_hidden = false;
    for (character, is_hidden) in text.chars().zip(hidden.iter().copied()) {
        if !is_hidden {
            shown.push(if character.is_control() { ' ' } else { character });
        } else if !was_hidden {
            shown.push_str(REMOVED);
        }
        was_hidden = is_hidden;
    }
    shown
}

/// Returns the first [`MAX_MESSAGE`] characters of a text, with an ellipsis if the text is longer or was truncated before.
pub(super) fn capped(text: &str, is_truncated: bool) -> String {
    let mut capped: String = text.chars().take(MAX_MESSAGE).collect();
    if is_truncated || capped.len() < text.len() {
        capped.push('…');
    }
    capped
}
