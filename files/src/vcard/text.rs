//! Decodes the bytes of a card to text for the parser: unfolds lines, and decodes charsets and quoted-printable.
//!
//! The parser accepts only text, unfolds after decoding, and has few charsets. It reads a date by the VERSION, which may
//! follow the date, so a birthday is passed as a text. A property's charset is used only if its bytes are valid in it.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::escapes;
use crate::decode::TextEncoding;
use crate::version::Version;

/// The decoded text of a card.
pub(crate) struct CardText {
    pub(crate) text: String,
    /// The number of lines that are not properties.
    pub(crate) not_properties: usize,
    /// Version 0.1.0 may have read the card differently.
    pub(crate) may_differ_from_v0_1: bool,
}

/// Decodes a card. `encoding` is that of values that are not UTF-8 and name no charset.
pub(crate) fn card_text(bytes: &[u8], version: Version, encoding: TextEncoding) -> CardText {
    let mut card =
        CardText { text: String::with_capacity(bytes.len()), not_properties: 0, may_differ_from_v0_1: false };
    for mut line in unfolded(bytes) {
        if version != Version::V0_1 && line.contains(&0) {
            line.retain(|byte| *byte != 0);
            card.may_differ_from_v0_1 = true;
        }
        match line.iter().position(|byte| *byte == b':') {
            Some(_) if version == Version::V0_1 => {
                push_property(&mut card.text, &line, encoding, |_, _| None);
            }
            Some(_) => {
                let repair = |property: &Property<'_>, value: &str| repaired_value(property, value, bytes);
                card.may_differ_from_v0_1 |= push_property(&mut card.text, &line, encoding, repair);
            }
            None if line.trim_ascii().is_empty() => {}
            None => card.not_properties += 1,
        }
    }
    card
}

/// Returns the lines, each with its continuations: folded lines, and lines after a soft break of quoted-printable.
fn unfolded(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut softly_broken = false;
    let mut rest = physical_lines(bytes).peekable();
    while let Some(line) = rest.next() {
        let ends_the_card = line.trim_ascii().eq_ignore_ascii_case(b"END:VCARD") && rest.peek().is_none();
        match lines.last_mut() {
            Some(last) if softly_broken && !ends_the_card => {
                last.pop();
                last.extend_from_slice(line);
            }
            Some(last) if line.starts_with(b" ") || line.starts_with(b"\t") => {
                last.extend_from_slice(&line[1..]);
            }
            _ => lines.push(line.to_vec()),
        }
        softly_broken = lines.last().is_some_and(|last| last.ends_with(b"=") && is_quoted_printable(last));
    }
    lines
}

fn physical_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let Some(end) = end else { return Some(std::mem::take(&mut rest)) };
        let line = &rest[..end];
        let ending = if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = &rest[end + ending..];
        Some(line)
    })
}

/// A property whose value is being decoded.
struct Property<'a> {
    head: &'a str,
    value: &'a [u8],
    charset: Option<&'static Encoding>,
    /// The encoding where there is no charset.
    encoding: TextEncoding,
    is_quoted_printable: bool,
}

