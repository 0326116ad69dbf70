//! Backslashes in the values of cards: what programs mean by them, written as the parser reads it.

/// Returns whether a card says that it is a vCard 2.1.
pub(super) fn is_version_2_1(card: &[u8]) -> bool {
    const VERSION: &[u8] = b"VERSION:";
    let value = |line: &'_ [u8]| {
        let (name, value) = line.split_at_checked(VERSION.len())?;
        name.eq_ignore_ascii_case(VERSION).then(|| value.trim_ascii() == b"2.1")
    };
    card.split(|byte| matches!(byte, b'\n' | b'\r')).find_map(value).unwrap_or_default()
}

/// Returns whether a backslash before this byte is an escape in a value of vCard 2.1 whose line breaks are encoded.
pub(super) fn is_escape_of_2_1(next: Option<&u8>) -> bool {
    next.is_some_and(|next| matches!(next, b';' | b',' | b':' | b'\\'))
}

/// Returns a value with its backslashes repaired. `None` if there is nothing to repair.
///
/// A value with a path keeps its backslashes. Elsewhere an escape that was escaped again is one escape, and a backslash
/// before another letter or a digit is a backslash.
pub(super) fn repaired(value: &str, is_2_1: bool) -> Option<String> {
    if !value.contains('\\') {
        return None;
    }
    let holds_a_path = holds_a_path(value);
    let is_literal = is_2_1 && (holds_a_path || has_unknown_escape(value));
    let mut text = String::with_capacity(value.len() + 4);
    let mut rest = value;
    while let Some(place) = rest.find('\\') {
        text.push_str(&rest[..place]);
        let (escape, length) = escape(&rest[place..], is_literal, holds_a_path);
        text.push_str(escape);
        rest = &rest[place + length..];
    }
    text.push_str(rest);
    (text != value).then_some(text)
}

/// Returns what stands for the backslash that a text begins with, and how much of the text that replaces.
fn escape(text: &str, is_literal: bool, holds_a_path: bool) -> (&str, usize) {
    let next = text[1..].chars().next();
    match next {
        Some(';' | ',') => (&text[..2], 2),
        _ if is_literal => ("\\\\", 1),
        Some('\\') if !holds_a_path => twice_escaped(text).unwrap_or(("\\\\", 2)),
        Some('\\') => ("\\\\", 2),
        Some('n' | 'N' | 'r' | 'R') => (&text[..2], 2),
        Some(other) if !other.is_alphanumeric() => (&text[..1], 1),
        _ => ("\\\\", 1),
    }
}

/// Returns the escape that a text begins with if it was escaped again: `\\,`, `\\\,` or `\\n` before a new sentence.
fn twice_escaped(text: &str) -> Option<(&str, usize)> {
    let once = text[2..].strip_prefix('\\').unwrap_or(&text[2..]);
    let start = text.len() - once.len() - 1;
    match once.as_bytes().first()? {
        b';' | b',' => Some((&text[start..start + 2], start + 2)),
        b'n' | b'N' if start == 1 && !once[1..].starts_with(char::is_lowercase) => Some(("\\n", 3)),
        _ => None,
    }
}

/// Returns whether a drive (`C:\`) or a server (`\\name`) is in a value.
fn holds_a_path(value: &str) -> bool {
    let bytes = value.as_bytes();
    let is_drive = |place: usize| {
        let is_alone = place < 2 || !bytes[place - 2].is_ascii_alphanumeric();
        place > 0 && bytes[place - 1].is_ascii_alphabetic() && is_alone
    };
    let names_a_server = value.strip_prefix("\\\\").is_some_and(|rest| {
        let name = rest.trim_start_matches('\\');
        name.starts_with(char::is_alphanumeric) && name.contains('\\')
    });
    names_a_server || value.match_indices(":\\").any(|(place, _)| is_drive(place))
}

/// Returns whether a backslash stands before something that no program escapes.
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
    fn an_escape_that_was_escaped_again_is_one() {
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
    fn a_card_says_its_version() {
        assert!(is_version_2_1(b"BEGIN:VCARD\r\nversion:2.1 \r\n"));
        assert!(!is_version_2_1(b"VERSION:3.0\nVERSION:2.1\n") && !is_version_2_1(b"NOTE:VERSION:2.1\n"));
    }

    #[test]
    fn a_backslash_before_another_letter_is_a_backslash() {
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
        fn what_a_program_escaped_once_stays_as_it_is(text in r"[a-z .:;,\n]{0,20}") {
            let escaped = text.replace(';', r"\;").replace(',', r"\,").replace('\n', r"\n");
            prop_assert_eq!(repaired(&escaped, false), None);
        }

        #[test]
        fn any_text_can_be_repaired(text in r"[\\a-zN:;, é]{0,12}", is_2_1 in any::<bool>()) {
            let _ = repaired(&text, is_2_1);
        }
    }
}
