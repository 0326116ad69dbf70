//! Reads the values of cells as version 0.1.0 did. Frozen: see [`Version::V0_1`](crate::version::Version).

use unicontact_model::contact::{Country, EmailAddress, LinkKind, PhoneNumber, WebAddress};

use super::built_contact::RowError;
use super::multi_value::{GOOGLE_SEPARATOR, without_scheme};
use super::value::{Attributes, Origin, present};
use super::{ContactBuilder, links};

impl ContactBuilder {
    /// Adds the e-mail addresses in a text.
    pub(super) fn email_as_v0_1(&mut self, origin: Origin<'_>, text: &str, attributes: &Attributes) {
        let Some(text) = without_placeholder(text) else { return };
        let separates = |it: char| matches!(it, ';' | ',' | '|' | '\n' | '\r' | '/');
        let is_email = |part: &str| EmailAddress::from_text_as_v0_1(bare_email(part)).is_ok();
        for part in split_values(text, separates, is_email) {
            match EmailAddress::from_text_as_v0_1(bare_email(part)) {
                Ok(address) => self.push_email(origin, address, attributes),
                Err(_) => self.reject_as_v0_1(),
            }
        }
    }

    /// Adds the telephone numbers in a text.
    pub(super) fn phone_as_v0_1(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        extension: Option<&str>,
        attributes: &Attributes,
    ) {
        let Some(text) = without_placeholder(text) else { return };
        if text.contains('@') || is_rounded(text) {
            self.reject_as_v0_1();
            return;
        }
        for part in split_phones(text) {
            match PhoneNumber::from_text_as_v0_1(bare_phone(part)) {
                Ok(number) => {
                    let extension = extension.and_then(present).or(number.extension()).map(str::to_owned);
                    self.push_phone(origin, number, extension, attributes);
                }
                Err(_) => self.reject_as_v0_1(),
            }
        }
    }

    /// Adds the links in a text.
    pub(super) fn link_as_v0_1(&mut self, origin: Origin<'_>, text: &str, kind: Option<LinkKind>) {
        let Some(text) = without_placeholder(text) else { return };
        let separates = |it: char| matches!(it, ';' | ',' | '|' | '\n' | '\r' | ' ');
        let is_link = |part: &str| part.contains("://") && part.parse::<WebAddress>().is_ok();
        for link in
            split_values(text, separates, is_link).into_iter().filter_map(|part| links::parse(part, kind))
        {
            self.push_link(origin, link);
        }
    }

    /// Rejects the row: version 0.1.0 recorded no delivery for it.
    fn reject_as_v0_1(&mut self) {
        self.error.get_or_insert_with(|| RowError::new(""));
    }
}

/// Returns the country with a code or a name.
pub(super) fn country(text: &str) -> Option<Country> {
    Country::from_text_as_v0_1(text).ok()
}

/// Returns the tags in a text.
pub(super) fn tags(text: &str) -> Vec<&str> {
    let parts: Vec<&str> = if text.contains(GOOGLE_SEPARATOR) {
        text.split(GOOGLE_SEPARATOR).collect()
    } else {
        text.split([';', ',', '|', '\n', '\r']).collect()
    };
    let bare = parts.into_iter().map(|part| part.trim().trim_start_matches('*').trim());
    bare.filter(|part| !part.is_empty() && *part != "myContacts" && *part != "My Contacts").collect()
}

/// Returns the parts of a text if all of them fit, else the whole text.
fn split_values(text: &str, separates: impl Fn(char) -> bool, fits: impl Fn(&str) -> bool) -> Vec<&str> {
    if text.contains(GOOGLE_SEPARATOR) {
        return parts(text.split(GOOGLE_SEPARATOR));
    }
    let found = parts(text.split(separates));
    if found.len() > 1 && found.iter().all(|part| fits(part)) { found } else { vec![text] }
}

fn parts<'a>(split: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    split.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Returns the numbers in a text. A semicolon before an RFC 3966 parameter is not a separator.
fn split_phones(text: &str) -> Vec<&str> {
    let lower = text.to_lowercase();
    if [";ext=", ";phone-context=", ";isub="].iter().any(|part| lower.contains(part)) {
        return vec![text];
    }
    let fits = |part: &str| PhoneNumber::from_text_as_v0_1(part).is_ok();
    split_values(text, |it| matches!(it, ';' | '|' | '\n' | '\r'), fits)
}

fn is_rounded(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['E', 'e']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number(&digits.replace(['.', ','], "")) && exponent.strip_prefix('+').is_some_and(is_number)
}

fn bare_email(text: &str) -> &str {
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

fn bare_phone(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix('\'').unwrap_or(text);
    without_scheme(text, "tel:").or_else(|| without_scheme(text, "callto:")).unwrap_or(text).trim()
}

/// Returns the trimmed text. `None` for a placeholder.
pub(super) fn without_placeholder(text: &str) -> Option<&str> {
    const WORDS: [&str; 9] = ["n/a", "na", "none", "null", "nil", "unknown", "keine", "unbekannt", "-"];
    let text = present(text)?;
    let lower = text.to_lowercase();
    let is_placeholder =
        WORDS.contains(&lower.as_str()) || lower.chars().all(|it| matches!(it, '-' | '–' | '—' | '.' | '?'));
    (!is_placeholder).then_some(text)
}
