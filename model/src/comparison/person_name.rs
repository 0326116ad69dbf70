//! Comparison of a name that a vendor returned with the one that was sent, word by word.

use std::borrow::Cow;

use super::fold::{fold, without_marks};
use crate::identity::honorifics::is_honorific;

/// The shortest beginning of a name, cut within a word, that is taken for the name.
const SHORTEST_CUT: usize = 8;
/// The same where the words are in another order.
const SHORTEST_REORDERED_CUT: usize = 16;
/// The shortest beginning of a word that counts as that word in [`PersonName::shares_word`].
const SHORTEST_BEGINNING: usize = 3;
/// The number of words of which every order is tried.
const MOST_WORDS: usize = 8;
/// The number of lost characters that are tried in every way.
const MOST_LOST: usize = 8;
/// Stands for a character that the vendor could not store.
const LOST: char = '\u{1}';
/// "Señor" before a name. After a name it distinguishes a father from his son, so that the list of honorifics does not hold it.
const SENOR: &str = "sr";
/// Texts in the place of a name that is missing or hidden.
const PLACEHOLDERS: &[&str] = &[
    "null",
    "none",
    "nil",
    "undefined",
    "unknown",
    "unnamed",
    "anonymous",
    "hidden",
    "masked",
    "redacted",
    "private",
    "confidential",
    "deleted",
    "n a",
    "no name",
    "not available",
    "new contact",
    "xxx",
];
/// Letters that have no decomposition, and how they are written without diacritics.
const PLAIN_LETTERS: &[(char, &str)] = &[
    ('ø', "o"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ħ', "h"),
    ('ŧ', "t"),
    ('ŋ', "n"),
    ('ı', "i"),
];
/// Decomposed letters that are also written as two letters without diacritics.
const EXPANDED_LETTERS: &[(&str, &str)] =
    &[("a\u{308}", "ae"), ("o\u{308}", "oe"), ("u\u{308}", "ue"), ("a\u{30a}", "aa"), ("ø", "oe")];

/// What the names of two contacts say about whether they are one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NameMatch {
    /// Another name.
    Different,
    /// One name abbreviates the other so far that it may also abbreviate another person's.
    Unclear,
    /// The same name, or a part of it.
    Same,
}

/// A name as words without case, diacritics and punctuation.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PersonName {
    /// Without diacritics, and where that differs with umlauts as two letters.
    spellings: Vec<Vec<String>>,
    /// Without the letters that are not ASCII, for a vendor that leaves them out. Empty where there are none.
    without_other_letters: Vec<String>,
    has_latin: bool,
    has_other_script: bool,
}

impl PersonName {
    /// Creates a name from a text. `None` where the text holds none: it is blank, masked, a placeholder, or has no letter.
    pub(super) fn new(text: &str) -> Option<Self> {
        let folded = fold(&without_entities(text));
        let is_masked = folded.contains(['*', '•', '●', '@']);
        let plain = words(&folded);
        let lost = plain.iter().flat_map(|word| word.chars()).filter(|it| *it == LOST).count();
        if is_masked || lost > MOST_LOST || PLACEHOLDERS.contains(&plain.join(" ").as_str()) {
            return None;
        }
        let letters = || plain.iter().flat_map(|word| word.chars()).filter(|it| it.is_alphabetic());
        letters().next()?;
        let (has_latin, has_other_script) = (letters().any(is_latin), letters().any(|it| !is_latin(it)));
        let expanded =
            EXPANDED_LETTERS.iter().fold(folded.clone(), |text, (from, to)| text.replace(from, to));
        let mut spellings = vec![plain, words(&expanded)];
        spellings.dedup();
        let without_other_letters =
            if folded.is_ascii() { Vec::new() } else { words(&ascii_letters(&folded)) };
        Some(Self { spellings, without_other_letters, has_latin, has_other_script })
    }

    /// Returns whether both names are written in letters that can be compared.
    pub(super) fn is_comparable_with(&self, other: &Self) -> bool {
        (self.has_latin && other.has_latin) || (self.has_other_script && other.has_other_script)
    }

