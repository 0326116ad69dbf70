//! Decoding of a text with JSON, percent and HTML escapes, possibly several levels of them. Every decoded character keeps its
//! range in the original text.
//!
//! The kinds of escapes are decoded together and also separately in every order, since a value can contain by chance what
//! looks like an escape of another kind.

use std::ops::Range;

/// The maximum number of levels of escapes that are decoded.
const MAX_LEVELS: usize = 4;
/// The maximum number of separate decodings. Only a deliberately obfuscated text has more.
const MAX_DECODINGS: usize = 32;
/// The maximum length of an HTML entity, in characters.
const MAX_ENTITY: usize = 12;
/// The named HTML entities that are decoded.
const ENTITIES: [(&str, &str); 6] =
    [("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("nbsp", " ")];

/// The first character of each kind of escape.
const ESCAPE_MARKS: [char; 3] = ['\\', '%', '&'];

/// One decoding of a text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Decoding {
    pub(super) characters: Vec<char>,
    /// The range of each character in the original text.
    sources: Vec<Range<usize>>,
}

/// All decodings of a text.
#[derive(Debug)]
pub(super) struct Decodings {
    /// The decodings, at least one. The first is the text as written; the last has all escapes decoded.
    pub(super) all: Vec<Decoding>,
    /// Whether the last decoding has no escapes left and no limit was reached.
    pub(super) is_complete: bool,
}

impl Decodings {
    pub(super) fn new(text: &str) -> Self {
        let mut joint = vec![Decoding::from_text(text)];
        let mut is_complete = true;
        while let Some(next) = joint.last().and_then(|last| last.decoded(&ESCAPE_MARKS)) {
            if joint.len() > MAX_LEVELS {
                is_complete = false;
                break;
            }
            joint.push(next);
        }
        let plain = if joint.len() > 1 { joint.pop() } else { None };
        let separate = decode_separately(text);
        is_complete &= separate.len() <= MAX_DECODINGS;
        let mut all = joint;
        for decoding in separate.into_iter().chain(plain) {
            all.retain(|known| *known != decoding);
            all.push(decoding);
        }
        Self { all, is_complete }
    }
}

/// Returns the decodings that decode one kind of escapes at a time, in every order, each once. Stops after the first one
/// beyond the limit.
fn decode_separately(text: &str) -> Vec<Decoding> {
    let mut all = vec![Decoding::from_text(text)];
    let mut newest = 0..1;
    for _ in 0..MAX_LEVELS {
        for index in newest.clone() {
            for mark in ESCAPE_MARKS {
                let next = all[index].decoded(&[mark]).filter(|next| !all.contains(next));
                all.extend(next);
                if all.len() > MAX_DECODINGS {
                    return all;
                }
            }
        }
        newest = newest.end..all.len();
    }
    all
}

impl Decoding {
    /// Returns a text as written.
    pub(super) fn from_text(text: &str) -> Self {
        let mut decoding = Self::default();
        for (index, character) in text.chars().enumerate() {
            decoding.push(character, index..index + 1);
        }
        decoding
    }

    fn push(&mut self, character: char, source: Range<usize>) {
        self.characters.push(character);
        self.sources.push(source);
    }

    /// Returns the range of these characters in the original text.
    pub(super) fn source_range(&self, characters: Range<usize>) -> Range<usize> {
        match self.sources.get(characters) {
            Some([only]) => only.clone(),
            Some([first, .., last]) => first.start..last.end,
            _ => 0..0,
        }
    }

    /// Returns the text in lower case, with one space for each run of white space, control characters and plus signs.
    pub(super) fn folded(&self) -> Self {
        let mut folded = Self::default();
        for (character, source) in self.characters.iter().zip(&self.sources) {
            let before = folded.characters.len();
            if !(is_blank(*character) && folded.characters.last() == Some(&' ')) {
                fold(*character).for_each(|character| folded.push(character, source.clone()));
            }
            let was_dropped = folded.characters.len() == before;
            if let Some(last) = folded.sources.last_mut().filter(|_| was_dropped) {
                last.end = source.end;
            }
        }
        folded
    }

    /// Decodes one level of the escapes that begin with one of `marks`. `None` if there is none.
    fn decoded(&self, marks: &[char]) -> Option<Self> {
        let mut decoded_text = Self::default();
        let mut index = 0;
        let mut has_escapes = false;
        while let Some(character) = self.characters.get(index) {
            let escape = marks.contains(character).then(|| escape_at(&self.characters[index..]));
            let (decoded, length) = escape.flatten().unwrap_or_default();
            if length == 0 {
                decoded_text.push(*character, self.source_range(index..index + 1));
                index += 1;
                continue;
            }
            has_escapes = true;
            let source = self.source_range(index..index + length);
            decoded.chars().for_each(|character| decoded_text.push(character, source.clone()));
            index += length;
        }
        has_escapes.then_some(decoded_text)
    }
}

/// Returns whether a character separates words. Form encoding writes a plus sign for a space.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || character.is_control() || character == '+'
}

