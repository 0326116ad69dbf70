//! Splits a list of addresses at its separators.

/// A part of a list between two separators, trimmed and not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment<'t> {
    pub(super) text: &'t str,
    /// The separator after it is a comma, which may be part of a name.
    pub(super) ends_with_comma: bool,
}

/// Returns the segments of a list. Separators inside quotes and brackets do not count.
pub(super) fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut splitter = Splitter { text, segments: Vec::new(), start: 0, has_at: false };
    let last_closing = PAIRS.map(|(_, close)| text.rfind(close));
    let mut closing: Option<char> = None;
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        if let Some(close) = closing {
            if character == close && !is_escaped {
                closing = None;
            }
            is_escaped = character == '\\' && !is_escaped;
        } else if splitter.separates(at, character) {
            splitter.split(at, character);
        } else {
            let opens = |index: &usize| PAIRS[*index].0 == character && last_closing[*index] > Some(at);
            let is_quote = character == '"';
            closing = (0..PAIRS.len())
                .find(|index| opens(index) && (!is_quote || splitter.segment_before(at).is_empty()))
                .map(|index| PAIRS[index].1);
            is_escaped = false;
        }
        splitter.has_at |= character == '@';
    }
    splitter.split(text.len(), ';');
    splitter.segments
}

/// Quotes and brackets that protect separators. A quote opens only at the start of a segment.
const PAIRS: [(char, char); 3] = [('"', '"'), ('<', '>'), ('(', ')')];

struct Splitter<'t> {
    text: &'t str,
    segments: Vec<Segment<'t>>,
    /// The start of the current segment.
    start: usize,
    /// The current segment has an `@`.
    has_at: bool,
}

impl<'t> Splitter<'t> {
    fn segment_before(&self, at: usize) -> &'t str {
        self.text.get(self.start..at).unwrap_or_default().trim_start()
    }

    fn split(&mut self, at: usize, separator: char) {
        let text = self.segment_before(at).trim().trim_matches(':').trim();
        if !text.is_empty() {
            self.segments.push(Segment { text, ends_with_comma: separator == ',' });
        }
        self.start = at + separator.len_utf8();
        self.has_at = false;
    }

    fn separates(&self, at: usize, character: char) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        match character {
            ';' => !(starts_directory_name(self.segment_before(at)) && is_attribute(after)),
            ',' => !starts_directory_name(self.segment_before(at)) || next_piece(after).contains('@'),
            '|' | '\n' | '\r' | '\t' | '、' | '；' | '，' | '｜' | '،' | '؛' => true,
            ':' => rest.starts_with(":::"),
            '/' => self.has_at && next_piece(after).contains('@'),
            _ => false,
        }
    }
}

/// Returns a text up to its first separator.
fn next_piece(text: &str) -> &str {
    text.split([';', ',', '|', '/', '\n', '\r', '\t']).next().unwrap_or_default()
}

/// Returns whether a text starts with an attribute of an X.400 address: `s=One`.
fn is_attribute(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.len() <= 10 && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text.trim_start().split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// Returns whether a text is a distinguished name, such as those of Exchange and LDAP.
pub(super) fn is_directory_name(text: &str) -> bool {
    let lower = text.to_lowercase();
    starts_directory_name(text) || lower.contains("/cn=") && (lower.contains("/o=") || lower.contains("/ou="))
}

fn starts_directory_name(text: &str) -> bool {
    const PREFIXES: [&str; 11] =
        ["/o=", "/ou=", "/cn=", "/c=", "/dc=", "x500:", "x400:", "ex:", "cn=", "ou=", "c=us;"];
    PREFIXES
        .iter()
        .any(|prefix| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
}

/// Returns a text without the comment in brackets before or after it, and the comment.
pub(super) fn without_comment(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let after = || {
        let (rest, comment) = text.strip_suffix(')')?.rsplit_once('(')?;
        Some((rest, comment))
    };
    let before = || {
        let (comment, rest) = text.strip_prefix('(')?.split_once(')')?;
        Some((rest, comment))
    };
    match after().or_else(before) {
        Some((rest, comment)) if !comment.contains('@') => (rest, Some(comment.trim())),
        _ => (text, None),
    }
}
