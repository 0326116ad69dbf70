//! Several values in one cell.
//!
//! Rule: a cell is taken apart only when every part is a value of its own; else it is left whole.

use unicontact_providers::contact::{EmailAddress, PhoneNumber, WebAddress};

/// What Google puts between values, and everybody else's separators.
pub(super) const GOOGLE: &str = ":::";

/// The parts of a text, if it has several that all fit; else the text.
pub(super) fn several(
    text: &str,
    separates: impl Fn(char) -> bool,
    fits: impl Fn(&str) -> bool,
) -> Vec<&str> {
    if text.contains(GOOGLE) {
        return parts(text.split(GOOGLE));
    }
    let found = parts(text.split(separates));
    if found.len() > 1 && found.iter().all(|part| fits(part)) { found } else { vec![text] }
}

fn parts<'a>(split: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    split.map(str::trim).filter(|part| !part.is_empty()).collect()
}

pub(super) fn email_separator(character: char) -> bool {
    matches!(character, ';' | ',' | '|' | '\n' | '\r' | '/')
}

/// Returns the numbers in a text, each with the words beside it.
pub(super) fn phones(text: &str) -> Vec<&str> {
    if text.contains(GOOGLE) {
        return parts(text.split(GOOGLE)).into_iter().flat_map(PhoneNumber::split_text).collect();
    }
    PhoneNumber::split_text(text)
}

/// What version 0.1.0 separated numbers at.
pub(super) fn phone_separator(character: char) -> bool {
    matches!(character, ';' | '|' | '\n' | '\r')
}

/// Schemes of services that have names and no numbers.
const SCHEMES: [&str; 18] = [
    "http", "https", "sip", "sips", "xmpp", "jabber", "skype", "im", "h323", "iax", "iax2", "irc", "matrix",
    "msnim", "msteams", "teams", "gtalk", "tg",
];

/// Returns whether a text is the address of a page or of an account at another service: `sip:ada@example.com`.
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_known = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is_known && !rest.is_empty() && !rest.contains(char::is_whitespace)
}

/// Returns the e-mail addresses in a text, and the text without them.
pub(super) fn without_emails(text: &str) -> (Vec<EmailAddress>, String) {
    let mut addresses = Vec::new();
    let mut rest = Vec::new();
    let separates =
        |it: char| it.is_whitespace() || email_separator(it) || matches!(it, '<' | '>' | '(' | ')');
    for word in text.split_inclusive(separates) {
        match word.trim_matches(|it: char| separates(it) || it == ':') {
            address if address.contains('@') => match bare_email(address).parse() {
                Ok(address) => addresses.push(address),
                Err(_) => rest.push(word),
            },
            _ => rest.push(word),
        }
    }
    (addresses, rest.concat())
}

pub(super) fn link_separator(character: char) -> bool {
    matches!(character, ';' | ',' | '|' | '\n' | '\r' | ' ')
}

pub(super) fn is_email(part: &str) -> bool {
    bare_email(part).parse::<EmailAddress>().is_ok()
}

pub(super) fn is_link(part: &str) -> bool {
    part.contains("://") && part.parse::<WebAddress>().is_ok()
}

/// An address without `mailto:`, what follows a `?`, and the name before `<…>`.
pub(super) fn bare_email(text: &str) -> &str {
    let text = text.trim();
    let text = match (text.rfind('<'), text.ends_with('>')) {
        (Some(place), true) => &text[place + 1..text.len() - 1],
        _ => text,
    };
    match without_scheme(text, "mailto:") {
        Some(address) => address.split('?').next().unwrap_or(address).trim(),
        None => text.trim(),
    }
}

/// A number without `tel:` and the stars that services put around it.
pub(super) fn bare_phone(text: &str) -> &str {
    let text = text.trim();
    // A quote before the plus sign is how people keep a spreadsheet from calculating.
    let text = text.strip_prefix('\'').unwrap_or(text);
    without_scheme(text, "tel:").or_else(|| without_scheme(text, "callto:")).unwrap_or(text).trim()
}

fn without_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// The labels in a text. A star stands before the groups that are Google's own.
pub(super) fn tags(text: &str) -> impl Iterator<Item = &str> {
    let separator: fn(char) -> bool = |character| matches!(character, ';' | ',' | '|' | '\n' | '\r');
    let parts: Vec<&str> =
        if text.contains(GOOGLE) { text.split(GOOGLE).collect() } else { text.split(separator).collect() };
    parts
        .into_iter()
        .map(|part| part.trim().trim_start_matches('*').trim())
        .filter(|part| !part.is_empty() && *part != "myContacts" && *part != "My Contacts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_taken_apart_only_when_every_part_is_a_value() {
        let emails = |text| several(text, email_separator, is_email);
        assert_eq!(emails("a@example.com; b@example.com"), ["a@example.com", "b@example.com"]);
        assert_eq!(emails("a@example.com ::: b@example.com"), ["a@example.com", "b@example.com"]);
        assert_eq!(emails("a@example.com / call first"), ["a@example.com / call first"]);
    }

    #[test]
    fn what_surrounds_a_value_is_taken_off() {
        assert_eq!(bare_email("Ada King <ada@example.com>"), "ada@example.com");
        assert_eq!(bare_email("MAILTO:ada@example.com?subject=x"), "ada@example.com");
        assert_eq!(bare_phone("tel:+44 20 7946 0123"), "+44 20 7946 0123");
    }

    #[test]
    fn the_group_that_google_puts_everybody_in_is_no_label() {
        assert_eq!(tags("* myContacts ::: VIP ::: Friends").collect::<Vec<_>>(), ["VIP", "Friends"]);
    }
}