/// Appends a property with its value, or with the value that `repair` returns. Returns whether it was repaired.
fn push_property(
    text: &mut String,
    line: &[u8],
    encoding: TextEncoding,
    repair: impl Fn(&Property<'_>, &str) -> Option<String>,
) -> bool {
    let (head, value) = line.split_at(value_start(line));
    let head = String::from_utf8_lossy(head);
    let charset = parameter(&head, "CHARSET").and_then(|name| Encoding::for_label(name.as_bytes()));
    let is_quoted_printable = is_quoted_printable(line);
    let property = Property { head: &head, value, charset, encoding, is_quoted_printable };
    let value = if property.is_quoted_printable {
        let kept: Vec<&str> =
            head.trim_end_matches(':').split(';').filter(|part| !is_about_encoding(part)).collect();
        text.push_str(&kept.join(";"));
        text.push(':');
        escaped(&property, Backslash::Escape)
    } else {
        text.push_str(&if is_birthday(&head) { as_text(&head) } else { head.as_ref().to_owned() });
        decoded(value, charset, encoding)
    };
    let repaired = repair(&property, &value);
    text.push_str(repaired.as_ref().unwrap_or(&value));
    text.push_str("\r\n");
    repaired.is_some()
}

/// Returns the value of a property with its backslashes repaired. `None` if there is nothing to repair.
fn repaired_value(property: &Property<'_>, value: &str, card: &[u8]) -> Option<String> {
    let Property { head, is_quoted_printable, .. } = *property;
    if !value.contains('\\') || name_in(head).eq_ignore_ascii_case("UID") {
        return None;
    }
    let is_2_1 = escapes::is_version_2_1(card);
    if !is_quoted_printable {
        return escapes::repaired(value, is_2_1);
    }
    let backslash = if is_2_1 { Backslash::Literal } else { Backslash::Escape };
    let decoded = escaped(property, backslash);
    let repaired = escapes::repaired(&decoded, false).unwrap_or(decoded);
    (repaired != value).then_some(repaired)
}

fn is_birthday(head: &str) -> bool {
    name_in(head).eq_ignore_ascii_case("BDAY")
}

/// Returns the name of a property without its group.
fn name_in(head: &str) -> &str {
    let name = head.split([';', ':']).next().unwrap_or_default();
    name.rsplit('.').next().unwrap_or_default()
}

/// Returns the head of a property with `VALUE=TEXT`.
fn as_text(head: &str) -> String {
    let is_value = |part: &&str| part.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("VALUE="));
    let kept: Vec<&str> = head.trim_end_matches(':').split(';').filter(|part| !is_value(part)).collect();
    format!("{};VALUE=TEXT:", kept.join(";"))
}

/// Returns the index after the first colon outside of quotes.
fn value_start(line: &[u8]) -> usize {
    let mut quoted = false;
    let colon = line.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    });
    let any_colon = || line.iter().position(|byte| *byte == b':');
    colon.or_else(any_colon).map_or(line.len(), |index| index + 1)
}

pub(super) fn is_quoted_printable(line: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&line[..value_start(line)]).to_ascii_uppercase();
    head.trim_end_matches(':')
        .split(';')
        .skip(1)
        .any(|part| matches!(part.trim(), "QUOTED-PRINTABLE" | "ENCODING=QUOTED-PRINTABLE" | "ENCODING=Q"))
}

fn is_about_encoding(part: &str) -> bool {
    let part = part.trim().to_ascii_uppercase();
    part == "QUOTED-PRINTABLE" || part.starts_with("ENCODING=") || part.starts_with("CHARSET=")
}

fn parameter<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.trim_end_matches(':').split(';').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}

/// Decodes a value. Valid UTF-8 is read as UTF-8 even if the charset parameter names another: other encodings hardly ever look like it.
fn decoded(bytes: &[u8], charset: Option<&'static Encoding>, encoding: TextEncoding) -> String {
    let is_single_byte = charset.is_none_or(|charset| charset == UTF_8 || charset == WINDOWS_1252);
    match std::str::from_utf8(bytes) {
        Ok(text)
            if is_single_byte || bytes.is_ascii() && charset.is_none_or(Encoding::is_ascii_compatible) =>
        {
            text.to_owned()
        }
        _ => match charset.filter(|charset| *charset != UTF_8) {
            Some(charset) => charset.decode_without_bom_handling(bytes).0.into_owned(),
            None => encoding.text_of(bytes).into_owned(),
        },
    }
}

/// The meaning of an unencoded backslash in quoted-printable.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Backslash {
    Escape,
    /// A literal backslash, except before the separators of vCard 2.1.
    Literal,
}

