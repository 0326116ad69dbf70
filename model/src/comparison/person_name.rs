//! Word-by-word comparison of a person's name that a vendor returned with the one that was sent.

use std::borrow::Cow;

use crate::fold::{fold, without_marks};
use crate::honorifics::is_honorific;

/// The minimum length of a name that counts as truncated.
const MIN_TRUNCATED_LENGTH: usize = 8;
/// The minimum length of a name that counts as truncated after its words were reordered.
const MIN_TRUNCATED_REORDERED_LENGTH: usize = 16;
/// The minimum length of a prefix that counts as the word in [`PersonName::shares_word`].
const MIN_PREFIX_LENGTH: usize = 3;
/// The maximum number of words of which every order is tried.
const MAX_WORDS: usize = 8;
/// The maximum number of lost characters in a comparable name: their combinations are all tried.
const MAX_LOST: usize = 8;
/// Stands for a character that the vendor could not store.
const LOST: char = '\u{1}';
/// "Señor" before a name. It is not listed as an honorific, since after a name it means "senior".
const SENOR: &str = "sr";
/// Texts that vendors return instead of a missing or hidden name.
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
/// Letters without a Unicode decomposition, and their spelling without diacritics.
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
/// Decomposed letters that have a two-letter spelling without diacritics.
const EXPANDED_LETTERS: &[(&str, &str)] =
    &[("a\u{308}", "ae"), ("o\u{308}", "oe"), ("u\u{308}", "ue"), ("a\u{30a}", "aa"), ("ø", "oe")];

/// The result of comparing two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NameMatch {
    /// The names differ.
    Different,
    /// One name is so short an abbreviation of the other that it fits other people as well.
    Unclear,
    /// The names are equal, or one is a part of the other.
    Same,
}

/// A name as words without case, diacritics and punctuation.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PersonName {
    /// The spelling without diacritics and, if it differs, the one with umlauts as two letters.
    spellings: Vec<Vec<String>>,
    /// The words without letters beyond ASCII, for a vendor that drops them. Empty for a name in ASCII.
    without_other_letters: Vec<String>,
    has_latin: bool,
    has_other_script: bool,
}

impl PersonName {
    /// Creates a name from a text. `None` if the text is blank, masked, a placeholder, or has no letter.
    pub(super) fn new(text: &str) -> Option<Self> {
        let folded = fold(&without_entities(text));
        let is_masked = folded.contains(['*', '•', '●', '@']);
        let plain = words(&folded);
        let lost = plain.iter().flat_map(|word| word.chars()).filter(|it| *it == LOST).count();
        if is_masked || lost > MAX_LOST || PLACEHOLDERS.contains(&plain.join(" ").as_str()) {
            return None;
        }
        let letters = || plain.iter().flat_map(|word| word.chars()).filter(|it| it.is_alphabetic());
        letters().next()?;
        let (has_latin, has_other_script) = (letters().any(is_latin), letters().any(|it| !is_latin(it)));
        let mut name =
            Self { spellings: vec![plain], without_other_letters: Vec::new(), has_latin, has_other_script };
        if !folded.is_ascii() {
            let expanded =
                EXPANDED_LETTERS.iter().fold(folded.clone(), |text, (from, to)| text.replace(from, to));
            name.spellings.push(words(&expanded));
            name.spellings.dedup();
            name.without_other_letters = words(&ascii_letters(&folded));
        }
        Some(name)
    }

    /// Returns whether both names have a script in common.
    pub(super) fn is_comparable_with(&self, other: &Self) -> bool {
        (self.has_latin && other.has_latin) || (self.has_other_script && other.has_other_script)
    }

    /// Returns whether `returned` shares a word with this name, or is a prefix of it.
    pub(super) fn shares_word(&self, returned: &Self) -> bool {
        self.pairs(returned).any(|(sent, returned)| {
            let is_shared =
                |word: &String| is_full_word(word) && sent.iter().any(|it| is_same_word(it, word));
            let (whole_sent, whole) = (sent.concat(), returned.concat());
            let is_prefix_of_word = |cut: &String| {
                cut.chars().count() >= MIN_PREFIX_LENGTH && sent.iter().any(|it| it.starts_with(cut.as_str()))
            };
            returned.iter().any(is_shared)
                || returned.last().is_some_and(is_prefix_of_word)
                || whole_sent.starts_with(&whole)
                || whole.starts_with(&whole_sent)
                || is_arrangement(&whole_sent, returned)
                || is_arrangement(&whole, sent)
        })
    }

