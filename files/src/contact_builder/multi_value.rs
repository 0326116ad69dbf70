//! Splits a cell that holds several values.
//!
//! Invariant: a cell is split only if each part is a value of its own.

use unicontact_model::contact::{EmailAddress, PhoneNumber, WebAddress};

/// The separator of values in Google's exports.
pub(crate) const GOOGLE_SEPARATOR: &str = ":::";

/// Returns whether a text holds several values of a Google export.
pub(crate) fn has_google_separator(text: &str) -> bool {
    // Fast path: most texts have no colon.
    text.as_bytes().contains(&b':') && text.contains(GOOGLE_SEPARATOR)
}

/// Returns the parts of a text if all of them fit, else the whole text.
pub(super) fn split_values(
    text: &str,
    separates: impl Fn(char) -> bool,
    fits: impl Fn(&str) -> bool,
) -> Vec<&str> {
    if has_google_separator(text) {
        return parts(text.split(GOOGLE_SEPARATOR));
    }
    let found = parts(text.split(separates));
    if found.len() > 1 && found.iter().all(|part| fits(part)) { found } else { vec![text] }
}

fn parts<'a>(split: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    split.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Returns the numbers in a text, each with the words beside it.
pub(super) fn split_phones(text: &str) -> Vec<&str> {
    if has_google_separator(text) {
        return parts(text.split(GOOGLE_SEPARATOR)).into_iter().flat_map(PhoneNumber::split_text).collect();
    }
    PhoneNumber::split_text(text)
}

/// Returns whether version 0.1.0 split numbers at a character.
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

/// Returns a number without `tel:`, `callto:` or an apostrophe before it.
pub(super) fn bare_phone(text: &str) -> &str {
    let text = text.trim();
    // An apostrophe keeps a spreadsheet from reading `+44` as a formula.
    let text = text.strip_prefix('\'').unwrap_or(text);
    without_scheme(text, "tel:").or_else(|| without_scheme(text, "callto:")).unwrap_or(text).trim()
}

/// Returns the rest of a text after a scheme such as `tel:`, in any case.
pub(super) fn without_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Separators of Chinese, Japanese and Arabic lists.
pub(super) const WIDE_SEPARATORS: [char; 5] = ['；', '，', '、', '،', '؛'];

/// Returns the tags in a text. Google marks its own groups with a star before the name.
pub(super) fn tags(text: &str) -> impl Iterator<Item = &str> {
    let separator: fn(char) -> bool = |character| {
        matches!(character, ';' | ',' | '|' | '\n' | '\r') || WIDE_SEPARATORS.contains(&character)
    };
    let parts: Vec<&str> = if has_google_separator(text) {
        text.split(GOOGLE_SEPARATOR).collect()
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
    fn a_cell_is_split_only_if_every_part_is_a_value() {
        let links = |text| split_values(text, link_separator, is_link);
        let both = ["https://example.com", "https://example.org"];
        assert_eq!(links("https://example.com; https://example.org"), both);
        assert_eq!(links("https://example.com ::: https://example.org"), both);
        assert_eq!(links("https://example.com; call first"), ["https://example.com; call first"]);
    }

    #[test]
    fn the_scheme_of_a_number_is_removed() {
        assert_eq!(bare_phone("tel:+44 20 7946 0123"), "+44 20 7946 0123");
    }

    #[test]
    fn the_google_group_of_all_contacts_is_not_a_tag() {
        assert_eq!(tags("* myContacts ::: VIP ::: Friends").collect::<Vec<_>>(), ["VIP", "Friends"]);
    }
}
