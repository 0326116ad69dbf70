//! Judges whether a decoded text is plausible, or was decoded from the wrong encoding.

use std::collections::BTreeMap;

use super::languages::{Languages, RARE, Script, is_typical_of_the_west, languages_of, script};

/// The plausibility of a decoded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plausibility {
    /// The number of different words with a letter that is not ASCII.
    pub(super) words: usize,
    /// The number of impossible words and of misplaced symbols.
    pub(super) implausible: usize,
    /// The number of languages that the words need; a rare language counts as two.
    pub(super) languages: usize,
    /// The number of Chinese, Japanese and Korean characters.
    pub(super) east_asian: usize,
    /// Whether a word has a Western syllable that hardly occurs in text of another encoding.
    pub(super) is_typical_of_the_west: bool,
}

impl Plausibility {
    pub(super) fn from_text(text: &str) -> Self {
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

    /// Returns whether the text is plausible. One word in twenty may be impossible.
    pub(super) fn is_plausible(&self) -> bool {
        self.implausible * 20 <= self.words
    }

    /// Returns the cost of the text; less is better.
    pub(super) fn cost(&self) -> usize {
        self.implausible * 3 + self.languages
    }
}

/// Returns the different words with a letter that is not ASCII, with their languages.
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

/// Returns whether a character is a mark of Thai or Hebrew, which `char` does not count as a letter.
fn is_mark(character: char) -> bool {
    matches!(u32::from(character), 0x300..=0x36f | 0x5b0..=0x5c7 | 0xe31 | 0xe34..=0xe3a | 0xe47..=0xe4e)
}

/// Returns whether most words begin without a capital, in a script that has capitals. Names begin with capitals.
fn lacks_capitals<'a>(words: impl Iterator<Item = &'a &'a [char]>) -> bool {
    let has_case = |word: &&&[char]| matches!(script(word[0]), Script::Greek | Script::Cyrillic);
    let (mut small, mut all) = (0, 0);
    for word in words.filter(has_case) {
        small += usize::from(word[0].is_lowercase());
        all += 1;
    }
    all > 0 && small * 2 >= all
}

/// Returns how many languages are needed so that each word is in one of them. A rare language counts as two.
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

/// Returns the number of symbols in an impossible place.
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
            // East Asian characters become pairs of symbols in a single-byte encoding.
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

/// Returns whether a character is punctuation of Chinese, Japanese or Korean.
fn is_wide(character: char) -> bool {
    matches!(u32::from(character), 0x3000..=0x303f | 0xff00..=0xffef | 0x30fb)
}
