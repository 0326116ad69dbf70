//! The bytes of a card, and of a line.

/// A line of the file, or the end of one.
#[derive(Default)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
    /// The line is longer than the limit. Only its start is kept.
    pub(super) is_truncated: bool,
    /// The bytes are only the end of the line.
    pub(super) is_partial: bool,
}

/// One card, without its pictures.
#[derive(Clone)]
pub(crate) struct RawCard {
    pub(crate) line: u64,
    pub(crate) bytes: Vec<u8>,
    /// The properties that were left out: they hold a picture, a sound, a key or another card.
    pub(crate) left_out: Vec<String>,
    /// The bytes that version 0.1.0 read as this card.
    pub(crate) v0_1: V01Bytes,
    /// The card has no END line.
    pub(crate) has_no_end: bool,
}

/// The bytes that version 0.1.0 read as a card.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum V01Bytes {
    Same,
    Other(Vec<u8>),
    /// Version 0.1.0 rejected the card.
    Rejected,
}

impl RawCard {
    /// Returns the bytes of the card in the file. If properties were left out, `X-UNICONTACT-LEFT-OUT` below the first line
    /// lists them.
    pub(crate) fn into_original(self) -> Vec<u8> {
        let Self { mut bytes, mut left_out, .. } = self;
        if !left_out.is_empty() {
            left_out.dedup();
            let first_line =
                bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |index| index + 1);
            let property = format!("X-UNICONTACT-LEFT-OUT:{}\r\n", left_out.join(","));
            bytes.splice(first_line..first_line, property.into_bytes());
        }
        bytes
    }
}
