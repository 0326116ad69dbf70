//! Encodes a text as the bytes of a file.

use encoding_rs::{Encoding, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

use crate::storm::people::Alphabet;

/// The encoding of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    /// UTF-8 after so many byte order marks.
    Utf8 {
        marks: usize,
    },
    Utf16Le,
    Utf16Be,
    /// UTF-16 without a byte order mark.
    Utf16LeBare,
    Windows1252,
    Windows1250,
    Windows1251,
    ShiftJis,
}

impl Charset {
    pub(crate) fn alphabet(self) -> Alphabet {
        match self {
            Self::Utf8 { .. } | Self::Utf16Le | Self::Utf16Be => Alphabet::All,
            Self::Utf16LeBare => Alphabet::Ascii,
            Self::Windows1252 => Alphabet::Western,
            Self::Windows1250 => Alphabet::CentralEuropean,
            Self::Windows1251 => Alphabet::Cyrillic,
            Self::ShiftJis => Alphabet::Japanese,
        }
    }

    /// Returns whether neither a byte order mark nor UTF-8 itself shows the encoding.
    pub(crate) fn is_unknown(self) -> bool {
        matches!(self, Self::Windows1252 | Self::Windows1250 | Self::Windows1251 | Self::ShiftJis)
    }

    /// Returns whether all characters of a text can be written.
    pub(crate) fn has(self, text: &str) -> bool {
        match self {
            Self::Windows1252 => !WINDOWS_1252.encode(text).2,
            Self::Windows1250 => !WINDOWS_1250.encode(text).2,
            Self::Windows1251 => !WINDOWS_1251.encode(text).2,
            Self::ShiftJis => !SHIFT_JIS.encode(text).2,
            Self::Utf8 { .. } | Self::Utf16Le | Self::Utf16Be | Self::Utf16LeBare => true,
        }
    }

    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        let marked = format!("\u{feff}{text}");
        match self {
            Self::Utf8 { marks } => format!("{}{text}", "\u{feff}".repeat(marks)).into_bytes(),
            Self::Utf16Le => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Utf16LeBare => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Windows1252 => with(WINDOWS_1252, text),
            Self::Windows1250 => with(WINDOWS_1250, text),
            Self::Windows1251 => with(WINDOWS_1251, text),
            Self::ShiftJis => with(SHIFT_JIS, text),
        }
    }
}

/// Returns the text in an encoding, without the characters that the encoding lacks.
fn with(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let is_known = |character: &char| !encoding.encode(character.encode_utf8(&mut [0; 4])).2;
    let text: String = text.chars().filter(is_known).collect();
    encoding.encode(&text).0.into_owned()
}
