//! Decodes the cells of a table's rows, each row in UTF-8 or in the encoding of the file's other rows.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::TextEncoding;
use super::guess::Guess;

/// A limit on the bytes of rows that are kept while their encoding is unclear.
const MAX_EVIDENCE: usize = 64 * 1024;

/// The encoding of text that is not UTF-8. It is guessed from the beginning of the file, or else from the first such text.
pub(crate) struct Fallback {
    encoding: Option<TextEncoding>,
    unclear: Vec<u8>,
}

impl Fallback {
    pub(crate) fn new(encoding: Option<TextEncoding>) -> Self {
        Self { encoding, unclear: Vec::new() }
    }

    /// Returns the encoding of a text that is not UTF-8.
    ///
    /// # Errors
    ///
    /// The encoding is unclear, also with all such text so far.
    pub(crate) fn encoding_of<'a>(
        &mut self,
        lines: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<TextEncoding, String> {
        if let Some(encoding) = self.encoding {
            return Ok(encoding);
        }
        for line in lines {
            if self.unclear.len() < MAX_EVIDENCE {
                self.unclear.extend_from_slice(line);
                self.unclear.push(b'\n');
            }
        }
        let guess = Guess::new(&self.unclear, None);
        if !guess.is_certain {
            return Err("not UTF-8, and the encoding is unclear: pass the file's --encoding".to_owned());
        }
        self.unclear = Vec::new();
        self.encoding = Some(guess.encoding());
        Ok(guess.encoding())
    }
}

/// Decodes the rows of a table.
pub(crate) struct RowDecoder {
    fallback: Fallback,
    /// Whether the plan of the columns names this encoding, so that no row needs a note.
    is_in_the_plan: bool,
}

/// The cells of a row.
pub(crate) struct DecodedRow<'a> {
    pub(crate) cells: Vec<Cow<'a, str>>,
    /// The encoding that needs a note, since the plan names another one.
    pub(crate) noted: Option<TextEncoding>,
    /// Whether version 0.1.0 decoded another text.
    pub(crate) differs_from_v0_1: bool,
}

impl RowDecoder {
    /// Returns a decoder of rows in UTF-8 or in `encoding`. Without `encoding`, the first row that is not UTF-8 decides.
    pub(crate) fn new(encoding: Option<TextEncoding>, is_in_the_plan: bool) -> Self {
        Self { fallback: Fallback::new(encoding), is_in_the_plan }
    }

    /// Decodes a row.
    ///
    /// # Errors
    ///
    /// The reason to reject the row: its encoding is unclear, or it has bytes that do not exist in the file's encoding.
    pub(crate) fn decode<'a>(&mut self, cells: &'a [Vec<u8>]) -> Result<DecodedRow<'a>, String> {
        let utf_8 = || cells.iter().map(|cell| std::str::from_utf8(cell).map(Cow::Borrowed)).collect();
        if !self.is_multi_byte()
            && let Ok(cells) = utf_8()
        {
            return Ok(DecodedRow { cells, noted: None, differs_from_v0_1: false });
        }
        let encoding = self.fallback.encoding_of(cells.iter().map(Vec::as_slice))?;
        let mut row =
            DecodedRow { cells: Vec::with_capacity(cells.len()), noted: None, differs_from_v0_1: false };
        for cell in cells {
            let (text, is_decoded) = decode(cell, encoding.0).ok_or_else(|| {
                format!("bytes that do not exist in {encoding}: pass the file's --encoding")
            })?;
            if is_decoded {
                row.noted = Some(encoding).filter(|_| !self.is_in_the_plan);
                row.differs_from_v0_1 |= encoding != TextEncoding::WINDOWS_1252 || text.contains('\u{fffd}');
            }
            row.cells.push(text);
        }
        Ok(row)
    }

    /// Returns a row as UTF-8, unless it is in Windows-1252. A kept row is decoded without knowledge of the file.
    pub(crate) fn original(&self, row: Vec<u8>, delimiter: u8) -> Vec<u8> {
        let Some(encoding) =
            self.fallback.encoding.filter(|encoding| *encoding != TextEncoding::WINDOWS_1252)
        else {
            return row;
        };
        if row.is_ascii() {
            return row;
        }
        let mut text = Vec::with_capacity(row.len() * 2);
        for (index, cell) in row.split(|byte| *byte == delimiter).enumerate() {
            if index > 0 {
                text.push(delimiter);
            }
            match decode(cell, encoding.0) {
                Some((cell, _)) => text.extend_from_slice(cell.as_bytes()),
                None => text.extend_from_slice(encoding.0.decode_without_bom_handling(cell).0.as_bytes()),
            }
        }
        text
    }

    fn is_multi_byte(&self) -> bool {
        self.fallback.encoding.is_some_and(TextEncoding::is_multi_byte)
    }
}

