//! The ways in which a text can be read: as it stands, and with its escapes undone.
//!
//! Its rule: whatever is read, each character knows which places of the original text it stands for. Kinds of escapes
//! are undone together and each by itself, in any order: what looks like an escape of one kind may be a plain part of a
//! value that was escaped in another.

use std::ops::Range;

/// How many times a text may be escaped and is still read.
const LEVELS: usize = 4;
/// So many ways to read it are tried. Only what was made to be hard to read has more.
const MOST: usize = 32;
/// The longest entity that is read, in characters.
const ENTITY_LIMIT: usize = 12;
/// The entities that have a name and are read.
const ENTITIES: [(&str, &str); 6] =
    [("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("nbsp", " ")];

/// By these the kinds of escapes are told apart.
const MARKS: [char; 3] = ['\\', '%', '&'];

/// One way to read a text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Reading {
    pub(super) characters: Vec<char>,
    /// For each character, the places of the original text that it stands for.
    places: Vec<Range<usize>>,
}

/// A text in every way that it can be read.
#[derive(Debug)]
pub(super) struct Readings {
    /// As it stands first, and last with every escape undone. Never empty.
    pub(super) all: Vec<Reading>,
    /// Whether the last of them holds no more escapes, and none was left out for its number.
    pub(super) is_complete: bool,
}

impl Readings {
    pub(super) fn of(text: &str) -> Self {
        let mut together = vec![Reading::literal(text)];
        let mut is_complete = true;
        while let Some(next) = together.last().and_then(|last| last.unescaped(&MARKS)) {
            if together.len() > LEVELS {
                is_complete = false;
                break;
            }
            together.push(next);
        }
        let plain = if together.len() > 1 { together.pop() } else { None };
        let apart = apart(text);
        is_complete &= apart.len() <= MOST;
        let mut all = together;
        for reading in apart.into_iter().chain(plain) {
            all.retain(|known| *known != reading);
            all.push(reading);
        }
        Self { all, is_complete }
    }
}

/// The readings with each kind of escapes undone by itself, in every order, and each of them once. It ends with the
/// first that is too many.
fn apart(text: &str) -> Vec<Reading> {
    let mut all = vec![Reading::literal(text)];
    let mut newest = 0..1;
    for _ in 0..LEVELS {
        for place in newest.clone() {
            for mark in MARKS {
                let next = all[place].unescaped(&[mark]).filter(|next| !all.contains(next));
                all.extend(next);
                if all.len() > MOST {
                    return all;
                }
            }
        }
        newest = newest.end..all.len();
    }
    all
}

impl Reading {
    pub(super) fn literal(text: &str) -> Self {
        let mut reading = Self::default();
        for (place, character) in text.chars().enumerate() {
            reading.push(character, place..place + 1);
        }
        reading
    }

    fn push(&mut self, character: char, places: Range<usize>) {
        self.characters.push(character);
        self.places.push(places);
    }

    /// The places of the original text that these characters stand for.
    pub(super) fn places_of(&self, characters: Range<usize>) -> Range<usize> {
        match self.places.get(characters) {
            Some([only]) => only.clone(),
            Some([first, .., last]) => first.start..last.end,
            _ => 0..0,
        }
    }

    /// The same without differences of case, and with one blank for everything that separates.
    pub(super) fn folded(&self) -> Self {
        let mut folded = Self::default();
        for (character, places) in self.characters.iter().zip(&self.places) {
            let before = folded.characters.len();
            if !(is_blank(*character) && folded.characters.last() == Some(&' ')) {
                fold(*character).for_each(|character| folded.push(character, places.clone()));
            }
            let was_dropped = folded.characters.len() == before;
            if let Some(last) = folded.places.last_mut().filter(|_| was_dropped) {
                last.end = places.end;
            }
        }
        folded
    }

    /// The same with one level less of the escapes that begin with one of `marks`; nothing when there is none.
    fn unescaped(&self, marks: &[char]) -> Option<Self> {
        let mut unescaped = Self::default();
        let mut place = 0;
        let mut has_escapes = false;
        while let Some(character) = self.characters.get(place) {
            let escape = marks.contains(character).then(|| escape_at(&self.characters[place..]));
            let (meaning, length) = escape.flatten().unwrap_or_default();
            if length == 0 {
                unescaped.push(*character, self.places_of(place..place + 1));
                place += 1;
                continue;
            }
            has_escapes = true;
            let places = self.places_of(place..place + length);
            meaning.chars().for_each(|character| unescaped.push(character, places.clone()));
            place += length;
        }
        has_escapes.then_some(unescaped)
    }
}

/// Whether it separates words. A form writes a plus for a blank.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || character.is_control() || character == '+'
}

/// The dot over a small Turkish i is dropped: it comes and goes with the case.
fn fold(character: char) -> impl Iterator<Item = char> {
    const DOT_ABOVE: char = '\u{307}';
    let character = if is_blank(character) { ' ' } else { character };
    let capitals = character.to_lowercase().flat_map(char::to_uppercase);
    capitals.flat_map(char::to_lowercase).filter(|folded| *folded != DOT_ABOVE)
}

