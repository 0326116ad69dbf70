//! Extends matches of sensitive terms to whole words: a word is removed completely or not at all. A common word and an
//! identifier of the vendor stay, unless a credential matches them or they are a part of personal data.

use std::ops::Range;

use super::common_words::is_common;
use super::decode::Decoding;
use super::{identifiers, patterns};

/// Abbreviations that are also names. They count as common words only before a number.
const LIMITS: [&str; 2] = ["max", "min"];
/// The maximum length of a gap between two words that stays with a kept word.
const MAX_GAP: usize = 2;

/// For each character of a text, whether sensitive terms match it.
pub(super) struct Matches {
    /// A value of the contact or a credential matches.
    pub(super) any: Vec<bool>,
    /// A credential matches.
    pub(super) secret: Vec<bool>,
}

impl Matches {
    fn matches_any(&self, source: Range<usize>) -> bool {
        self.any[source].contains(&true)
    }

    fn matches_secret(&self, source: Range<usize>) -> bool {
        self.secret[source].contains(&true)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WordState {
    /// Nothing matches it.
    Unmatched,
    /// A term matches it, but it is a common word or an identifier.
    Kept,
    /// A term matches it.
    Removed,
}

/// Returns for each character of the original text whether it is removed. The words are those of `decoding`, which has no
/// escapes left.
pub(super) fn mask(decoding: &Decoding, matches: &Matches) -> Vec<bool> {
    let personal = patterns::find_in(decoding, &[]);
    let words: Vec<(Range<usize>, WordState)> = words_of(decoding, matches)
        .into_iter()
        .map(|(word, may_stay)| {
            let source = decoding.source_range(word.clone());
            let is_personal = personal.iter().any(|it| it.start < source.end && source.start < it.end);
            (word, state_of(source, may_stay && !is_personal, matches))
        })
        .collect();
    let (mut kept, mut removed) = (Vec::new(), Vec::new());
    for (word, state) in &words {
        match state {
            WordState::Unmatched => {}
            WordState::Kept => kept.push(word.clone()),
            WordState::Removed => removed.push(word.clone()),
        }
    }
    for (gap, before, after) in gaps_between(&words, decoding.characters.len()) {
        let states = [before, after];
        if states == [Some(WordState::Removed); 2] && is_blank(&decoding.characters[gap.clone()]) {
            removed.push(gap);
        } else if stays_with(states, &decoding.characters[gap.clone()])
            && !matches.matches_secret(decoding.source_range(gap.clone()))
        {
            kept.push(gap);
        } else {
            let characters = gap.map(|index| index..index + 1);
            removed.extend(characters.filter(|it| matches.matches_any(decoding.source_range(it.clone()))));
        }
    }
    let mut is_removed = matches.any.clone();
    // Removals are applied last, since one escape may decode to characters of several words.
    for (ranges, is_masked) in [(kept, false), (removed, true)] {
        for range in ranges {
            is_removed[decoding.source_range(range)].fill(is_masked);
        }
    }
    is_removed
}

fn state_of(source: Range<usize>, may_stay: bool, matches: &Matches) -> WordState {
    if !matches.matches_any(source.clone()) {
        WordState::Unmatched
    } else if may_stay && !matches.matches_secret(source) {
        WordState::Kept
    } else {
        WordState::Removed
    }
}

/// Returns the range of each word, and whether it is a common one or an identifier that stays.
fn words_of(decoding: &Decoding, matches: &Matches) -> Vec<(Range<usize>, bool)> {
    let text: &[char] = &decoding.characters;
    let mut words = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let is_matched = |index| {
            let index = start + index;
            matches.matches_any(decoding.source_range(index..index + 1))
        };
        let identifier = identifiers::end_at(text, start);
        if let Some(end) = identifier.filter(|end| identifiers::stays_in_text(&text[start..*end], is_matched))
        {
            words.push((start..end, true));
            start = end;
            continue;
        }
        let end = end_of_word(text, start);
        if end == start {
            start += 1;
            continue;
        }
        // `can't` and `e-mail`.
        let joined = match text.get(end) {
            Some('\'' | '\u{2019}' | '-') => end_of_word(text, end + 1),
            _ => end,
        };
        let is_listed = |end: usize| is_common(&text[start..end].iter().collect::<String>());
        let (end, is_common_word) = if joined > end + 1 && is_listed(joined) {
            (joined, true)
        } else {
            (end, is_listed(end) || is_limit(&text[start..end], &text[end..]))
        };
        words.push((start..end, is_common_word));
        start = end;
    }
    words
}

fn end_of_word(text: &[char], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|character| is_word_character(**character)).count()
}

/// Returns whether a character is a letter or digit of a script with letter case. Other scripts may not separate words by
/// spaces.
fn is_word_character(character: char) -> bool {
    character.is_numeric() || character.is_lowercase() || character.is_uppercase()
}

fn is_limit(word: &[char], rest: &[char]) -> bool {
    let word: String = word.iter().map(char::to_ascii_lowercase).collect();
    let next = rest.iter().find(|character| !matches!(character, ' ' | '.' | ':' | '='));
    LIMITS.contains(&&*word) && next.is_some_and(char::is_ascii_digit)
}

type Gap = (Range<usize>, Option<WordState>, Option<WordState>);

/// Returns the gaps before, between and after the words, with the states of the words on either side.
fn gaps_between(words: &[(Range<usize>, WordState)], length: usize) -> Vec<Gap> {
    let mut gaps = Vec::with_capacity(words.len() + 1);
    let (mut start, mut before) = (0, None);
    for (word, state) in words {
        gaps.push((start..word.start, before, Some(*state)));
        (start, before) = (word.end, Some(*state));
    }
    gaps.push((start..length, before, None));
    gaps
}

fn is_blank(gap: &[char]) -> bool {
    gap.iter().all(|character| character.is_whitespace())
}

/// Returns whether a gap stays with a kept word: white space beside a removed word, also punctuation beside a visible one.
fn stays_with(states: [Option<WordState>; 2], gap: &[char]) -> bool {
    let [Some(before), Some(after)] = states else {
        return false;
    };
    let is_kept = [before, after].contains(&WordState::Kept);
    let is_removed = [before, after].contains(&WordState::Removed);
    let separates = |character: &char| character.is_whitespace() || character.is_ascii_punctuation();
    gap.len() <= MAX_GAP
        && if is_removed { before != after && is_blank(gap) } else { is_kept && gap.iter().all(separates) }
}
