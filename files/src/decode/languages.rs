//! Finds the possible languages of a word by its letters and their positions.
//!
//! The rules tell encodings apart, not languages: each rule is about a letter whose bytes are another letter in a code page that
//! is confused with this one.

/// A set of languages, one bit each.
pub(super) type Languages = u32;

/// A language in Latin letters.
struct LatinLanguage {
    letters: &'static str,
    /// Whether few files are in this language, and its letters are frequent in wrongly decoded text. It counts less.
    is_rare: bool,
    allows: fn(&LetterContext<'_>) -> bool,
}

/// A letter of a word in lower case, with the letters before and after it.
struct LetterContext<'a> {
    letter: char,
    before: &'a [char],
    after: &'a [char],
}

impl LetterContext<'_> {
    fn next(&self) -> Option<char> {
        self.after.first().copied()
    }

    fn is_last(&self) -> bool {
        self.after.is_empty()
    }

    fn is_before_a_vowel(&self) -> bool {
        self.next().is_some_and(is_vowel)
    }

    fn is_beside_a_vowel(&self) -> bool {
        self.is_before_a_vowel() || self.before.last().copied().is_some_and(is_vowel)
    }
}

const LATIN: [LatinLanguage; 21] = [
    latin("äöüßé", |_| true),
    latin("àâæçèéêëîïôœùûüÿ", french),
    latin("áéíñóúü", |place| place.letter != 'ñ' || place.is_before_a_vowel()),
    latin("àáâãçéêíóôõúü", portuguese),
    latin("àèéìíòóùú", |place| match place.letter {
        'ì' | 'ù' | 'ò' => place.is_last(),
        _ => !place.is_before_a_vowel(),
    }),
    latin("àçèéíïòóúü", |place| !matches!(place.letter, 'è' | 'ò') || !place.is_before_a_vowel()),
    latin("æøåéóèô", scandinavian),
    latin("åäöéüàšž", |_| true),
    latin("áéèëïöüóç", |place| match place.letter {
        'ë' | 'ï' => place.is_beside_a_vowel(),
        'è' => !place.is_before_a_vowel(),
        _ => true,
    }),
    latin("ąćęłńóśźż", |place| place.letter != 'ń' || !place.is_before_a_vowel()),
    latin("áčďéěíňóřšťúůýž", |_| true),
    latin("áäčďéíĺľňóôŕšťúýž", |_| true),
    latin("áéíóöőúüű", |_| true),
    latin("ăâîşţșț", |_| true),
    latin("čćđšž", |_| true),
    latin("çğıöşüâîİ", |_| true),
    latin("āčēģīķļņšūž", |_| true),
    latin("ąčęėįšųūž", |_| true),
    rare("áðéíóúýþæö", icelandic),
    rare("áðíóúýæø", |_| true),
    rare("äöüõšžçë", |place| !place.letter.is_ascii()),
];

const POLISH: usize = 9;

const fn latin(letters: &'static str, allows: fn(&LetterContext<'_>) -> bool) -> LatinLanguage {
    LatinLanguage { letters, is_rare: false, allows }
}

const fn rare(letters: &'static str, allows: fn(&LetterContext<'_>) -> bool) -> LatinLanguage {
    LatinLanguage { letters, is_rare: true, allows }
}

fn french(place: &LetterContext<'_>) -> bool {
    match place.letter {
        'è' | 'ê' => !place.is_before_a_vowel(),
        'ë' | 'ï' => place.is_beside_a_vowel(),
        'ÿ' => !place.before.is_empty() && place.is_beside_a_vowel(),
        'ù' => place.is_last(),
        'û' => matches!(place.next(), Some('t' | 'l' | 'm' | 'c')),
        'ç' => place.is_before_a_vowel(),
        'œ' => matches!(place.next(), Some('u' | 'i')),
        _ => true,
    }
}

fn portuguese(place: &LetterContext<'_>) -> bool {
    match place.letter {
        'õ' => place.next() == Some('e'),
        'ã' => place.is_last() || matches!(place.next(), Some('o' | 'e' | 's')),
        'ç' => place.is_before_a_vowel(),
        _ => true,
    }
}

