//! Reads the beginning of a source: as much as shows what it is, so that a source that is still written delivers its first
//! contacts as they arrive.

use std::io::{self, Read};

use crate::csv::header::{self, Header};
use crate::decode::TextEncoding;
use crate::json_values::{JsonValues, ValueEnd};
use crate::options::{Format, ReadOptions};
use crate::version::Version;
use crate::workbook::may_be_workbook;

/// How much of a file is looked at to find out what it is.
pub(crate) const MOST: usize = 64 * 1024;

/// Reads the beginning of a source: 64 KiB, or less where the source ends, or where what a read returned is enough.
pub(crate) fn read_head(source: &mut dyn Read, options: &ReadOptions) -> io::Result<Vec<u8>> {
    let mut head = vec![0; MOST];
    let mut length = 0;
    while length < MOST {
        match source.read(&mut head[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if length < MOST && is_enough(&head[..length], options) {
            break;
        }
    }
    head.truncate(length);
    Ok(head)
}

/// Returns whether a beginning shows what the whole is.
fn is_enough(head: &[u8], options: &ReadOptions) -> bool {
    // In these encodings a line does not end with one byte, and a workbook is read as a whole.
    if may_be_workbook(head)
        || TextEncoding::of_head(head).is_some_and(|encoding| encoding != TextEncoding::UTF_8)
    {
        return false;
    }
    if ends_inside_a_character(head) {
        return false;
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first() {
        None => false,
        Some(b'{' | b'[') if options.format != Some(Format::Csv) => has_object(text),
        Some(_) if is_a_card(text) => true,
        Some(_) => has_header(head, options),
    }
}

/// Returns whether the last line is incomplete and not UTF-8: the rest of it shows its encoding.
fn ends_inside_a_character(head: &[u8]) -> bool {
    let last_line = head.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    std::str::from_utf8(last_line).is_err()
}

/// Returns whether an object is complete, and whether another one follows in its line is certain.
fn has_object(text: &[u8]) -> bool {
    let mut values = JsonValues::new(Box::new(io::Cursor::new(text.to_vec())), text.len());
    let first = values.next_value().ok().flatten();
    let is_whole = first.is_some_and(|value| value.end == ValueEnd::Whole);
    is_whole && (text.starts_with(b"[") || text.contains(&b'\n'))
}

fn is_a_card(text: &[u8]) -> bool {
    let begins = text.get(..11).is_some_and(|begin| begin.eq_ignore_ascii_case(b"BEGIN:VCARD"));
    begins && text.windows(9).any(|window| window.eq_ignore_ascii_case(b"END:VCARD"))
}

/// Returns whether the complete lines have a header of which enough is known.
fn has_header(head: &[u8], options: &ReadOptions) -> bool {
    let Some(end) = head.iter().rposition(|byte| *byte == b'\n') else { return false };
    let Some((_, header)) = header::find(&head[..=end], options, Version::Current, TextEncoding::UTF_8)
    else {
        return false;
    };
    let Header { cells, known, is_a_contact, .. } = &header;
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    !is_a_contact && (*known > 2 || *known > 0 && known * 2 >= filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that returns one part with each read, and fails when it is read any further.
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
        head.map(|head| String::from_utf8(head).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_shows_the_form_is_enough() {
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
    fn a_part_that_ends_inside_a_character_is_read_on() {
        let parts: [&[u8]; 4] = [b"name,email\nJ\xc3", b"\xbcrgen,j@example.com\n\xe2", b"\x82", b"\xac,"];
        for count in [2, 4] {
            let mut source = Parts(parts[..count].to_vec());
            let head = read_head(&mut source, &ReadOptions::default());
            assert_eq!(head.is_ok(), count == 4, "{count}");
        }
        let whole: Vec<&'static [u8]> = vec![b"name,email\nJ\xfc", b"rgen,j@example.com\n"];
        assert_eq!(read_head(&mut Parts(whole.clone()), &ReadOptions::default()).unwrap(), whole.concat());
    }

    #[test]
    fn what_leaves_the_form_open_is_not() {
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
