//! Forms of a text that are equal for all spellings of the same letters.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;

/// The shortest text that counts as cut at a limit rather than as a shorter value: a presumption, since hardly any vendor
/// documents its limits.
const SHORTEST_CUT: usize = 16;
const COMBINING_DOT_ABOVE: char = '\u{307}';

/// Returns the text in one form for all cases, white space, and composed, full-width or otherwise compatible forms of the
/// same letters. Characters without a width are left out.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() { fold_ascii(text) } else { fold_any(text) }
}

/// Returns the same as [`fold_any`] in a fraction of the time.
fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars().filter(|it| !is_invisible(*it)) {
        if !character.is_whitespace() {
            folded.push(character.to_ascii_lowercase());
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn fold_any(text: &str) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let visible = decomposed.chars().filter(|it| !is_invisible(*it));
    // The upper case joins letters that the lower case keeps apart (ß and ss, ς and σ, ı and i).
    let lower =
        visible.flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let mut folded = String::with_capacity(decomposed.len());
    for character in lower {
        // The Turkish İ in lower case is an i with a second dot.
        if character != COMBINING_DOT_ABOVE || !folded.ends_with('i') {
            folded.push(character);
        }
    }
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.join(" ")
}

/// Returns whether a character is neither seen nor white space: controls, and marks for joining and direction.
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
pub(super) fn without_spaces(folded: &str) -> String {
    folded.chars().filter(|it| !it.is_whitespace()).collect()
}

/// Returns the words of a folded text without accents and punctuation.
pub(crate) fn plain_words(folded: &str) -> Vec<String> {
    let bare = without_marks(folded);
    let words = bare.split(|it: char| !it.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Returns a folded text without its combining marks.
pub(super) fn without_marks(folded: &str) -> String {
    let classes = CanonicalCombiningClassMapBorrowed::new();
    folded.chars().filter(|it| classes.get_u8(*it) == 0).collect()
}

/// Returns whether the stored text is the beginning of the one that was sent and long enough for a vendor's limit. Both are
/// folded.
pub(super) fn is_cut_at_limit(sent: &str, stored: &str) -> bool {
    // Half a character at a limit in bytes, or the dots of a cut.
    let stored = stored.trim_end_matches(['.', char::REPLACEMENT_CHARACTER]).trim_end();
    stored.len() < sent.len() && sent.starts_with(stored) && stored.chars().count() >= SHORTEST_CUT
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
    fn other_letters_fold_to_another_text() {
        for (one, other) in
            [("Müller", "Muller"), ("An Na", "Anna"), ("か", "が"), ("o", "ø"), ("O'Brien", "OBrien")]
        {
            assert_ne!(fold(one), fold(other), "{one:?} and {other:?}");
        }
    }

    proptest! {
        #[test]
        fn the_fast_path_of_ascii_gives_the_same(text in "[\\x00-\\x7f]{0,24}") {
            prop_assert_eq!(fold_ascii(&text), fold_any(&text));
        }

        #[test]
        fn folding_undoes_every_change_of_case_and_white_space(
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
