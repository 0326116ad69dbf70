//! One card as bytes, and the lines that it is made of.

/// A line of the file, or the end of one.
#[derive(Default)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
    /// The line was longer than the limit: only its beginning is held.
    pub(super) cut: bool,
    /// Only the end of the line is held.
    pub(super) is_partial: bool,
}

/// One card, without its pictures.
#[derive(Clone)]
pub(crate) struct RawCard {
    pub(crate) line: u64,
    pub(crate) bytes: Vec<u8>,
    /// The properties that were left out, because they hold a picture, a sound, a key or another card.
    pub(crate) left_out: Vec<String>,
    /// What version 0.1.0 took for this card.
    pub(crate) v0_1: V01Bytes,
    /// The card has no END line.
    pub(crate) has_no_end: bool,
}

/// The bytes that version 0.1.0 read a card from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum V01Bytes {
    Same,
    Other(Vec<u8>),
    /// Version 0.1.0 read no contact here.
    Rejected,
}

impl RawCard {
    /// Returns the card as it stands in the file. A property below its first line names what was left out, if anything
    /// was.
    pub(crate) fn into_original(self) -> Vec<u8> {
        let Self { mut bytes, mut left_out, .. } = self;
        if !left_out.is_empty() {
            left_out.dedup();
            let first_line =
                bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |place| place + 1);
            let mark = format!("X-UNICONTACT-LEFT-OUT:{}\r\n", left_out.join(","));
            bytes.splice(first_line..first_line, mark.into_bytes());
        }
        bytes
    }
}
