//! Folding of text: spellings of the same letters (case, white space, composed and compatible forms) become equal.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use rlibphonenumber::PHONE_NUMBER_UTIL;

/// The minimum length of a text that counts as truncated at a limit rather than as a shorter value. A guess, since hardly any
/// vendor documents its limits.
const MIN_TRUNCATED_LENGTH: usize = 16;
const COMBINING_DOT_ABOVE: char = '\u{307}';

/// Returns the text folded: in lower case, with single spaces, in compatibility decomposition (NFKD), and without invisible
/// characters.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() { fold_ascii(text) } else { fold_any(text) }
}

/// Fast path of [`fold_any`] for ASCII, with the same result.
fn fold_ascii(text: &str) -> String {
    if has_single_spaces_only(text) {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.bytes().map(char::from) {
        if character.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if !character.is_control() {
            folded.push(character.to_ascii_lowercase());
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// Returns whether a text in ASCII has no white space but single spaces between words, and no control characters.
fn has_single_spaces_only(text: &str) -> bool {
    let bytes = text.as_bytes();
    let are_visible = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    are_visible
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !bytes.windows(2).any(|pair| pair == b"  ")
}

fn fold_any(text: &str) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let visible = decomposed.chars().filter(|it| !is_invisible(*it));
    // Upper case first: it makes letters equal that lower case distinguishes (ß and ss, ς and σ, ı and i).
    let lower =
        visible.flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let mut folded = String::with_capacity(decomposed.len());
    for character in lower {
        // Lower case turns the Turkish İ into an i with a combining dot.
        if character != COMBINING_DOT_ABOVE || !folded.ends_with('i') {
            folded.push(character);
        }
    }
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.join(" ")
}

/// Returns whether a character is invisible and not white space: a control, a joiner, or a direction mark.
fn is_invisible(character: char) -> bool {
    let is_mark = matches!(
        character,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    );
    is_mark || (character.is_control() && !character.is_whitespace())
}

/// Returns a folded text without its white space.
pub(crate) fn without_spaces(folded: &str) -> String {
    let mut text = folded.to_owned();
    text.retain(|it| !it.is_whitespace());
    text
}

/// Returns the words of a folded text without accents and punctuation.
pub(crate) fn plain_words(folded: &str) -> Vec<String> {
    let bare = without_marks(folded);
    let words = bare.split(|it: char| !it.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Returns a folded text without its combining marks.
pub(crate) fn without_marks(folded: &str) -> String {
    if folded.is_ascii() {
        return folded.to_owned();
    }
    let classes = CanonicalCombiningClassMapBorrowed::new();
    folded.chars().filter(|it| classes.get_u8(*it) == 0).collect()
}

/// Returns whether the stored text is the one that was sent, truncated at a vendor's limit. Both are folded.
pub(crate) fn is_truncated(sent: &str, stored: &str) -> bool {
    // A limit in bytes can leave half a character; some vendors append dots.
    let stored = stored.trim_end_matches(['.', char::REPLACEMENT_CHARACTER]).trim_end();
    stored.len() < sent.len() && sent.starts_with(stored) && stored.chars().count() >= MIN_TRUNCATED_LENGTH
}

/// Returns the text with the digits and plus signs of other scripts replaced by ASCII ones.
pub(crate) fn with_ascii_digits(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let to_ascii = |character: char| match character {
        '＋' => '+',
        _ if character.is_ascii() => character,
        _ => {
            let digit = PHONE_NUMBER_UTIL.normalize_digits_only(character.encode_utf8(&mut [0; 4]));
            digit.chars().next().unwrap_or(character)
        }
    };
    text.chars().map(to_ascii).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_the_same_letters_fold_to_the_same_text() {
        for (one, other) in [
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("Ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ"),
            ("İpek Işık", "ipek ışık"),
            ("ipek", "IPEK"),
            ("Ａｄａ　Ｋｉｎｇ", "Ada King"),
            ("Rene\u{301} Müller", "René Mu\u{308}ller"),
            ("ｶﾞｶﾞﾘﾝ", "ガガリン"),
            ("oﬃce", "OFFICE"),
            (" Ada\u{a0}\u{2003}King\r\n", "Ada King"),
            ("Ada\u{200b}King\u{feff}", "AdaKing"),
            ("می\u{200c}نا", "مینا"),
            ("a \u{200b} b", "a b"),
        ] {
            assert_eq!(fold(one), fold(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn different_letters_fold_to_different_texts() {
        for (one, other) in
            [("Müller", "Muller"), ("An Na", "Anna"), ("か", "が"), ("o", "ø"), ("O'Brien", "OBrien")]
        {
            assert_ne!(fold(one), fold(other), "{one:?} and {other:?}");
        }
    }

    proptest! {
        #[test]
        fn the_ascii_fast_path_folds_like_the_general_path(text in "[\\x00-\\x7f]{0,24}") {
            prop_assert_eq!(fold_ascii(&text), fold_any(&text));
        }

        #[test]
        fn folding_removes_differences_of_case_and_white_space(
            words in proptest::collection::vec("[[\\p{Latin}\\p{Greek}\\p{Cyrillic}\\p{Han}]&&\\p{L}]{1,8}", 1..5),
            space in "[ \t\u{a0}\u{2009}\u{3000}]{1,3}",
        ) {
            let text = words.join(" ");
            let folded = fold(&text);
            prop_assert_eq!(&fold(&text.to_uppercase()), &folded);
            prop_assert_eq!(&fold(&text.to_lowercase()), &folded);
            prop_assert_eq!(&fold(&format!("{space}{}{space}", words.join(&space))), &folded);
            prop_assert_eq!(&fold(&folded), &folded);
        }
    }
}
