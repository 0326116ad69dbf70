//! The bytes of a card as text that the parser reads.
//!
//! Rule: what a property says of its characters is believed where the bytes allow it.
//!
//! The parser takes text only, unfolds after decoding, and knows few charsets; so the lines are unfolded, decoded and
//! freed of quoted-printable here. Of dates it makes what the version says, which may stand below them; so a birthday
//! is handed to it as a text.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::decode::TextEncoding;

/// A card as text, and how many lines of it are no properties. Values that are neither UTF-8 nor name a charset are in
/// `encoding`.
pub(crate) fn card_text(bytes: &[u8], encoding: TextEncoding) -> (String, usize) {
    let mut text = String::with_capacity(bytes.len());
    let mut not_properties = 0;
    for line in unfolded(bytes) {
        match line.iter().position(|byte| *byte == b':') {
            Some(_) => push_property(&mut text, &line, encoding),
            None if line.trim_ascii().is_empty() => {}
            None => not_properties += 1,
        }
    }
    (text, not_properties)
}

/// The lines, each with those that continue it: folded, or behind a soft break of quoted-printable.
fn unfolded(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut softly_broken = false;
    for line in physical(bytes) {
        let ends_the_card = line.trim_ascii().eq_ignore_ascii_case(b"END:VCARD");
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

fn physical(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
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

fn push_property(text: &mut String, line: &[u8], encoding: TextEncoding) {
    let (head, value) = line.split_at(value_start(line));
    let head = String::from_utf8_lossy(head);
    let charset = parameter(&head, "CHARSET").and_then(|name| Encoding::for_label(name.as_bytes()));
    if is_quoted_printable(line) {
        let kept: Vec<&str> =
            head.trim_end_matches(':').split(';').filter(|part| !is_about_encoding(part)).collect();
        text.push_str(&kept.join(";"));
        text.push(':');
        text.push_str(&escaped(value, charset, encoding));
    } else {
        text.push_str(&if is_birthday(&head) { as_text(&head) } else { head.into_owned() });
        text.push_str(&decoded(value, charset, encoding));
    }
    text.push_str("\r\n");
}

fn is_birthday(head: &str) -> bool {
    let name = head.split([';', ':']).next().unwrap_or_default();
    name.rsplit('.').next().is_some_and(|name| name.eq_ignore_ascii_case("BDAY"))
}

/// The head of a property whose value is a text, whatever it said.
fn as_text(head: &str) -> String {
    let is_value = |part: &&str| part.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("VALUE="));
    let kept: Vec<&str> = head.trim_end_matches(':').split(';').filter(|part| !is_value(part)).collect();
    format!("{};VALUE=TEXT:", kept.join(";"))
}

/// Behind the colon that is in no quotes.
fn value_start(line: &[u8]) -> usize {
    let mut quoted = false;
    let colon = line.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    });
    let any_colon = || line.iter().position(|byte| *byte == b':');
    colon.or_else(any_colon).map_or(line.len(), |place| place + 1)
}

fn is_quoted_printable(line: &[u8]) -> bool {
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

/// The value in the charset that fits: UTF-8 wherever the bytes are, since nothing else looks like it by chance.
fn decoded(bytes: &[u8], charset: Option<&'static Encoding>, encoding: TextEncoding) -> String {
    let of_one_byte = charset.is_none_or(|charset| charset == UTF_8 || charset == WINDOWS_1252);
    match std::str::from_utf8(bytes) {
        Ok(text) if of_one_byte || bytes.is_ascii() && charset.is_none_or(Encoding::is_ascii_compatible) => {
            text.to_owned()
        }
        _ => {
            let charset = charset.filter(|charset| *charset != UTF_8);
            match charset {
                Some(charset) => charset.decode_without_bom_handling(bytes).0.into_owned(),
                None => encoding.text_of(bytes).into_owned(),
            }
        }
    }
}

/// Quoted-printable as plain text, with the escapes that keep its characters from being taken for structure.
fn escaped(value: &[u8], charset: Option<&'static Encoding>, encoding: TextEncoding) -> String {
    const BREAK: u8 = 0x00;
    const SEMICOLON: u8 = 0x01;
    const BACKSLASH: u8 = 0x02;
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((byte, after)) = rest.split_first() {
        let hex = (*byte == b'=').then(|| hex_pair(after)).flatten();
        match hex {
            Some(b'\r') => {}
            Some(b'\n') => bytes.push(BREAK),
            Some(b';') => bytes.push(SEMICOLON),
            // Behind the first byte of a pair it is a part of a character.
            Some(b'\\') if charset.is_none_or(|charset| charset == UTF_8) => bytes.push(BACKSLASH),
            Some(other) => bytes.push(other),
            None if matches!(byte, 0..=2) => {}
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
        card_text(bytes, TextEncoding::WINDOWS_1252).0
    }

    #[test]
    fn a_fold_inside_a_character_is_mended() {
        assert_eq!(text(b"FN:M\xc3\r\n \xbcller\r\n"), "FN:Müller\r\n");
    }

    #[test]
    fn quoted_printable_is_read_in_its_charset() {
        assert_eq!(text(b"FN;ENCODING=QUOTED-PRINTABLE:caf=C3=A9\n"), "FN:café\r\n");
        assert_eq!(text(b"FN;QUOTED-PRINTABLE;HOME:caf=E9\n"), "FN;HOME:café\r\n");
        assert_eq!(text(b"N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=93=FA=96{;x\n"), "N:日本;x\r\n");
        assert_eq!(text(b"NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0A=\r\nb=3B\r\n"), "NOTE:a\\nb\\;\r\n");
    }

    #[test]
    fn a_wrong_label_is_not_believed() {
        assert_eq!(text("FN;CHARSET=ISO-8859-1:Müller\n".as_bytes()), "FN;CHARSET=ISO-8859-1:Müller\r\n");
        assert_eq!(text(b"FN;CHARSET=UTF-8:M\xfcller\n"), "FN;CHARSET=UTF-8:Müller\r\n");
    }

    #[test]
    fn lines_without_a_colon_are_counted() {
        assert_eq!(
            card_text(b"FN:A\r\nnonsense\r\n\r\nNOTE:x", TextEncoding::WINDOWS_1252),
            ("FN:A\r\nNOTE:x\r\n".to_owned(), 1)
        );
    }

    #[test]
    fn a_soft_break_before_the_end_does_not_swallow_it() {
        assert_eq!(text(b"FN;QUOTED-PRINTABLE:A=\nEND:VCARD\n"), "FN:A=\r\nEND:VCARD\r\n");
    }
}
