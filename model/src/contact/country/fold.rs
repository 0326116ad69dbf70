//! Folding of country names: spellings that differ in case, accents, punctuation, articles, conjunctions or common
//! abbreviations become equal.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// Abbreviations, none of which is itself a word of a country's name.
const ABBREVIATIONS: [(&str, &str); 8] = [
    ("dem", "democratic"),
    ("fed", "federal"),
    ("isl", "islands"),
    ("isls", "islands"),
    ("rep", "republic"),
    ("st", "saint"),
    ("sts", "states"),
    ("ste", "saint"),
];

const ARTICLES: [&str; 14] =
    ["the", "la", "le", "les", "el", "los", "las", "il", "der", "die", "das", "het", "os", "as"];

const CONJUNCTIONS: [&str; 15] =
    ["and", "und", "et", "y", "e", "en", "og", "och", "i", "a", "és", "ir", "un", "ja", "si"];

/// Returns the folded form of a name. It has neither punctuation nor white space.
pub(super) fn fold(name: &str) -> String {
    let plain = without_marks(name);
    let words: Vec<&str> =
        plain.split(|it: char| !it.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.len() < 2 {
        return words.concat();
    }
    let mut folded = String::with_capacity(plain.len());
    for (place, word) in words.iter().enumerate() {
        if !is_left_out(&words, place) {
            let long = ABBREVIATIONS.iter().find(|(short, _)| short == word).map(|(_, long)| *long);
            folded.push_str(long.unwrap_or(word));
        }
    }
    folded
}

/// Returns whether a word is left out: "the" and "of", an article before the name, "and" inside it.
fn is_left_out(words: &[&str], place: usize) -> bool {
    let word = words[place];
    let is_long = |place: usize| words.get(place).is_some_and(|word| word.chars().count() > 1);
    let is_article = place == 0 && ARTICLES.contains(&word) && words[1].len() > 2;
    let is_conjunction =
        place > 0 && is_long(place - 1) && is_long(place + 1) && CONJUNCTIONS.contains(&word);
    is_article || is_conjunction || (word == "the" || word == "of")
}

/// Returns the text in lower case without accents and other optional marks.
fn without_marks(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut plain = String::with_capacity(decomposed.len());
    for character in decomposed.chars().flat_map(char::to_lowercase).filter(|it| !is_mark(*it)) {
        match plain_letters(character) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(character),
        }
    }
    // Recompose what is not an accent, such as the parts of a Hangul syllable.
    ComposingNormalizerBorrowed::new_nfc().normalize(&plain).into_owned()
}

/// Returns whether a character is an accent, an apostrophe-like letter, a Hebrew or Arabic vowel sign, or invisible.
fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{2b9}'..='\u{2bf}'
            | '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5bd}'
            | '\u{5bf}'..='\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{640}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

/// Returns the plain spelling of a letter that has no Unicode decomposition.
fn plain_letters(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ł' => "l",
        'þ' => "th",
        'ς' => "σ",
        'ی' | 'ى' => "ي",
        'ک' => "ك",
        'ة' => "ه",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_name_fold_to_the_same_text() {
        for (one, other) in [
            ("Côte d’Ivoire", "COTE D'IVOIRE"),
            ("Cote d Ivoire", "Côte d'Ivoire"),
            ("Trinidad & Tobago", "Trinidad and Tobago"),
            ("Trinidad und Tobago", "Trinidad y Tobago"),
            ("Türkiye", "Tu\u{308}rkiye"),
            ("TÜRKİYE", "turkiye"),
            ("The Netherlands", "Netherlands, The"),
            ("Isle of Man", "Isle Man"),
            ("St. Kitts & Nevis", "Saint Kitts and Nevis"),
            ("Łotwa", "lotwa"),
            ("Вʼєтнам", "В'єтнам"),
            ("ΕΛΛΆΔΑΣ", "Ελλάδας"),
            ("ﾄﾞｲﾂ", "ドイツ"),
            ("Viet\u{200b}nam", "Vietnam"),
            ("U.A.E.", "uae"),
            ("E. A. U.", "EAU"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
    }

    #[test]
    fn different_names_fold_to_different_texts() {
        for (one, other) in
            [("Guinea", "Equatorial Guinea"), ("Niger", "Nigeria"), ("ハ", "バ"), ("भारत", "भरत")]
        {
            assert_ne!(fold(one), fold(other), "{one} and {other}");
        }
    }

    fn some_name() -> impl Strategy<Value = &'static str> {
        let names = include_str!("../../../data/cldr/territories.tsv").lines();
        prop::sample::select(names.filter_map(|line| line.split('\t').nth(1)).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn case_composition_and_white_space_are_ignored(name in some_name(), space in "[ \t\u{a0}\u{3000}]{1,3}") {
            let folded = fold(name);
            prop_assert!(!folded.is_empty() && folded.chars().all(char::is_alphanumeric), "{folded}");
            let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(name).into_owned();
            let spaced = name.split(' ').collect::<Vec<_>>().join(&space);
            for written in [name.to_uppercase(), name.to_lowercase(), decomposed, format!("{space}{spaced}.")] {
                prop_assert_eq!(fold(&written), folded.clone(), "{}", written);
            }
        }
    }
}