fn scandinavian(place: &LetterContext<'_>) -> bool {
    match place.letter {
        'ø' => match place.next() {
            Some('e') => place.after.len() == 1,
            Some('i') => place.after.get(1) == Some(&'e'),
            Some('y') => true,
            next => !next.is_some_and(is_vowel),
        },
        'æ' => !place.is_last() || place.before.len() < 3,
        'è' => !place.is_before_a_vowel(),
        _ => true,
    }
}

fn icelandic(place: &LetterContext<'_>) -> bool {
    let is_foreign = |letter: &char| matches!(letter, 'c' | 'q' | 'w' | 'z');
    let has_foreign = place.before.iter().chain(place.after).any(is_foreign);
    !has_foreign && (place.letter != 'þ' || !place.is_last())
}

pub(super) fn is_vowel(letter: char) -> bool {
    "aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœąęăěőűůıāēīūėįų".contains(letter)
}

/// The alphabets of the languages that are written in Cyrillic.
const CYRILLIC: [&str; 5] = [
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "абвгдђежзијклљмнњопрстћуфхцчџш",
    "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
];

/// Serbian and Macedonian. In a code page of another system, their letters are Russian ones.
const RARE_CYRILLIC: Languages = 0b11 << (FIRST_CYRILLIC + 3);

const FIRST_CYRILLIC: usize = LATIN.len();
const FIRST_SCRIPT: usize = FIRST_CYRILLIC + CYRILLIC.len();

/// The languages that count less than others.
pub(super) const RARE: Languages = rare_languages();

const fn rare_languages() -> Languages {
    let (mut set, mut place) = (RARE_CYRILLIC, 0);
    while place < LATIN.len() {
        if LATIN[place].is_rare {
            set |= 1 << place;
        }
        place += 1;
    }
    set
}

/// The script of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Thai,
    Han,
    Kana,
    Hangul,
    Other,
}

pub(super) fn script(letter: char) -> Script {
    match u32::from(letter) {
        0x41..=0x24f | 0x1e00..=0x1eff => Script::Latin,
        0x370..=0x3ff => Script::Greek,
        0x400..=0x4ff => Script::Cyrillic,
        0x590..=0x5ff => Script::Hebrew,
        0x600..=0x6ff => Script::Arabic,
        0xe00..=0xe7f => Script::Thai,
        0x4e00..=0x9fff | 0x3005 | 0x3007 => Script::Han,
        0x3040..=0x30ff | 0xff66..=0xff9f => Script::Kana,
        0xac00..=0xd7af => Script::Hangul,
        _ => Script::Other,
    }
}

/// Returns the possible languages of a word, or the empty set.
pub(super) fn languages_of(word: &[char]) -> Languages {
    let Some(first) = word.iter().find(|letter| !letter.is_ascii()) else { return Languages::MAX };
    let first = script(*first);
    let is_one_script = |scripts: &[Script]| word.iter().all(|letter| scripts.contains(&script(*letter)));
    let bit = |place: usize| 1 << (FIRST_SCRIPT + place);
    let fits = |fits: bool, set: Languages| if fits { set } else { 0 };
    match first {
        Script::Latin => fits(is_one_script(&[Script::Latin]) && has_usual_case(word), latin_languages(word)),
        Script::Cyrillic => {
            fits(is_one_script(&[Script::Cyrillic]) && has_usual_case(word), cyrillic_languages(word))
        }
        Script::Greek => {
            fits(is_one_script(&[Script::Greek]) && has_usual_case(word) && is_greek(word), bit(0))
        }
        Script::Hebrew => fits(is_one_script(&[Script::Hebrew]) && is_hebrew(word), bit(1)),
        Script::Arabic => fits(is_one_script(&[Script::Arabic]) && is_arabic(word), bit(2)),
        Script::Thai => fits(is_one_script(&[Script::Thai]) && is_thai(word), bit(3)),
        Script::Hangul => fits(is_one_script(&[Script::Hangul]), bit(4)),
        Script::Han | Script::Kana => fits(is_east_asian(word), bit(5)),
        Script::Other => 0,
    }
}

fn lower(word: &[char]) -> Vec<char> {
    // The Turkish capital İ has two characters in lower case.
    word.iter().map(|letter| letter.to_lowercase().next().unwrap_or(*letter)).collect()
}

