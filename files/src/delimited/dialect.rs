//! Detects the characters that a CSV file is written with.

use super::cells::Dialect;
use crate::decode::TextEncoding;

/// The delimiters that are tried, in the order of preference.
pub(crate) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Returns the delimiter that the first line of a file declares, as Excel writes it: `sep=;`.
pub(super) fn declared_delimiter(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let line = line.trim_ascii_start();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    (declares_delimiter(line)).then(|| line[4])
}

/// Returns whether a line declares a delimiter.
pub(super) fn declares_delimiter(line: &[u8]) -> bool {
    line.len() >= 5 && line[..4].eq_ignore_ascii_case(b"sep=") && line[4..].trim_ascii_end().len() <= 2
}

/// Returns the quote of a file: `'` where it stands around the first line, else `"`.
pub(super) fn detected_quote(head: &[u8]) -> u8 {
    let line = head.trim_ascii_start().split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let is_single = line.starts_with(b"'") && line.ends_with(b"'") && line.len() > 2 && !line.contains(&b'"');
    if is_single { b'\'' } else { b'"' }
}

/// Returns whether quotes inside cells have a backslash before them: such a quote stands where no cell ends, and no quote is
/// doubled.
pub(super) fn has_backslashes(head: &[u8], dialect: Dialect, encoding: TextEncoding) -> bool {
    let Dialect { delimiter, quote, .. } = dialect;
    // The second byte of a character can be a backslash.
    if encoding.is_multi_byte() || !head.contains(&b'\\') {
        return false;
    }
    let ends_cell = |byte: u8| byte == delimiter || matches!(byte, b'\r' | b'\n');
    let is_inside = |byte: u8| !ends_cell(byte) && byte != quote;
    let mut is_escaped = false;
    for window in head.windows(3) {
        match *window {
            [b'\\', it, next] if it == quote && is_inside(next) => is_escaped = true,
            [before, it, next] if it == quote && next == quote && is_inside(before) && before != b'\\' => {
                return false;
            }
            _ => {}
        }
    }
    is_escaped
}
