//! Parses a list of e-mail addresses: `"One, Ann" <ann@example.com>; bob@example.com (work)`.
//!
//! Invariant: each part of a list is an address, the name or comment beside one, or reported as unreadable.

mod split;

use std::borrow::Cow;

use unicontact_model::contact::EmailAddress;

use self::split::{Segment, segments};
use crate::placeholders::is_channel_placeholder;

/// A part of a list of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// An address, and a word beside it: the `work` of `ann@example.com (work)`.
    Address { address: EmailAddress, word: Option<&'t str> },
    /// Text in brackets beside an address.
    Comment,
    /// A placeholder such as `NULL`.
    Placeholder,
    /// An address of another network: `/o=ExchangeLabs/cn=…`, `sip:…`.
    NotEmail(&'t str),
    /// An address whose @ is spelled out: `ann (at) example.com`.
    SpelledOut(&'t str),
    /// A part that is not an address.
    Unreadable(Cow<'t, str>),
}

/// Returns the parts of a text, in order.
pub(super) fn parse(text: &str) -> Vec<Part<'_>> {
    if let Some(address) = address(text) {
        return vec![Part::Address { address, word: None }];
    }
    let segments = segments(text);
    let mut parts = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        if !starts_name(&segments[index..]) {
            read_segment(segment.text, &mut parts);
        }
    }
    parts
}

/// Returns whether the first segment starts a name that continues after its comma: `One, Ann <ann@example.com>`.
fn starts_name(segments: &[Segment<'_>]) -> bool {
    let mut rest = segments.iter();
    let is_open = |segment: &Segment<'_>| {
        segment.ends_with_comma && !segment.text.contains('@') && !is_channel_placeholder(segment.text)
    };
    if !rest.next().is_some_and(is_open) {
        return false;
    }
    // A name has a few commas at most: `One, Ann, Dr.`
    rest.take(3).find(|segment| !is_open(segment)).is_some_and(|segment| in_brackets(segment.text).is_some())
}

fn read_segment<'t>(text: &'t str, parts: &mut Vec<Part<'t>>) {
    if split::is_directory_name(text) || is_of_another_network(text) {
        parts.push(Part::NotEmail(text));
    } else if let Some(address) = address(text) {
        let word = scheme(text).map(|(word, _)| word).filter(|word| is_kind(word));
        parts.push(Part::Address { address, word });
    } else if in_brackets(text).is_some() {
        read_named(text, parts);
    } else if text.contains('@') {
        read_words(text, parts);
    } else if !is_connecting(text) {
        parts.push(without_address(text));
    }
}

fn without_address(text: &str) -> Part<'_> {
    if is_channel_placeholder(text) {
        Part::Placeholder
    } else if is_spelled_out(text) {
        Part::SpelledOut(text)
    } else {
        Part::Unreadable(Cow::Borrowed(text))
    }
}

/// Reads the addresses in brackets after names: `Ann One <ann@example.com>`, `Ann One (ann@example.com)`.
fn read_named<'t>(text: &'t str, parts: &mut Vec<Part<'t>>) {
    let mut rest = text;
    while let Some((before, inner, after)) = in_brackets(rest) {
        read_words(inner, parts);
        // The name may itself be an address.
        for other in words(before).filter_map(address) {
            parts.push(Part::Address { address: other, word: None });
        }
        rest = after;
    }
    if rest.contains('@') {
        read_words(rest, parts);
    } else if let Some(comment) = rest.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        push_comment(comment, parts);
    } else if rest.contains(char::is_alphanumeric) && !is_connecting(rest.trim()) {
        parts.push(Part::Unreadable(Cow::Borrowed(rest.trim())));
    }
}

/// Returns the text before, in and after the first brackets that contain an `@`.
fn in_brackets(text: &str) -> Option<(&str, &str, &str)> {
    const PAIRS: [(char, char); 3] = [('<', '>'), ('(', ')'), ('[', ']')];
    let find = |(open, close): (char, char)| {
        let at = text.find('@')?;
        let start = text[..at].rfind(open)?;
        let end = at + text[at..].find(close)?;
        Some((&text[..start], &text[start + 1..end], &text[end + 1..]))
    };
    let first = PAIRS.into_iter().filter_map(find).min_by_key(|(before, ..)| before.len());
    first.or_else(|| {
        // `ann@example.com <ann@example.com>`: the first @ is in the name.
        let start = text.find('<')?;
        let end = start + text[start..].find('>')?;
        text[start..end].contains('@').then(|| (&text[..start], &text[start + 1..end], &text[end + 1..]))
    })
}

/// Reads the addresses among the words of a text.
fn read_words<'t>(text: &'t str, parts: &mut Vec<Part<'t>>) {
    let (text, comment) = split::without_comment(text);
    let mut label = None;
    let mut others: Vec<&str> = Vec::new();
    let before = parts.len();
    for word in words(text) {
        if word.contains('@') {
            read_word(word, label.take(), parts);
        } else if let Some(word) = word.strip_suffix(':') {
            label = Some(word);
        } else if !is_connecting(word) {
            others.push(word);
        }
    }
    if !others.is_empty() {
        parts.push(Part::Unreadable(Cow::Owned(others.join(" "))));
    }
    match (comment, &mut parts[before..]) {
        (Some(comment), [Part::Address { word, .. }, ..]) if is_kind(comment) => *word = Some(comment),
        (Some(comment), _) => push_comment(comment, parts),
        _ => {}
    }
}