fn latin_languages(word: &[char]) -> Languages {
    let lower = lower(word);
    let mut set = 0;
    let has_ascii = lower.len() == 1 || lower.iter().any(char::is_ascii);
    for (place, language) in LATIN.iter().enumerate() {
        let fits = lower.iter().enumerate().all(|(at, letter)| {
            let place = LetterContext { letter: *letter, before: &lower[..at], after: &lower[at + 1..] };
            letter.is_ascii() || (language.letters.contains(*letter) && (language.allows)(&place))
        });
        // Only in Polish, some words have accents on all letters.
        if fits && (has_ascii || place == POLISH) {
            set |= 1 << place;
        }
    }
    set
}

fn cyrillic_languages(word: &[char]) -> Languages {
    let lower = lower(word);
    let has_vowel = lower.iter().any(|letter| "аеёиоуыэюяіїє".contains(*letter));
    let begins_impossibly = matches!(lower.first(), Some('ъ' | 'ь' | 'ы'));
    if (lower.len() > 3 && !has_vowel) || begins_impossibly {
        return 0;
    }
    let alphabets = CYRILLIC.iter().enumerate();
    let fitting = alphabets.filter(|(_, letters)| lower.iter().all(|letter| letters.contains(*letter)));
    fitting.fold(0, |set, (place, _)| set | 1 << (FIRST_CYRILLIC + place))
}

/// Returns whether no capital letter outside ASCII follows a lower-case letter.
fn has_usual_case(word: &[char]) -> bool {
    let mut has_small = false;
    for (place, letter) in word.iter().enumerate() {
        let is_capital = letter.is_uppercase();
        if is_capital && !letter.is_ascii() && has_small {
            return false;
        }
        let stands_inside = place > 0 && word.get(place + 1).is_some_and(|next| next.is_lowercase());
        if is_capital && !letter.is_ascii() && stands_inside && !word[place - 1].is_lowercase() {
            return false;
        }
        has_small |= letter.is_lowercase();
    }
    true
}

fn is_greek(word: &[char]) -> bool {
    let lower = lower(word);
    let last = lower.len() - 1;
    let accents = lower.iter().filter(|letter| "άέήίόύώΐΰ".contains(**letter)).count();
    let has_vowel = lower.iter().any(|letter| "αεηιουωάέήίόύώϊϋΐΰ".contains(*letter));
    let is_final_sigma_misplaced = word.iter().enumerate().any(|(place, letter)| match letter {
        'ς' => place != last,
        'σ' => place == last && last > 0,
        _ => false,
    });
    let are_letters = lower.iter().all(|letter| letter.is_lowercase());
    accents <= 1 && (has_vowel || lower.len() < 4) && !is_final_sigma_misplaced && are_letters
}

fn is_hebrew(word: &[char]) -> bool {
    let last = word.len() - 1;
    word.iter().enumerate().all(|(place, letter)| !"ךםןףץ".contains(*letter) || place == last)
}

fn is_arabic(word: &[char]) -> bool {
    let last = word.len() - 1;
    word.iter().enumerate().all(|(place, letter)| !matches!(letter, 'ة' | 'ى') || place == last)
}

fn is_thai(word: &[char]) -> bool {
    let is_above = |letter: &char| matches!(u32::from(*letter), 0xe31 | 0xe34..=0xe3a | 0xe47..=0xe4e);
    !word.first().is_some_and(is_above)
}

/// Returns whether a word is Chinese or Japanese. Latin letters may stand beside several characters, not beside a single one.
fn is_east_asian(word: &[char]) -> bool {
    let is_east_asian = |letter: &char| matches!(script(*letter), Script::Han | Script::Kana);
    let count = word.iter().filter(|letter| is_east_asian(letter)).count();
    count == word.len() || (count > 1 && word.iter().all(|letter| is_east_asian(letter) || letter.is_ascii()))
}

/// Returns whether a word has a French, Portuguese or Spanish syllable that hardly occurs in text of another encoding.
pub(super) fn is_typical_of_the_west(word: &[char]) -> bool {
    let lower = lower(word);
    lower.windows(2).enumerate().any(|(place, pair)| match pair {
        ['ã', 'o' | 'e'] | ['õ', 'e'] | ['œ', 'u'] => true,
        ['ñ', next] => is_vowel(*next),
        ['è', 's'] => place + 2 == lower.len(),
        ['è', next] if !is_vowel(*next) => lower[place + 2..].iter().take(2).any(|letter| *letter == 'e'),
        _ => false,
    })
}
