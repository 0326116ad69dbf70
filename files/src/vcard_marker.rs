//! Finds the BEGIN:VCARD and END:VCARD markers of cards, in the variants that programs and people write.

/// A delimiter of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Begin,
    End,
}

impl Marker {
    const fn word(self) -> &'static [u8] {
        match self {
            Self::Begin => b"BEGIN",
            Self::End => b"END",
        }
    }

    /// Returns the length of this marker at the start of `text`, in any case and with blanks around its colon.
    pub(crate) fn length_in(self, text: &[u8]) -> Option<usize> {
        let rest = without_prefix(text, self.word())?;
        let rest = trim_start(rest).strip_prefix(b":")?;
        let rest = without_prefix(trim_start(rest), NAME)?;
        Some(text.len() - rest.len())
    }

    /// Returns whether a line is only this marker, with or without blanks after it.
    pub(crate) fn is_whole(self, line: &[u8]) -> bool {
        let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line).trim_ascii_end();
        let length = self.word().len();
        line.len() == length + 1 + NAME.len()
            && line[..length].eq_ignore_ascii_case(self.word())
            && line[length] == b':'
            && line[length + 1..].eq_ignore_ascii_case(NAME)
    }

    /// Returns the start of this marker at the end of a line.
    pub(crate) fn start_at_the_end_of(self, line: &[u8]) -> Option<usize> {
        let line = trim_end(without_suffix(trim_end(line), NAME)?).strip_suffix(b":")?;
        without_suffix(trim_end(line), self.word()).map(<[u8]>::len)
    }
}

const NAME: &[u8] = b"VCARD";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const ZERO_WIDTH_SPACE: &[u8] = b"\xe2\x80\x8b";

/// Returns the start of the first card in a line outside of cards.
pub(crate) fn card_start_in(line: &[u8]) -> Option<usize> {
    (0..line.len()).find(|start| begins_a_card(&line[*start..]))
}

/// Returns the end of the first END marker in a line.
pub(crate) fn card_end_in(line: &[u8]) -> Option<usize> {
    (0..line.len()).find_map(|start| Marker::End.length_in(&line[start..]).map(|length| start + length))
}

/// Returns whether a card begins here: the marker is alone, or a property follows it on the same line.
pub(crate) fn begins_a_card(text: &[u8]) -> bool {
    let Some(length) = Marker::Begin.length_in(text) else { return false };
    let rest = &text[length..];
    is_separator(rest) || starts_with_property(rest)
}

/// Returns whether a line has neither letters nor digits, and so no contact data.
pub(crate) fn is_separator(line: &[u8]) -> bool {
    if line.is_ascii() {
        return !line.iter().any(u8::is_ascii_alphanumeric);
    }
    let is_content =
        |character: char| character.is_alphanumeric() || character == char::REPLACEMENT_CHARACTER;
    !String::from_utf8_lossy(line).contains(is_content)
}

/// Returns the number of bytes of control characters, zero-width spaces and byte order marks at the start of a line.
///
/// A tab or line break ends the count: a line that starts with a blank continues the line before.
pub(crate) fn leading_controls(line: &[u8]) -> usize {
    let mut rest = line;
    loop {
        rest = match rest {
            [b'\t' | b'\n' | b'\r', ..] => break,
            [0..=31 | 127, after @ ..] => after,
            _ => match rest.strip_prefix(BYTE_ORDER_MARK).or_else(|| rest.strip_prefix(ZERO_WIDTH_SPACE)) {
                Some(after) => after,
                None => break,
            },
        };
    }
    line.len() - rest.len()
}

/// Properties that tell a line of a card from other text.
const PROPERTIES: [&[u8]; 24] = [
    b"VERSION",
    b"N",
    b"FN",
    b"NICKNAME",
    b"TEL",
    b"EMAIL",
    b"ADR",
    b"LABEL",
    b"ORG",
    b"TITLE",
    b"ROLE",
    b"NOTE",
    b"URL",
    b"BDAY",
    b"UID",
    b"REV",
    b"PRODID",
    b"CATEGORIES",
    b"PHOTO",
    b"LOGO",
    b"SOUND",
    b"KEY",
    b"IMPP",
    b"KIND",
];

/// Returns whether a text starts with a known property, after blanks.
pub(crate) fn starts_with_property(text: &[u8]) -> bool {
    let name = property_name(trim_start(text));
    let is_extension = name.len() > 2 && name[..2].eq_ignore_ascii_case(b"X-");
    is_extension && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        || PROPERTIES.iter().any(|property| name.eq_ignore_ascii_case(property))
}

/// Returns the name of the property at the start of a line, without its group.
pub(crate) fn property_name(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|byte| matches!(byte, b':' | b';')).unwrap_or(0);
    let name = &line[..end];
    name.iter().position(|byte| *byte == b'.').map_or(name, |dot| &name[dot + 1..])
}

fn without_prefix<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn without_suffix<'a>(text: &'a [u8], suffix: &[u8]) -> Option<&'a [u8]> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    end.eq_ignore_ascii_case(suffix).then_some(rest)
}

/// Returns the text without the blanks and control characters before it.
fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| *byte > b' ').unwrap_or(text.len());
    &text[start..]
}

fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte > b' ').map_or(0, |last| last + 1);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_found_in_any_case_and_with_blanks() {
        for text in ["BEGIN:VCARD", "begin:vcard", "BEGIN : vCard", "BEGIN:\tVCARD"] {
            assert_eq!(Marker::Begin.length_in(text.as_bytes()), Some(text.len()), "{text}");
        }
        assert_eq!(Marker::End.length_in(b"END:VCARDBEGIN:VCARD"), Some(9));
        assert_eq!(Marker::Begin.start_at_the_end_of(b"END:VCARDBEGIN:VCARD \r\n"), Some(9));
        assert_eq!(Marker::Begin.length_in(b"BEGIN:VCALENDAR"), None);
        assert!(Marker::End.is_whole(b"\xef\xbb\xbfend:vcard \r\n") && !Marker::End.is_whole(b" END:VCARD"));
    }

    #[test]
    fn a_card_begins_if_nothing_or_a_property_follows_the_marker() {
        assert!(begins_a_card(b"BEGIN:VCARD\0\r\n") && begins_a_card(b"BEGIN:VCARD VERSION:3.0\n"));
        assert!(!begins_a_card(b"BEGIN:VCARD starts a card\n"));
        assert_eq!(card_start_in(b"\x0c---BEGIN:VCARD\n"), Some(4));
    }

    #[test]
    fn a_separator_has_neither_letter_nor_digit() {
        assert!(is_separator("—— ***\u{feff}\0\r\n".as_bytes()));
        assert!(!is_separator("é".as_bytes()) && !is_separator(b"\xe9\n") && !is_separator(b"1"));
    }
}
