//! Guesses the encoding of a text that is not UTF-8, and whether the guess is certain.
//!
//! chardetng makes the guess and names rival encodings. A guess is certain where only its words are plausible, or where the text
//! has enough words for the statistics of chardetng.

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

/// The top-level domains that make chardetng prefer the encodings of a region.
const REGIONS: [&[u8]; 16] = [
    b"de", b"is", b"pl", b"hu", b"ru", b"gr", b"tr", b"il", b"sa", b"lt", b"vn", b"th", b"jp", b"cn", b"tw",
    b"kr",
];

/// The encodings that office programs write, and those that chardetng does not know.
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

/// A limit on the encodings that an unclear text is shown in.
const MAX_CANDIDATES: usize = 4;
const MAX_SAMPLES: usize = 3;
const MAX_SAMPLE_CHARACTERS: usize = 40;

/// From this number of East Asian characters on, the statistics decide between the encodings of East Asia.
const ENOUGH_EAST_ASIAN: usize = 6;
/// From this number of words that differ in two encodings on, the statistics decide between them.
const ENOUGH_WORDS: usize = 2;

/// A possible encoding of a file, with a few cells of the file decoded from it.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodingCandidate {
    /// The encoding.
    pub encoding: TextEncoding,
    samples: Vec<String>,
}

impl EncodingCandidate {
    /// Returns up to three decoded cells with letters that are not ASCII. They are contact data: show them to the user who
    /// imports the file, and keep them out of logs.
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

/// A guess at the encoding of rows that are not UTF-8.
pub(crate) struct Guess {
    /// The possible encodings, the best one first. There is at least one.
    pub(crate) candidates: Vec<EncodingCandidate>,
    pub(crate) is_certain: bool,
}

impl Guess {
    /// Returns the encoding that fits best.
    pub(crate) fn encoding(&self) -> TextEncoding {
        self.candidates.first().map_or(TextEncoding::WINDOWS_1252, |candidate| candidate.encoding)
    }