/// Decodes quoted-printable, and escapes decoded characters that would be separators.
fn escaped(property: &Property<'_>, backslash: Backslash) -> String {
    const BREAK: u8 = 0x00;
    const SEMICOLON: u8 = 0x01;
    const BACKSLASH: u8 = 0x02;
    let Property { value, charset, encoding, .. } = *property;
    // In a double-byte charset a backslash may be the second byte of a character.
    let is_single_byte = charset.is_none_or(|charset| charset == UTF_8);
    let is_literal = |next: Option<&u8>| {
        backslash == Backslash::Literal && is_single_byte && !escapes::is_escape_of_2_1(next)
    };
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((byte, after)) = rest.split_first() {
        let hex = (*byte == b'=').then(|| hex_pair(after)).flatten();
        match hex {
            Some(b'\r') => {}
            Some(b'\n') => bytes.push(BREAK),
            Some(b';') => bytes.push(SEMICOLON),
            Some(b'\\') if is_single_byte => bytes.push(BACKSLASH),
            Some(other) => bytes.push(other),
            None if matches!(byte, 0..=2) => {}
            None if *byte == b'\\' && is_literal(after.first()) => bytes.push(BACKSLASH),
            None => bytes.push(*byte),
        }
        rest = if hex.is_some() { &after[2..] } else { after };
    }
    let mut text = String::new();
    for character in decoded(&bytes, charset, encoding).chars() {
        match character {
            '\0' => text.push_str("\\n"),
            '\u{1}' => text.push_str("\\;"),
            '\u{2}' => text.push_str("\\\\"),
            other => text.push(other),
        }
    }
    text
}

fn hex_pair(bytes: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(bytes.get(..2)?).ok()?;
    u8::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        card_text(bytes, Version::V0_1, TextEncoding::WINDOWS_1252).text
    }

    #[test]
    fn a_fold_inside_a_character_is_unfolded() {
        assert_eq!(text(b"FN:M\xc3\r\n \xbcller\r\n"), "FN:Müller\r\n");
    }

    #[test]
    fn quoted_printable_is_decoded_with_its_charset() {
        assert_eq!(text(b"FN;ENCODING=QUOTED-PRINTABLE:caf=C3=A9\n"), "FN:café\r\n");
        assert_eq!(text(b"FN;QUOTED-PRINTABLE;HOME:caf=E9\n"), "FN;HOME:café\r\n");
        assert_eq!(text(b"N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=93=FA=96{;x\n"), "N:日本;x\r\n");
        assert_eq!(text(b"NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0A=\r\nb=3B\r\n"), "NOTE:a\\nb\\;\r\n");
    }

    #[test]
    fn a_wrong_charset_is_ignored() {
        assert_eq!(text("FN;CHARSET=ISO-8859-1:Müller\n".as_bytes()), "FN;CHARSET=ISO-8859-1:Müller\r\n");
        assert_eq!(text(b"FN;CHARSET=UTF-8:M\xfcller\n"), "FN;CHARSET=UTF-8:Müller\r\n");
    }

    #[test]
    fn lines_without_a_colon_are_counted() {
        let card = card_text(b"FN:A\r\nnonsense\r\n\r\nNOTE:x", Version::Current, TextEncoding::UTF_8);
        assert_eq!((&card.text[..], card.not_properties), ("FN:A\r\nNOTE:x\r\n", 1));
    }

    #[test]
    fn a_backslash_is_literal_in_quoted_printable_of_version_2_1() {
        let read = |value: &str| {
            let card = format!("VERSION:2.1\r\nNOTE;ENCODING=QUOTED-PRINTABLE:{value}\r\n");
            let card = card_text(card.as_bytes(), Version::Current, TextEncoding::UTF_8);
            (card.text.lines().nth(1).unwrap_or_default().to_owned(), card.may_differ_from_v0_1)
        };
        let path = (r"NOTE:C:\\Users\\nina\nnext".to_owned(), true);
        assert_eq!(read(r"C:\Users\nina=0D=0Anext"), path);
        assert_eq!(read(r"O=5C=3BBrien\;x"), (r"NOTE:O\;Brien\;x".to_owned(), true));
        assert_eq!(read("a=0Ab"), (r"NOTE:a\nb".to_owned(), false));
    }

    #[test]
    fn a_zero_byte_is_removed_from_a_value() {
        let card = card_text(b"FN:Ada\0\r\n", Version::Current, TextEncoding::UTF_8);
        assert_eq!((&card.text[..], card.may_differ_from_v0_1), ("FN:Ada\r\n", true));
        assert_eq!(text(b"FN:Ada\0\r\n"), "FN:Ada\0\r\n");
    }

    #[test]
    fn a_soft_break_before_the_end_does_not_swallow_the_end() {
        assert_eq!(text(b"FN;QUOTED-PRINTABLE:A=\nEND:VCARD\n"), "FN:A=\r\nEND:VCARD\r\n");
    }
}