impl TextEncoding {
    /// Returns the text of a cell that is UTF-8 or in this encoding.
    pub(crate) fn text_of(self, cell: &[u8]) -> Cow<'_, str> {
        match decode(cell, self.0) {
            Some((text, _)) => text,
            None => self.0.decode_without_bom_handling(cell).0,
        }
    }

    /// Returns whether this encoding has characters of several bytes, and is not UTF-8.
    pub(crate) fn is_multi_byte(self) -> bool {
        !self.0.is_single_byte() && self.0 != UTF_8
    }
}

/// Returns the text of a cell, and whether the cell is in the encoding and not in UTF-8. `None` for a cell in neither.
pub(crate) fn decode<'a>(cell: &'a [u8], encoding: &'static Encoding) -> Option<(Cow<'a, str>, bool)> {
    let text = std::str::from_utf8(cell).ok();
    if let Some(text) = text.filter(|text| encoding.is_single_byte() || is_surely_utf_8(text)) {
        return Some((Cow::Borrowed(text), false));
    }
    let (decoded, has_errors) = encoding.decode_without_bom_handling(cell);
    match text {
        Some(text) if has_errors => Some((Cow::Borrowed(text), false)),
        None if has_errors && !encoding.is_single_byte() => None,
        _ => Some((without_control_codes(decoded, encoding), true)),
    }
}

/// Returns whether a text is UTF-8 for certain. Two Chinese characters in another encoding may be UTF-8 by chance; two UTF-8
/// characters of three bytes hardly are.
fn is_surely_utf_8(text: &str) -> bool {
    text.is_ascii() || text.chars().filter(|character| character.len_utf8() > 2).count() > 1
}

/// Returns a text with `\u{fffd}` in place of control codes, which browsers read for the five unused bytes of Windows-1252.
fn without_control_codes<'a>(text: Cow<'a, str>, encoding: &'static Encoding) -> Cow<'a, str> {
    let is_control = |character: char| matches!(character, '\u{80}'..='\u{9f}');
    if encoding == WINDOWS_1252 && text.contains(is_control) {
        Cow::Owned(text.replace(is_control, "\u{fffd}"))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(decoder: &mut RowDecoder, rows: &[&[u8]]) -> Vec<Result<String, String>> {
        let read = |row: &&[u8]| decoder.decode(&[row.to_vec()]).map(|row| row.cells[0].to_string());
        rows.iter().map(read).collect()
    }

    #[test]
    fn chinese_that_is_utf_8_by_chance_is_decoded_from_the_file_encoding() {
        let gbk = "gbk".parse().ok();
        let mut decoder = RowDecoder::new(gbk, true);
        let read = rows(&mut decoder, &[b"\xd7\xe6", b"\xcd\xa8", "李明".as_bytes(), b"\xff\xff"]);
        assert_eq!(read[0].as_deref(), Ok("祖"));
        assert_eq!(read[1].as_deref(), Ok("通"));
        assert_eq!(read[2].as_deref(), Ok("李明"));
        assert!(read[3].as_ref().is_err_and(|reason| reason.contains("gbk")));
    }

    #[test]
    fn a_row_in_an_unclear_encoding_is_rejected() {
        let mut decoder = RowDecoder::new(None, false);
        let read = rows(&mut decoder, &[b"Ada", b"Jos\x82", b"\xcf\xe5\xf2\xf0", b"x"]);
        assert_eq!(read[0].as_deref(), Ok("Ada"));
        assert!(read[1].as_ref().is_err_and(|reason| reason.contains("--encoding")));
    }
}