    /// Returns the guess for rows that are not UTF-8. An encoding that the file declares is certain, if its bytes allow it.
    pub(crate) fn new(rows: &[u8], declared: Option<TextEncoding>) -> Self {
        if let Some(declared) = declared.filter(|declared| has_no_errors(declared.0, rows)) {
            return Self { candidates: vec![candidate(declared.0, rows)], is_certain: true };
        }
        let candidates = Candidates::new(rows);
        let (best, is_certain) = candidates.judge();
        let mut order: Vec<usize> = (0..candidates.decodings.len()).collect();
        order.sort_by_key(|other| (*other != best, candidates.decodings[*other].rank()));
        order.truncate(if is_certain { 1 } else { MAX_CANDIDATES });
        let encodings = order.into_iter().map(|index| candidates.decodings[index].encoding);
        Self { candidates: encodings.map(|encoding| candidate(encoding, rows)).collect(), is_certain }
    }
}

/// The rows decoded from one encoding.
struct Decoding {
    encoding: &'static Encoding,
    text: String,
    plausibility: Plausibility,
    has_errors: bool,
}

impl Decoding {
    fn new(encoding: &'static Encoding, rows: &[u8]) -> Self {
        let (text, has_errors) = encoding.decode_without_bom_handling(rows);
        let text = text.into_owned();
        Self { encoding, plausibility: Plausibility::from_text(&text), text, has_errors }
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

/// The different texts that the rows may be. Encodings with the same text count as one.
struct Candidates {
    decodings: Vec<Decoding>,
    /// The index of the guess of chardetng.
    guess: usize,
}

impl Candidates {
    fn new(rows: &[u8]) -> Self {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(rows, true);
        let guess = match detector.guess(None, Utf8Detection::Deny) {
            // No office program has written this encoding for decades.
            guess if guess == ISO_8859_4 => WINDOWS_1252,
            guess => guess,
        };
        let regional = REGIONS.iter().map(|region| detector.guess(Some(region), Utf8Detection::Deny));
        let encodings = USUAL.into_iter().take(1).chain([guess]).chain(regional).chain(USUAL);
        let mut candidates = Self { decodings: Vec::new(), guess: 0 };
        let mut tried: Vec<&Encoding> = Vec::new();
        for encoding in encodings {
            if tried.contains(&encoding) {
                continue;
            }
            tried.push(encoding);
            let index = candidates.add(Decoding::new(encoding, rows));
            if encoding == guess {
                candidates.guess = index;
            }
        }
        candidates
    }

    fn add(&mut self, decoding: Decoding) -> usize {
        if let Some(same) = self.decodings.iter().position(|other| other.text == decoding.text) {
            return same;
        }
        self.decodings.push(decoding);
        self.decodings.len() - 1
    }

    /// Returns the index of the best decoding, and whether it is certain.
    fn judge(&self) -> (usize, bool) {
        let possible = |decoding: &&Decoding| decoding.is_possible();
        let Some(least) =
            self.decodings.iter().filter(possible).map(|decoding| decoding.plausibility.cost()).min()
        else {
            return (self.guess, false);
        };
        let leads = |index: &usize| {
            let decoding = &self.decodings[*index];
            decoding.is_possible() && decoding.plausibility.cost() == least
        };
        let leaders: Vec<usize> = (0..self.decodings.len()).filter(leads).collect();
        let guess = &self.decodings[self.guess];
        if leaders.contains(&self.guess) {
            let beats = |rival: &usize| guess.text == self.decodings[*rival].text || self.beats(*rival);
            let is_certain = leaders.iter().all(beats);
            return match leaders.iter().copied().find(|index| self.is_typical(*index)) {
                Some(western) if western != self.guess => (western, !is_certain),
                _ => (self.guess, is_certain),
            };
        }
        let [leader] = leaders[..] else { return (leaders.first().copied().unwrap_or(self.guess), false) };
        let decoding = &self.decodings[leader];
        let is_certain =
            decoding.is_western() || (!guess.is_possible() && decoding.plausibility.words >= ENOUGH_WORDS);
        (leader, is_certain)
    }

    /// Returns whether there is enough text to trust the guess of chardetng against this rival.
    fn beats(&self, rival: usize) -> bool {
        let (guess, rival) = (&self.decodings[self.guess], &self.decodings[rival]);
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

    /// Returns whether a decoding is Western text with syllables that hardly occur in text of another encoding.
    fn is_typical(&self, index: usize) -> bool {
        let decoding = &self.decodings[index];
        decoding.is_western() && decoding.plausibility.is_typical_of_the_west
    }
}

/// Returns the number of different words that two decodings of a text do not have in common.
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
        let printable = text.trim().chars().take(MAX_SAMPLE_CHARACTERS);
        let sample: String =
            printable.map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect();
        if !samples.contains(&sample) {
            samples.push(sample);
        }
        if samples.len() == MAX_SAMPLES {
            break;
        }
    }
    EncodingCandidate { encoding: TextEncoding(encoding), samples }
}

/// Returns the rows of a text that are not UTF-8, and whether other rows have letters in UTF-8. The last row of a text that is
/// cut off is left out.
pub(crate) fn rows_in_another_encoding(head: &[u8], is_cut_off: bool) -> (Vec<u8>, bool) {
    let mut rows = Vec::new();
    let mut has_utf_8 = false;
    let end =
        head.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(head.len(), |index| index + 1);
    let complete = if is_cut_off { &head[..end] } else { head };
    for row in complete.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        match std::str::from_utf8(row) {
            Ok(text) => has_utf_8 |= !text.is_ascii(),
            Err(_) => rows.extend_from_slice(row),
        }
    }
    (rows, has_utf_8)
}

/// Returns vCards without the line breaks inside properties, which may split a character.
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

/// Returns the encoding that the file declares: the `CHARSET` of a vCard's property, or a line such as
/// `# encoding: windows-1250` before a table.
pub(crate) fn declared(head: &[u8], is_vcard: bool) -> Option<TextEncoding> {
    let lines = head.split(|byte| matches!(byte, b'\n' | b'\r'));
    let line_count = if is_vcard { usize::MAX } else { 3 };
    lines.take(line_count).find_map(|line| {
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
