//! Decodes the bytes of a file to UTF-8.
//!
//! The caller's option decides, and then a byte order mark. Without both, [`guess`] decides on the rows that are not UTF-8; a
//! file whose guess is uncertain is not read.

pub(crate) mod guess;
mod languages;
pub(crate) mod mojibake;
mod plausibility;
pub(crate) mod rows;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

use encoding_rs::{Decoder, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use thiserror::Error;

const CHUNK: usize = 32 * 1024;

/// A character encoding, by its name in the WHATWG Encoding Standard.
///
/// ```
/// use unicontact_files::TextEncoding;
///
/// assert_eq!("latin1".parse::<TextEncoding>()?.to_string(), "windows-1252");
/// # Ok::<(), unicontact_files::UnknownEncoding>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TextEncoding(&'static Encoding);

/// Error of a name that no character encoding has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("unknown encoding (expected a name such as utf-8, utf-16le, windows-1252, shift_jis)")]
pub struct UnknownEncoding;

impl TextEncoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(UTF_8);
    pub(crate) const ISO_2022_JP: Self = Self(ISO_2022_JP);
    pub(crate) const WINDOWS_1252: Self = Self(WINDOWS_1252);

    /// Returns the encoding that the first bytes of a file show, by a byte order mark or the zeros of UTF-16.
    pub(crate) fn from_head(head: &[u8]) -> Option<Self> {
        if let Some((encoding, _)) = Encoding::for_bom(head) {
            return Some(Self(encoding));
        }
        let zeros_at =
            |parity: usize| head.iter().take(64).skip(parity).step_by(2).filter(|byte| **byte == 0).count();
        let pairs = head.len().min(64) / 2;
        match (zeros_at(0), zeros_at(1)) {
            (0, odd) if pairs >= 2 && odd * 4 > pairs * 3 => Some(Self(UTF_16LE)),
            (even, 0) if pairs >= 2 && even * 4 > pairs * 3 => Some(Self(UTF_16BE)),
            _ => Self::utf_16_from_separators(head),
        }
    }

    /// Returns whether the first bytes of a text cannot be in this encoding. In UTF-16, delimiters, digits and line ends have
    /// a zero beside them.
    pub(crate) fn is_refuted_by(self, head: &[u8]) -> bool {
        let parity = match self.0 {
            encoding if encoding == UTF_16LE => 1,
            encoding if encoding == UTF_16BE => 0,
            _ => return false,
        };
        let zeros_at = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
        let zeros = zeros_at(parity);
        head.len() > 3 && (zeros == 0 || zeros < zeros_at(1 - parity))
    }

    /// Returns UTF-16 for a file without a byte order mark and without Latin letters in its header: the separators and the
    /// e-mail addresses still have zeros.
    fn utf_16_from_separators(head: &[u8]) -> Option<Self> {
        const MAX_BYTES: usize = 8 * 1024;
        let head = &head[..head.len().min(MAX_BYTES) & !1];
        let zeros_at = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
        let is_frequent = |zeros: usize| zeros >= 4 && zeros * 16 > head.len();
        let encoding = match (zeros_at(0), zeros_at(1)) {
            (0, odd) if is_frequent(odd) => UTF_16LE,
            (even, 0) if is_frequent(even) => UTF_16BE,
            _ => return None,
        };
        encoding.decode_without_bom_handling_and_without_replacement(head).map(|_| Self(encoding))
    }

    /// Returns `source` as UTF-8, without a byte order mark.
    pub(crate) fn reader(self, source: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        Box::new(Transcoder {
            source,
            decoder: self.0.new_decoder_with_bom_removal(),
            input: vec![0; CHUNK],
            output: String::with_capacity(CHUNK * 3 + 16),
            returned: 0,
            finished: false,
        })
    }

    /// Returns the bytes of the file for a text that was decoded from it. `None` for an encoding that version 0.1.0 decoded,
    /// too.
    pub(crate) fn encode(self, text: &[u8]) -> Option<Vec<u8>> {
        let was_read_raw = self.0.is_ascii_compatible() || self.0 == ISO_2022_JP;
        let text = std::str::from_utf8(text).ok().filter(|_| was_read_raw)?;
        Some(self.0.encode(text).0.into_owned())
    }
}

impl FromStr for TextEncoding {
    type Err = UnknownEncoding;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Encoding::for_label(text.trim().as_bytes()).map(Self).ok_or(UnknownEncoding)
    }
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.name().to_lowercase())
    }
}

impl fmt::Debug for TextEncoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A source that is decoded to UTF-8.
struct Transcoder {
    source: Box<dyn Read + Send>,
    decoder: Decoder,
    input: Vec<u8>,
    output: String,
    /// The bytes of `output` that were returned.
    returned: usize,
    finished: bool,
}

impl Read for Transcoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.returned == self.output.len() && !self.finished {
            self.output.clear();
            self.returned = 0;
            let count = self.source.read(&mut self.input)?;
            self.finished = count == 0;
            // The output has room for the longest UTF-8 that a full input decodes to.
            let _ = self.decoder.decode_to_string(&self.input[..count], &mut self.output, self.finished);
        }
        let rest = &self.output.as_bytes()[self.returned..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.returned += count;
        Ok(count)
    }
}

/// Returns the text of bytes, and whether they are not UTF-8 and were decoded as Windows-1252.
pub(crate) fn text_of(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), false);
    }
    (WINDOWS_1252.decode_without_bom_handling(bytes).0, true)
}

/// Returns the text of bytes as version 0.1.0 decoded it: as UTF-8, else as Windows-1252.
pub(crate) fn text_of_v0_1(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(encoding: TextEncoding, bytes: &'static [u8]) -> String {
        let mut text = String::new();
        encoding.reader(Box::new(bytes)).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_byte_order_mark_decides_and_is_removed() {
        let bytes = b"\xff\xfeA\0\xfc\0";
        assert_eq!(decoded(TextEncoding::from_head(bytes).unwrap(), bytes), "Aü");
    }

    #[test]
    fn utf_16_without_a_byte_order_mark_is_detected_by_its_zeros() {
        assert_eq!(TextEncoding::from_head(b"N\0a\0m\0e\0").unwrap().to_string(), "utf-16le");
        assert_eq!(TextEncoding::from_head(b"\0N\0a\0m\0e").unwrap().to_string(), "utf-16be");
        assert_eq!(TextEncoding::from_head(b"Name"), None);
        let russian: Vec<u8> = "Имя;Почта\nАнна;a@b.ru\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(TextEncoding::from_head(&russian).unwrap().to_string(), "utf-16le");
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_decoded_as_windows_1252() {
        assert_eq!(text_of(b"M\xfcller"), ("Müller".into(), true));
        assert_eq!(text_of("Müller".as_bytes()), ("Müller".into(), false));
    }
}