/// What the escape at the beginning means, and how long it is.
fn escape_at(rest: &[char]) -> Option<(String, usize)> {
    match rest.first()? {
        '&' => entity_at(rest),
        '%' => bytes_at(rest),
        '\\' => backslash_at(rest),
        _ => None,
    }
}

/// Any case is read, since the whole may have been put into capitals.
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

/// A run of `\u00e9`.
fn utf16_at(rest: &[char]) -> Option<(String, usize)> {
    const LENGTH: usize = 6;
    let unit = |escape: &[char]| match escape {
        ['\\', 'u' | 'U', digits @ ..] => hexadecimal(digits).and_then(|unit| u16::try_from(unit).ok()),
        _ => None,
    };
    let units: Vec<u16> = rest.chunks_exact(LENGTH).map_while(unit).collect();
    (!units.is_empty()).then(|| (String::from_utf16_lossy(&units), units.len() * LENGTH))
}

/// A run of `%C3%A9` or `\xc3\xa9`.
fn bytes_at(rest: &[char]) -> Option<(String, usize)> {
    let mut bytes = Vec::new();
    let mut length = 0;
    loop {
        let (digits, width) = match &rest[length..] {
            ['%', high, low, ..] => ([*high, *low], 3),
            ['\\', 'x' | 'X', high, low, ..] => ([*high, *low], 4),
            _ => break,
        };
        let Some(byte) = hexadecimal(&digits).and_then(|byte| u8::try_from(byte).ok()) else {
            break;
        };
        bytes.push(byte);
        length += width;
    }
    let latin = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect();
    let text = String::from_utf8(bytes).unwrap_or_else(|error| latin(error.as_bytes()));
    (length > 0).then_some((text, length))
}

fn hexadecimal(digits: &[char]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + digit.to_digit(16)?))
}

/// `&amp;`, `&#39;` or `&#x27;`.
fn entity_at(rest: &[char]) -> Option<(String, usize)> {
    let end = rest.iter().take(ENTITY_LIMIT).position(|character| *character == ';')?;
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

/// Whether it holds an entity that is not read here.
pub(super) fn has_unread_entity(word: &str) -> bool {
    word.split('&').skip(1).filter_map(|tail| tail.split_once(';')).any(|(name, _)| {
        let is_name = (2..=8).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_name && !ENTITIES.iter().any(|(known, _)| name.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_reading_of(text: &str) -> String {
        Readings::of(text).all.last().unwrap().characters.iter().collect()
    }

    #[test]
    fn every_escape_is_undone_in_any_case_and_over_several_levels() {
        for (text, meaning) in [
            ("a \\\"b\\\"\\/c\\nd", "a \"b\"/c d"),
            ("Jos\\u00e9 \\UD83D\\UDC69", "José 👩"),
            ("a&amp;b &#39;c&#X27; &QUOT;d&quot; &lt;e&gt;", "a&b 'c' \"d\" <e>"),
            ("Jos%C3%a9%20b \\xc3\\xa9 %e9", "José b é é"),
            ("&amp;#39; %2541 \\\\\\\"", "' A \""),
            ("100 % of C:\\dir & more; &unknown; 5%", "100 % of C:\\dir & more; &unknown; 5%"),
        ] {
            assert_eq!(last_reading_of(text), meaning, "{text}");
        }
    }

    #[test]
    fn each_kind_of_escapes_is_undone_by_itself_in_any_order() {
        for (text, meaning) in [
            (r#"a\"b%A0"#, r#"a"b%A0"#),
            ("a&quot;b%41", "a\"b%41"),
            ("a%22b&lt;", "a\"b&lt;"),
            (r#"a\\"b&amp;%41"#, r#"a"b&%41"#),
            ("%5C%2241%2526lt;&amp;", "\"41%26lt;&amp;"),
        ] {
            let readings = Readings::of(text);
            let found =
                readings.all.iter().any(|reading| reading.characters.iter().collect::<String>() == meaning);
            assert!(found, "{text}");
        }
    }

    #[test]
    fn no_reading_comes_twice_and_hostile_escapes_do_not_make_many() {
        assert_eq!(Readings::of("nothing % escaped").all.len(), 1);
        assert_eq!(Readings::of("a%20b").all.len(), 2);
        let hostile = Readings::of(&r"%26amp;\u0025%5Cu0026amp;%2526#37;41\\u0025\u00255C&#37;41".repeat(40));
        assert!(!hostile.is_complete);
        let all = hostile.all;
        assert!(all.len() <= MOST + LEVELS + 1, "{}", all.len());
        assert!(all.iter().enumerate().all(|(place, reading)| !all[..place].contains(reading)));
    }

    #[test]
    fn each_character_knows_where_it_came_from() {
        let readings = Readings::of("a%20&amp;lt;");
        let last = readings.all.last().unwrap();
        assert_eq!(last.characters, ['a', ' ', '<']);
        assert_eq!(last.places_of(1..3), 1..12);
        assert!(!Readings::of(&format!("%{}41", "25".repeat(9))).is_complete);
    }

    #[test]
    fn folding_keeps_track_of_places() {
        let folded = Reading::literal("STRAẞE \t İx").folded();
        assert_eq!(folded.characters.iter().collect::<String>(), "strasse ix");
        assert_eq!(folded.places_of(5..7), 4..6);
        assert_eq!(folded.places_of(7..8), 6..9);
    }
}
