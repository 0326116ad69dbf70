//! Guesses the encoding of a text that is not UTF-8, and says whether the guess is certain.
//!
//! chardetng makes the guess and names its rivals. A guess is certain when its words can be words and those of every
//! rival cannot, or when there are enough words for chardetng's statistics to decide between them.

use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GBK, ISO_2022_JP, ISO_8859_2, ISO_8859_4, KOI8_U, MACINTOSH, SHIFT_JIS,
    UTF_8, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1257,
    X_MAC_CYRILLIC,
};

use super::TextEncoding;
use super::plausibility::Plausibility;
use crate::lines::without_ending;

/// The domains that make chardetng prefer the encodings of a region.
const REGIONS: [&[u8]; 16] = [
    b"de", b"is", b"pl", b"hu", b"ru", b"gr", b"tr", b"il", b"sa", b"lt", b"vn", b"th", b"jp", b"cn", b"tw",
    b"kr",
];

/// The encodings that programs for offices write, and those that chardetng does not know.
const USUAL: [&Encoding; 15] = [
    WINDOWS_1252,
    WINDOWS_1250,
    WINDOWS_1251,
    WINDOWS_1253,
    WINDOWS_1254,
    WINDOWS_1257,
    ISO_8859_2,
    KOI8_U,
    SHIFT_JIS,
    EUC_JP,
    EUC_KR,
    GBK,
    BIG5,
    MACINTOSH,
    X_MAC_CYRILLIC,
];

/// How many encodings an unclear text is shown in.
const MOST_CANDIDATES: usize = 4;
const SAMPLES: usize = 3;
const SAMPLE_CHARACTERS: usize = 40;

/// With so many East Asian characters the statistics decide between encodings of East Asia.
const ENOUGH_EAST_ASIAN: usize = 6;
/// With so many words that two encodings read otherwise the statistics decide between them.
const ENOUGH_WORDS: usize = 2;

/// An encoding that a file can be in, and a few cells of the file as they read in it.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodingCandidate {
    /// The encoding.
    pub encoding: TextEncoding,
    samples: Vec<String>,
}

impl EncodingCandidate {
    /// Returns up to three cells with letters that are not ASCII, decoded. They are contact data: show them to the person
    /// who imports the file, and log them nowhere.
    pub fn samples(&self) -> &[String] {
        &self.samples
    }
}

impl fmt::Debug for EncodingCandidate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EncodingCandidate")
            .field("encoding", &self.encoding)
            .field("samples", &self.samples.len())
            .finish()
    }
}

/// The encoding of the rows of a text that are not UTF-8.
pub(crate) struct Guess {
    /// The best one first. There is at least one.
    pub(crate) candidates: Vec<EncodingCandidate>,
    pub(crate) is_certain: bool,
}

impl Guess {
    /// Returns the encoding that fits best.
    pub(crate) fn encoding(&self) -> TextEncoding {
        self.candidates.first().map_or(TextEncoding::WINDOWS_1252, |candidate| candidate.encoding)
    }

    /// Returns the guess for rows that are not UTF-8. What the file itself says goes first.
    pub(crate) fn new(rows: &[u8], declared: Option<TextEncoding>) -> Self {
        if let Some(declared) = declared.filter(|declared| has_no_errors(declared.0, rows)) {
            return Self { candidates: vec![candidate(declared.0, rows)], is_certain: true };
        }
        let guessed = Candidates::new(rows);
        let (place, is_certain) = guessed.judge();
        let mut order: Vec<usize> = (0..guessed.readings.len()).collect();
        order.sort_by_key(|other| (*other != place, guessed.readings[*other].rank()));
        order.truncate(if is_certain { 1 } else { MOST_CANDIDATES });
        let encodings = order.into_iter().map(|place| guessed.readings[place].encoding);
        Self { candidates: encodings.map(|encoding| candidate(encoding, rows)).collect(), is_certain }
    }
}

/// The text in one encoding.
struct Reading {
    encoding: &'static Encoding,
    text: String,
    plausibility: Plausibility,
    has_errors: bool,
}

