//! Whether a text can be what somebody wrote, or is another encoding's letters.

use std::collections::BTreeMap;

use super::languages::{Languages, RARE, Script, is_typical_of_the_west, languages_of, script};

/// A text read in one encoding, and how much of it looks like words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plausibility {
    /// How many different words have a letter that is not ASCII.
    pub(super) words: usize,
    /// How many of them, and of the symbols, stand where none is written.
    pub(super) implausible: usize,
    /// How many languages the words are of; a rare one counts as two.
    pub(super) languages: usize,
    /// How many Chinese, Japanese or Korean characters there are.
    pub(super) east_asian: usize,
    /// Whether words are written as no other encoding's letters are by chance.
    pub(super) is_typical_of_the_west: bool,
}

impl Plausibility {
    pub(super) fn of(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let words = words(&characters);
        let mut sets: Vec<Languages> = words.values().copied().collect();
        let languages = cover(&mut sets);
        let is_bad = |character: &&char| matches!(**character, '\u{80}'..='\u{9f}' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}');
        let is_east_asian =
            |character: &&char| matches!(script(**character), Script::Han | Script::Kana | Script::Hangul);
        let without_capitals = usize::from(lacks_capitals(words.keys()));
        let implausible = words.values().filter(|set| **set == 0).count()
            + characters.iter().filter(is_bad).count()
            + misplaced_symbols(&characters)
            + without_capitals;
        Self {
            words: words.len(),
            implausible,
            languages,
            east_asian: characters.iter().filter(is_east_asian).count(),
            is_typical_of_the_west: words.keys().any(|word| is_typical_of_the_west(word)),
        }
    }

    /// Whether the text can be meant: in a long one a word or two may be anything.
    pub(super) fn is_plausible(&self) -> bool {
        self.implausible * 20 <= self.words
    }

    /// What speaks against the text; less is better.
    pub(super) fn cost(&self) -> usize {
        self.implausible * 3 + self.languages
    }
}

/// The different words with a letter that is not ASCII, with their languages.
fn words(characters: &[char]) -> BTreeMap<&[char], Languages> {
    let is_letter = |character: &char| {
        (character.is_alphabetic() && !matches!(character, 'ª' | 'º' | 'ˆ')) || is_mark(*character)
    };
    characters
        .split(|character| !is_letter(character))
        .filter(|word| !word.iter().all(char::is_ascii))
        .map(|word| (word, languages_of(word)))
        .collect()
}

/// The marks of Thai and Hebrew that are no letters for `char`.
fn is_mark(character: char) -> bool {
    matches!(u32::from(character), 0x300..=0x36f | 0x5b0..=0x5c7 | 0xe31 | 0xe34..=0xe3a | 0xe47..=0xe4e)
}

/// Names begin with capitals: where a script has them and most words begin without, it is another script.
fn lacks_capitals<'a>(words: impl Iterator<Item = &'a &'a [char]>) -> bool {
    let has_case = |word: &&&[char]| matches!(script(word[0]), Script::Greek | Script::Cyrillic);
    let (mut small, mut all) = (0, 0);
    for word in words.filter(has_case) {
        small += usize::from(word[0].is_lowercase());
        all += 1;
    }
    all > 0 && small * 2 >= all
}

/// How many languages it takes that each word is of one of them.
fn cover(sets: &mut Vec<Languages>) -> usize {
    sets.retain(|set| *set != 0 && *set != Languages::MAX);
    let mut cost = 0;
    while !sets.is_empty() {
        let count = |language: u32| sets.iter().filter(|set| *set & (1 << language) != 0).count();
        let weight =
            |language: u32| if RARE & (1 << language) == 0 { 3 * count(language) } else { count(language) };
        let Some(best) = (0..Languages::BITS).max_by_key(|language| weight(*language)) else { break };
        cost += if RARE & (1 << best) == 0 { 1 } else { 2 };
        sets.retain(|set| set & (1 << best) == 0);
    }
    cost
}

fn misplaced_symbols(characters: &[char]) -> usize {
    let is_letter = |place: Option<usize>| {
        place.and_then(|place| characters.get(place)).is_some_and(|character| character.is_alphabetic())
    };
    let is_odd = |character: &char| "£¢¤¥¦§¨¬\u{ad}¯°±²³¶·¸¹º¼½¾¿×÷†‡‰ƒ˜ˆ".contains(*character);
    let is_symbol = |place: Option<usize>| {
        let character = place.and_then(|place| characters.get(place));
        character.is_some_and(|character| is_odd(character) || *character == '’' || *character == '‘')
    };
    let is_misplaced =
        |place: usize, symbol: char| match (is_letter(place.checked_sub(1)), is_letter(Some(place + 1))) {
            (true, true) => !"’‘´·–—\u{a0}\u{ad}\u{200d}\u{200c}・＝".contains(symbol),
            (true, false) if matches!(symbol, '²' | '³') => {
                (2..=3).all(|back| is_letter(place.checked_sub(back)))
            }
            (true, false) => "‚„¿¡£¢¤¥₫¦§¨¬¯±¶¸¹¼½¾×÷†‡ˆ‰‹˜ƒ•".contains(symbol),
            (false, true) => "£¢¤¥€¦¨¬¯±³²¹¶¸¼½¾×÷†‡ˆ‰˜ƒ™ºª".contains(symbol),
            // East Asian characters are pairs of symbols in an encoding of single bytes.
            (false, false) => {
                is_odd(&symbol) && (is_symbol(place.checked_sub(1)) || is_symbol(Some(place + 1)))
            }
        };
    let symbols = characters.iter().enumerate().filter(|(_, character)| {
        !character.is_ascii()
            && !character.is_alphanumeric()
            && !is_mark(**character)
            && !is_wide(**character)
            || matches!(**character, '²' | '³' | '¹' | '¼' | '½' | '¾' | 'ª' | 'º' | 'ˆ')
    });
    symbols.filter(|(place, symbol)| is_misplaced(*place, **symbol)).count()
}

/// The punctuation of Chinese, Japanese and Korean.
fn is_wide(character: char) -> bool {
    matches!(u32::from(character), 0x3000..=0x303f | 0xff00..=0xffef | 0x30fb)
}
