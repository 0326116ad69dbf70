//! What a TEL property holds: a number, or the address of something else.

/// What stands in a TEL.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tel<'a> {
    /// A number, as it is written.
    Number(&'a str),
    /// The address of a web page.
    Link,
    /// Another address, such as `sip:ada@example.com`.
    Address,
    /// An e-mail address.
    Email,
}

/// Schemes whose addresses are telephone numbers.
const NUMBERS: [&str; 11] = [
    "callto",
    "phone",
    "fax",
    "modem",
    "sms",
    "smsto",
    "mms",
    "mmsto",
    "facetime",
    "facetime-audio",
    "whatsapp",
];

/// Schemes whose addresses are none, although they may hold digits.
const ADDRESSES: [&str; 14] = [
    "aim", "h323", "icq", "im", "irc", "ircs", "jabber", "matrix", "sip", "sips", "skype", "tg", "urn",
    "xmpp",
];

/// Returns what stands in a TEL.
pub(super) fn read(text: &str) -> Tel<'_> {
    let text = text.trim();
    match scheme(text) {
        Some((scheme, _)) if scheme == "tel" => Tel::Number(text),
        Some((scheme, _)) if matches!(&*scheme, "http" | "https") => Tel::Link,
        Some((scheme, rest)) if scheme == "mailto" && rest.contains('@') => Tel::Email,
        Some((scheme, _)) if ADDRESSES.contains(&&*scheme) => Tel::Address,
        Some((scheme, rest)) if NUMBERS.contains(&&*scheme) => {
            let number = rest.trim_start_matches('/');
            if begins_with_digits(number) { Tel::Number(number) } else { Tel::Address }
        }
        Some((_, rest)) if rest.contains('@') || !has_digits(rest) => Tel::Address,
        _ if is_email(text) => Tel::Email,
        _ => Tel::Number(text),
    }
}

/// Returns the scheme of a URI in lower case, and what follows its colon.
fn scheme(text: &str) -> Option<(String, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.len() > 1
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let is_uri = is_scheme && !rest.starts_with(char::is_whitespace) && !rest.is_empty();
    is_uri.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// Returns whether a text can be a number: it has digits, and no letter before them.
fn begins_with_digits(text: &str) -> bool {
    let first = text.chars().find(|character| character.is_alphanumeric());
    first.is_some_and(char::is_numeric) && has_digits(text) && !text.contains('@')
}

fn has_digits(text: &str) -> bool {
    text.chars().filter(|character| character.is_numeric()).count() >= 3
}

fn is_email(text: &str) -> bool {
    text.contains('@') && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_addresses() {
        for (text, number) in [
            ("+44 20 7946 0123", "+44 20 7946 0123"),
            ("tel:+44-20-7946-0123;ext=42", "tel:+44-20-7946-0123;ext=42"),
            ("TEL:+442079460123", "TEL:+442079460123"),
            ("sms:+442079460123", "+442079460123"),
            ("facetime://+442079460123", "+442079460123"),
            ("Home: +44 20 7946 0123", "Home: +44 20 7946 0123"),
            ("Work:+44 20 7946 0123 (Anna)", "Work:+44 20 7946 0123 (Anna)"),
            ("callto:+442079460123", "+442079460123"),
            ("1-800-FLOWERS", "1-800-FLOWERS"),
        ] {
            assert_eq!(read(text), Tel::Number(number), "{text}");
        }
        for text in [
            "sip:+442079460123@example.com",
            "xmpp:ada@example.com",
            "skype:ada?call",
            "callto:ada1990",
            "matrix:u/ada",
            "Mobil:keine",
            "facetime:a@example.com",
        ] {
            assert_eq!(read(text), Tel::Address, "{text}");
        }
        assert_eq!(read("https://example.com/call"), Tel::Link);
        assert_eq!(read("ada@example.com"), Tel::Email);
        assert_eq!(read("mailto:ada@example.com"), Tel::Email);
    }
}
