//! Reads the beginning of a source: as little as shows its format, so that a pipe delivers its first contacts as they arrive.

use std::io::{self, Read};

use crate::decode::TextEncoding;
use crate::delimited::cells::Dialect;
use crate::delimited::header::Header;
use crate::delimited::header::search::find_header;
use crate::json_values::{JsonValues, ValueEnd};
use crate::options::{Format, ReadOptions};
use crate::version::Version;
use crate::workbook::may_be_workbook;

/// At most so many bytes of a file are read to detect its format.
pub(crate) const MAX_HEAD: usize = 64 * 1024;

/// The byte order mark of UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The beginning of a source.
pub(crate) struct Head {
    pub(crate) bytes: Vec<u8>,
    /// The header of a CSV that ended the reading. It holds for all of `bytes`, which are UTF-8 in complete lines.
    pub(crate) header: Option<(Dialect, Header)>,
}

/// The answer to the question whether a beginning shows the format of the source.
enum Verdict {
    Unclear,
    Clear,
    /// The beginning has a header of which enough is known.
    ClearByHeader(Dialect, Header),
}

impl Verdict {
    fn clear_if(is_clear: bool) -> Self {
        if is_clear { Self::Clear } else { Self::Unclear }
    }
}

/// Reads the beginning of a source: 64 KiB, or less where the source ends or a read returned enough to show the format.
pub(crate) fn read_head(source: &mut dyn Read, options: &ReadOptions) -> io::Result<Head> {
    let mut bytes = vec![0; MAX_HEAD];
    let mut length = 0;
    let mut found = None;
    while length < MAX_HEAD {
        match source.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if length == MAX_HEAD {
            break;
        }
        match verdict(&bytes[..length], options) {
            Verdict::Unclear => {}
            Verdict::Clear => break,
            Verdict::ClearByHeader(dialect, header) => {
                found = Some((dialect, header));
                break;
            }
        }
    }
    bytes.truncate(length);
    let header = found.filter(|_| is_complete_utf_8(&bytes));
    Ok(Head { bytes, header })
}

/// Returns whether a beginning shows the format of the source.
fn verdict(head: &[u8], options: &ReadOptions) -> Verdict {
    // In these encodings a line does not end with one byte, and a workbook is read as a whole.
    if may_be_workbook(head)
        || TextEncoding::from_head(head).is_some_and(|encoding| encoding != TextEncoding::UTF_8)
        || ends_inside_a_character(head)
    {
        return Verdict::Unclear;
    }
    let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head).trim_ascii_start();
    match text.first() {
        None => Verdict::Unclear,
        Some(b'{' | b'[') if options.format != Some(Format::Csv) => Verdict::clear_if(has_object(text)),
        Some(_) if is_card(text) => Verdict::Clear,
        Some(_) => header_verdict(head, options),
    }
}

/// Returns whether bytes are UTF-8 in complete lines, without a byte order mark.
fn is_complete_utf_8(bytes: &[u8]) -> bool {
    bytes.ends_with(b"\n") && !bytes.starts_with(BYTE_ORDER_MARK) && std::str::from_utf8(bytes).is_ok()
}

/// Returns whether the last line is incomplete and not UTF-8. The rest of the line shows its encoding.
fn ends_inside_a_character(head: &[u8]) -> bool {
    let last_line = head.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    std::str::from_utf8(last_line).is_err()
}

/// Returns whether the first object is complete, and the text shows whether another one follows in its line.
fn has_object(text: &[u8]) -> bool {
    let mut values = JsonValues::new(Box::new(io::Cursor::new(text.to_vec())), text.len());
    let first = values.next_value().ok().flatten();
    let is_whole = first.is_some_and(|value| value.end == ValueEnd::Whole);
    is_whole && (text.starts_with(b"[") || text.contains(&b'\n'))
}

/// Returns whether a text begins with a complete vCard.
fn is_card(text: &[u8]) -> bool {
    let begins = text.get(..11).is_some_and(|begin| begin.eq_ignore_ascii_case(b"BEGIN:VCARD"));
    begins && text.windows(9).any(|window| window.eq_ignore_ascii_case(b"END:VCARD"))
}

/// Returns whether the complete lines have a header of which enough is known.
fn header_verdict(head: &[u8], options: &ReadOptions) -> Verdict {
    let Some(end) = head.iter().rposition(|byte| *byte == b'\n') else { return Verdict::Unclear };
    let Some((dialect, header)) = find_header(&head[..=end], options, Version::Current, TextEncoding::UTF_8)
    else {
        return Verdict::Unclear;
    };
    let filled = header.cells.iter().filter(|cell| !cell.is_empty()).count();
    if !header.is_a_contact && (header.known > 2 || header.known > 0 && header.known * 2 >= filled) {
        Verdict::ClearByHeader(dialect, header)
    } else {
        Verdict::Unclear
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that returns one part with each read, and then fails.
    struct Parts(Vec<&'static [u8]>);

    impl Read for Parts {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Err(io::Error::other("read too far"));
            }
            let part = self.0.remove(0);
            into[..part.len()].copy_from_slice(part);
            Ok(part.len())
        }
    }

    fn head(parts: &[&'static str]) -> Result<String, String> {
        let parts = parts.iter().map(|part| part.as_bytes()).collect();
        let head = read_head(&mut Parts(parts), &ReadOptions::default());
        head.map(|head| String::from_utf8(head.bytes).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn reading_stops_when_the_format_is_clear() {
        for parts in [
            &["{\"name\":\"Ada\"}\n"][..],
            &["{\"name\":", "\"Ada\"}", "\n"],
            &["[{\"id\":1,", "\"email\":\"a\"},"],
            &["{\n\"name\":\"Ada\"\n}\n"],
            &["Name,E-mail\n"],
            &["Our people\n", "\n", "id;first name;last name;x;y;z;q\n"],
            &["BEGIN:VCARD\nFN:Ada\n", "END:VCARD\n"],
        ] {
            assert_eq!(head(parts), Ok(parts.concat()), "{parts:?}");
        }
    }

    #[test]
    fn reading_continues_where_a_part_ends_inside_a_character() {
        let parts: [&[u8]; 4] = [b"name,email\nJ\xc3", b"\xbcrgen,j@example.com\n\xe2", b"\x82", b"\xac,"];
        for count in [2, 4] {
            let mut source = Parts(parts[..count].to_vec());
            let head = read_head(&mut source, &ReadOptions::default());
            assert_eq!(head.is_ok(), count == 4, "{count}");
        }
        let whole: Vec<&'static [u8]> = vec![b"name,email\nJ\xfc", b"rgen,j@example.com\n"];
        assert_eq!(
            read_head(&mut Parts(whole.clone()), &ReadOptions::default()).unwrap().bytes,
            whole.concat()
        );
    }

    #[test]
    fn reading_continues_while_the_format_is_unclear() {
        for parts in [
            &["{\"name\":\"Ada\"}"][..],
            &["{\"name\":\"Ada\""],
            &["[", "\n"],
            &["Name,E-mail"],
            &["Name,\"E-", "mail\n"],
            &["our people of 2026\n"],
            &["BEGIN:VCARD\nFN:Ada\n"],
            &["N\0a\0m\0e\0,\0E\0-\0m\0a\0i\0l\0\n\0"],
            &["PK\u{3}\u{4}"],
            &["\n\n"],
        ] {
            assert_eq!(head(parts), Err("read too far".to_owned()), "{parts:?}");
        }
    }
}