fn push_comment<'t>(comment: &'t str, parts: &mut Vec<Part<'t>>) {
    match parts.last_mut() {
        Some(Part::Address { word, .. }) if is_kind(comment) => *word = Some(comment),
        _ => parts.push(Part::Comment),
    }
}

fn is_kind(word: &str) -> bool {
    super::channel_kinds::kind_of_word(&word.to_lowercase()).is_some()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(char::is_whitespace).filter(|word| !word.is_empty())
}

/// Reads one word with an @: an address, or several with a slash or an ampersand between them.
fn read_word<'t>(word: &'t str, label: Option<&'t str>, parts: &mut Vec<Part<'t>>) {
    if let Some(address) = address(word) {
        parts.push(Part::Address { address, word: label });
        return;
    }
    if is_of_another_network(word) {
        parts.push(Part::NotEmail(word));
        return;
    }
    let pieces = pieces(word);
    if pieces.len() == 1 || pieces.iter().all(|piece| address(piece).is_none()) {
        parts.push(Part::Unreadable(Cow::Borrowed(word)));
        return;
    }
    for piece in pieces {
        parts.push(match address(piece) {
            Some(address) => Part::Address { address, word: None },
            None => Part::Unreadable(Cow::Borrowed(piece)),
        });
    }
}

/// Returns the pieces of a word, split after each @ at a character that a local part may contain, too.
fn pieces(word: &str) -> Vec<&str> {
    let mut has_at = false;
    let is_end = |character: char| {
        has_at |= character == '@';
        let ends =
            has_at && matches!(character, '/' | '&' | '+' | '?' | '=' | '<' | '>' | '(' | ')' | '[' | ']');
        has_at &= !ends;
        ends
    };
    word.split(is_end).filter(|piece| piece.contains(char::is_alphanumeric)).collect()
}

/// Returns the address in a text without a scheme, quotes and punctuation around it.
fn address(text: &str) -> Option<EmailAddress> {
    let text = text.trim();
    if let Some(address) = parsed(text) {
        return Some(address);
    }
    let text = text.trim_start_matches(is_opening);
    let text = without_scheme(text);
    let is_quoted = text.starts_with('"') && text.contains("\"@");
    let text = if is_quoted { text } else { text.trim_start_matches(|it| it == '"' || is_opening(it)) };
    let text = text.trim_end_matches(is_closing);
    let (local, domain) = text.rsplit_once('@')?;
    // Removes the headers of a mailto link: `?subject=…`.
    let domain = domain.split('?').next().unwrap_or(domain);
    parsed(text.get(..local.len() + 1 + domain.len())?)
}

fn parsed(text: &str) -> Option<EmailAddress> {
    let is_plain = !text.starts_with(['\'', '`']) && has_plain_domain(text);
    text.parse().ok().filter(|_| is_plain)
}

/// Returns whether the domain has only characters of host names. The address parser also accepts others, such as a slash.
pub(super) fn has_plain_domain(text: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || !byte.is_ascii();
    text.trim_end().bytes().rev().take_while(|byte| *byte != b'@').all(is_plain)
}

fn is_opening(character: char) -> bool {
    matches!(
        character,
        '\'' | '`'
            | '“'
            | '”'
            | '„'
            | '‘'
            | '’'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '<'
            | '('
            | '['
            | '{'
            | '='
            | ':'
            | '•'
            | '·'
    ) || character.is_whitespace()
}

fn is_closing(character: char) -> bool {
    is_opening(character)
        || matches!(
            character,
            '"' | '>' | ')' | ']' | '}' | '.' | ',' | ';' | ':' | '!' | '?' | '…' | '。' | '、' | '\\'
        )
}

/// Returns a text without `mailto:`, `SMTP:` or a label such as `work:` before it.
fn without_scheme(text: &str) -> &str {
    match scheme(text) {
        Some((scheme, rest)) if !NETWORKS.contains(&scheme.to_ascii_lowercase().as_str()) => {
            without_scheme(rest.trim_start_matches('/').trim_start())
        }
        _ => text,
    }
}

/// Returns the word before the first colon, and the text after it.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_word = |word: &str| {
        !word.is_empty()
            && word.len() <= 24
            && word.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | ' ' | '.'))
    };
    is_word(scheme.trim()).then_some((scheme.trim(), rest))
}

/// Schemes of addresses that are not e-mail addresses.
const NETWORKS: [&str; 20] = [
    "x500", "x400", "ex", "sip", "sips", "xmpp", "skype", "im", "eum", "notes", "ccmail", "msmail", "gwise",
    "http", "https", "ftp", "tel", "urn", "fax", "spo",
];

fn is_of_another_network(text: &str) -> bool {
    scheme(text).is_some_and(|(scheme, _)| NETWORKS.contains(&scheme.to_ascii_lowercase().as_str()))
}

/// Returns whether a text only connects two addresses: `and`, `&`.
fn is_connecting(text: &str) -> bool {
    const WORDS: [&str; 18] = [
        "and", "or", "und", "oder", "et", "ou", "y", "o", "e", "i", "en", "of", "og", "och", "eller", "lub",
        "и", "или",
    ];
    !text.contains(char::is_alphanumeric) || WORDS.contains(&text.to_lowercase().as_str())
}

/// Returns whether the @ of an address is spelled out: `ann (at) example (dot) com`, `ann[at]example.com`.
fn is_spelled_out(text: &str) -> bool {
    const MARKS: [&str; 9] = ["(at)", "[at]", "{at}", "<at>", "_at_", " at ", "(a)", "(dot)", "[dot]"];
    let lower = text.to_lowercase();
    MARKS.iter().any(|mark| lower.contains(mark))
}

#[cfg(test)]
mod tests;
