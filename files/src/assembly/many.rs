//! Several values in one cell.
//!
//! A cell is taken apart only when every part is a value of its own; else it is left whole.

use unicontact_model::contact::{EmailAddress, PhoneNumber, WebAddress};

/// What Google puts between values, and everybody else's separators.
pub(crate) const GOOGLE: &str = ":::";

/// Returns whether Google put several values into a text.
pub(crate) fn has_several_of_google(text: &str) -> bool {
    // Most texts have no colon, which is seen faster.
    text.as_bytes().contains(&b':') && text.contains(GOOGLE)
}

/// The parts of a text, if it has several that all fit; else the text.
pub(super) fn several(
    text: &str,
    separates: impl Fn(char) -> bool,
    fits: impl Fn(&str) -> bool,
) -> Vec<&str> {
    if has_several_of_google(text) {
        return parts(text.split(GOOGLE));
    }
    let found = parts(text.split(separates));
    if found.len() > 1 && found.iter().all(|part| fits(part)) { found } else { vec![text] }
}

fn parts<'a>(split: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    split.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Returns the numbers in a text, each with the words beside it.
pub(super) fn phones(text: &str) -> Vec<&str> {
    if has_several_of_google(text) {
        return parts(text.split(GOOGLE)).into_iter().flat_map(PhoneNumber::split_text).collect();
    }
    PhoneNumber::split_text(text)
}

/// What version 0.1.0 separated numbers at.
pub(super) fn phone_separator(character: char) -> bool {
    matches!(character, ';' | '|' | '\n' | '\r')
}

/// Returns the e-mail addresses in a text, and the text without them.
pub(super) fn without_emails(text: &str) -> (Vec<EmailAddress>, String) {
    let mut addresses = Vec::new();
    let mut rest = Vec::new();
    let separates =
        |it: char| it.is_whitespace() || matches!(it, ';' | ',' | '|' | '/' | '<' | '>' | '(' | ')');
    for word in text.split_inclusive(separates) {
        match word.trim_matches(|it: char| separates(it) || it == ':') {
            address if address.contains('@') => {
                match without_scheme(address, "mailto:").unwrap_or(address).parse() {
                    Ok(address) => addresses.push(address),
                    Err(_) => rest.push(word),
                }
            }
            _ => rest.push(word),
        }
    }
    (addresses, rest.concat())
}

pub(super) fn link_separator(character: char) -> bool {
    matches!(character, ';' | ',' | '|' | '\n' | '\r' | ' ')
}

pub(super) fn is_link(part: &str) -> bool {
    part.contains("://") && part.parse::<WebAddress>().is_ok()
}

/// A number without `tel:` and the stars that services put around it.
pub(super) fn bare_phone(text: &str) -> &str {
    let text = text.trim();
    // A quote before the plus sign is how people keep a spreadsheet from calculating.
    let text = text.strip_prefix('\'').unwrap_or(text);
    without_scheme(text, "tel:").or_else(|| without_scheme(text, "callto:")).unwrap_or(text).trim()
}

/// Returns what follows a scheme such as `tel:`, in any case.
pub(super) fn without_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Separators of Chinese, Japanese and Arabic lists.
pub(super) const WIDE_SEPARATORS: [char; 5] = ['；', '，', '、', '،', '؛'];

/// The labels in a text. A star stands before the groups that are Google's own.
pub(super) fn tags(text: &str) -> impl Iterator<Item = &str> {
    let separator: fn(char) -> bool = |character| {
        matches!(character, ';' | ',' | '|' | '\n' | '\r') || WIDE_SEPARATORS.contains(&character)
    };
    let parts: Vec<&str> = if has_several_of_google(text) {
        text.split(GOOGLE).collect()
    } else {
        text.split(separator).collect()
    };
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
        let links = |text| several(text, link_separator, is_link);
        let both = ["https://example.com", "https://example.org"];
        assert_eq!(links("https://example.com; https://example.org"), both);
        assert_eq!(links("https://example.com ::: https://example.org"), both);
        assert_eq!(links("https://example.com; call first"), ["https://example.com; call first"]);
    }

    #[test]
    fn what_surrounds_a_value_is_taken_off() {
        assert_eq!(bare_phone("tel:+44 20 7946 0123"), "+44 20 7946 0123");
    }

    #[test]
    fn the_group_that_google_puts_everybody_in_is_no_label() {
        assert_eq!(tags("* myContacts ::: VIP ::: Friends").collect::<Vec<_>>(), ["VIP", "Friends"]);
    }
}