    /// Compares this name with a returned one. They are the same if the words of one are words of the other, in any order, or
    /// if `returned` is this name truncated at a limit.
    pub(super) fn matches(&self, returned: &Self) -> NameMatch {
        let matches = self.pairs(returned).map(|(sent, returned)| match_words(sent, returned));
        matches.max().unwrap_or(NameMatch::Different)
    }

    /// Returns every pair of a spelling of this name and a spelling of the returned one.
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
    let is_prefix = whole_sent.starts_with(&whole);
    let is_truncated = (length >= MIN_TRUNCATED_LENGTH && is_prefix)
        || (length >= MIN_TRUNCATED_REORDERED_LENGTH && begins_arrangement(&whole, sent))
        || (whole_sent.chars().count() >= MIN_TRUNCATED_REORDERED_LENGTH && whole.starts_with(&whole_sent));
    if is_truncated || is_arrangement(&whole_sent, returned) || is_arrangement(&whole, sent) {
        return NameMatch::Same;
    }
    match match_abbreviated(few, many) {
        NameMatch::Different if is_prefix => NameMatch::Unclear,
        name_match => name_match,
    }
}

/// Compares two names of which `few` has fewer words. Words may be abbreviated to initials in either.
fn match_abbreviated(few: &[String], many: &[String]) -> NameMatch {
    let mut left: Vec<&String> = many.iter().collect();
    let mut take = |fits: &dyn Fn(&str) -> bool| {
        let place = left.iter().position(|word| fits(word.as_str()));
        place.map(|place| left.swap_remove(place)).is_some()
    };
    let (mut full_words, mut initials) = (0, Vec::new());
    for word in few {
        if take(&|it| is_same_word(it, word)) {
            full_words += usize::from(is_full_word(word));
        } else {
            initials.push(word);
        }
    }
    let are_initials =
        initials.iter().all(|word| take(&|it| is_initial_of(it, word) || is_initial_of(word, it)));
    match (are_initials, initials.len(), full_words) {
        (false, ..) => NameMatch::Different,
        (true, 0, 1..) | (true, _, 2..) => NameMatch::Same,
        (true, ..) => NameMatch::Unclear,
    }
}

/// Returns the words of a folded text without diacritics, punctuation and honorifics.
fn words(folded: &str) -> Vec<String> {
    let text = if folded.is_ascii() && !folded.contains('?') {
        Cow::Borrowed(folded)
    } else {
        Cow::Owned(with_plain_letters(folded))
    };
    let is_separator = |it: char| !it.is_alphanumeric() && it != LOST;
    let mut words: Vec<String> =
        text.split(is_separator).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let honorifics = words.iter().take_while(|word| is_honorific(word) || *word == SENOR).count();
    if honorifics < words.len() {
        words.drain(..honorifics);
    }
    words
}

/// Returns a folded text without diacritics. [`LOST`] replaces the characters that the vendor could not store.
fn with_plain_letters(folded: &str) -> String {
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
    text
}

/// Returns a folded text without the letters that were not ASCII before their decomposition.
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

/// Returns a text with HTML entities replaced by their letters, without diacritics.
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

/// Returns the letter of an HTML entity, or a space for punctuation.
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
fn is_full_word(word: &str) -> bool {
    word.chars().nth(1).is_some() || !word.chars().all(is_latin)
}

fn is_initial_of(initial: &str, word: &str) -> bool {
    initial.chars().count() == 1 && word.starts_with(initial)
}

fn is_same_word(one: &str, other: &str) -> bool {
    one == other || (one.contains(LOST) && fits(one, other)) || (other.contains(LOST) && fits(other, one))
}

/// Returns whether `word` may have become `with_lost`, in which each lost character stands for at most one letter. A letter
/// can leave several lost characters, one per byte of its encoding.
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

/// Returns whether a text is the concatenation of all words in any order.
fn is_arrangement(text: &str, words: &[String]) -> bool {
    let length: usize = words.iter().map(String::len).sum();
    length == text.len() && begins_arrangement(text, words)
}

/// Returns whether a text is a prefix of the concatenation of the words in any order.
fn begins_arrangement(text: &str, words: &[String]) -> bool {
    if text.is_empty() {
        return true;
    }
    if words.len() > MAX_WORDS {
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