/// Returns the lower case of a character. Drops the combining dot of the Turkish i, which changes with the case.
fn fold(character: char) -> impl Iterator<Item = char> {
    const DOT_ABOVE: char = '\u{307}';
    let character = if is_blank(character) { ' ' } else { character };
    let capitals = character.to_lowercase().flat_map(char::to_uppercase);
    capitals.flat_map(char::to_lowercase).filter(|folded| *folded != DOT_ABOVE)
}

/// Returns the decoded text and the length of the escape at the beginning.
fn escape_at(rest: &[char]) -> Option<(String, usize)> {
    match rest.first()? {
        '&' => entity_at(rest),
        '%' => bytes_at(rest),
        '\\' => backslash_at(rest),
        _ => None,
    }
}

/// Decodes a backslash escape in any letter case, since the whole text may be in upper case.
fn backslash_at(rest: &[char]) -> Option<(String, usize)> {
    let escaped = *rest.get(1)?;
    match escaped.to_ascii_lowercase() {
        '"' | '\'' | '\\' | '/' => Some((escaped.to_string(), 2)),
        'n' | 'r' | 't' | 'b' | 'f' => Some((" ".to_owned(), 2)),
        'u' => utf16_at(rest),
        'x' => bytes_at(rest),
        _ => None,
    }
}

/// Decodes a run of `\u00e9`.
fn utf16_at(rest: &[char]) -> Option<(String, usize)> {
    const LENGTH: usize = 6;
    let unit = |escape: &[char]| match escape {
        ['\\', 'u' | 'U', digits @ ..] => hex_number(digits).and_then(|unit| u16::try_from(unit).ok()),
        _ => None,
    };
    let units: Vec<u16> = rest.chunks_exact(LENGTH).map_while(unit).collect();
    (!units.is_empty()).then(|| (String::from_utf16_lossy(&units), units.len() * LENGTH))
}

/// Decodes a run of `%C3%A9` or `\xc3\xa9`.
fn bytes_at(rest: &[char]) -> Option<(String, usize)> {
    let mut bytes = Vec::new();
    let mut length = 0;
    loop {
        let (digits, width) = match &rest[length..] {
            ['%', high, low, ..] => ([*high, *low], 3),
            ['\\', 'x' | 'X', high, low, ..] => ([*high, *low], 4),
            _ => break,
        };
        let Some(byte) = hex_number(&digits).and_then(|byte| u8::try_from(byte).ok()) else {
            break;
        };
        bytes.push(byte);
        length += width;
    }
    let latin = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect();
    let text = String::from_utf8(bytes).unwrap_or_else(|error| latin(error.as_bytes()));
    (length > 0).then_some((text, length))
}

fn hex_number(digits: &[char]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + digit.to_digit(16)?))
}

