//! Tells telephone numbers from web, e-mail and other addresses in a column of telephone numbers.

/// A value in a column of telephone numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PhoneText<'a> {
    /// A number as it is written.
    Number(&'a str),
    /// The address of a web page.
    Link,
    /// Another address, such as `sip:ada@example.com`.
    Address,
    /// An e-mail address.
    Email,
}

/// Schemes whose addresses are telephone numbers.
const NUMBERS: [&str; 12] = [
    "tel",
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

/// Returns what a value in a column of telephone numbers is.
pub(super) fn parse(text: &str) -> PhoneText<'_> {
    let text = text.trim();
    match scheme(text) {
        Some((scheme, rest)) if NUMBERS.contains(&&*scheme) => number(text, &scheme, rest),
        Some((scheme, _)) if matches!(&*scheme, "http" | "https") => PhoneText::Link,
        Some((scheme, rest)) if scheme == "mailto" && rest.contains('@') => PhoneText::Email,
        Some((_, rest)) if !is_number(rest) => PhoneText::Address,
        _ if is_email(text) => PhoneText::Email,
        _ => PhoneText::Number(text),
    }
}

/// Returns the number after its scheme. Without a number it is an address: `facetime:ada@example.com`.
fn number<'a>(text: &'a str, scheme: &str, rest: &'a str) -> PhoneText<'a> {
    let is_uri = scheme == "tel" || scheme == "callto";
    if !rest.starts_with("//") && (scheme == "tel" || is_number(rest)) {
        // `bare_phone` removes these schemes.
        return PhoneText::Number(if is_uri { text } else { rest });
    }
    let rest = rest.trim_start_matches('/');
    if is_number(rest) { PhoneText::Number(rest) } else { PhoneText::Address }
}

/// Returns the scheme of a URI in lower case, and the text after its colon.
fn scheme(text: &str) -> Option<(String, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.len() > 1
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let is_uri = is_scheme && !rest.starts_with(char::is_whitespace) && !rest.is_empty();
    is_uri.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// Returns whether a text is digits and their punctuation, before an extension.
fn is_number(text: &str) -> bool {
    let number = text.split([';', ',', 'x', 'X']).next().unwrap_or_default();
    number.contains(|it: char| it.is_numeric())
        && number.chars().all(|it| it.is_numeric() || it.is_whitespace() || "+-./()*#\u{2011}".contains(it))
}

fn is_email(text: &str) -> bool {
    text.contains('@') && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_told_apart() {
        for (text, number) in [
            ("+44 20 7946 0123", "+44 20 7946 0123"),
            ("tel:+44-20-7946-0123;ext=42", "tel:+44-20-7946-0123;ext=42"),
            ("TEL:+442079460123", "TEL:+442079460123"),
            ("sms:+442079460123", "+442079460123"),
            ("facetime://+442079460123", "+442079460123"),
            ("Home: +44 20 7946 0123", "Home: +44 20 7946 0123"),
            ("Work:+44 20 7946 0123", "Work:+44 20 7946 0123"),
            ("1-800-FLOWERS", "1-800-FLOWERS"),
        ] {
            assert_eq!(parse(text), PhoneText::Number(number), "{text}");
        }
        for text in [
            "sip:+442079460123@example.com",
            "xmpp:ada@example.com",
            "skype:ada?call",
            "callto:ada",
            "facetime:a@example.com",
        ] {
            assert_eq!(parse(text), PhoneText::Address, "{text}");
        }
        assert_eq!(parse("https://example.com/call"), PhoneText::Link);
        assert_eq!(parse("ada@example.com"), PhoneText::Email);
        assert_eq!(parse("mailto:ada@example.com"), PhoneText::Email);
    }
}