    /// Returns whether `returned` shares a word with this name, or is a beginning of it.
    pub(super) fn shares_word(&self, returned: &Self) -> bool {
        self.pairs(returned).any(|(sent, returned)| {
            let is_shared = |word: &String| is_telling(word) && sent.iter().any(|it| is_same_word(it, word));
            let (whole_sent, whole) = (sent.concat(), returned.concat());
            let is_cut_word = |cut: &String| {
                cut.chars().count() >= SHORTEST_BEGINNING
                    && sent.iter().any(|it| it.starts_with(cut.as_str()))
            };
            returned.iter().any(is_shared)
                || returned.last().is_some_and(is_cut_word)
                || whole_sent.starts_with(&whole)
                || whole.starts_with(&whole_sent)
                || is_arrangement(&whole_sent, returned)
                || is_arrangement(&whole, sent)
        })
    }

    /// Returns whether `returned` is this name: the words of one are words of the other, in any order, or it is this name
    /// cut at a limit.
    pub(super) fn matches(&self, returned: &Self) -> NameMatch {
        let matches = self.pairs(returned).map(|(sent, returned)| match_words(sent, returned));
        matches.max().unwrap_or(NameMatch::Different)
    }

    /// Returns the spellings of this name and of the one that was returned, each with each.
    fn pairs<'a>(&'a self, returned: &'a Self) -> impl Iterator<Item = (&'a [String], &'a [String])> {
        let left_out = Some(self.without_other_letters.as_slice())
            .filter(|words| !words.is_empty() && returned.without_other_letters.is_empty());
        let sent = self.spellings.iter().map(Vec::as_slice).chain(left_out);
        sent.flat_map(|sent| returned.spellings.iter().map(move |returned| (sent, returned.as_slice())))
    }
}

fn match_words(sent: &[String], returned: &[String]) -> NameMatch {
    let (whole_sent, whole) = (sent.concat(), returned.concat());
    let (few, many) = if sent.len() < returned.len() { (sent, returned) } else { (returned, sent) };
    let length = whole.chars().count();
    let is_beginning = whole_sent.starts_with(&whole);
    let is_cut = (length >= SHORTEST_CUT && is_beginning)
        || (length >= SHORTEST_REORDERED_CUT && begins_arrangement(&whole, sent))
        || (whole_sent.chars().count() >= SHORTEST_REORDERED_CUT && whole.starts_with(&whole_sent));
    if is_cut || is_arrangement(&whole_sent, returned) || is_arrangement(&whole, sent) {
        return NameMatch::Same;
    }
    match match_abbreviated(few, many) {
        NameMatch::Different if is_beginning => NameMatch::Unclear,
        name_match => name_match,
    }
}

/// Returns whether every word of `few` is one of `many`, or an initial for one or instead of one.
fn match_abbreviated(few: &[String], many: &[String]) -> NameMatch {
    let mut left: Vec<&String> = many.iter().collect();
    let mut take = |fits: &dyn Fn(&str) -> bool| {
        let place = left.iter().position(|word| fits(word.as_str()));
        place.map(|place| left.swap_remove(place)).is_some()
    };
    let (mut telling, mut initials) = (0, Vec::new());
    for word in few {
        if take(&|it| is_same_word(it, word)) {
            telling += usize::from(is_telling(word));
        } else {
            initials.push(word);
        }
    }
    let are_initials =
        initials.iter().all(|word| take(&|it| is_initial_of(it, word) || is_initial_of(word, it)));
    match (are_initials, initials.len(), telling) {
        (false, ..) => NameMatch::Different,
        (true, 0, 1..) | (true, _, 2..) => NameMatch::Same,
        (true, ..) => NameMatch::Unclear,
    }
}