/// Decodes `&amp;`, `&#39;` or `&#x27;`.
fn entity_at(rest: &[char]) -> Option<(String, usize)> {
    let end = rest.iter().take(MAX_ENTITY).position(|character| *character == ';')?;
    let name: String = rest[1..end].iter().map(char::to_ascii_lowercase).collect();
    let meaning = match name.strip_prefix('#') {
        Some(number) => numbered(number)?.to_string(),
        None => ENTITIES.iter().find(|(known, _)| *known == name)?.1.to_owned(),
    };
    Some((meaning, end + 1))
}

fn numbered(number: &str) -> Option<char> {
    let number = match number.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(number.ok()?)
}

/// Returns whether a word has an HTML entity that is not decoded here.
pub(super) fn has_unknown_entity(word: &str) -> bool {
    word.split('&').skip(1).filter_map(|tail| tail.split_once(';')).any(|(name, _)| {
        let is_name = (2..=8).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_name && !ENTITIES.iter().any(|(known, _)| name.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_decoding(text: &str) -> String {
        Decodings::new(text).all.last().unwrap().characters.iter().collect()
    }

    #[test]
    fn every_escape_is_decoded_in_any_case_and_over_several_levels() {
        for (text, meaning) in [
            ("a \\\"b\\\"\\/c\\nd", "a \"b\"/c d"),
            ("Jos\\u00e9 \\UD83D\\UDC69", "José 👩"),
            ("a&amp;b &#39;c&#X27; &QUOT;d&quot; &lt;e&gt;", "a&b 'c' \"d\" <e>"),
            ("Jos%C3%a9%20b \\xc3\\xa9 %e9", "José b é é"),
            ("&amp;#39; %2541 \\\\\\\"", "' A \""),
            ("100 % of C:\\dir & more; &unknown; 5%", "100 % of C:\\dir & more; &unknown; 5%"),
        ] {
            assert_eq!(last_decoding(text), meaning, "{text}");
        }
    }

    #[test]
    fn each_kind_of_escapes_is_decoded_separately_in_any_order() {
        for (text, meaning) in [
            (r#"a\"b%A0"#, r#"a"b%A0"#),
            ("a&quot;b%41", "a\"b%41"),
            ("a%22b&lt;", "a\"b&lt;"),
            (r#"a\\"b&amp;%41"#, r#"a"b&%41"#),
            ("%5C%2241%2526lt;&amp;", "\"41%26lt;&amp;"),
        ] {
            let decodings = Decodings::new(text);
            let found = decodings
                .all
                .iter()
                .any(|decoding| decoding.characters.iter().collect::<String>() == meaning);
            assert!(found, "{text}");
        }
    }

    #[test]
    fn decodings_are_distinct_and_their_number_is_limited() {
        assert_eq!(Decodings::new("nothing % escaped").all.len(), 1);
        assert_eq!(Decodings::new("a%20b").all.len(), 2);
        let hostile =
            Decodings::new(&r"%26amp;\u0025%5Cu0026amp;%2526#37;41\\u0025\u00255C&#37;41".repeat(40));
        assert!(!hostile.is_complete);
        let all = hostile.all;
        assert!(all.len() <= MAX_DECODINGS + MAX_LEVELS + 1, "{}", all.len());
        assert!(all.iter().enumerate().all(|(place, decoding)| !all[..place].contains(decoding)));
    }

    #[test]
    fn each_character_keeps_its_range_in_the_original_text() {
        let decodings = Decodings::new("a%20&amp;lt;");
        let last = decodings.all.last().unwrap();
        assert_eq!(last.characters, ['a', ' ', '<']);
        assert_eq!(last.source_range(1..3), 1..12);
        assert!(!Decodings::new(&format!("%{}41", "25".repeat(9))).is_complete);
    }

    #[test]
    fn folding_keeps_the_ranges() {
        let folded = Decoding::from_text("STRAẞE \t İx").folded();
        assert_eq!(folded.characters.iter().collect::<String>(), "strasse ix");
        assert_eq!(folded.source_range(5..7), 4..6);
        assert_eq!(folded.source_range(7..8), 6..9);
    }
}