impl Reading {
    fn new(encoding: &'static Encoding, rows: &[u8]) -> Self {
        let (text, has_errors) = encoding.decode_without_bom_handling(rows);
        let text = text.into_owned();
        Self { encoding, plausibility: Plausibility::of(&text), text, has_errors }
    }

    fn is_possible(&self) -> bool {
        let has_words = self.plausibility.words > 0 || self.is_western();
        !self.has_errors && self.plausibility.is_plausible() && has_words
    }

    fn rank(&self) -> (bool, usize) {
        (self.has_errors, self.plausibility.cost())
    }

    fn is_western(&self) -> bool {
        self.encoding == WINDOWS_1252
    }
}

/// The different texts that rows can be. Encodings that give the same text are one.
struct Candidates {
    readings: Vec<Reading>,
    /// The place of chardetng's own guess.
    guess: usize,
}

impl Candidates {
    fn new(rows: &[u8]) -> Self {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(rows, true);
        let guess = match detector.guess(None, Utf8Detection::Deny) {
            // No office has written this encoding for decades.
            guess if guess == ISO_8859_4 => WINDOWS_1252,
            guess => guess,
        };
        let regional = REGIONS.iter().map(|region| detector.guess(Some(region), Utf8Detection::Deny));
        let encodings = USUAL.into_iter().take(1).chain([guess]).chain(regional).chain(USUAL);
        let mut candidates = Self { readings: Vec::new(), guess: 0 };
        let mut tried: Vec<&Encoding> = Vec::new();
        for encoding in encodings {
            if tried.contains(&encoding) {
                continue;
            }
            tried.push(encoding);
            let place = candidates.add(Reading::new(encoding, rows));
            if encoding == guess {
                candidates.guess = place;
            }
        }
        candidates
    }

    fn add(&mut self, reading: Reading) -> usize {
        if let Some(same) = self.readings.iter().position(|other| other.text == reading.text) {
            return same;
        }
        self.readings.push(reading);
        self.readings.len() - 1
    }

    /// Returns the place of the best reading, and whether it is certain.
    fn judge(&self) -> (usize, bool) {
        let possible = |reading: &&Reading| reading.is_possible();
        let Some(least) =
            self.readings.iter().filter(possible).map(|reading| reading.plausibility.cost()).min()
        else {
            return (self.guess, false);
        };
        let leads = |place: &usize| {
            let reading = &self.readings[*place];
            reading.is_possible() && reading.plausibility.cost() == least
        };
        let leaders: Vec<usize> = (0..self.readings.len()).filter(leads).collect();
        let guess = &self.readings[self.guess];
        if leaders.contains(&self.guess) {
            let beats = |rival: &usize| guess.text == self.readings[*rival].text || self.beats(*rival);
            let is_certain = leaders.iter().all(beats);
            return match leaders.iter().copied().find(|place| self.is_typical(*place)) {
                Some(western) if western != self.guess => (western, !is_certain),
                _ => (self.guess, is_certain),
            };
        }
        let [leader] = leaders[..] else { return (leaders.first().copied().unwrap_or(self.guess), false) };
        let reading = &self.readings[leader];
        let is_certain =
            reading.is_western() || (!guess.is_possible() && reading.plausibility.words >= ENOUGH_WORDS);
        (leader, is_certain)
    }

    /// Whether there is enough text to believe chardetng that its guess is right and not this rival.
    fn beats(&self, rival: usize) -> bool {
        let (guess, rival) = (&self.readings[self.guess], &self.readings[rival]);
        if [MACINTOSH, X_MAC_CYRILLIC].contains(&rival.encoding) {
            return false;
        }
        match (guess.plausibility.east_asian, rival.plausibility.east_asian) {
            (0, 0) => guess.is_western() || different_words(&guess.text, &rival.text) >= ENOUGH_WORDS,
            (0, _) => true,
            (characters, 0) => characters > ENOUGH_EAST_ASIAN + 1,
            (characters, _) => characters >= ENOUGH_EAST_ASIAN,
        }
    }

    /// Whether it is Western text with syllables that no other encoding's letters make by chance.
    fn is_typical(&self, place: usize) -> bool {
        let reading = &self.readings[place];
        reading.is_western() && reading.plausibility.is_typical_of_the_west
    }
}