/// Returns the words of a folded text without diacritics, punctuation and honorifics.
fn words(folded: &str) -> Vec<String> {
    let bare = without_marks(folded);
    let characters: Vec<char> = bare.chars().collect();
    let is_letter_at = |place: usize| characters.get(place).is_some_and(|it| it.is_alphanumeric());
    let mut text = String::with_capacity(bare.len());
    for (place, character) in characters.iter().copied().enumerate() {
        let is_lost = matches!(character, '?' | char::REPLACEMENT_CHARACTER);
        let is_in_word = is_letter_at(place + 1) || place.checked_sub(1).is_some_and(is_letter_at);
        match PLAIN_LETTERS.iter().find(|(letter, _)| *letter == character) {
            Some((_, plain)) => text.push_str(plain),
            None if is_lost && is_in_word => text.push(LOST),
            None => text.push(character),
        }
    }
    let is_separator = |it: char| !it.is_alphanumeric() && it != LOST;
    let mut words: Vec<String> =
        text.split(is_separator).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let honorifics = words.iter().take_while(|word| is_honorific(word) || *word == SENOR).count();
    if honorifics < words.len() {
        words.drain(..honorifics);
    }
    words
}

/// Returns a folded text without the letters that were none of ASCII before they were decomposed.
fn ascii_letters(folded: &str) -> String {
    let mut kept = String::with_capacity(folded.len());
    for character in folded.chars() {
        if character.is_ascii() {
            kept.push(character);
        } else if without_marks(character.encode_utf8(&mut [0; 4])).is_empty() {
            kept.pop();
        }
    }
    kept
}

/// Returns a text with the entities of HTML as letters. Diacritics do not matter.
fn without_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let entity = after.split_once(';').and_then(|(name, after)| Some((entity(name)?, after)));
        if let Some((letter, after)) = entity {
            plain.push(letter);
            rest = after;
        } else {
            plain.push('&');
            rest = after;
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Returns the letter of an entity, or a space for punctuation.
fn entity(name: &str) -> Option<char> {
    const ACCENTS: [&str; 8] = ["uml", "acute", "grave", "circ", "tilde", "cedil", "ring", "caron"];
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    let first = name.chars().next()?;
    match name {
        "szlig" => Some('ß'),
        "oslash" | "Oslash" => Some('ø'),
        "amp" | "quot" | "apos" | "nbsp" | "lt" | "gt" | "rsquo" | "lsquo" => Some(' '),
        _ => name.get(first.len_utf8()..).filter(|accent| ACCENTS.contains(accent)).map(|_| first),
    }
}

fn is_latin(letter: char) -> bool {
    matches!(letter, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Returns whether a word is more than an initial.
fn is_telling(word: &str) -> bool {
    word.chars().nth(1).is_some() || !word.chars().all(is_latin)
}

fn is_initial_of(initial: &str, word: &str) -> bool {
    initial.chars().count() == 1 && word.starts_with(initial)
}

fn is_same_word(one: &str, other: &str) -> bool {
    one == other || (one.contains(LOST) && fits(one, other)) || (other.contains(LOST) && fits(other, one))
}

/// Returns whether a word with lost characters may have been `word`. For a letter, up to as many characters may be lost as
/// its encoding has bytes.
fn fits(with_lost: &str, word: &str) -> bool {
    let mut rest = with_lost.chars();
    match rest.next() {
        None => word.is_empty(),
        Some(LOST) => {
            let mut shorter = word.chars();
            fits(rest.as_str(), word) || (shorter.next().is_some() && fits(rest.as_str(), shorter.as_str()))
        }
        Some(letter) => word.strip_prefix(letter).is_some_and(|word| fits(rest.as_str(), word)),
    }
}

/// Returns whether a text is made of all the words, in any order, without anything between them.
fn is_arrangement(text: &str, words: &[String]) -> bool {
    let length: usize = words.iter().map(String::len).sum();
    length == text.len() && begins_arrangement(text, words)
}

/// Returns whether a text is a beginning of the words in one of their orders, without anything between them.
fn begins_arrangement(text: &str, words: &[String]) -> bool {
    if text.is_empty() {
        return true;
    }
    if words.len() > MOST_WORDS {
        return words.concat().starts_with(text);
    }
    words.iter().enumerate().any(|(place, word)| {
        word.starts_with(text)
            || text.strip_prefix(word.as_str()).is_some_and(|rest| {
                let mut others = words.to_vec();
                others.swap_remove(place);
                begins_arrangement(rest, &others)
            })
    })
}
