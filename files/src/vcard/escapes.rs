//! Repairs backslashes in the values of cards that programs escaped wrongly.

/// Returns whether a card is a vCard 2.1, by its VERSION.
pub(super) fn is_version_2_1(card: &[u8]) -> bool {
    const VERSION: &[u8] = b"VERSION:";
    let value = |line: &'_ [u8]| {
        let (name, value) = line.split_at_checked(VERSION.len())?;
        name.eq_ignore_ascii_case(VERSION).then(|| value.trim_ascii() == b"2.1")
    };
    card.split(|byte| matches!(byte, b'\n' | b'\r')).find_map(value).unwrap_or_default()
}

/// Returns whether a backslash before this byte is an escape in a quoted-printable value of vCard 2.1.
pub(super) fn is_escape_of_2_1(next: Option<&u8>) -> bool {
    next.is_some_and(|next| matches!(next, b';' | b',' | b':' | b'\\'))
}

/// Returns a value with its backslashes repaired. `None` if there is nothing to repair.
///
/// A value with a path keeps its backslashes. In other values a doubly escaped character becomes a single escape, and a
/// backslash before another letter or a digit is literal.
pub(super) fn repaired(value: &str, is_2_1: bool) -> Option<String> {
    if !value.contains('\\') {
        return None;
    }
    let holds_a_path = holds_a_path(value);
    let is_literal = is_2_1 && (holds_a_path || has_unknown_escape(value));
    let mut text = String::with_capacity(value.len() + 4);
    let mut rest = value;
    while let Some(index) = rest.find('\\') {
        text.push_str(&rest[..index]);
        let (escape, length) = escape(&rest[index..], is_literal, holds_a_path);
        text.push_str(escape);
        rest = &rest[index + length..];
    }
    text.push_str(rest);
    (text != value).then_some(text)
}

/// Returns the replacement of the escape at the start of a text, and the length of the escape.
fn escape(text: &str, is_literal: bool, holds_a_path: bool) -> (&str, usize) {
    let next = text[1..].chars().next();
    match next {
        Some(';' | ',') => (&text[..2], 2),
        _ if is_literal => ("\\\\", 1),
        Some('\\') if !holds_a_path => doubly_escaped(text).unwrap_or(("\\\\", 2)),
        Some('\\') => ("\\\\", 2),
        Some('n' | 'N' | 'r' | 'R') => (&text[..2], 2),
        Some(other) if !other.is_alphanumeric() => (&text[..1], 1),
        _ => ("\\\\", 1),
    }
}

/// Returns the single escape for a doubly escaped character at the start of a text: `\\,`, `\\\,`, or `\\n` before a
/// new sentence. Returns its length, too.
fn doubly_escaped(text: &str) -> Option<(&str, usize)> {
    let once = text[2..].strip_prefix('\\').unwrap_or(&text[2..]);
    let start = text.len() - once.len() - 1;
    match once.as_bytes().first()? {
        b';' | b',' => Some((&text[start..start + 2], start + 2)),
        b'n' | b'N' if start == 1 && !once[1..].starts_with(char::is_lowercase) => Some(("\\n", 3)),
        _ => None,
    }
}

/// Returns whether a value holds a path with a drive (`C:\`) or a server (`\\name`).
fn holds_a_path(value: &str) -> bool {
    let bytes = value.as_bytes();
    let is_drive = |colon: usize| {
        let is_alone = colon < 2 || !bytes[colon - 2].is_ascii_alphanumeric();
        colon > 0 && bytes[colon - 1].is_ascii_alphabetic() && is_alone
    };
    let names_a_server = value.strip_prefix("\\\\").is_some_and(|rest| {
        let name = rest.trim_start_matches('\\');
        name.starts_with(char::is_alphanumeric) && name.contains('\\')
    });
    names_a_server || value.match_indices(":\\").any(|(colon, _)| is_drive(colon))
}

/// Returns whether a backslash is before a character that no program escapes.
fn has_unknown_escape(value: &str) -> bool {
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        let next = if character == '\\' { characters.next() } else { continue };
        if next.is_some_and(|next| next.is_alphanumeric() && !matches!(next, 'n' | 'N')) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(value: &str, is_2_1: bool) -> String {
        repaired(value, is_2_1).unwrap_or_else(|| value.to_owned())
    }

    #[test]
    fn a_doubly_escaped_character_becomes_a_single_escape() {
        for (value, once) in [
            (r"Acme\\, Inc.", r"Acme\, Inc."),
            (r"Acme\\\, Inc.", r"Acme\, Inc."),
            (r"O\\;Brien;Pat", r"O\;Brien;Pat"),
            (r"1 Lane\\n2 Floor", r"1 Lane\n2 Floor"),
            (r"a\\nb", r"a\\nb"),
            (r"C:\\new\\Nord\\, there", r"C:\\new\\Nord\\, there"),
            (r"a\\b\;c\,d\ne", r"a\\b\;c\,d\ne"),
        ] {
            assert_eq!(read(value, false), once, "{value}");
        }
    }

    #[test]
    fn the_version_of_a_card_is_its_first_version_property() {
        assert!(is_version_2_1(b"BEGIN:VCARD\r\nversion:2.1 \r\n"));
        assert!(!is_version_2_1(b"VERSION:3.0\nVERSION:2.1\n") && !is_version_2_1(b"NOTE:VERSION:2.1\n"));
    }

    #[test]
    fn a_backslash_before_an_ordinary_letter_is_literal() {
        assert_eq!(read(r"DOMAIN\user\", false), r"DOMAIN\\user\\");
        assert_eq!(read(r"http\://example.com", false), r"http\://example.com");
    }

    #[test]
    fn a_path_of_version_2_1_keeps_its_backslashes() {
        assert_eq!(read(r"C:\new\notes", true), r"C:\\new\\notes");
        assert_eq!(read(r"\\server\notes", true), r"\\\\server\\notes");
        assert_eq!(read(r"see D:\Users\nina; or\;", true), r"see D:\\Users\\nina; or\;");
        assert_eq!(read(r"one\ntwo\, Re:\nthree", true), r"one\ntwo\, Re:\nthree");
    }

    proptest! {
        #[test]
        fn correct_escapes_are_not_changed(text in r"[a-z .:;,\n]{0,20}") {
            let escaped = text.replace(';', r"\;").replace(',', r"\,").replace('\n', r"\n");
            prop_assert_eq!(repaired(&escaped, false), None);
        }

        #[test]
        fn any_text_is_repaired_without_a_panic(text in r"[\\a-zN:;, é]{0,12}", is_2_1 in any::<bool>()) {
            let _ = repaired(&text, is_2_1);
        }
    }
}