fn different_words(text: &str, other: &str) -> usize {
    let words = |text: &str| -> Vec<String> {
        text.split(|character: char| character.is_ascii() && !character.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let pairs: std::collections::BTreeSet<(String, String)> =
        words(text).into_iter().zip(words(other)).filter(|(word, other)| word != other).collect();
    pairs.len()
}

fn has_no_errors(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    !encoding.decode_without_bom_handling(bytes).1
}

fn candidate(encoding: &'static Encoding, rows: &[u8]) -> EncodingCandidate {
    let mut samples: Vec<String> = Vec::new();
    for cell in rows.split(|byte| b",;\t\"\n\r:".contains(byte)).filter(|cell| !cell.is_ascii()) {
        let text = encoding.decode_without_bom_handling(cell).0;
        let printable = text.trim().chars().take(SAMPLE_CHARACTERS);
        let sample: String =
            printable.map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect();
        if !samples.contains(&sample) {
            samples.push(sample);
        }
        if samples.len() == SAMPLES {
            break;
        }
    }
    EncodingCandidate { encoding: TextEncoding(encoding), samples }
}

/// Returns the rows of a text that are not UTF-8, and whether other rows have letters in UTF-8. Of a text that is cut off the last row is
/// left out.
pub(crate) fn rows_in_another_encoding(head: &[u8], is_cut_off: bool) -> (Vec<u8>, bool) {
    let mut rows = Vec::new();
    let mut has_utf_8 = false;
    let end =
        head.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(head.len(), |place| place + 1);
    let whole = if is_cut_off { &head[..end] } else { head };
    for row in whole.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        match std::str::from_utf8(row) {
            Ok(text) => has_utf_8 |= !text.is_ascii(),
            Err(_) => rows.extend_from_slice(row),
        }
    }
    (rows, has_utf_8)
}

/// Returns vCards without the line breaks inside of properties, which may stand inside of a character.
pub(crate) fn unfolded(cards: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(cards.len());
    for line in cards.split_inclusive(|byte| *byte == b'\n') {
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if is_folded {
            text.truncate(without_ending(&text).len());
        }
        text.extend_from_slice(if is_folded { &line[1..] } else { line });
    }
    text
}

/// Returns whether a text is ISO-2022-JP, which is ASCII with escape sequences.
pub(crate) fn is_iso_2022_jp(head: &[u8]) -> bool {
    const ESCAPES: [&[u8]; 3] = [b"\x1b$B", b"\x1b$@", b"\x1b(J"];
    let has = |escape: &&[u8]| head.windows(escape.len()).any(|window| window == *escape);
    let text = || ISO_2022_JP.decode_without_bom_handling(head);
    head.contains(&0x1b) && head.is_ascii() && ESCAPES.iter().any(has) && !text().0.is_ascii()
}

/// Returns the encoding that the file itself names: the `CHARSET` of a vCard's property, or a line such as
/// `# encoding: windows-1250` before a table.
pub(crate) fn declared(head: &[u8], is_vcard: bool) -> Option<TextEncoding> {
    let lines = head.split(|byte| matches!(byte, b'\n' | b'\r'));
    let looked_at = if is_vcard { usize::MAX } else { 3 };
    lines.take(looked_at).find_map(|line| {
        let line = String::from_utf8_lossy(line).to_ascii_lowercase();
        ["charset", "encoding"].iter().filter(|name| !is_vcard || **name == "charset").find_map(|name| {
            let (_, value) = line.split_once(name)?;
            let value = value.trim_start().strip_prefix(['=', ':', ' '])?;
            let label = value.trim_start_matches([' ', '"', '\'']);
            let end = label.find(|byte: char| !byte.is_ascii_alphanumeric() && !"-_.".contains(byte));
            let encoding = Encoding::for_label(&label.as_bytes()[..end.unwrap_or(label.len())])?;
            (encoding != UTF_8 && encoding.is_ascii_compatible()).then_some(TextEncoding(encoding))
        })
    })
}

#[cfg(test)]
mod tests;
