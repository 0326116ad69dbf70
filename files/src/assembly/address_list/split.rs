//! A list of addresses cut at its separators.

/// A part of a list between two separators. It is trimmed and not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment<'t> {
    pub(super) text: &'t str,
    /// The separator behind it is a comma, which may stand inside of a name.
    pub(super) ends_with_comma: bool,
}

/// Returns the segments of a list. Nothing is cut inside of quotes and brackets.
pub(super) fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut parser = CellParser { text, segments: Vec::new(), start: 0, has_at: false };
    let last_closing = PAIRS.map(|(_, close)| text.rfind(close));
    let mut closing: Option<char> = None;
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        if let Some(close) = closing {
            if character == close && !is_escaped {
                closing = None;
            }
            is_escaped = character == '\\' && !is_escaped;
        } else if parser.separates(at, character) {
            parser.cut(at, character);
        } else {
            let opens = |place: &usize| PAIRS[*place].0 == character && last_closing[*place] > Some(at);
            let is_quote = character == '"';
            closing = (0..PAIRS.len())
                .find(|place| opens(place) && (!is_quote || parser.so_far(at).is_empty()))
                .map(|place| PAIRS[place].1);
            is_escaped = false;
        }
        parser.has_at |= character == '@';
    }
    parser.cut(text.len(), ';');
    parser.segments
}

/// Quotes and brackets in which a separator separates nothing. A quote opens only where a segment begins.
const PAIRS: [(char, char); 3] = [('"', '"'), ('<', '>'), ('(', ')')];

struct CellParser<'t> {
    text: &'t str,
    segments: Vec<Segment<'t>>,
    /// Where the segment begins.
    start: usize,
    /// Whether it has an `@`.
    has_at: bool,
}

impl<'t> CellParser<'t> {
    fn so_far(&self, at: usize) -> &'t str {
        self.text.get(self.start..at).unwrap_or_default().trim_start()
    }

    fn cut(&mut self, at: usize, separator: char) {
        let text = self.so_far(at).trim().trim_matches(':').trim();
        if !text.is_empty() {
            self.segments.push(Segment { text, ends_with_comma: separator == ',' });
        }
        self.start = at + separator.len_utf8();
        self.has_at = false;
    }

    fn separates(&self, at: usize, character: char) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        let behind = rest.get(character.len_utf8()..).unwrap_or_default();
        match character {
            ';' => !(begins_a_directory_name(self.so_far(at)) && is_attribute(behind)),
            ',' => !begins_a_directory_name(self.so_far(at)) || next_piece(behind).contains('@'),
            '|' | '\n' | '\r' | '\t' | '、' | '；' | '，' | '｜' | '،' | '؛' => true,
            ':' => rest.starts_with(":::"),
            '/' => self.has_at && next_piece(behind).contains('@'),
            _ => false,
        }
    }
}

/// Returns a text up to its next separator.
fn next_piece(text: &str) -> &str {
    text.split([';', ',', '|', '/', '\n', '\r', '\t']).next().unwrap_or_default()
}

/// Whether a text begins with an attribute of a directory: `s=One`, which X.400 separates with semicolons.
fn is_attribute(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.len() <= 10 && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text.trim_start().split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// Whether a text is a name in a directory, such as those of Exchange and LDAP.
pub(super) fn is_directory_name(text: &str) -> bool {
    let lower = text.to_lowercase();
    begins_a_directory_name(text)
        || lower.contains("/cn=") && (lower.contains("/o=") || lower.contains("/ou="))
}

fn begins_a_directory_name(text: &str) -> bool {
    const BEGINNINGS: [&str; 11] =
        ["/o=", "/ou=", "/cn=", "/c=", "/dc=", "x500:", "x400:", "ex:", "cn=", "ou=", "c=us;"];
    BEGINNINGS.iter().any(|beginning| {
        text.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
    })
}

/// Returns the text without a comment in brackets before or behind it, and the comment.
pub(super) fn without_comment(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let behind = || {
        let (rest, comment) = text.strip_suffix(')')?.rsplit_once('(')?;
        Some((rest, comment))
    };
    let before = || {
        let (comment, rest) = text.strip_prefix('(')?.split_once(')')?;
        Some((rest, comment))
    };
    match behind().or_else(before) {
        Some((rest, comment)) if !comment.contains('@') => (rest, Some(comment.trim())),
        _ => (text, None),
    }
}
