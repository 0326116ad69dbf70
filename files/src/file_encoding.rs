//! Determines the encoding of a file from its first bytes and the caller's options.

use crate::decode::TextEncoding;
use crate::decode::guess::{
    EncodingCandidate, Guess, declared, is_iso_2022_jp, rows_in_another_encoding, unfolded,
};
use crate::decode::rows::RowDecoder;
use crate::detect;
use crate::options::{Format, ReadOptions};

/// The encoding of a file.
#[derive(Clone)]
pub(crate) struct FileEncoding {
    /// The encoding that the plan of the columns names.
    pub(crate) name: TextEncoding,
    /// The encoding of the rows that are not UTF-8, where it was guessed.
    pub(crate) rows: Option<TextEncoding>,
    /// Whether the rows are in two encodings, so that rows in the second one get a note.
    pub(crate) is_mixed: bool,
    /// Whether the file is decoded as a stream, since its bytes cannot be split into cells.
    pub(crate) is_transcoded: bool,
    /// The guess with its samples, where the encoding was guessed.
    pub(crate) guess: Option<EncodingCandidate>,
}

/// The possible encodings of a file whose encoding is unclear, the likeliest first.
pub(crate) struct Unclear(pub(crate) Vec<EncodingCandidate>);

impl FileEncoding {
    /// Returns the encoding of a file that begins with `head`. `is_cut_off` says that the file is longer than `head`.
    pub(crate) fn new(
        head: &[u8],
        is_cut_off: bool,
        name: &str,
        options: &ReadOptions,
    ) -> Result<Self, Unclear> {
        if let Some(encoding) = options.encoding.or_else(|| TextEncoding::from_head(head)) {
            return Ok(Self::from_name(encoding));
        }
        if is_iso_2022_jp(head) {
            return Ok(Self { is_transcoded: true, ..Self::from_name(TextEncoding::ISO_2022_JP) });
        }
        if std::str::from_utf8(head).is_ok() {
            return Ok(Self::from_name(TextEncoding::UTF_8));
        }
        let format = options.format.unwrap_or_else(|| detect::format_of(head, name));
        let (rows, is_mixed) = match format {
            Format::Vcard => rows_in_another_encoding(&unfolded(head), is_cut_off),
            _ => rows_in_another_encoding(head, is_cut_off),
        };
        if rows.is_empty() {
            return Ok(Self::from_name(TextEncoding::UTF_8));
        }
        let mut guess = Guess::new(&rows, declared(head, format == Format::Vcard));
        if !guess.is_certain {
            return Err(Unclear(guess.candidates));
        }
        let encoding = guess.encoding();
        Ok(Self { is_mixed, guess: guess.candidates.pop(), ..Self::from_guess(encoding, head, format) })
    }

    /// Returns the likeliest of the possible encodings, which may be wrong.
    pub(crate) fn from_unclear(Unclear(candidates): Unclear, head: &[u8]) -> Self {
        let encoding = candidates.first().map_or(TextEncoding::WINDOWS_1252, |candidate| candidate.encoding);
        Self::from_guess(encoding, head, Format::Csv)
    }

    /// Returns the decoder of the rows of a table.
    pub(crate) fn row_decoder(&self) -> RowDecoder {
        let rows = self.rows.filter(|_| !self.is_transcoded);
        RowDecoder::new(rows, rows.is_some() && !self.is_mixed)
    }

    /// Returns the encoding of text that is not UTF-8: the guess, else Windows-1252.
    pub(crate) fn fallback(&self) -> TextEncoding {
        self.rows.unwrap_or(TextEncoding::WINDOWS_1252)
    }

    /// Returns UTF-8.
    pub(crate) fn utf_8() -> Self {
        Self::from_name(TextEncoding::UTF_8)
    }

    fn from_name(name: TextEncoding) -> Self {
        let is_transcoded = name != TextEncoding::UTF_8;
        Self { name, rows: None, is_mixed: false, is_transcoded, guess: None }
    }

    fn from_guess(encoding: TextEncoding, head: &[u8], format: Format) -> Self {
        // The second byte of a character can be a bar, which separates cells in some files.
        let may_contain_bars = encoding.is_multi_byte() && head.contains(&b'|');
        let is_json = !matches!(format, Format::Csv | Format::Vcard);
        let is_transcoded = may_contain_bars || (is_json && encoding != TextEncoding::WINDOWS_1252);
        Self { rows: Some(encoding), is_transcoded, ..Self::from_name(encoding) }
    }
}
